"""Changes that people make by hand in the portal."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from azure_sandbox import portal_changes
from azure_sandbox.azure import ResourceId
from azure_sandbox.cli import main
from azure_sandbox.sandbox_home import SandboxHome

from .azure.resource_types.cluster_bodies import to_cluster
from .small_world import CLIENTS, ENDPOINT, NAT, SERVICE, ZONE, SandboxCloud, a_record, endpoint, zone

ADX_GROUP = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx"
MYADX = f"{ADX_GROUP}/providers/Microsoft.Kusto/clusters/myadx"


@pytest.fixture
def connected(cloud: SandboxCloud, alias: str) -> SandboxCloud:
    cloud.put(ENDPOINT, endpoint(alias))
    return cloud


def status(cloud: SandboxCloud) -> str:
    return cloud.connection_of()["properties"]["privateLinkServiceConnectionState"]["status"]


def test_a_connection_is_approved_and_rejected_by_the_id_of_its_endpoint(connected: SandboxCloud) -> None:
    portal_changes.decide_connection(connected.azure, ResourceId.parse(ENDPOINT), "Approved", "welcome")
    assert status(connected) == "Approved"
    portal_changes.decide_connection(connected.azure, ResourceId.parse(connected.connections()[0]["id"]), "Rejected")
    assert status(connected) == "Rejected"


def test_the_endpoint_of_a_removed_connection_is_disconnected(connected: SandboxCloud) -> None:
    portal_changes.remove_connection(connected.azure, ResourceId.parse(ENDPOINT))
    assert status(connected) == "Disconnected"
    assert connected.connections() == []
    with pytest.raises(portal_changes.PortalError, match="was removed"):
        portal_changes.remove_connection(connected.azure, ResourceId.parse(ENDPOINT))


def test_the_owner_of_a_cluster_decides_by_the_id_of_the_endpoint(cloud: SandboxCloud, native_cluster: str) -> None:
    cloud.put(ENDPOINT, to_cluster())
    portal_changes.decide_connection(cloud.azure, ResourceId.parse(ENDPOINT), "Approved", "welcome")
    assert status(cloud) == "Approved"
    [seen] = cloud.connections(native_cluster)
    assert seen["properties"]["privateLinkServiceConnectionState"]["description"] == "welcome"
    portal_changes.remove_connection(cloud.azure, ResourceId.parse(ENDPOINT))
    assert (status(cloud), cloud.connections(native_cluster)) == ("Disconnected", [])


def test_other_ids_than_those_of_connections_and_endpoints_are_rejected(connected: SandboxCloud) -> None:
    with pytest.raises(portal_changes.PortalError, match=f"{SERVICE} is neither a private endpoint nor a connection"):
        portal_changes.decide_connection(connected.azure, ResourceId.parse(SERVICE), "Approved")


def test_a_record_is_edited_moved_and_deleted(cloud: SandboxCloud) -> None:
    cloud.put(ZONE, zone())
    cloud.put(f"{ZONE}/A/host", a_record("10.3.0.4"))
    portal_changes.edit_record(cloud.azure, ResourceId.parse(f"{ZONE}/A/host"), ["10.3.0.9", "10.3.0.10"], ttl=60)
    edited = cloud.get(f"{ZONE}/A/host")["properties"]
    assert [record["ipv4Address"] for record in edited["aRecords"]] == ["10.3.0.9", "10.3.0.10"]
    assert edited["ttl"] == 60
    portal_changes.move_record(cloud.azure, ResourceId.parse(f"{ZONE}/A/host"), ResourceId.parse(f"{ZONE}/A/other"))
    assert cloud.get(f"{ZONE}/A/other")["properties"]["fqdn"].startswith("other.")
    portal_changes.delete_resource(cloud.azure, ResourceId.parse(f"{ZONE}/A/other"))
    assert not any("/A/" in id for id in cloud.ids())


def test_network_policies_are_enabled(cloud: SandboxCloud) -> None:
    portal_changes.set_network_policies(cloud.azure, ResourceId.parse(NAT), "service", enabled=True)
    assert cloud.get(NAT)["properties"]["privateLinkServiceNetworkPolicies"] == "Enabled"
    portal_changes.set_network_policies(cloud.azure, ResourceId.parse(CLIENTS), "endpoint", enabled=True)
    assert cloud.get(CLIENTS)["properties"]["privateEndpointNetworkPolicies"] == "Enabled"


def test_a_subnet_with_a_service_keeps_its_policies_disabled(connected: SandboxCloud) -> None:
    with connected.rejects("PrivateLinkServiceNetworkPoliciesCannotBeEnabledOnPrivateLinkServiceSubnet"):
        portal_changes.set_network_policies(connected.azure, ResourceId.parse(NAT), "service", enabled=True)


def test_a_cluster_leaves_its_network_once(tmp_path: Path) -> None:
    home = SandboxHome(tmp_path / "sandbox")
    home.reset(None)
    command = ["--home", str(home.directory), "portal", "leave-network"]
    assert CliRunner().invoke(main, [*command, MYADX]).exit_code == 0
    configuration = home.azure.get(ResourceId.parse(MYADX))["properties"]["virtualNetworkConfiguration"]
    assert configuration["state"] == "Disabled"
    assert configuration["subnetId"]
    for other in (MYADX, ADX_GROUP):
        with pytest.raises(portal_changes.PortalError, match="is not a cluster that is injected"):
            portal_changes.leave_network(home.azure, ResourceId.parse(other))


def test_a_cluster_returns_to_its_network_once(tmp_path: Path) -> None:
    home = SandboxHome(tmp_path / "sandbox")
    home.reset(None)
    for command in ("leave-network", "return-to-network"):
        assert CliRunner().invoke(main, ["--home", str(home.directory), "portal", command, MYADX]).exit_code == 0
    shown = home.azure.get(ResourceId.parse(MYADX))["properties"]
    assert shown["virtualNetworkConfiguration"]["state"] == "Enabled"
    for other in (MYADX, f"{ADX_GROUP}/providers/Microsoft.Kusto/clusters/newadx"):
        with pytest.raises(portal_changes.PortalError, match="is not a cluster that has left"):
            portal_changes.return_to_network(home.azure, ResourceId.parse(other))


def test_a_cluster_is_stopped_and_started(tmp_path: Path) -> None:
    home = SandboxHome(tmp_path / "sandbox")
    home.reset(None)
    for command, state in (("stop", "Stopped"), ("start", "Running")):
        assert CliRunner().invoke(main, ["--home", str(home.directory), "portal", command, MYADX]).exit_code == 0
        assert home.azure.get(ResourceId.parse(MYADX))["properties"]["state"] == state
    for change in (portal_changes.stop_cluster, portal_changes.start_cluster):
        with pytest.raises(portal_changes.PortalError, match="is not a cluster"):
            change(home.azure, ResourceId.parse(ADX_GROUP))


def test_a_resource_is_locked_and_unlocked(cloud: SandboxCloud) -> None:
    cloud.put(ZONE, zone())
    portal_changes.lock(cloud.azure, ResourceId.parse(ZONE), read_only=True)
    with cloud.rejects("ScopeLocked", 409):
        cloud.put(ZONE, zone(tags={"team": "data"}))
    portal_changes.lock(cloud.azure, ResourceId.parse(ZONE))
    cloud.put(ZONE, zone(tags={"team": "data"}))
    with cloud.rejects("ScopeLocked", 409):
        cloud.delete(ZONE)
    portal_changes.unlock(cloud.azure, ResourceId.parse(ZONE))
    cloud.delete(ZONE)
