"""What people trip over with native clusters, as their clients experience it. Other tests hold the rules behind it."""

from __future__ import annotations

import pytest

from azure_sandbox import portal_changes
from azure_sandbox.azure import AzureError, Json, ResourceId
from azure_sandbox.azure.resource_types import cluster_connections, private_dns_zone_groups
from azure_sandbox.reachability import reach, reach_all

from .azure.resource_types.cluster_bodies import (
    CLUSTER,
    ZONE_GROUP,
    ZONES,
    create_native_cluster,
    create_zones,
    members_of,
    to_cluster,
    zone_group,
)
from .rule_marks import holds
from .small_world import CONSUMER, CONSUMER_NETWORK, ENDPOINT, OWNER_NETWORK, SKU, SandboxCloud, link, network, zone

ENGINE = "adx2.westus.kusto.windows.net"
SECOND_ENDPOINT = network(CONSUMER, "privateEndpoints", "pe2")


@pytest.fixture
def private(cloud: SandboxCloud) -> SandboxCloud:
    """A native cluster with an approved endpoint, a zone group over its four zones, and linked zones."""
    create_native_cluster(cloud)
    create_zones(cloud)
    cloud.put(ENDPOINT, to_cluster(manual=False))
    cloud.put(ZONE_GROUP, zone_group(*ZONES))
    for zone_id in ZONES:
        cloud.put(f"{zone_id}/virtualNetworkLinks/link", link(CONSUMER_NETWORK))
    return cloud


def outcomes(cloud: SandboxCloud, network: str = CONSUMER_NETWORK) -> list[str]:
    """What clients get from the engine, the ingestion service and the storage accounts, without repetitions."""
    hosts = [host for member in cloud.azure.members_of(ResourceId.parse(CLUSTER)) for host in member.fqdns]
    return sorted({reached.outcome for reached in reach_all(cloud.azure, network, hosts).values()})


def is_private(cloud: SandboxCloud, host: str = ENGINE) -> bool:
    """Whether the consumer's clients reach a host through an endpoint."""
    reached = reach(cloud.azure, CONSUMER_NETWORK, host)
    return reached.outcome == "connected" and bool(reached.through)


@holds(cluster_connections.CONNECTION_NOT_FOUND)
def test_the_name_of_a_connection_cannot_be_guessed(private: SandboxCloud) -> None:
    """Azure/terraform-provider-azapi#274: neither the endpoint's name nor its guid."""
    guid = private.get(ENDPOINT)["properties"]["resourceGuid"]
    for name in ("pe", f"pe-{guid}", f"pe.{guid}"):
        with pytest.raises(AzureError, match="is not found"):
            private.get(f"{CLUSTER}/privateEndpointConnections/{name}")


def test_a_zone_without_the_region_has_no_effect(cloud: SandboxCloud) -> None:
    """The zone of most other services has no region, and Azure accepts this one."""
    wrong = network(CONSUMER, "privateDnsZones", "privatelink.kusto.windows.net")
    create_native_cluster(cloud)
    cloud.put(wrong, zone())
    cloud.put(f"{wrong}/virtualNetworkLinks/link", link(CONSUMER_NETWORK))
    cloud.put(ENDPOINT, to_cluster(manual=False))
    configs = cloud.put(ZONE_GROUP, zone_group(wrong))["properties"]["privateDnsZoneConfigs"]
    assert [config["properties"]["recordSets"] for config in configs] == [[]]
    assert outcomes(cloud) == ["connected"]
    assert not is_private(cloud)


def test_an_endpoint_closes_nothing(private: SandboxCloud) -> None:
    """Azure/bicep-registry-modules#6810 closes the cluster with its first endpoint; Azure itself does not."""
    assert private.get(CLUSTER)["properties"]["publicNetworkAccess"] == "Enabled"
    assert outcomes(private, OWNER_NETWORK) == ["connected"]


def test_an_ip_list_opens_nothing_of_a_closed_cluster(private: SandboxCloud) -> None:
    """hashicorp/terraform-provider-azurerm#18250: Azure accepts both, and services such as Power BI are cut off."""
    closed: Json = {"publicNetworkAccess": "Disabled", "allowedIpRangeList": ["PowerBI"]}
    private.put(CLUSTER, {"location": "westus", "sku": SKU, "properties": closed})
    assert reach(private.azure, OWNER_NETWORK, ENGINE).outcome == "refused"
    assert is_private(private)


def test_two_endpoints_that_share_zones_break_each_other(private: SandboxCloud) -> None:
    """MicrosoftDocs/azure-docs#58044: the second one takes the names over, and takes them along when it goes."""
    assert reach(private.azure, CONSUMER_NETWORK, ENGINE).through == ENDPOINT
    private.put(SECOND_ENDPOINT, to_cluster(manual=False))
    private.put(f"{SECOND_ENDPOINT}/privateDnsZoneGroups/default", zone_group(*ZONES))
    assert reach(private.azure, CONSUMER_NETWORK, ENGINE).through == SECOND_ENDPOINT
    private.delete(SECOND_ENDPOINT)
    assert outcomes(private) == ["no-such-name"]
    assert private.connection_of()["properties"]["privateLinkServiceConnectionState"]["status"] == "Approved"


@holds(private_dns_zone_groups.ONE_ZONE_GROUP)
def test_the_group_of_a_policy_is_in_the_way(cloud: SandboxCloud) -> None:
    """MicrosoftDocs/azure-docs#99388: a policy is content with one zone, and a group of one's own is rejected."""
    create_native_cluster(cloud)
    create_zones(cloud)
    cloud.put(ENDPOINT, to_cluster(manual=False))
    cloud.put(f"{ENDPOINT}/privateDnsZoneGroups/deployedByPolicy", zone_group(ZONES[0]))
    for zone_id in ZONES:
        cloud.put(f"{zone_id}/virtualNetworkLinks/link", link(CONSUMER_NETWORK))
    hosts = [host for host, _ in members_of(cloud).values()]
    assert [is_private(cloud, host) for host in hosts] == [True] * 2 + [False] * 6
    assert outcomes(cloud) == ["connected", "no-such-name"]
    with cloud.rejects(private_dns_zone_groups.ONE_ZONE_GROUP.code):
        cloud.put(ZONE_GROUP, zone_group(*ZONES))


@holds(private_dns_zone_groups.ZONE_CANNOT_CHANGE)
def test_a_zone_that_moves_leaves_a_gap(private: SandboxCloud) -> None:
    """hashicorp/terraform-provider-azurerm#27559: the group is deleted, and until the next one the names are gone."""
    moved = ZONES[0].replace("/resourceGroups/consumer/", "/resourceGroups/hub/")
    private.put(CONSUMER.replace("/consumer", "/hub"), {"location": "westus"})
    private.put(moved, zone())
    with private.rejects(private_dns_zone_groups.ZONE_CANNOT_CHANGE.code):
        private.put(ZONE_GROUP, zone_group(moved, *ZONES[1:]))
    private.delete(ZONE_GROUP)
    assert outcomes(private) == ["no-such-name"]
    private.delete(f"{ZONES[0]}/virtualNetworkLinks/link")
    private.put(f"{moved}/virtualNetworkLinks/link", link(CONSUMER_NETWORK))
    private.put(ZONE_GROUP, zone_group(moved, *ZONES[1:]))
    assert is_private(private)


def test_what_is_left_of_private_access_hides_the_public_names(private: SandboxCloud) -> None:
    """pnp/Analytics-Insights#229: the way back to public access ends with the links, not with the connection."""
    portal_changes.remove_connection(private.azure, ResourceId.parse(ENDPOINT))
    assert outcomes(private, OWNER_NETWORK) == ["connected"]
    assert outcomes(private) == ["no-such-name"]
    private.delete(ENDPOINT)
    assert outcomes(private) == ["no-such-name"]
    for zone_id in ZONES:
        private.delete(f"{zone_id}/virtualNetworkLinks/link")
    assert outcomes(private) == ["connected"]
    assert not is_private(private)
