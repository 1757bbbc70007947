"""How the provider starts: what it demands of the engine and of the configuration, and what it can."""

from __future__ import annotations

import inspect
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2
from pulumi_azure_native import ProviderArgs

from azure_sandbox.azure import World
from azure_sandbox.azure.rights import Right
from azure_sandbox.provider import login, protocol, provider_config
from azure_sandbox.provider.sdk_schema import sdk_schema
from azure_sandbox.provider.supported_types import RESOURCE_SPECS

from .engine import Engine, served
from .holds import holds
from .places import CONSUMER, OWNER_SUBSCRIPTION, WORLD, Cloud

SECRET = "as a Service Principal using a Client Secret"
CERTIFICATE = "as a Service Principal using a Client Certificate"
TOKEN = {"oidcToken": "t"}
PRINCIPAL = {"tenantId": "t", "clientId": "c"}


@pytest.fixture
def fresh(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    for name in [name for name in os.environ if name.startswith(("ARM_", "ACTIONS_ID_TOKEN"))]:
        monkeypatch.delenv(name)
    with served(cloud.azure) as engine:
        yield engine


@pytest.mark.parametrize("missing", ["sends_old", "sends_old_to_delete"])
@holds(protocol.OLD_ENGINES)
def test_old_engines_are_refused(fresh: Engine, missing: str) -> None:
    sends = {"sends_old": True, "sends_old_to_delete": True, missing: False}
    with fresh.refused("Azure Native provider requires Pulumi CLI v3.74.0 or later"):
        fresh.configure(sends_old=sends["sends_old"], sends_old_to_delete=sends["sends_old_to_delete"])


@pytest.mark.parametrize(
    ("config", "method"),
    [
        ({"useDefaultAzureCredential": "true", "clientSecret": "s"}, "using the Default Azure Credential"),
        ({"clientCertificatePath": "p", "clientSecret": "s"}, CERTIFICATE),
        ({"clientSecret": "s", "useOidc": "true"}, SECRET),
        ({"useOidc": "true", "useMsi": "true"}, "with OIDC"),
        ({"useMsi": "true"}, "as a Managed Identity using MSI"),
    ],
)
@holds(login.SUBSCRIPTION_REQUIRED)
def test_a_login_needs_a_subscription(fresh: Engine, config: dict[str, str], method: str) -> None:
    with fresh.refused(f"A Subscription ID must be configured when authenticating {method}."):
        fresh.configure({"subscriptionId": None, **config})


@pytest.mark.parametrize(
    ("config", "missing", "method"),
    [
        ({"clientSecret": "s", "clientId": "c"}, "Tenant ID", SECRET),
        ({"clientSecret": "s", "tenantId": "t"}, "Client ID", SECRET),
        ({"clientCertificatePath": "p"}, "Tenant ID", CERTIFICATE),
        ({"useOidc": "true", **TOKEN, "tenantId": "t"}, "Client ID", "with OIDC"),
        ({"useOidc": "true", **PRINCIPAL}, "OIDC token or request URL and token", "with OIDC"),
        ({"useOidc": "true", **PRINCIPAL, "oidcRequestUrl": "u"}, "OIDC token or request URL and token", "with OIDC"),
    ],
)
@holds(login.IDENTITY_REQUIRED)
def test_a_service_principal_needs_more(fresh: Engine, config: dict[str, str], missing: str, method: str) -> None:
    with fresh.refused(f"A {missing} must be configured when authenticating {method}."):
        fresh.configure(config)


@holds(login.IDENTITY_REQUIRED)
def test_a_whole_login_is_taken(fresh: Engine) -> None:
    fresh.configure({"useOidc": "true", "oidcRequestUrl": "u", "oidcRequestToken": "t", **PRINCIPAL})
    told = fresh.invoke("authorization:getClientConfig")
    assert (told["clientId"], told["tenantId"]) == ("c", "t")


@holds(login.CLI_LOGIN)
def test_without_a_login_it_is_the_clis(fresh: Engine) -> None:
    with fresh.refused("Please run 'az login' to setup account."):
        fresh.configure({"subscriptionId": None})
    fresh.configure()
    assert fresh.invoke("authorization:getClientConfig")["clientId"] == "04b07795-8ddb-461a-bbee-02f9e1bf7b46"


@holds(provider_config.CONFIG_BEFORE_ENVIRONMENT)
def test_the_environment_stands_in_for_the_configuration(fresh: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARM_SUBSCRIPTION_ID", "from-environment")
    monkeypatch.setenv("ARM_CLIENT_ID", "somebody")
    fresh.configure({"subscriptionId": None})
    told = fresh.invoke("authorization:getClientConfig")
    assert (told["subscriptionId"], told["clientId"]) == ("from-environment", "somebody")
    fresh.configure(subscriptionId="configured")
    assert fresh.invoke("authorization:getClientConfig")["subscriptionId"] == "configured"
    with fresh.refused("Please run 'az login' to setup account."):
        fresh.configure(subscriptionId="")


@holds(protocol.IDENTITY)
def test_azure_is_told_who_asks(cloud: Cloud, fresh: Engine) -> None:
    """What a program may do depends on the identity of its provider."""
    mayor = Right(who="mayor", scope=CONSUMER)
    cloud.azure.start_from(World(resources=WORLD, rights=(mayor,)))
    fresh.configure(clientId="mayor")
    assert fresh.invoke("resources:getResourceGroup", resourceGroupName="consumer")["id"] == CONSUMER
    fresh.configure(clientId="guest")
    refusal = (
        f'request failed {CONSUMER}: Status=403 Code="AuthorizationFailed" Message="The client \'guest\' with object '
        f"id 'guest' does not have authorization to perform action 'Microsoft.Resources/resourceGroups/read' over "
        f"scope '{CONSUMER}' or the scope is invalid. If access was recently granted, please refresh your "
        'credentials."'
    )
    with fresh.refused(refusal):
        fresh.invoke("resources:getResourceGroup", resourceGroupName="consumer")


@holds(protocol.CAPABILITIES)
def test_it_says_what_it_can_and_nothing_more(fresh: Engine) -> None:
    """With acceptSecrets the engine would send values in wrappers that Azure never saw."""
    said = {each.name for each, _ in fresh.configure().ListFields()}
    assert said == {"supportsPreview", "supports_autonaming_configuration"}


def test_it_is_the_version_that_the_sdk_asks_for(fresh: Engine) -> None:
    assert fresh.version() == "3.29.0"


@holds(protocol.CONFIG_IS_NOT_CHECKED)
def test_any_configuration_is_taken(fresh: Engine) -> None:
    """A misspelt setting shows only in what it does not do."""
    news = {"subscriptionID": "misspelt", "environment": "public"}
    assert fresh.check_config(news) == news


@holds(protocol.CONFIG_NEVER_REPLACES)
def test_another_subscription_replaces_nothing(fresh: Engine) -> None:
    answer = fresh.diff_config({"subscriptionId": "a"}, {"subscriptionId": "b"})
    assert answer == provider_pb2.DiffResponse()


@holds(protocol.SCHEMA)
def test_the_schema_has_the_types_of_the_sandbox(fresh: Engine) -> None:
    """`pulumi import` writes the program's lines from it."""
    found = fresh.schema()
    assert (found["name"], found["version"]) == ("azure-native", "3.29.0")
    assert found["resources"].keys() == RESOURCE_SPECS.keys()
    endpoint = found["resources"]["azure-native:network:PrivateEndpoint"]
    assert endpoint["requiredInputs"] == ["resourceGroupName"]
    assert endpoint["inputProperties"]["subnet"] == {"$ref": "#/types/azure-native:network:Subnet"}
    with fresh.refused("unsupported schema version 1"):
        fresh.schema(1)


def test_every_name_in_the_schema_exists(fresh: Engine) -> None:
    """The engine binds the schema as a whole: one name that does not exist, and no program can use any of it."""
    found = fresh.schema()
    parts = [each for section in ("types", "resources", "functions") for each in found[section].values()]
    objects = [*parts, *(each[side] for each in parts for side in ("inputs", "outputs") if side in each)]
    for each in objects:
        assert {*each.get("required", [])} <= each.get("properties", {}).keys()
        assert {*each.get("requiredInputs", [])} <= each.get("inputProperties", {}).keys()
    references = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(found)))
    known = {"pulumi.json#/Any", *(f"#/types/{name}" for name in found["types"])}
    assert references
    assert references <= known


def test_nested_types_keep_their_id(fresh: Engine) -> None:
    """
    A YAML program writes `subnet: {id: …}`, and knows of an `id` by the schema alone.

    Only a resource has none in it: the engine gives it its own.
    """
    found = fresh.schema()
    for name, properties in sdk_schema()["types"].items():
        assert found["types"][f"azure-native:{name}"]["properties"].keys() == properties.keys()
    for each in found["resources"].values():
        assert not {"id", "urn"} & {*each["properties"], *each["inputProperties"]}


def test_the_schema_has_what_an_explicit_provider_takes(fresh: Engine) -> None:
    """A YAML program knows a provider's inputs by the schema alone: one without them could be given no subscription."""
    found = fresh.schema()["provider"]["inputProperties"]
    arguments = [each.fget for _, each in inspect.getmembers(ProviderArgs, lambda each: isinstance(each, property))]
    assert {name: each["type"] for name, each in found.items()} == {
        each._pulumi_name: _kind(str(each.__annotations__["return"])) for each in arguments
    }
    # As the engine goes on with them: they are checked, compared and, as text, configured.
    wanted = {"subscriptionId": OWNER_SUBSCRIPTION, "useMsi": "true"}
    assert fresh.check_config(wanted) == wanted
    assert not fresh.diff_config({}, wanted).replaces
    fresh.configure(wanted)


def _kind(annotation: str) -> str:
    """What an argument of the SDK is."""
    kinds = {"typing.Union[str,": "string", "typing.Union[bool,": "boolean", "typing.Union[typing.Sequence[": "array"}
    return next(kind for beginning, kind in kinds.items() if annotation.startswith(beginning))


def test_the_schema_has_every_look_up(fresh: Engine) -> None:
    """With what it is asked by, and all that it answers, the id included."""
    found = fresh.schema()["functions"]
    service = found["azure-native:network:getPrivateLinkService"]
    assert service["inputs"]["properties"].keys() == {"resourceGroupName", "serviceName"}
    assert service["outputs"]["properties"]["id"] == {"type": "string"}
    assert found["azure-native:authorization:getClientConfig"]["outputs"]["properties"].keys() == {
        "clientId",
        "objectId",
        "subscriptionId",
        "tenantId",
    }


@holds(protocol.CANCEL_IS_ACKNOWLEDGED)
def test_a_cancellation_is_acknowledged_at_any_time(fresh: Engine, cloud: Cloud) -> None:
    """`pulumi up --refresh` ends plugins that it never configured, and counts a failed Cancel as a crash."""
    fresh.cancel()
    fresh.configure()
    fresh.cancel()
    fresh.cancel()
    with fresh.refused("context canceled"):
        fresh.delete("resources:ResourceGroup", CONSUMER)
    assert CONSUMER in cloud.ids()


@holds(protocol.NOT_IMPLEMENTED)
def test_what_it_does_not_do(fresh: Engine) -> None:
    unimplemented = {
        "Construct": provider_pb2.ConstructRequest(),
        "Call": provider_pb2.CallRequest(),
        "Handshake": provider_pb2.ProviderHandshakeRequest(),
    }
    for method, request in unimplemented.items():
        assert fresh.call_unimplemented(method, request) is grpc.StatusCode.UNIMPLEMENTED
    assert fresh.mapping() == b""


def test_a_plugin_ends_at_once_when_it_is_interrupted(tmp_path: Path) -> None:
    """
    The engine ends an update's plugins one after the other, and all must have had their Cancel within five seconds.

    An orderly end of Python takes longest on a busy machine; with a plugin for each subscription, the last ones were
    then reported as "exited prematurely".
    """
    plugin = subprocess.Popen(
        [sys.executable, "-P", "-m", "azure_sandbox.provider", str(tmp_path / "azure.db"), "3.29.0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert plugin.stdout is not None
        with grpc.insecure_channel(f"127.0.0.1:{plugin.stdout.readline().strip()}") as channel:
            Engine(channel).cancel()
        assert plugin.poll() is None, "it stays until it is interrupted"
        plugin.send_signal(signal.SIGINT)
        _, said = plugin.communicate(timeout=60)
    finally:
        plugin.kill()
    assert (plugin.returncode, said) == (-signal.SIGINT, "")


@pytest.mark.parametrize(("value", "strict"), [("1", True), ("0", False), (None, False)])
def test_the_plugin_is_strict_when_it_is_told_so(tmp_path: Path, value: str | None, *, strict: bool) -> None:
    """Off unless asked for: a sandbox that refuses more than Azure would be one more thing to get used to."""
    environment = {name: each for name, each in os.environ.items() if name != "AZURE_SANDBOX_STRICT"}
    if value is not None:
        environment["AZURE_SANDBOX_STRICT"] = value
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "azure_sandbox.provider", str(tmp_path / "azure.db"), "3.29.0"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as plugin:
        try:
            assert plugin.stdout is not None
            with grpc.insecure_channel(f"127.0.0.1:{plugin.stdout.readline().strip()}") as channel:
                engine = Engine(channel)
                engine.configure(subscriptionId=OWNER_SUBSCRIPTION)
                group = {"resourceGroupName": "g", "location": "westus", "tag": "x"}
                assert bool(engine.check("resources:ResourceGroup", group)[1]) is strict
        finally:
            plugin.kill()
