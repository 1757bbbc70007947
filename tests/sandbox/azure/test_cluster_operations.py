"""One operation at a time on a cluster and everything below it."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from azure_sandbox.azure import Azure, AzureError, Json, OperationFailed, ResourceId, Trouble, switches
from azure_sandbox.azure.cluster_operations import IN_MAINTENANCE

from ..rule_marks import holds
from ..small_world import ENDPOINT, OWNER, SKU, SandboxCloud
from .resource_types.cluster_bodies import CLUSTER, create_native_cluster, to_cluster
from .resource_types.managed_bodies import to_target
from .resource_types.storage_bodies import ACCOUNT, account, status_of
from .template_bodies import deployment

MANAGED = f"{CLUSTER}/ManagedPrivateEndpoints"
OTHER_CLUSTER = f"{OWNER}/providers/Microsoft.Kusto/Clusters/adx3"
DEPLOYMENT = f"{OWNER}/providers/Microsoft.Resources/deployments/approve"
APPROVED = {"properties": {"privateLinkServiceConnectionState": {"status": "Approved", "description": ""}}}


@pytest.fixture
def client(cloud: SandboxCloud) -> Azure:
    """A client in a world with two native clusters and a storage account."""
    create_native_cluster(cloud)
    create_native_cluster(cloud, OTHER_CLUSTER)
    cloud.put(ACCOUNT, account())
    return cloud.azure.acting_as("somebody")


@pytest.fixture
def connections(cloud: SandboxCloud, client: Azure) -> list[str]:
    """The names of two connections that wait for the approval of the cluster's owner."""
    for name in ("pe1", "pe2"):
        client.put(ResourceId.parse(ENDPOINT.replace("/pe", f"/{name}")), to_cluster())
    return [connection["name"] for connection in cloud.connections(CLUSTER)]


def put(client: Azure, id: str, body: Json) -> Json:
    return client.put(ResourceId.parse(id), body)


def failures_of(*requests: Callable[[], object]) -> list[str]:
    """The codes of the operations that fail when a program sends these requests at once."""

    def outcome(request: Callable[[], object]) -> str:
        try:
            request()
        except OperationFailed as error:
            return error.code
        return ""

    with ThreadPoolExecutor(len(requests)) as threads:
        return [code for code in threads.map(outcome, requests) if code]


def approvals(connections: list[str], *, one_by_one: bool) -> Json:
    """A template that approves connections of the cluster."""
    resource: Json = {
        "type": "Microsoft.Kusto/Clusters/privateEndpointConnections",
        "apiVersion": "2024-04-13",
        "name": "[concat('adx2/', parameters('connections')[copyIndex()])]",
        "copy": {
            "name": "connections",
            "count": "[length(parameters('connections'))]",
            **({"mode": "serial", "batchSize": 1} if one_by_one else {}),
        },
        **APPROVED,
    }
    return deployment(resource, declared={"connections": {"type": "array"}}, connections=connections)


def statuses(cloud: SandboxCloud) -> list[str]:
    return sorted(status_of(connection)[0] for connection in cloud.connections(CLUSTER))


@holds(IN_MAINTENANCE)
def test_of_two_managed_private_endpoints_at_once_one_fails(client: Azure, cloud: SandboxCloud) -> None:
    """hashicorp/terraform-provider-azurerm#18501."""
    failures = failures_of(
        lambda: put(client, f"{MANAGED}/blob", to_target()),
        lambda: put(client, f"{MANAGED}/dfs", to_target(group="dfs")),
    )
    assert failures == ["ServiceIsInMaintenance"]
    states = [cloud.get(f"{MANAGED}/{name}")["properties"]["provisioningState"] for name in ("blob", "dfs")]
    assert sorted(states) == ["Failed", "Succeeded"]
    assert len(cloud.connections(ACCOUNT)) == 1


def test_a_failed_one_is_created_by_another_put(client: Azure, cloud: SandboxCloud) -> None:
    cloud.azure.add_trouble(Trouble(kind="maintenance", on="PUT *"))
    with pytest.raises(OperationFailed, match="Cluster 'adx2' is in process of maintenance for a short period"):
        put(client, f"{MANAGED}/blob", to_target())
    assert cloud.connections(ACCOUNT) == []
    assert put(client, f"{MANAGED}/blob", to_target())["properties"]["provisioningState"] == "Succeeded"
    assert len(cloud.connections(ACCOUNT)) == 1


def test_one_after_the_other_succeeds(client: Azure) -> None:
    """A client waits until the operation has ended."""
    started = time.monotonic()
    for name in ("one", "two", "three"):
        put(client, f"{MANAGED}/{name}", to_target())
    assert time.monotonic() - started > 0.6


def test_the_next_one_succeeds_after_a_failed_one(client: Azure, cloud: SandboxCloud) -> None:
    """A client learns of a failure when the operation ends, so the cluster is free then."""
    cloud.azure.add_trouble(Trouble(kind="failed", on="PUT *"))
    with pytest.raises(OperationFailed):
        put(client, f"{MANAGED}/one", to_target())
    put(client, f"{MANAGED}/two", to_target())


def test_clusters_do_not_wait_for_each_other(client: Azure) -> None:
    assert not failures_of(
        lambda: put(client, f"{MANAGED}/one", to_target()),
        lambda: put(client, f"{OTHER_CLUSTER}/managedPrivateEndpoints/one", to_target()),
    )


@pytest.mark.parametrize("second", ["managed private endpoint", "cluster", "deletion"])
def test_an_approval_overlaps_other_operations(client: Azure, connections: list[str], second: str) -> None:
    """No source says that approvals count; a program that sends them one by one is right either way."""
    approved, deleted = [f"{CLUSTER}/privateEndpointConnections/{name}" for name in connections]
    others: dict[str, Callable[[], object]] = {
        "managed private endpoint": lambda: put(client, f"{MANAGED}/blob", to_target()),
        "cluster": lambda: put(client, CLUSTER, {"location": "westus", "sku": SKU}),
        "deletion": lambda: client.delete(ResourceId.parse(deleted)),
    }
    assert failures_of(lambda: put(client, approved, APPROVED), others[second]) == ["ServiceIsInMaintenance"]


def test_an_approval_overlaps_the_patch_of_a_cluster(
    client: Azure, cloud: SandboxCloud, connections: list[str]
) -> None:
    """A migration or lock-down runs for minutes, and no deployment approves anything meanwhile."""
    connection = f"{CLUSTER}/privateEndpointConnections/{connections[0]}"
    client.patch(ResourceId.parse(CLUSTER), {"properties": {"publicNetworkAccess": "Disabled"}})
    assert failures_of(lambda: put(client, connection, APPROVED)) == ["ServiceIsInMaintenance"]
    while client.get(ResourceId.parse(CLUSTER))["properties"]["provisioningState"] != "Succeeded":
        pass
    assert not failures_of(lambda: put(client, connection, APPROVED))
    assert statuses(cloud) == ["Approved", "Pending"]


def test_a_failed_approval_changes_nothing(client: Azure, cloud: SandboxCloud, connections: list[str]) -> None:
    cloud.azure.add_trouble(Trouble(kind="maintenance", on="PUT */privateEndpointConnections/*"))
    before = cloud.azure.list()
    with pytest.raises(OperationFailed):
        put(client, f"{CLUSTER}/privateEndpointConnections/{connections[0]}", APPROVED)
    assert cloud.azure.list() == before


def test_an_invalid_request_is_rejected_before_the_operation(client: Azure, cloud: SandboxCloud) -> None:
    cloud.azure.add_trouble(Trouble(kind="maintenance", on="PUT *"))
    with pytest.raises(AzureError) as rejection:
        put(client, f"{MANAGED}/blob", to_target(group="vault"))
    assert not isinstance(rejection.value, OperationFailed)


def test_a_template_approves_all_at_once_and_fails(client: Azure, cloud: SandboxCloud, connections: list[str]) -> None:
    """The deployment hides the reason in its details, and stays as a failed one."""
    with pytest.raises(OperationFailed) as failure:
        put(client, DEPLOYMENT, approvals(connections, one_by_one=False))
    assert failure.value.code == "DeploymentFailed"
    (detail,) = cloud.get(DEPLOYMENT)["properties"]["error"]["details"]
    assert detail["code"] == "ServiceIsInMaintenance"
    assert statuses(cloud) == ["Approved", "Pending"]


def test_a_template_approves_one_by_one(client: Azure, cloud: SandboxCloud, connections: list[str]) -> None:
    put(client, DEPLOYMENT, approvals(connections, one_by_one=True))
    assert statuses(cloud) == ["Approved", "Approved"]


def test_a_template_meets_the_trouble_of_its_deployment(
    client: Azure, cloud: SandboxCloud, connections: list[str]
) -> None:
    """The next deployment of the same template succeeds."""
    cloud.azure.add_trouble(Trouble(kind="maintenance", on="PUT */deployments/*"))
    for code in (["DeploymentFailed"], []):
        assert failures_of(lambda: put(client, DEPLOYMENT, approvals(connections, one_by_one=True))) == code
    assert statuses(cloud) == ["Approved", "Approved"]


def test_a_failed_deletion_deletes_nothing(client: Azure, cloud: SandboxCloud) -> None:
    put(client, f"{MANAGED}/blob", to_target())
    cloud.azure.add_trouble(Trouble(kind="maintenance", on="DELETE *"))
    with pytest.raises(OperationFailed):
        client.delete(ResourceId.parse(f"{MANAGED}/blob"))
    assert len(cloud.connections(ACCOUNT)) == 1


def test_changes_by_hand_do_not_overlap(client: Azure, cloud: SandboxCloud) -> None:
    """The sandbox's own commands change Azure while a client's operation runs."""
    assert not failures_of(
        lambda: put(client, f"{MANAGED}/blob", to_target()),
        lambda: cloud.put(f"{MANAGED}/dfs", to_target(group="dfs")),
    )


@holds(switches.CLUSTER_OPERATIONS)
def test_operations_can_take_no_time(client: Azure, cloud: SandboxCloud) -> None:
    """For programs that have nothing to do with it, such as measurements."""
    cloud.azure.set_switch(switches.CLUSTER_OPERATIONS.name, "take-no-time")
    assert not failures_of(
        *(lambda name=name: put(client, f"{MANAGED}/{name}", to_target()) for name in ("one", "two", "three", "four"))
    )


@holds(switches.FAILED_MANAGED_ENDPOINT)
def test_a_failed_creation_can_leave_nothing(client: Azure, cloud: SandboxCloud) -> None:
    """A program that creates it again in the same run succeeds only then."""
    cloud.azure.set_switch(switches.FAILED_MANAGED_ENDPOINT.name, "is-gone")
    cloud.azure.add_trouble(Trouble(kind="maintenance", on="PUT *"))
    before = cloud.ids()
    with pytest.raises(OperationFailed):
        put(client, f"{MANAGED}/blob", to_target())
    assert cloud.ids() == before
