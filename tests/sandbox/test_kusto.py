"""A cluster as its owner makes it."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import kusto

from .holds import holds
from .places import OWNER, OWNER_NETWORK, Cloud, network

CLUSTER = f"{OWNER}/providers/Microsoft.Kusto/clusters/adx1"


def injected(subnet: str = "nat", **changes: Any) -> dict[str, Any]:
    configuration = {
        "subnetId": f"{OWNER_NETWORK}/subnets/{subnet}",
        "enginePublicIpId": network(OWNER, "publicIPAddresses", "one"),
        "dataManagementPublicIpId": network(OWNER, "publicIPAddresses", "two"),
        "state": "Enabled",
        **changes,
    }
    return {"location": "West US", "properties": {"virtualNetworkConfiguration": configuration}}


@holds(kusto.SHAPE)
def test_its_names_and_addresses_on_the_net(cloud: Cloud) -> None:
    made = cloud.put(CLUSTER, injected())
    assert made["type"] == "Microsoft.Kusto/Clusters"
    assert made["properties"]["uri"] == "https://adx1.westus.kusto.windows.net"
    assert made["properties"]["dataIngestionUri"] == "https://ingest-adx1.westus.kusto.windows.net"
    assert made["properties"]["privateEndpointConnections"] == []


@pytest.mark.parametrize("name", ["adx", "1adx", "Adx1", "adx-1", "a" * 23])
@holds(kusto.BAD_NAME)
def test_what_a_cluster_may_be_called(cloud: Cloud, name: str) -> None:
    with cloud.refuses("InvalidClusterName"):
        cloud.put(f"{OWNER}/providers/Microsoft.Kusto/clusters/{name}", injected())


@holds(kusto.INJECTION_CHANGED)
def test_it_leaves_its_network_only_by_its_state(cloud: Cloud) -> None:
    cloud.put(CLUSTER, injected())
    with cloud.refuses("ClusterVirtualNetworkConfigurationCannotBeChanged"):
        cloud.put(CLUSTER, injected("spare"))
    cloud.put(CLUSTER, injected(state="Disabled"))
    assert cloud.get(CLUSTER)["properties"]["virtualNetworkConfiguration"]["state"] == "Disabled"
