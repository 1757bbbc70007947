"""Endpoints to clusters that are still injected: the preparation of a migration."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import switches
from azure_sandbox.azure.resource_types import cluster_connections, private_endpoints

from ...rule_marks import holds
from ...small_world import ENDPOINT, OWNER, OWNER_NETWORK, ZONE, SandboxCloud, network, subnet
from .cluster_bodies import (
    ADX,
    ZONE_GROUP,
    ZONES,
    create_zones,
    injected,
    members_of,
    records_in,
    to_cluster,
    zone_group,
)

pytestmark = pytest.mark.usefixtures("native_cluster")


@pytest.fixture(autouse=True)
def _injected_cluster(cloud: SandboxCloud) -> None:
    cloud.put(ADX, injected())


@holds(cluster_connections.PREPARED, switches.INJECTED_TARGET)
def test_an_endpoint_is_prepared_before_the_migration(cloud: SandboxCloud) -> None:
    """With a zone group, its names lead to an endpoint without effect: an outage until the cluster is migrated."""
    create_zones(cloud)
    cloud.put(ENDPOINT, to_cluster(ADX))
    [seen] = cloud.connections(ADX)
    cloud.decide("Approved", seen["id"])
    members = members_of(cloud)
    assert len(members) == 8
    cloud.put(ZONE_GROUP, zone_group(*ZONES))
    assert records_in(cloud, ZONE)["adx1"] == [members["Engine"][1]]

    cloud.put(ADX, injected(state="Disabled"))
    assert members_of(cloud) == members
    assert [connection["id"] for connection in cloud.connections(ADX)] == [seen["id"]]
    assert cloud.connection_of()["properties"]["privateLinkServiceConnectionState"]["status"] == "Approved"


@holds(switches.INJECTED_TARGET, cluster_connections.INJECTED)
def test_an_endpoint_can_be_impossible_before_the_migration(cloud: SandboxCloud) -> None:
    """The documentation says both; a migration must cope with either."""
    cloud.azure.set_switch("injected-target", "refuse")
    with cloud.rejects(cluster_connections.INJECTED.code):
        cloud.put(ENDPOINT, to_cluster(ADX))
    cloud.put(ADX, injected(state="Disabled"))
    cloud.put(ENDPOINT, to_cluster(ADX))


@holds(private_endpoints.SUBNET_OF_CLUSTER)
def test_an_endpoint_needs_another_subnet_than_the_cluster(cloud: SandboxCloud) -> None:
    """Whoever removes the delegation to make room for endpoints is still in the cluster's own subnet."""
    own = f"{OWNER_NETWORK}/subnets/adx"
    endpoint = network(OWNER, "privateEndpoints", "pe")
    cloud.put(own, {"properties": subnet("adx", "10.1.14.0/28")["properties"]})
    with cloud.rejects(private_endpoints.SUBNET_OF_CLUSTER.code):
        cloud.put(endpoint, to_cluster(ADX, subnet=own))
    cloud.put(ADX, injected(state="Disabled"))
    cloud.put(endpoint, to_cluster(ADX, subnet=own))
