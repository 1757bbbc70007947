"""Which calls of the engine the provider answers, and with what."""

from __future__ import annotations

import os
from collections.abc import Iterator

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2

from azure_sandbox.azure import World
from azure_sandbox.azure.rights import Right
from azure_sandbox.provider import protocol

from ..fake_engine import Engine, served
from ..rule_marks import holds
from ..small_world import CONSUMER, WORLD, SandboxCloud


@pytest.fixture
def fresh(cloud: SandboxCloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    for name in [name for name in os.environ if name.startswith(("ARM_", "ACTIONS_ID_TOKEN"))]:
        monkeypatch.delenv(name)
    with served(cloud.azure) as engine:
        yield engine


@pytest.mark.parametrize("missing", ["sends_old", "sends_old_to_delete"])
@holds(protocol.OLD_ENGINES)
def test_an_old_engine_is_rejected(fresh: Engine, missing: str) -> None:
    sends = {"sends_old": True, "sends_old_to_delete": True, missing: False}
    with fresh.fails_with("Azure Native provider requires Pulumi CLI v3.74.0 or later"):
        fresh.configure(sends_old=sends["sends_old"], sends_old_to_delete=sends["sends_old_to_delete"])


@holds(protocol.IDENTITY)
def test_the_provider_acts_with_its_client_id(cloud: SandboxCloud, fresh: Engine) -> None:
    """The rights of a program depend on the identity of its provider."""
    mayor = Right(who="mayor", scope=CONSUMER)
    cloud.azure.start_from(World(resources=WORLD, rights=(mayor,)))
    fresh.configure(clientId="mayor")
    assert fresh.invoke("resources:getResourceGroup", resourceGroupName="consumer")["id"] == CONSUMER
    fresh.configure(clientId="guest")
    rejection = (
        f'request failed {CONSUMER}: Status=403 Code="AuthorizationFailed" Message="The client \'guest\' with object '
        "id 'guest' does not have authorization to perform action "
        f"'Microsoft.Resources/subscriptions/resourceGroups/read' over scope '{CONSUMER}' or the "
        "scope is invalid. If access was recently granted, please refresh your "
        'credentials."'
    )
    with fresh.fails_with(rejection):
        fresh.invoke("resources:getResourceGroup", resourceGroupName="consumer")


@holds(protocol.CAPABILITIES)
def test_the_provider_announces_its_capabilities_and_no_others(fresh: Engine) -> None:
    """With acceptSecrets, the engine would send values in wrappers."""
    capabilities = {field.name for field, _ in fresh.configure().ListFields()}
    assert capabilities == {"supportsPreview", "supports_autonaming_configuration"}


def test_the_provider_has_the_version_of_the_sdk(fresh: Engine) -> None:
    assert fresh.version() == "3.29.0"


@holds(protocol.CONFIG_IS_NOT_CHECKED)
def test_any_configuration_is_accepted(fresh: Engine) -> None:
    """A misspelt setting has no effect, and no error."""
    news = {"subscriptionID": "misspelt", "environment": "public"}
    assert fresh.check_config(news) == news


@holds(protocol.CONFIG_NEVER_REPLACES)
def test_a_changed_subscription_replaces_nothing(fresh: Engine) -> None:
    answer = fresh.diff_config({"subscriptionId": "a"}, {"subscriptionId": "b"})
    assert answer == provider_pb2.DiffResponse()


@holds(protocol.CANCEL_IS_ACKNOWLEDGED)
def test_a_cancellation_is_acknowledged_at_any_time(fresh: Engine, cloud: SandboxCloud) -> None:
    """`pulumi up --refresh` cancels plugins that it never configured, and counts a failed Cancel as a crash."""
    fresh.cancel()
    fresh.configure()
    fresh.cancel()
    fresh.cancel()
    with fresh.fails_with("context canceled"):
        fresh.delete("resources:ResourceGroup", CONSUMER)
    assert CONSUMER in cloud.ids()


@holds(protocol.NOT_IMPLEMENTED)
def test_calls_that_are_not_implemented(fresh: Engine) -> None:
    unimplemented = {
        "Construct": provider_pb2.ConstructRequest(),
        "Call": provider_pb2.CallRequest(),
        "Handshake": provider_pb2.ProviderHandshakeRequest(),
    }
    for method, request in unimplemented.items():
        assert fresh.call_unimplemented(method, request) is grpc.StatusCode.UNIMPLEMENTED
    assert fresh.mapping() == b""
