"""What Azure refuses of virtual networks and subnets, and what it keeps of what it was given."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import address_prefixes, bodies, errors, references, subnet_delegations
from azure_sandbox.azure.errors import Refusal
from azure_sandbox.azure.resource_types import subnets, virtual_network_peerings, virtual_networks

from .holds import holds, refused
from .places import (
    BALANCER,
    CLIENTS,
    CONSUMER_NETWORK,
    DELEGATED,
    ENDPOINT,
    NAT,
    OWNER,
    OWNER_NETWORK,
    SERVICE,
    SPARE,
    STANDARD,
    Cloud,
    endpoint,
    service,
    subnet,
)
from .places import network as in_network

NEW_NETWORK = in_network(OWNER, "virtualNetworks", "new")
NEW = f"{OWNER_NETWORK}/subnets/new"


def virtual_network(*prefixes: str, **properties: Any) -> dict[str, Any]:
    return {"location": "westus", "properties": {"addressSpace": {"addressPrefixes": list(prefixes)}, **properties}}


def peering(remote: str) -> dict[str, Any]:
    return {"name": "hub", "properties": {"remoteVirtualNetwork": {"id": remote}}}


@pytest.mark.parametrize(
    ("rule", "properties"),
    [
        refused(subnets.NO_PREFIX, {}, id="no range"),
        refused(address_prefixes.INVALID_CIDR, {"addressPrefix": "10.1.9.1/28"}, id="bits beyond the prefix"),
        refused(address_prefixes.INVALID_PREFIX, {"addressPrefixes": ["nonsense"]}, id="no range at all"),
        refused(address_prefixes.INVALID_PREFIX, {"addressPrefix": "10.1.9.0"}, id="an address without a length"),
        refused(subnets.INVALID_SUBNET, {"addressPrefix": "10.1.9.0/30"}, id="too small"),
        refused(address_prefixes.SUBNET_OUTSIDE, {"addressPrefix": "10.2.0.0/28"}, id="outside the network"),
        refused(subnets.SUBNETS_OVERLAP, {"addressPrefix": "10.1.1.0/27"}, id="over another subnet"),
        refused(
            bodies.UNKNOWN_VALUE,
            {"addressPrefix": "10.1.9.0/28", "privateEndpointNetworkPolicies": "Off"},
            id="policies that there are not",
        ),
        refused(
            bodies.CANNOT_PARSE,
            {"addressPrefix": "10.1.9.0/28", "delegations": [{"properties": {}}]},
            id="a delegation without its inner name",
        ),
        refused(
            subnet_delegations.UNKNOWN_SERVICE,
            {"addressPrefix": "10.1.9.0/28", "delegations": [{"name": "d", "properties": {"serviceName": "Kusto"}}]},
            id="a delegation to no service",
        ),
        refused(
            references.REFERENCE_NOT_FOUND,
            {"addressPrefix": "10.1.9.0/28", "routeTable": {"id": in_network(OWNER, "routeTables", "none")}},
            id="a link to nothing",
        ),
        refused(
            references.WRONG_TYPE,
            {"addressPrefix": "10.1.9.0/28", "networkSecurityGroup": {"id": OWNER_NETWORK}},
            id="a virtual network in place of a security group",
        ),
        refused(
            references.WRONG_TYPE,
            {"addressPrefix": "10.1.9.0/28", "routeTable": {"id": "routes"}},
            id="a link that is no id",
        ),
        *(
            refused(
                references.NOT_IN_SANDBOX,
                {"addressPrefix": "10.1.9.0/28", **link},
                id=f"a link to what the sandbox lacks: {next(iter(link))}",
            )
            for link in (
                {"natGateway": {"id": in_network(OWNER, "natGateways", "nat")}},
                {"serviceEndpointPolicies": [{"id": in_network(OWNER, "serviceEndpointPolicies", "policy")}]},
            )
        ),
    ],
)
def test_a_subnet_is_refused(cloud: Cloud, rule: Refusal, properties: dict[str, Any]) -> None:
    with cloud.refuses(rule.code):
        cloud.put(NEW, {"properties": properties})
    with cloud.refuses(rule.code):
        cloud.put(
            NEW_NETWORK,
            virtual_network(
                "10.1.0.0/16", subnets=[subnet("a", "10.1.1.0/28"), {"name": "new", "properties": properties}]
            ),
        )


@holds(virtual_networks.INVALID_DNS_SERVER)
@pytest.mark.parametrize("server", ["", "dns.example", "10.0.0.4;10.0.0.5"])
def test_a_dns_server_is_an_address(cloud: Cloud, server: str) -> None:
    body = virtual_network("10.9.0.0/24")
    body["properties"]["dhcpOptions"] = {"dnsServers": [server]}
    with cloud.refuses("NetcfgInvalidIPAddress"):
        cloud.put(NEW_NETWORK, body)


def test_it_is_told_which_range_was_meant(cloud: Cloud) -> None:
    with pytest.raises(errors.AzureError, match=r"the address prefix should be 10\.1\.9\.0/28"):
        cloud.put(NEW, {"properties": {"addressPrefix": "10.1.9.1/28"}})


@pytest.mark.parametrize(
    ("rule", "body"),
    [
        refused(virtual_networks.NO_ADDRESS_SPACE, {"location": "westus", "properties": {}}, id="no address space"),
        refused(virtual_networks.NO_ADDRESS_SPACE, virtual_network(), id="an empty address space"),
        refused(address_prefixes.INVALID_CIDR, virtual_network("10.0.0.1/8"), id="bits beyond the prefix"),
        refused(
            virtual_networks.SPACE_OVERLAPS, virtual_network("10.8.0.0/16", "10.8.1.0/24"), id="a prefix within another"
        ),
        refused(virtual_networks.SPACE_OVERLAPS, virtual_network("10.8.0.0/16", "10.8.0.0/16"), id="a prefix twice"),
        *(
            refused(virtual_networks.FORBIDDEN_SPACE, virtual_network("10.8.0.0/16", each), id=each)
            for each in ("224.0.0.0/8", "127.0.0.0/16", "169.254.0.0/16", "168.63.129.0/24", "255.0.0.0/8", "0.0.0.0/0")
        ),
        refused(
            virtual_network_peerings.NO_REMOTE,
            virtual_network("10.8.0.0/16", virtualNetworkPeerings=[peering(f"{CONSUMER_NETWORK}-none")]),
            id="a peering with nothing",
        ),
        refused(
            virtual_network_peerings.NO_REMOTE,
            virtual_network("10.8.0.0/16", virtualNetworkPeerings=[peering(BALANCER)]),
            id="a peering with a load balancer",
        ),
        refused(
            virtual_network_peerings.SPACES_OVERLAP,
            virtual_network("10.8.0.0/16", "10.3.0.0/16", virtualNetworkPeerings=[peering(CONSUMER_NETWORK)]),
            id="a peering with a network of the same addresses",
        ),
        refused(
            bodies.CANNOT_PARSE, virtual_network("10.8.0.0/16", virtualNetworkPeerings=[{"name": "p"}]), id="a peering"
        ),
    ],
)
def test_a_network_is_refused(cloud: Cloud, rule: Refusal, body: dict[str, Any]) -> None:
    with cloud.refuses(rule.code):
        cloud.put(NEW_NETWORK, body)


@holds(address_prefixes.SUBNET_OUTSIDE)
def test_an_address_space_does_not_shrink_below_its_subnets(cloud: Cloud) -> None:
    with cloud.refuses(address_prefixes.SUBNET_OUTSIDE.code):
        cloud.put(OWNER_NETWORK, virtual_network("10.1.0.0/24"))
    cloud.put(OWNER_NETWORK, virtual_network("10.1.0.0/20"))


def test_address_space_and_subnets_grow_together(cloud: Cloud) -> None:
    subnets = [subnet("clients", "10.3.0.0/29"), subnet("more", "10.9.0.0/24")]
    made = cloud.put(CONSUMER_NETWORK, virtual_network("10.3.0.0/24", "10.9.0.0/16", subnets=subnets))
    assert [each["name"] for each in made["properties"]["subnets"]] == ["clients", "more"]


@holds(virtual_networks.SUBNETS_LEFT_ALONE)
def test_subnets_that_are_not_mentioned_are_left_alone(cloud: Cloud) -> None:
    """A program that only tags a network must not empty it."""
    before = cloud.get(OWNER_NETWORK)["properties"]["subnets"]
    after = cloud.put(OWNER_NETWORK, {**virtual_network("10.1.0.0/16"), "tags": {"a": "b"}})
    assert [each["id"] for each in after["properties"]["subnets"]] == [each["id"] for each in before]
    emptied = cloud.put(OWNER_NETWORK, virtual_network("10.1.0.0/16", subnets=[]))
    assert emptied["properties"]["subnets"] == []


def test_a_network_keeps_what_it_was_given(cloud: Cloud) -> None:
    given = {
        "dhcpOptions": {"dnsServers": ["10.0.0.4"]},
        "enableDdosProtection": True,
        "encryption": {"enabled": False, "enforcement": "AllowUnencrypted"},
        "flowTimeoutInMinutes": 4,
    }
    made = cloud.put(
        NEW_NETWORK, virtual_network("10.8.0.0/16", **given, virtualNetworkPeerings=[peering(CONSUMER_NETWORK)])
    )
    assert given.items() <= made["properties"].items()
    (shown,) = made["properties"]["virtualNetworkPeerings"]
    assert shown["id"] == f"{NEW_NETWORK}/virtualNetworkPeerings/hub"
    assert shown["etag"] == made["etag"]
    assert shown["properties"]["remoteVirtualNetwork"] == {"id": CONSUMER_NETWORK}
    assert cloud.put(NEW_NETWORK, made)["properties"] == cloud.get(NEW_NETWORK)["properties"]


@holds(address_prefixes.POOLS_WHEN_ASKED)
def test_pools_are_shown_when_asked_for(cloud: Cloud) -> None:
    made = cloud.put(NEW_NETWORK, virtual_network("10.8.0.0/16", subnets=[subnet("a", "10.8.0.0/24")]))["properties"]
    assert "ipamPoolPrefixAllocations" not in made["addressSpace"]
    assert "ipamPoolPrefixAllocations" not in made["subnets"][0]["properties"]
    pools = [{"numberOfIpAddresses": "8", "pool": {"id": "pool"}}]
    asked = cloud.put(NEW, {"properties": {"addressPrefix": "10.1.9.0/28", "ipamPoolPrefixAllocations": pools}})
    assert asked["properties"]["ipamPoolPrefixAllocations"] == pools


@holds(subnets.SUBNET_ETAG)
def test_a_change_of_one_subnet_changes_the_etag_of_all(cloud: Cloud) -> None:
    """Whoever sends `If-Match` for one subnet loses to a change of another."""

    def etags() -> set[str]:
        shown = cloud.get(OWNER_NETWORK)
        inside = shown["properties"]["subnets"]
        return {shown["etag"], cloud.get(NAT)["etag"], *(each["etag"] for each in inside)}

    before = etags()
    cloud.put(NEW, {"properties": {"addressPrefix": "10.1.9.0/28"}})
    with_new = etags()
    cloud.delete(NEW)
    after = etags()
    assert len(before) == len(with_new) == len(after) == 1
    assert len(before | with_new | after) == 3


@holds(subnets.DEFAULT_POLICIES)
def test_policies_by_default(cloud: Cloud) -> None:
    made = cloud.put(NEW, {"properties": {"addressPrefix": "10.1.9.0/28"}})["properties"]
    assert made["privateLinkServiceNetworkPolicies"] == "Enabled"
    assert made["privateEndpointNetworkPolicies"] == "Disabled"


def use(cloud: Cloud, user: str) -> None:
    if user == "endpoint":
        cloud.put(ENDPOINT, endpoint(cloud.put(SERVICE, service())["properties"]["alias"]))
    elif user == "service":
        cloud.put(SERVICE, service())
    else:
        frontend = {"name": "inside", "properties": {"subnet": {"id": NAT}}}
        properties = {"frontendIPConfigurations": [frontend]}
        cloud.put(BALANCER, {"location": "westus", "sku": STANDARD, "properties": properties})


USERS = [("endpoint", CLIENTS), ("service", NAT), ("internal load balancer", NAT)]


@pytest.mark.parametrize(("user", "subnet"), USERS)
@holds(subnets.SUBNET_IN_USE)
def test_a_subnet_in_use_stays(cloud: Cloud, user: str, subnet: str) -> None:
    use(cloud, user)
    whole = cloud.get(subnet.rsplit("/", 2)[0])
    code = subnets.SUBNET_IN_USE.code
    with cloud.refuses(code):
        cloud.delete(subnet)
    with cloud.refuses(code):
        cloud.delete(whole["id"])
    with cloud.refuses(code):
        cloud.put(whole["id"], {**whole, "properties": {**whole["properties"], "subnets": []}})
    assert cloud.get(subnet)["properties"]["ipConfigurations"]


@pytest.mark.parametrize(("user", "subnet"), USERS)
@holds(subnets.PREFIX_IN_USE)
def test_the_range_of_a_subnet_in_use_stays(cloud: Cloud, user: str, subnet: str) -> None:
    """Not even a larger one is taken, unless the old one stays beside it."""
    use(cloud, user)
    properties = cloud.get(subnet)["properties"]
    narrow, wide = properties["addressPrefix"], properties["addressPrefix"].split("/")[0] + "/27"
    kept = {name: value for name, value in properties.items() if name != "addressPrefix"}
    if subnet == CLIENTS:
        cloud.delete(DELEGATED)
    with cloud.refuses(subnets.PREFIX_IN_USE.code):
        cloud.put(subnet, {"properties": {**kept, "addressPrefix": wide}})
    further = narrow.replace(".0.0/", ".0.128/")
    cloud.put(subnet, {"properties": {**kept, "addressPrefixes": [narrow, further]}})
    cloud.put(subnet, {"properties": {**kept, "addressPrefixes": [narrow]}})


def test_the_range_of_an_unused_subnet_changes(cloud: Cloud) -> None:
    cloud.put(SPARE, {"properties": {"addressPrefix": "10.1.1.0/27"}})
    assert cloud.get(SPARE)["properties"]["addressPrefix"] == "10.1.1.0/27"


def test_an_unused_subnet_goes_and_so_does_its_network(cloud: Cloud) -> None:
    cloud.delete(CLIENTS)
    cloud.delete(OWNER_NETWORK)
    assert not [each for each in cloud.ids() if each.startswith((CLIENTS, OWNER_NETWORK))]


@holds(subnets.ENDPOINTS_FORBID_DELEGATION)
def test_a_subnet_with_endpoints_is_not_delegated(cloud: Cloud, alias: str) -> None:
    """A cluster cannot be injected where others have endpoints."""
    delegation = {"name": "kusto", "properties": {"serviceName": "Microsoft.Kusto/clusters"}}
    delegated = {"properties": {"addressPrefix": "10.3.0.0/29", "delegations": [delegation]}}
    cloud.put(ENDPOINT, endpoint(alias))
    with cloud.refuses(subnets.ENDPOINTS_FORBID_DELEGATION.code):
        cloud.put(CLIENTS, delegated)
    cloud.delete(ENDPOINT)
    (shown,) = cloud.put(CLIENTS, delegated)["properties"]["delegations"]
    assert shown["id"] == f"{CLIENTS}/delegations/kusto"
    assert shown["etag"] == cloud.get(CLIENTS)["etag"]
