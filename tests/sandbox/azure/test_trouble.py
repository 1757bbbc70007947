"""Trouble: which requests meet it, and what it leaves in Azure."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from azure_sandbox.azure import (
    Azure,
    AzureError,
    OperationFailed,
    ResourceId,
    StoreFile,
    Trouble,
    World,
    api_versions,
    trouble,
)
from azure_sandbox.cli import main

from ..rule_marks import holds
from ..small_world import CONSUMER, ENDPOINT, OWNER, SERVICE, ZONE, SandboxCloud, endpoint, service, zone
from .resource_types.cluster_bodies import to_cluster

GROUP = ResourceId.parse(CONSUMER)
ZONE_ID = ResourceId.parse(ZONE)


@pytest.fixture
def client(cloud: SandboxCloud) -> Azure:
    return cloud.azure.acting_as("somebody")


def outcome_of_read(client: Azure, id: ResourceId = GROUP) -> str:
    try:
        client.get(id)
    except AzureError as error:
        return error.code
    return "answered"


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        pytest.param("throttled", 429, "SubscriptionRequestsThrottled", marks=holds(trouble.THROTTLED)),
        pytest.param("conflict", 409, "AnotherOperationInProgress", marks=holds(trouble.OPERATION_IN_PROGRESS)),
        pytest.param("unavailable", 503, "ServiceUnavailable", marks=holds(trouble.UNAVAILABLE)),
        pytest.param("no-version", 400, "NoRegisteredProviderFound", marks=holds(api_versions.NO_SUCH_VERSION)),
        pytest.param("updating", 429, "RetryableError", marks=holds(trouble.UPDATING)),
        pytest.param("refused", 403, "RequestDisallowedByPolicy", marks=holds(trouble.DISALLOWED)),
    ],
)
def test_a_rejected_request_leaves_nothing(
    client: Azure, cloud: SandboxCloud, kind: trouble.Kind, status: int, code: str
) -> None:
    cloud.azure.add_trouble(Trouble(kind=kind, on="PUT */privateDnsZones/*"))
    before = cloud.azure.list()
    with pytest.raises(AzureError) as rejection:
        client.put(ZONE_ID, zone())
    assert (rejection.value.status, rejection.value.code) == (status, code)
    assert cloud.azure.list() == before
    assert client.put(ZONE_ID, zone())["name"] == ZONE_ID.name


@holds(trouble.UNREADABLE, trouble.DELETION_LOCKED)
def test_rejected_reads_and_deletions_have_their_own_errors(client: Azure, cloud: SandboxCloud) -> None:
    """The read lacks a right that was removed; the deletion meets a lock."""
    cloud.put(ZONE, zone())
    cloud.azure.add_trouble(Trouble(kind="refused", on="*/privateDnsZones/*", times=2))
    with pytest.raises(AzureError, match=f"privateDnsZones/read' over scope '{ZONE}'"):
        client.get(ZONE_ID)
    with pytest.raises(AzureError, match="ScopeLocked"):
        client.delete(ZONE_ID)
    client.delete(ZONE_ID)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        pytest.param("retryable", "RetryableError", marks=holds(trouble.RETRYABLE)),
        pytest.param("parallel", "ReferencedResourceNotProvisioned", marks=holds(trouble.PARALLEL)),
        pytest.param("failed", "InternalServerError", marks=holds(trouble.FAILED)),
    ],
)
def test_a_failed_operation_leaves_a_failed_resource(
    client: Azure, cloud: SandboxCloud, kind: trouble.Kind, code: str
) -> None:
    """The next PUT succeeds."""
    cloud.azure.add_trouble(Trouble(kind=kind, on="PUT */privateDnsZones/*"))
    with pytest.raises(OperationFailed) as failure:
        client.put(ZONE_ID, zone())
    assert failure.value.code == code
    assert client.get(ZONE_ID)["properties"]["provisioningState"] == "Failed"
    assert client.put(ZONE_ID, zone())["properties"]["provisioningState"] == "Succeeded"


def test_a_failed_deletion_deletes_nothing(client: Azure, cloud: SandboxCloud) -> None:
    cloud.put(ZONE, zone())
    cloud.azure.add_trouble(Trouble(kind="failed", on="DELETE *"))
    with pytest.raises(OperationFailed):
        client.delete(ZONE_ID)
    assert client.get(ZONE_ID)["properties"]["provisioningState"] == "Succeeded"
    client.delete(ZONE_ID)


def test_a_new_alias_is_rejected_for_a_while(client: Azure, cloud: SandboxCloud) -> None:
    """hashicorp/terraform-provider-azurerm#32095: several endpoints right after the creation of the service."""
    cloud.azure.add_trouble(Trouble(kind="lagging", on="PUT */privateLinkServices/*", looks=2))
    alias = client.put(ResourceId.parse(SERVICE), service())["properties"]["alias"]
    for _ in range(2):
        with pytest.raises(AzureError, match="InvalidPrivateLinkServiceId"):
            client.put(ResourceId.parse(ENDPOINT), endpoint(alias))
    assert client.put(ResourceId.parse(ENDPOINT), endpoint(alias))["name"] == "pe"


def test_a_new_connection_is_listed_after_a_while(client: Azure, cloud: SandboxCloud, alias: str) -> None:
    cloud.azure.add_trouble(Trouble(kind="lagging", on="PUT */privateEndpoints/*", looks=2))
    client.put(ResourceId.parse(ENDPOINT), endpoint(alias))
    seen = [len(client.get(ResourceId.parse(SERVICE))["properties"]["privateEndpointConnections"]) for _ in range(4)]
    assert seen == [0, 0, 1, 1]


def test_a_new_connection_to_a_cluster_is_listed_after_a_while(
    client: Azure, cloud: SandboxCloud, native_cluster: str
) -> None:
    """The library waits for it during an update, and finds it in the cluster's own GET."""
    cloud.azure.add_trouble(Trouble(kind="lagging", on="PUT */privateEndpoints/*", looks=2))
    client.put(ResourceId.parse(ENDPOINT), to_cluster())
    cluster = ResourceId.parse(native_cluster)
    seen = [len(client.get(cluster)["properties"]["privateEndpointConnections"]) for _ in range(4)]
    assert seen == [0, 0, 1, 1]


def test_a_slow_request_succeeds(client: Azure, cloud: SandboxCloud) -> None:
    cloud.azure.add_trouble(Trouble(kind="slow", on="GET *", seconds=0.2))
    before = time.monotonic()
    client.get(GROUP)
    assert time.monotonic() - before >= 0.2


def test_slow_requests_wait_concurrently(client: Azure, cloud: SandboxCloud) -> None:
    """A program that reads concurrently waits once: a world with slow reads measures how a program reads."""
    cloud.azure.add_trouble(Trouble(kind="slow", on="GET *", seconds=0.3, times=None))
    before = time.monotonic()
    with ThreadPoolExecutor(max_workers=32) as readers:
        assert all(readers.map(client.get, [GROUP] * 32))
    assert 0.3 <= time.monotonic() - before < 3


def test_a_slow_request_can_meet_another_trouble(client: Azure, cloud: SandboxCloud) -> None:
    cloud.azure.add_trouble(Trouble(kind="slow", seconds=0.1, times=None))
    cloud.azure.add_trouble(Trouble(kind="throttled"))
    cloud.azure.add_trouble(Trouble(kind="refused"))
    before = time.monotonic()
    assert [outcome_of_read(client) for _ in range(3)] == [
        "SubscriptionRequestsThrottled",
        "AuthorizationFailed",
        "answered",
    ]
    assert time.monotonic() - before >= 0.3
    assert [met for _, met in cloud.azure.troubles()] == [3, 1, 1]


def test_only_requests_of_clients_meet_trouble(cloud: SandboxCloud) -> None:
    """The sandbox's own commands never do."""
    cloud.azure.add_trouble(Trouble(kind="refused", times=None))
    assert cloud.get(CONSUMER)
    assert cloud.azure.calls() == []


def test_trouble_meets_matching_requests(client: Azure, cloud: SandboxCloud) -> None:
    cloud.azure.add_trouble(Trouble(kind="throttled", on=f"get {CONSUMER.upper()}", skip=1, times=2))
    assert [outcome_of_read(client) for _ in range(4)] == [
        "answered",
        *["SubscriptionRequestsThrottled"] * 2,
        "answered",
    ]
    assert [met for _, met in cloud.azure.troubles()] == [2]


def test_trouble_can_meet_each_call_separately(client: Azure, cloud: SandboxCloud) -> None:
    """Each request of a program fails once."""
    cloud.azure.add_trouble(Trouble(kind="refused", each=True))
    owner = ResourceId.parse(OWNER)
    assert [outcome_of_read(client, id) for id in (GROUP, owner, GROUP, owner)] == [
        *["AuthorizationFailed"] * 2,
        *["answered"] * 2,
    ]


def test_no_request_meets_ended_trouble(client: Azure, cloud: SandboxCloud) -> None:
    cloud.azure.add_trouble(Trouble(kind="refused", times=None))
    assert outcome_of_read(client) == "AuthorizationFailed"
    cloud.azure.end_troubles()
    assert outcome_of_read(client) == "answered"


@given(seed=st.integers(0, 10**6))
def test_a_seed_selects_the_same_requests(seed: int) -> None:
    """A fault under a seed can be found again, in any order of the requests."""
    rare = Trouble(kind="refused", chance=0.5, seed=seed)
    calls = [(f"GET /subscriptions/s/resourceGroups/{name}", time) for name in "abcdefgh" for time in range(1, 5)]
    first = [rare.selects(*call) for call in calls]
    assert [rare.selects(*call) for call in reversed(calls)] == first[::-1]
    assert True in first
    assert False in first


def test_a_generated_name_is_the_same_call_in_every_run(client: Azure, cloud: SandboxCloud, alias: str) -> None:
    cloud.azure.add_trouble(Trouble(kind="slow", times=0))
    answer = client.put(ResourceId.parse(ENDPOINT), endpoint(alias))
    client.get(ResourceId.parse(answer["properties"]["networkInterfaces"][0]["id"]))
    assert cloud.azure.calls()[-1].endswith("/networkinterfaces/pe.nic.*")


def test_the_name_of_a_connection_to_a_cluster_is_the_same_call_in_every_run(
    client: Azure, cloud: SandboxCloud, native_cluster: str
) -> None:
    cloud.azure.add_trouble(Trouble(kind="slow", times=0))
    client.put(ResourceId.parse(ENDPOINT), to_cluster())
    client.get(ResourceId.parse(cloud.connections(native_cluster)[0]["id"]))
    assert cloud.azure.calls()[-1].endswith("/clusters/adx2/privateendpointconnections/pe-*")


def test_a_world_file_has_trouble(tmp_path: Path) -> None:
    azure = Azure(StoreFile(tmp_path / "azure.db"))
    azure.start_from(World(resources=[{"id": CONSUMER, "location": "westus"}], trouble=(Trouble(kind="conflict"),)))
    assert outcome_of_read(azure.acting_as("somebody")) == "AnotherOperationInProgress"


def test_the_command_adds_lists_and_ends_trouble(tmp_path: Path) -> None:
    def sandbox(*arguments: str, command: str = "trouble") -> str:
        result = CliRunner().invoke(main, ["--home", str(tmp_path / "sandbox"), command, *arguments])
        assert isinstance(result.exception, (SystemExit, type(None)))
        return result.output

    sandbox(command="reset")
    assert sandbox("throttled", "--on", "PUT *", "--times", "4") == "throttled  on PUT *  4 times, met 0\n"
    assert sandbox("slow", "--always") == "throttled  on PUT *  4 times, met 0\nslow  on *  always, met 0\n"
    assert sandbox() == "throttled  on PUT *  4 times, met 0\nslow  on *  always, met 0\n"
    assert "--chance 2: Input should be less than or equal to 1" in sandbox("slow", "--chance", "2")
    assert sandbox("--end") == ""
