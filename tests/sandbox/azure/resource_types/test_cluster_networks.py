"""Clusters in virtual networks: injection, the way out and back, and what never changes."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import switches
from azure_sandbox.azure.resource_types import cluster_networks

from ...rule_marks import holds
from ...small_world import NAT, OWNER_NETWORK, SandboxCloud
from .cluster_bodies import ADX, cluster, injected


@holds(cluster_networks.NOT_DELEGATED)
def test_the_subnet_must_be_delegated_to_clusters(cloud: SandboxCloud) -> None:
    """An owner who prepares the network can forget the delegation."""
    with cloud.rejects("MissingSubnetDelegation"):
        cloud.put(ADX, injected("nat"))


@holds(cluster_networks.WRONG_INJECTION)
@pytest.mark.parametrize(
    "changes", [{"subnetId": OWNER_NETWORK}, {"enginePublicIpId": NAT}, {"dataManagementPublicIpId": OWNER_NETWORK}]
)
def test_injection_needs_a_subnet_and_two_addresses(cloud: SandboxCloud, changes: dict[str, Any]) -> None:
    with cloud.rejects("InvalidVirtualNetworkConfiguration"):
        cloud.put(ADX, injected(**changes))


@pytest.mark.parametrize("name", ["subnetId", "enginePublicIpId", "dataManagementPublicIpId"])
def test_injection_refers_to_resources_that_exist(cloud: SandboxCloud, name: str) -> None:
    with cloud.rejects("InvalidResourceReference"):
        cloud.put(ADX, injected(**{name: f"{OWNER_NETWORK}/subnets/none"}))


@pytest.mark.parametrize("state", ["Enabled", "Disabled"])
@holds(cluster_networks.INJECTION_RETIRED)
def test_no_client_injects_another_cluster(cloud: SandboxCloud, state: str) -> None:
    """A template of before 2025 fails; the clusters of then are still there."""
    client = SandboxCloud(cloud.azure.acting_as("client"))
    with client.rejects("VirtualNetworkInjectionRetired"):
        client.put(ADX, injected(state=state))
    cloud.put(ADX, injected(state=state))
    assert client.put(ADX, injected(state=state))["properties"]["virtualNetworkConfiguration"]["state"] == state


@holds(switches.NEW_INJECTION)
def test_a_world_can_be_of_before_the_retirement(cloud: SandboxCloud) -> None:
    """A test of an old program needs the old Azure."""
    cloud.azure.set_switch("new-injection", "allow")
    client = SandboxCloud(cloud.azure.acting_as("client"))
    assert client.put(ADX, injected())["properties"]["virtualNetworkConfiguration"]["state"] == "Enabled"


@holds(cluster_networks.INJECTION_CHANGED)
@pytest.mark.parametrize("state", ["Enabled", "Disabled"])
def test_the_configuration_of_a_network_never_changes(cloud: SandboxCloud, state: str) -> None:
    """Terraform replaced clusters when people dropped the block of a migrated one."""
    cloud.put(ADX, injected(state=state))
    for other in (injected("adx-spare", state=state), cluster()):
        with cloud.rejects("CannotModifyVirtualNetworkConfiguration"):
            cloud.put(ADX, other)


@holds(cluster_networks.INJECTION_CHANGED)
def test_a_native_cluster_is_never_injected(cloud: SandboxCloud) -> None:
    cloud.put(ADX, cluster())
    with cloud.rejects("CannotModifyVirtualNetworkConfiguration"):
        cloud.put(ADX, injected())


@holds(cluster_networks.MIGRATION)
def test_a_cluster_leaves_its_network_and_returns_by_its_state(cloud: SandboxCloud) -> None:
    """A roll-back needs the subnet and the addresses, so the configuration keeps them."""
    ids = injected(state="")["properties"]["virtualNetworkConfiguration"]
    for state in ("Enabled", "Disabled", "Enabled"):
        cloud.put(ADX, injected(state=state))
        assert cloud.get(ADX)["properties"]["virtualNetworkConfiguration"] == {**ids, "state": state}
    cloud.put(ADX, injected(state="Disabled"))
    cloud.put(ADX, injected(state=None))
    assert cloud.get(ADX)["properties"]["virtualNetworkConfiguration"]["state"] == "Enabled"


@holds(cluster_networks.NOT_DELEGATED)
def test_a_cluster_returns_only_to_a_delegated_subnet(cloud: SandboxCloud) -> None:
    """Somebody cleaned up after the migration."""
    cloud.put(ADX, injected(state="Disabled"))
    subnet = cloud.get(f"{OWNER_NETWORK}/subnets/adx")
    cloud.put(subnet["id"], {"properties": {**subnet["properties"], "delegations": []}})
    with cloud.rejects("MissingSubnetDelegation"):
        cloud.put(ADX, injected())
