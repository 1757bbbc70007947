"""How creates, updates and deletes fail, and what they leave in the state."""

from __future__ import annotations

import grpc
import pytest
from pulumi.runtime.proto import engine_pb2

from azure_sandbox.azure import Json, Trouble
from azure_sandbox.provider import crud, engine_log, provider_errors

from ..fake_engine import Engine, ReturnedError, engine_listening
from ..fake_engine import urn as of
from ..rule_marks import holds
from ..small_world import CONSUMER, CONSUMER_NETWORK, ENDPOINT, SandboxCloud, network

PRIVATE_ENDPOINT = "network:PrivateEndpoint"


ZONE_INPUTS = {"resourceGroupName": "consumer", "privateZoneName": "a.b", "location": "Global"}


@holds(crud.PLAIN_REJECTION, provider_errors.STATUS_CODE_MESSAGE)
def test_a_rejected_put_leaves_nothing_in_the_state(engine: Engine, cloud: SandboxCloud, endpoint_inputs: Json) -> None:
    with pytest.raises(
        ReturnedError, match=r'^Status=400 Code="InvalidResourceReference" Message="Resource .*region\."$'
    ) as caught:
        engine.create(PRIVATE_ENDPOINT, {**endpoint_inputs, "subnet": {"id": f"{CONSUMER_NETWORK}/subnets/none"}})
    assert caught.value.code is grpc.StatusCode.UNKNOWN
    with pytest.raises(KeyError):
        caught.value.kept()
    assert ENDPOINT not in cloud.ids()


@holds(crud.EXISTENCE_UNKNOWN, provider_errors.RAW_BODY)
def test_a_create_that_may_not_read_fails(engine: Engine, cloud: SandboxCloud) -> None:
    """An identity with the right to write, but not to read, cannot create anything."""
    zone = network(CONSUMER, "privateDnsZones", "a.b")
    cloud.azure.add_trouble(Trouble(kind="refused", on="GET */privateDnsZones/*"))
    body = (
        '{"error":{"code":"AuthorizationFailed","message":"The client does not have authorization to perform action '
        f"'Microsoft.Network/privateDnsZones/read' over scope '{zone}' or the scope is invalid. If access was recently "
        'granted, please refresh your credentials."}}'
    )
    with engine.fails_with(f"cannot check existence of resource '{zone}': status code 403, {body}"):
        engine.create("privatedns:PrivateZone", ZONE_INPUTS)
    assert zone not in cloud.ids()


def fails_afterwards(cloud: SandboxCloud, on: str) -> None:
    cloud.azure.add_trouble(Trouble(kind="failed", on=on))


FAILED = 'Status=200 Code="InternalServerError" Message="An error occurred."'


@holds(crud.PARTIAL_FAILURE)
def test_an_accepted_put_that_fails_is_kept_in_the_state(
    engine: Engine, cloud: SandboxCloud, endpoint_inputs: Json
) -> None:
    """With the outputs of Azure, but without an API version, which is in the inputs."""
    fails_afterwards(cloud, "PUT */privateEndpoints/*")
    with pytest.raises(ReturnedError) as caught:
        engine.create(PRIVATE_ENDPOINT, endpoint_inputs)
    kept = caught.value.kept()
    assert (str(caught.value), kept.reasons, kept.id) == (FAILED, [FAILED], ENDPOINT)
    assert kept.inputs == endpoint_inputs
    assert kept.outputs["provisioningState"] == "Failed"
    assert "azureApiVersion" not in kept.outputs
    assert engine.update(PRIVATE_ENDPOINT, ENDPOINT, kept.outputs, endpoint_inputs)["provisioningState"] == "Succeeded"


@holds(crud.PARTIAL_FAILURE)
def test_an_accepted_put_that_fails_and_cannot_be_read_is_kept_without_outputs(
    engine: Engine, cloud: SandboxCloud, endpoint_inputs: Json
) -> None:
    fails_afterwards(cloud, "PUT */privateEndpoints/*")
    cloud.azure.add_trouble(Trouble(kind="refused", on="GET */privateEndpoints/*", skip=1))
    with pytest.raises(ReturnedError) as caught:
        engine.create(PRIVATE_ENDPOINT, endpoint_inputs)
    kept = caught.value.kept()
    assert str(caught.value).startswith('resource created but read failed Status=403 Code="AuthorizationFailed"')
    assert str(caught.value).endswith(f": {FAILED}")
    assert (kept.id, kept.inputs, kept.outputs) == (ENDPOINT, endpoint_inputs, {})


def test_an_accepted_delete_that_fails_is_an_error(engine: Engine, cloud: SandboxCloud, endpoint_inputs: Json) -> None:
    id, _ = engine.create(PRIVATE_ENDPOINT, endpoint_inputs)
    fails_afterwards(cloud, "DELETE *")
    with engine.fails_with(FAILED):
        engine.delete(PRIVATE_ENDPOINT, id)
    assert id in cloud.ids()


@holds(crud.READ_AFTER_WRITE_FAILS, engine_log.WARNINGS)
def test_a_result_that_cannot_be_read_is_a_warning(engine: Engine, cloud: SandboxCloud, endpoint_inputs: Json) -> None:
    """The state then has the shape of Azure's answer, until a refresh corrects it."""
    cloud.azure.add_trouble(Trouble(kind="refused", on="GET */privateEndpoints/*", skip=1))
    with engine_listening() as (address, logged):
        engine.attach(address)
        id, outputs = engine.create(PRIVATE_ENDPOINT, endpoint_inputs)
    ((severity, urn, message),) = logged
    assert (severity, urn) == (engine_pb2.WARNING, of(PRIVATE_ENDPOINT))
    assert message.startswith("Failed to read resource after Create. Please report this issue.\nVerbose logs contain")
    answered = cloud.get(id)
    assert outputs == {**answered, "azureApiVersion": "2024-05-01"}
    assert engine.read(PRIVATE_ENDPOINT, id, endpoint_inputs, outputs)[1]["subnet"] == answered["properties"]["subnet"]


@holds(engine_log.WARNINGS)
def test_without_the_address_of_an_engine_a_warning_goes_to_standard_error(
    engine: Engine, cloud: SandboxCloud, endpoint_inputs: Json, capfd: pytest.CaptureFixture[str]
) -> None:
    id, old = engine.create(PRIVATE_ENDPOINT, endpoint_inputs)
    cloud.azure.add_trouble(Trouble(kind="refused", on="GET */privateEndpoints/*"))
    engine.update(PRIVATE_ENDPOINT, id, old, endpoint_inputs)
    assert "warning: Failed to read resource after Update." in capfd.readouterr().err


@holds(crud.READ_AFTER_WRITE_FAILS)
def test_the_read_after_a_write_can_be_skipped(
    engine: Engine, cloud: SandboxCloud, endpoint_inputs: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARM_SKIP_READ_ON_UPDATE", "true")
    engine.configure()
    cloud.azure.add_trouble(Trouble(kind="slow", times=0))
    _, outputs = engine.create(PRIVATE_ENDPOINT, endpoint_inputs)
    assert outputs["properties"]["provisioningState"] == "Succeeded"
    assert [call.split()[0] for call in cloud.azure.calls()] == ["GET", "PUT"]
