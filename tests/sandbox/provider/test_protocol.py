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

from ..engine import Engine, served
from ..holds import holds
from ..places import CONSUMER, WORLD, Cloud


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
