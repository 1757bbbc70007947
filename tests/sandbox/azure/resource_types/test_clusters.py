"""Clusters: names, host names, skus, and injection in a virtual network."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure.resource_types import clusters

from ...rule_marks import holds
from ...small_world import CONSUMER, NAT, OWNER, OWNER_NETWORK, SKU, SandboxCloud, network

CLUSTER = f"{OWNER}/providers/Microsoft.Kusto/clusters/adx1"


def cluster(**properties: Any) -> dict[str, Any]:
    return {"location": "West US", "sku": SKU, "properties": properties}


def injected(subnet: str = "adx", **changes: Any) -> dict[str, Any]:
    configuration = {
        "subnetId": f"{OWNER_NETWORK}/subnets/{subnet}",
        "enginePublicIpId": network(OWNER, "publicIPAddresses", "one"),
        "dataManagementPublicIpId": network(OWNER, "publicIPAddresses", "two"),
        "state": "Enabled",
        **changes,
    }
    return cluster(virtualNetworkConfiguration=configuration)


@holds(clusters.SHAPE)
@pytest.mark.parametrize("body", [injected(), cluster()], ids=["injected", "by itself"])
def test_a_cluster_has_host_names_of_its_region_and_cloud(cloud: SandboxCloud, body: dict[str, Any]) -> None:
    answer = cloud.put(CLUSTER, body)
    assert answer["type"] == "Microsoft.Kusto/Clusters"
    assert answer["id"] == f"{OWNER}/providers/Microsoft.Kusto/Clusters/adx1"
    assert answer["etag"].startswith('"20')
    assert answer["properties"]["uri"] == "https://adx1.westus.kusto.windows.net"
    assert answer["properties"]["dataIngestionUri"] == "https://ingest-adx1.westus.kusto.windows.net"
    assert answer["properties"]["privateEndpointConnections"] == []
    requested = body["properties"].get("virtualNetworkConfiguration")
    assert answer["properties"]["virtualNetworkConfiguration"] == requested


def test_computed_properties_are_ignored_in_a_body(cloud: SandboxCloud) -> None:
    answer = cloud.put(CLUSTER, cluster(uri="https://elsewhere", state="Stopped", enablePurge=True))
    assert answer["properties"]["uri"] == "https://adx1.westus.kusto.windows.net"
    assert (answer["properties"]["state"], answer["properties"]["enablePurge"]) == ("Running", True)


@pytest.mark.parametrize("name", ["adx", "1adx", "Adx1", "adx-1", "a" * 23])
@holds(clusters.BAD_NAME)
def test_an_invalid_name_is_rejected(cloud: SandboxCloud, name: str) -> None:
    with cloud.rejects("InvalidClusterName"):
        cloud.put(f"{OWNER}/providers/Microsoft.Kusto/clusters/{name}", injected())


@holds(clusters.NAME_TAKEN)
def test_a_name_is_unique_in_all_of_azure(cloud: SandboxCloud) -> None:
    """The host names of a cluster contain its name."""
    cloud.put(CLUSTER, injected())
    with cloud.rejects("ClusterNameAlreadyExists", 409):
        cloud.put(f"{CONSUMER}/providers/Microsoft.Kusto/clusters/adx1", cluster())
    cloud.put(CLUSTER, injected())


@holds(clusters.NO_SKU)
@pytest.mark.parametrize("sku", [None, {}, {"name": "Standard_D13_v2"}, {"tier": "Standard"}, {**SKU, "tier": "Free"}])
def test_a_cluster_needs_a_sku(cloud: SandboxCloud, sku: dict[str, Any] | None) -> None:
    with cloud.rejects("InvalidClusterSku"):
        cloud.put(CLUSTER, {**cluster(), "sku": sku})


@holds(clusters.NOT_DELEGATED)
def test_the_subnet_must_be_delegated_to_clusters(cloud: SandboxCloud) -> None:
    """An owner who prepares the network can forget the delegation."""
    with cloud.rejects("MissingSubnetDelegation"):
        cloud.put(CLUSTER, injected("nat"))


@holds(clusters.WRONG_INJECTION)
@pytest.mark.parametrize(
    "changes", [{"subnetId": OWNER_NETWORK}, {"enginePublicIpId": NAT}, {"dataManagementPublicIpId": OWNER_NETWORK}]
)
def test_injection_needs_a_subnet_and_two_addresses(cloud: SandboxCloud, changes: dict[str, Any]) -> None:
    with cloud.rejects("InvalidVirtualNetworkConfiguration"):
        cloud.put(CLUSTER, injected(**changes))


@pytest.mark.parametrize("name", ["subnetId", "enginePublicIpId", "dataManagementPublicIpId"])
def test_injection_refers_to_resources_that_exist(cloud: SandboxCloud, name: str) -> None:
    with cloud.rejects("InvalidResourceReference"):
        cloud.put(CLUSTER, injected(**{name: f"{OWNER_NETWORK}/subnets/none"}))


@holds(clusters.INJECTION_CHANGED)
def test_a_cluster_leaves_its_network_only_by_its_state(cloud: SandboxCloud) -> None:
    cloud.put(CLUSTER, injected())
    for other in (injected("adx-spare"), cluster()):
        with cloud.rejects("ClusterVirtualNetworkConfigurationCannotBeChanged"):
            cloud.put(CLUSTER, other)
    cloud.put(CLUSTER, injected(state="Disabled"))
    assert cloud.get(CLUSTER)["properties"]["virtualNetworkConfiguration"]["state"] == "Disabled"
