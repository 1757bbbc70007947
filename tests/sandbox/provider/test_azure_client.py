"""Which requests the provider retries, and when it gives up."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from azure_sandbox.azure import Azure, AzureError, Json, ResourceId, Trouble
from azure_sandbox.azure.trouble import Kind
from azure_sandbox.provider import azure_client, crud, provider_errors
from azure_sandbox.provider.azure_client import AzureClient

from ..fake_engine import Engine, ReturnedError
from ..rule_marks import holds
from ..small_world import CONSUMER, ZONE, ZONE_NAME, SandboxCloud, zone

GROUP = {"resourceGroupName": "consumer"}


ZONE_INPUTS = {**GROUP, "privateZoneName": ZONE_NAME, "location": "Global", "azureApiVersion": "2024-06-01"}


RECORD_INPUTS = {
    **GROUP,
    "privateZoneName": ZONE_NAME,
    "recordType": "A",
    "relativeRecordSetName": "host",
    "ttl": 300,
    "aRecords": [{"ipv4Address": "10.0.0.4"}],
}


def sent_methods(cloud: SandboxCloud) -> list[str]:
    return [call.split()[0] for call in cloud.azure.calls()]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[Exception]:
    """What Azure answers to the next requests, before it answers as it would."""
    prepared: list[Exception] = []
    get = Azure.get

    def answered(azure: Azure, id: ResourceId) -> Json:
        if prepared:
            raise prepared.pop(0)
        return get(azure, id)

    monkeypatch.setattr(Azure, "get", answered)
    return prepared


@pytest.mark.parametrize("kind", ["throttled", "conflict", "unavailable"])
@holds(azure_client.RETRIES, azure_client.CONFLICT_RETRIES)
def test_a_temporary_rejection_is_retried(engine: Engine, cloud: SandboxCloud, kind: Kind) -> None:
    """Neither the program nor the engine learns of it."""
    cloud.azure.add_trouble(Trouble(kind=kind, on="PUT *", times=3))
    id, _ = engine.create("privatedns:PrivateZone", ZONE_INPUTS)
    assert id == ZONE
    assert sent_methods(cloud) == ["GET", "PUT", "PUT", "PUT", "PUT", "GET"]


@holds(azure_client.RETRIES)
def test_a_lasting_rejection_is_an_error_after_the_fourth_attempt(engine: Engine, cloud: SandboxCloud) -> None:
    cloud.azure.add_trouble(Trouble(kind="unavailable", on="PUT *", times=None))
    with engine.fails_with('Status=503 Code="ServiceUnavailable" Message="The service is unavailable."'):
        engine.create("privatedns:PrivateZone", ZONE_INPUTS)
    assert sent_methods(cloud) == ["GET", "PUT", "PUT", "PUT", "PUT"]


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
@holds(azure_client.RETRIES)
def test_retried_statuses(cloud: SandboxCloud, answers: list[Exception], status: int) -> None:
    answers += [AzureError(status, "Any", "…")] * 3
    assert AzureClient(cloud.azure).get(CONSUMER)["id"] == CONSUMER


@pytest.mark.parametrize(
    "rejection",
    [
        AzureError(400, "Any", "…"),
        AzureError(403, "Any", "…"),
        AzureError(404, "Any", "…"),
        AzureError(409, "Any", "…"),
    ],
    ids=lambda rejection: rejection.status,
)
@holds(azure_client.NO_RETRIES, azure_client.CONFLICT_RETRIES)
def test_statuses_that_are_not_retried(cloud: SandboxCloud, answers: list[Exception], rejection: AzureError) -> None:
    answers.append(rejection)
    with pytest.raises(AzureError) as caught:
        AzureClient(cloud.azure).get(CONSUMER)
    assert caught.value is rejection


@holds(azure_client.RETRIES)
def test_a_broken_connection_is_retried(cloud: SandboxCloud, answers: list[Exception]) -> None:
    answers += [ConnectionResetError("connection reset by peer")] * 3
    assert AzureClient(cloud.azure).get(CONSUMER)["id"] == CONSUMER
    answers += [ConnectionResetError("connection reset by peer")] * 4
    with pytest.raises(provider_errors.NoAnswer, match="connection reset by peer"):
        AzureClient(cloud.azure).get(CONSUMER)


@holds(azure_client.NO_RETRIES)
def test_an_accepted_operation_that_fails_is_not_retried(engine: Engine, cloud: SandboxCloud) -> None:
    """Even if its code sounds like it: the operation has ended."""
    cloud.azure.add_trouble(Trouble(kind="retryable", on="PUT *"))
    with engine.fails_with('Status=200 Code="RetryableError" Message="A retryable error occurred."'):
        engine.create("privatedns:PrivateZone", ZONE_INPUTS)
    assert sent_methods(cloud) == ["GET", "PUT", "GET"]


def create_and_cancel(engine: Engine, type: str, inputs: Json) -> ReturnedError:
    """Ctrl-C, while Azure takes its time."""
    with ThreadPoolExecutor() as threads:
        creation = threads.submit(engine.create, type, inputs)
        time.sleep(0.5)
        before = time.monotonic()
        engine.cancel()
        with pytest.raises(ReturnedError) as caught:
            creation.result()
        assert time.monotonic() - before < 2
    return caught.value


@holds(azure_client.CANCELLED, crud.GIVEN_UP_AFTER_ACCEPTANCE)
def test_a_cancelled_long_running_create_is_kept_in_the_state(engine: Engine, cloud: SandboxCloud) -> None:
    """Azure may have created the resource; the next refresh or update finds out."""
    cloud.azure.add_trouble(Trouble(kind="slow", on="PUT *", seconds=3))
    rejection = create_and_cancel(engine, "privatedns:PrivateZone", ZONE_INPUTS)
    kept = rejection.kept()
    assert str(rejection) == "resource created but read failed context canceled: context canceled"
    assert (kept.id, kept.inputs, kept.outputs) == (ZONE, ZONE_INPUTS, {})


@holds(azure_client.CANCELLED, crud.GIVEN_UP_AFTER_ACCEPTANCE)
def test_a_cancelled_short_create_leaves_nothing_in_the_state(engine: Engine, cloud: SandboxCloud) -> None:
    cloud.put(ZONE, zone())
    cloud.azure.add_trouble(Trouble(kind="slow", on="PUT *", seconds=3))
    rejection = create_and_cancel(engine, "privatedns:PrivateRecordSet", RECORD_INPUTS)
    assert str(rejection) == "context canceled"
    with pytest.raises(KeyError):
        rejection.kept()


@holds(azure_client.CANCELLED)
def test_after_a_cancellation_only_reads_of_programs_are_sent(engine: Engine, cloud: SandboxCloud) -> None:
    cloud.put(ZONE, zone())
    engine.cancel()
    with engine.fails_with("context canceled"):
        engine.delete("privatedns:PrivateZone", ZONE)
    assert ZONE in cloud.ids()
    # What a program asks before it ends is still answered.
    assert engine.invoke("resources:getResourceGroup", **GROUP)["id"] == CONSUMER


@holds(azure_client.TIMED_OUT)
def test_an_operation_ends_with_its_custom_timeout(engine: Engine, cloud: SandboxCloud) -> None:
    cloud.put(ZONE, zone())
    cloud.azure.add_trouble(Trouble(kind="slow", on="PUT *", seconds=3))
    with engine.fails_with("operation timed out"):
        engine.create("privatedns:PrivateRecordSet", RECORD_INPUTS, timeout=0.3)


@holds(azure_client.TIMED_OUT, crud.GIVEN_UP_AFTER_ACCEPTANCE)
def test_a_long_running_create_that_timed_out_is_kept_in_the_state(engine: Engine, cloud: SandboxCloud) -> None:
    cloud.azure.add_trouble(Trouble(kind="slow", on="PUT *", seconds=3))
    with pytest.raises(ReturnedError, match=r"^operation timed out$") as caught:
        engine.create("privatedns:PrivateZone", ZONE_INPUTS, timeout=0.3)
    kept = caught.value.kept()
    assert (kept.id, kept.outputs) == (ZONE, {})


@pytest.mark.parametrize("id", ["pe", "/subscriptions/x", f"{CONSUMER}/providers/Microsoft.Network"])
@holds(azure_client.NO_RESOURCE)
def test_a_text_that_is_no_id_is_not_found(engine: Engine, id: str) -> None:
    """The engine then reports that there is no such resource to import."""
    assert engine.read("network:PrivateEndpoint", id)[0] == ""


def test_operations_run_in_parallel(engine: Engine, cloud: SandboxCloud) -> None:
    """The engine runs as many as its `--parallel` allows."""
    cloud.azure.add_trouble(Trouble(kind="slow", on=f"PUT {ZONE}", seconds=1))
    other = {**ZONE_INPUTS, "privateZoneName": "b.c"}
    with ThreadPoolExecutor() as threads:
        slow = threads.submit(engine.create, "privatedns:PrivateZone", ZONE_INPUTS)
        time.sleep(0.2)
        engine.create("privatedns:PrivateZone", other)
        assert not slow.done()
        assert slow.result()[0] == ZONE
