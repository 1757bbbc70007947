"""Peerings: both sides, address spaces, and what cannot change."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import Json
from azure_sandbox.azure.errors import Rejection
from azure_sandbox.azure.resource_types import virtual_network_peerings

from ...rule_marks import holds, rejected
from ...small_world import CONSUMER_NETWORK, OWNER, OWNER_NETWORK, SandboxCloud, network

PEERING = f"{CONSUMER_NETWORK}/virtualNetworkPeerings/to-owner"
PEERING_BACK = f"{OWNER_NETWORK}/virtualNetworkPeerings/to-consumer"


def peering(remote: str, **more: Any) -> Json:
    return {"properties": {"remoteVirtualNetwork": {"id": remote}, **more}}


@holds(virtual_network_peerings.CONNECTED)
def test_a_peering_with_a_counterpart_is_connected(cloud: SandboxCloud) -> None:
    assert cloud.put(PEERING, peering(OWNER_NETWORK))["properties"]["peeringState"] == "Initiated"
    cloud.put(PEERING_BACK, peering(CONSUMER_NETWORK))
    for peering_id in (PEERING, PEERING_BACK):
        assert cloud.get(peering_id)["properties"]["peeringState"] == "Connected"
    [listed] = cloud.get(CONSUMER_NETWORK)["properties"]["virtualNetworkPeerings"]
    assert listed == cloud.get(PEERING)
    assert listed["properties"]["remoteAddressSpace"] == {"addressPrefixes": ["10.1.0.0/16"]}
    cloud.delete(PEERING_BACK)
    assert cloud.get(PEERING)["properties"]["peeringState"] == "Initiated"


@holds(virtual_network_peerings.SYNC_LEVEL)
def test_a_peering_keeps_the_address_space_of_its_creation(cloud: SandboxCloud) -> None:
    """When a spoke grows, the hub does not reach the new range until its peering is synchronised."""

    def levels() -> list[str]:
        return [cloud.get(peering_id)["properties"]["peeringSyncLevel"] for peering_id in (PEERING, PEERING_BACK)]

    cloud.put(PEERING, peering(OWNER_NETWORK))
    cloud.put(PEERING_BACK, peering(CONSUMER_NETWORK))
    assert levels() == ["FullyInSync", "FullyInSync"]
    owner = cloud.get(OWNER_NETWORK)
    owner["properties"]["addressSpace"]["addressPrefixes"].append("10.99.0.0/16")
    cloud.put(OWNER_NETWORK, owner)
    cloud.put(PEERING, peering(OWNER_NETWORK))
    assert levels() == ["LocalNotInSync", "RemoteNotInSync"]
    shown = cloud.get(PEERING)["properties"]
    assert shown["remoteAddressSpace"] == {"addressPrefixes": ["10.1.0.0/16"]}
    assert shown["remoteVirtualNetworkAddressSpace"] == {"addressPrefixes": ["10.1.0.0/16", "10.99.0.0/16"]}
    cloud.put(PEERING, peering(OWNER_NETWORK, syncRemoteAddressSpace="true"))
    assert levels() == ["FullyInSync", "FullyInSync"]


@holds(virtual_network_peerings.ANOTHER_PEERING)
def test_two_networks_have_one_peering(cloud: SandboxCloud) -> None:
    """A second program adds a peering that the landing zone has created under another name."""
    cloud.put(PEERING, peering(OWNER_NETWORK))
    with cloud.rejects("AnotherPeeringAlreadyReferencesRemoteVnet"):
        cloud.put(f"{PEERING}-again", peering(OWNER_NETWORK))


@holds(virtual_network_peerings.REMOTE_IS_FINAL)
def test_the_remote_network_cannot_change(cloud: SandboxCloud) -> None:
    cloud.put(PEERING, peering(OWNER_NETWORK))
    with cloud.rejects("ChangingRemoteVirtualNetworkNotAllowed"):
        cloud.put(PEERING, peering(network(OWNER, "virtualNetworks", "east")))


@pytest.mark.parametrize(
    ("rejection", "id", "body"),
    [
        rejected(
            virtual_network_peerings.NO_REMOTE, PEERING, peering(f"{OWNER_NETWORK}-none"), id="a peering with nothing"
        ),
        rejected(
            virtual_network_peerings.SPACES_OVERLAP, PEERING, peering(CONSUMER_NETWORK), id="a peering with itself"
        ),
    ],
)
def test_an_invalid_peering_is_rejected(cloud: SandboxCloud, rejection: Rejection, id: str, body: Json) -> None:
    with cloud.rejects(rejection.code):
        cloud.put(id, body)
