"""Virtual networks: address spaces, and the subnets in the body of a network."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import address_prefixes, bodies
from azure_sandbox.azure.errors import Rejection
from azure_sandbox.azure.resource_types import virtual_network_peerings, virtual_networks

from ...rule_marks import holds, rejected
from ...small_world import BALANCER, CONSUMER_NETWORK, OWNER_NETWORK, SandboxCloud, subnet
from .network_bodies import NEW_NETWORK, NEW_SUBNET, virtual_network


def peering(remote: str) -> dict[str, Any]:
    return {"name": "hub", "properties": {"remoteVirtualNetwork": {"id": remote}}}


@holds(virtual_networks.INVALID_DNS_SERVER)
@pytest.mark.parametrize("server", ["", "dns.example", "10.0.0.4;10.0.0.5"])
def test_a_dns_server_must_be_an_address(cloud: SandboxCloud, server: str) -> None:
    body = virtual_network("10.9.0.0/24")
    body["properties"]["dhcpOptions"] = {"dnsServers": [server]}
    with cloud.rejects("NetcfgInvalidIPAddress"):
        cloud.put(NEW_NETWORK, body)


@pytest.mark.parametrize(
    ("rule", "body"),
    [
        rejected(virtual_networks.NO_ADDRESS_SPACE, {"location": "westus", "properties": {}}, id="no address space"),
        rejected(virtual_networks.NO_ADDRESS_SPACE, virtual_network(), id="an empty address space"),
        rejected(address_prefixes.INVALID_CIDR, virtual_network("10.0.0.1/8"), id="bits beyond the prefix"),
        rejected(
            virtual_networks.SPACE_OVERLAPS, virtual_network("10.8.0.0/16", "10.8.1.0/24"), id="a prefix within another"
        ),
        rejected(virtual_networks.SPACE_OVERLAPS, virtual_network("10.8.0.0/16", "10.8.0.0/16"), id="a prefix twice"),
        *(
            rejected(virtual_networks.FORBIDDEN_SPACE, virtual_network("10.8.0.0/16", prefix), id=prefix)
            for prefix in (
                "224.0.0.0/8",
                "127.0.0.0/16",
                "169.254.0.0/16",
                "168.63.129.0/24",
                "255.0.0.0/8",
                "0.0.0.0/0",
            )
        ),
        rejected(
            virtual_network_peerings.NO_REMOTE,
            virtual_network("10.8.0.0/16", virtualNetworkPeerings=[peering(f"{CONSUMER_NETWORK}-none")]),
            id="a peering with nothing",
        ),
        rejected(
            virtual_network_peerings.NO_REMOTE,
            virtual_network("10.8.0.0/16", virtualNetworkPeerings=[peering(BALANCER)]),
            id="a peering with a load balancer",
        ),
        rejected(
            virtual_network_peerings.SPACES_OVERLAP,
            virtual_network("10.8.0.0/16", "10.3.0.0/16", virtualNetworkPeerings=[peering(CONSUMER_NETWORK)]),
            id="a peering with a network of the same addresses",
        ),
        rejected(
            bodies.CANNOT_PARSE, virtual_network("10.8.0.0/16", virtualNetworkPeerings=[{"name": "p"}]), id="a peering"
        ),
    ],
)
def test_an_invalid_network_is_rejected(cloud: SandboxCloud, rule: Rejection, body: dict[str, Any]) -> None:
    with cloud.rejects(rule.code):
        cloud.put(NEW_NETWORK, body)


@holds(address_prefixes.SUBNET_OUTSIDE)
def test_an_address_space_cannot_shrink_below_its_subnets(cloud: SandboxCloud) -> None:
    with cloud.rejects(address_prefixes.SUBNET_OUTSIDE.code):
        cloud.put(OWNER_NETWORK, virtual_network("10.1.0.0/24"))
    cloud.put(OWNER_NETWORK, virtual_network("10.1.0.0/20"))


def test_address_space_and_subnets_can_grow_together(cloud: SandboxCloud) -> None:
    subnets = [subnet("clients", "10.3.0.0/29"), subnet("more", "10.9.0.0/24")]
    answer = cloud.put(CONSUMER_NETWORK, virtual_network("10.3.0.0/24", "10.9.0.0/16", subnets=subnets))
    assert [shown["name"] for shown in answer["properties"]["subnets"]] == ["clients", "more"]


@holds(virtual_networks.SUBNETS_LEFT_ALONE)
def test_a_put_without_subnets_keeps_them(cloud: SandboxCloud) -> None:
    """A program that only adds a tag keeps the subnets of a network."""
    before = cloud.get(OWNER_NETWORK)["properties"]["subnets"]
    after = cloud.put(OWNER_NETWORK, {**virtual_network("10.1.0.0/16"), "tags": {"a": "b"}})
    assert [shown["id"] for shown in after["properties"]["subnets"]] == [shown["id"] for shown in before]
    emptied = cloud.put(OWNER_NETWORK, virtual_network("10.1.0.0/16", subnets=[]))
    assert emptied["properties"]["subnets"] == []


def test_a_network_keeps_its_optional_properties(cloud: SandboxCloud) -> None:
    requested = {
        "dhcpOptions": {"dnsServers": ["10.0.0.4"]},
        "enableDdosProtection": True,
        "encryption": {"enabled": False, "enforcement": "AllowUnencrypted"},
        "flowTimeoutInMinutes": 4,
    }
    answer = cloud.put(
        NEW_NETWORK, virtual_network("10.8.0.0/16", **requested, virtualNetworkPeerings=[peering(CONSUMER_NETWORK)])
    )
    assert requested.items() <= answer["properties"].items()
    (shown,) = answer["properties"]["virtualNetworkPeerings"]
    assert shown["id"] == f"{NEW_NETWORK}/virtualNetworkPeerings/hub"
    assert shown["etag"] == answer["etag"]
    assert shown["properties"]["remoteVirtualNetwork"] == {"id": CONSUMER_NETWORK}
    assert cloud.put(NEW_NETWORK, answer)["properties"] == cloud.get(NEW_NETWORK)["properties"]


@holds(address_prefixes.POOLS_WHEN_ASKED)
def test_address_pools_are_present_if_requested(cloud: SandboxCloud) -> None:
    answer = cloud.put(NEW_NETWORK, virtual_network("10.8.0.0/16", subnets=[subnet("a", "10.8.0.0/24")]))["properties"]
    assert "ipamPoolPrefixAllocations" not in answer["addressSpace"]
    assert "ipamPoolPrefixAllocations" not in answer["subnets"][0]["properties"]
    pools = [{"numberOfIpAddresses": "8", "pool": {"id": "pool"}}]
    requested = cloud.put(
        NEW_SUBNET, {"properties": {"addressPrefix": "10.1.9.0/28", "ipamPoolPrefixAllocations": pools}}
    )
    assert requested["properties"]["ipamPoolPrefixAllocations"] == pools
