"""Whether clients reach clusters and storage accounts: by public addresses, endpoints, and services."""

from __future__ import annotations

from pathlib import Path

import pytest

from azure_sandbox import portal_changes, reachability, world_files
from azure_sandbox.azure import Azure, ResourceId, StoreFile, switches
from azure_sandbox.reachability import reach, reach_all

from .azure.resource_types.cluster_bodies import (
    CLUSTER,
    ZONE_GROUP,
    create_native_cluster,
    create_zones,
    members_of,
    to_cluster,
    zone_group,
)
from .azure.resource_types.cluster_bodies import ZONES as ZONES_OF_A_CLUSTER
from .azure.resource_types.storage_bodies import ACCOUNT, account
from .commands import ADX, CLIENTS, HOST, NETWORK
from .rule_marks import holds
from .small_world import (
    CONSUMER_NETWORK,
    ENDPOINT,
    OWNER_NETWORK,
    RECORD,
    SKU,
    ZONE,
    SandboxCloud,
    a_record,
    endpoint,
    link,
    service,
    zone,
)

ENGINE = "adx2.westus.kusto.windows.net"
MYADX = f"{ADX}/providers/Microsoft.Kusto/Clusters/myadx"
BALANCERS = f"{ADX}/providers/Microsoft.Network/loadBalancers"
OTHER_NETWORK = (
    "/subscriptions/33333333-3333-3333-3333-333333333333/resourceGroups/others/providers/Microsoft.Network/"
    "virtualNetworks/others-vnet"
)
ADX_SUBNET = f"{ADX}/providers/Microsoft.Network/virtualNetworks/adx-vnet/subnets/adx"
SERVICE_ENDPOINT = f"{CLIENTS}/providers/Microsoft.Network/privateEndpoints/to-service"
CLUSTER_ENDPOINT = f"{CLIENTS}/providers/Microsoft.Network/privateEndpoints/to-cluster"
ZONES = f"{CLIENTS}/providers/Microsoft.Network/privateDnsZones"


@pytest.fixture
def private(cloud: SandboxCloud) -> SandboxCloud:
    """The small world with a native cluster, an approved endpoint, and its names in the consumer's network."""
    create_native_cluster(cloud)
    create_zones(cloud)
    cloud.put(ENDPOINT, to_cluster(manual=False))
    cloud.put(ZONE_GROUP, zone_group(*ZONES_OF_A_CLUSTER))
    for zone_id in ZONES_OF_A_CLUSTER:
        cloud.put(f"{zone_id}/virtualNetworkLinks/link", link(CONSUMER_NETWORK))
    return cloud


@pytest.fixture
def myadx(tmp_path: Path) -> SandboxCloud:
    """The default world, with a private link service and an endpoint for the engine of its injected cluster."""
    azure = Azure(StoreFile(tmp_path / "default.db"))
    azure.start_from(world_files.load_world(None))
    cloud = SandboxCloud(azure)
    frontend = f"{BALANCERS}/kucompute-myadx-elb/frontendIPConfigurations/engine"
    nat = {"name": "nat", "properties": {"subnet": {"id": ADX_SUBNET}}}
    pls = f"{ADX}/providers/Microsoft.Network/privateLinkServices/pls"
    requested = service(loadBalancerFrontendIpConfigurations=[{"id": frontend}], ipConfigurations=[nat])
    alias = cloud.put(pls, requested)["properties"]["alias"]
    cloud.put(SERVICE_ENDPOINT, endpoint(alias, subnet=f"{NETWORK}/subnets/clients"))
    publish(cloud, cloud.address_of(SERVICE_ENDPOINT)[0])
    return cloud


def publish(cloud: SandboxCloud, address: str) -> None:
    """Let the engine of `myadx` have this address in the network of the default world."""
    zone_id = f"{ZONES}/privatelink.westus.kusto.windows.net"
    cloud.put(zone_id, zone())
    cloud.put(f"{zone_id}/virtualNetworkLinks/link", link(NETWORK))
    cloud.put(f"{zone_id}/A/myadx", a_record(address))


def outcome(cloud: SandboxCloud, host: str = ENGINE, network: str = CONSUMER_NETWORK) -> str:
    return reach(cloud.azure, network, host).outcome


def close(cloud: SandboxCloud) -> None:
    cloud.put(CLUSTER, {"location": "westus", "sku": SKU, "properties": {"publicNetworkAccess": "Disabled"}})


@holds(reachability.PRIVATE_ENDPOINTS)
def test_every_host_is_reached_through_the_endpoint(private: SandboxCloud) -> None:
    members = members_of(private)
    assert reach_all(private.azure, CONSUMER_NETWORK, [host for host, _ in members.values()]) == {
        host: reachability.Reach("connected", address, ENDPOINT) for host, address in members.values()
    }
    assert len(members) == 8


@holds(reachability.PUBLIC_ACCESS_DISABLED)
def test_a_closed_cluster_is_reached_by_its_endpoint_only(private: SandboxCloud) -> None:
    """A network without the zones resolves the same names, and is cut off."""
    assert outcome(private, network=OWNER_NETWORK) == "connected"
    close(private)
    assert outcome(private, network=OWNER_NETWORK) == "refused"
    assert outcome(private) == "connected"


@holds(reachability.PUBLIC_ACCESS_DISABLED)
def test_a_closed_storage_account_rejects_its_public_address(cloud: SandboxCloud) -> None:
    cloud.put(ACCOUNT, account())
    assert outcome(cloud, "data.blob.core.windows.net") == "connected"
    cloud.put(ACCOUNT, account(properties={"publicNetworkAccess": "Disabled"}))
    assert outcome(cloud, "data.blob.core.windows.net") == "refused"


@holds(reachability.PRIVATE_ENDPOINTS)
def test_an_endpoint_without_approval_leads_nowhere(cloud: SandboxCloud) -> None:
    """A record that is published before the approval cuts its network off."""
    create_native_cluster(cloud)
    cloud.put(ENDPOINT, to_cluster())
    cloud.put(ZONE, zone())
    cloud.put(f"{ZONE}/virtualNetworkLinks/link", link(CONSUMER_NETWORK))
    cloud.put(f"{ZONE}/A/adx2", a_record(cloud.address_of(ENDPOINT)[0]))
    assert outcome(cloud) == "not-approved"
    portal_changes.decide_connection(cloud.azure, ResourceId.parse(ENDPOINT), "Approved")
    assert outcome(cloud) == "connected"
    portal_changes.decide_connection(cloud.azure, ResourceId.parse(ENDPOINT), "Rejected")
    assert outcome(cloud) == "not-approved"


@pytest.mark.parametrize(
    ("member", "expected"), [(0, "connected"), (1, "wrong-server"), (2, "wrong-server"), (None, "no-route")]
)
@holds(reachability.PRIVATE_ENDPOINTS)
def test_a_record_with_another_address_connects_to_another_server(
    private: SandboxCloud, member: int | None, expected: str
) -> None:
    """Records by hand name the address of the ingestion service, or of nobody."""
    address = "10.3.0.99" if member is None else private.address_of(ENDPOINT)[member]
    portal_changes.edit_record(private.azure, ResourceId.parse(RECORD.replace("myadx", "adx2")), [address])
    assert outcome(private) == expected


def test_a_name_without_an_address_is_not_reached(private: SandboxCloud) -> None:
    """The zone of one cluster hides every other cluster of the region."""
    create_native_cluster(private, CLUSTER.replace("adx2", "adx3"))
    assert outcome(private, ENGINE.replace("adx2", "adx3")) == "no-such-name"


@holds(reachability.PRIVATE_ENDPOINTS)
def test_a_peered_network_reaches_the_endpoint(private: SandboxCloud) -> None:
    """Hub and spoke: the hub's zones answer with the endpoint's address, and the route is the peering."""
    private.put(f"{ZONE}/virtualNetworkLinks/owner", link(OWNER_NETWORK))
    assert outcome(private, network=OWNER_NETWORK) == "no-route"
    for here, there in ((OWNER_NETWORK, CONSUMER_NETWORK), (CONSUMER_NETWORK, OWNER_NETWORK)):
        peering = {"remoteVirtualNetwork": {"id": there}, "allowVirtualNetworkAccess": True}
        private.put(f"{here}/virtualNetworkPeerings/peering", {"properties": peering})
    assert outcome(private, network=OWNER_NETWORK) == "connected"


@holds(reachability.NOT_RUNNING)
def test_a_stopped_cluster_answers_nobody(private: SandboxCloud) -> None:
    private.put(CLUSTER, {"location": "westus", "sku": SKU, "properties": {"state": "Stopped"}})
    assert outcome(private) == "not-running"
    assert outcome(private, network=OWNER_NETWORK) == "not-running"


def test_a_cluster_in_creation_has_no_names(cloud: SandboxCloud) -> None:
    cloud.put(CLUSTER, {"location": "westus", "sku": SKU, "properties": {"state": "Creating"}})
    assert outcome(cloud) == "no-such-name"


@holds(reachability.MIGRATION)
@pytest.mark.parametrize("balancers", ["orphan", "detach"])
def test_the_services_of_a_migrated_cluster_are_of_no_use(myadx: SandboxCloud, balancers: str) -> None:
    """Records that still have the old endpoint's address cut the network off; others reach the public address."""
    myadx.azure.set_switch(switches.FLIP_WITH_SERVICE.name, balancers)
    assert outcome(myadx, HOST, NETWORK) == "not-approved"
    portal_changes.decide_connection(myadx.azure, ResourceId.parse(SERVICE_ENDPOINT), "Approved")
    assert outcome(myadx, HOST, NETWORK) == "connected"
    migrate(myadx)
    assert outcome(myadx, HOST, NETWORK) == "not-in-effect"
    myadx.delete(f"{ZONES}/privatelink.westus.kusto.windows.net/A/myadx")
    publish(myadx, reach(myadx.azure, OTHER_NETWORK, HOST).address)
    assert outcome(myadx, HOST, NETWORK) == "connected"


@holds(reachability.MIGRATION)
def test_an_endpoint_to_an_injected_cluster_waits_for_the_migration(myadx: SandboxCloud) -> None:
    """With its names published beforehand, the network is cut off until then."""
    network = myadx.get(NETWORK)
    network["properties"]["addressSpace"]["addressPrefixes"].append("10.3.1.0/24")
    myadx.put(NETWORK, network)
    myadx.put(f"{NETWORK}/subnets/members", {"properties": {"addressPrefix": "10.3.1.0/24"}})
    myadx.put(CLUSTER_ENDPOINT, to_cluster(MYADX, manual=False, subnet=f"{NETWORK}/subnets/members"))
    publish(myadx, myadx.address_of(CLUSTER_ENDPOINT)[0])
    assert outcome(myadx, HOST, NETWORK) == "not-in-effect"
    migrate(myadx)
    assert outcome(myadx, HOST, NETWORK) == "connected"


def test_names_of_injected_networks_lead_to_internal_load_balancers(myadx: SandboxCloud) -> None:
    """Inside the cluster's network only; after the migration, from everywhere."""
    inside = ADX_SUBNET.rsplit("/", 2)[0]
    for label in ("private-myadx", "ingest-private-myadx"):
        host = f"{label}.westus.kusto.windows.net"
        assert outcome(myadx, host, inside) == "connected"
        assert outcome(myadx, host, OTHER_NETWORK) == "no-route"
    migrate(myadx)
    assert outcome(myadx, "private-myadx.westus.kusto.windows.net", OTHER_NETWORK) == "connected"


def migrate(cloud: SandboxCloud) -> None:
    portal_changes.leave_network(cloud.azure, ResourceId.parse(MYADX))
