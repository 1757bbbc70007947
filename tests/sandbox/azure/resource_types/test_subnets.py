"""Subnets: ranges, policies, delegations, and subnets in use."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import AzureError, address_prefixes, bodies, references, subnet_delegations
from azure_sandbox.azure.errors import Rejection
from azure_sandbox.azure.resource_types import subnets

from ...rule_marks import holds, rejected
from ...small_world import (
    BALANCER,
    CLIENTS,
    CONSUMER,
    DELEGATED,
    ENDPOINT,
    NAT,
    OWNER,
    OWNER_NETWORK,
    SERVICE,
    SPARE,
    STANDARD,
    SandboxCloud,
    endpoint,
    network,
    service,
    subnet,
)
from .network_bodies import NEW_NETWORK, NEW_SUBNET, virtual_network


@pytest.mark.parametrize(
    ("rule", "properties"),
    [
        rejected(subnets.NO_PREFIX, {}, id="no range"),
        rejected(address_prefixes.INVALID_CIDR, {"addressPrefix": "10.1.9.1/28"}, id="bits beyond the prefix"),
        rejected(address_prefixes.INVALID_PREFIX, {"addressPrefixes": ["nonsense"]}, id="no range at all"),
        rejected(address_prefixes.INVALID_PREFIX, {"addressPrefix": "10.1.9.0"}, id="an address without a length"),
        rejected(subnets.INVALID_SUBNET, {"addressPrefix": "10.1.9.0/30"}, id="too small"),
        rejected(address_prefixes.SUBNET_OUTSIDE, {"addressPrefix": "10.2.0.0/28"}, id="outside the network"),
        rejected(subnets.SUBNETS_OVERLAP, {"addressPrefix": "10.1.1.0/27"}, id="over another subnet"),
        rejected(
            bodies.UNKNOWN_VALUE,
            {"addressPrefix": "10.1.9.0/28", "privateEndpointNetworkPolicies": "Off"},
            id="unknown policies",
        ),
        rejected(
            bodies.CANNOT_PARSE,
            {"addressPrefix": "10.1.9.0/28", "delegations": [{"properties": {}}]},
            id="a delegation without its inner name",
        ),
        rejected(
            subnet_delegations.UNKNOWN_SERVICE,
            {"addressPrefix": "10.1.9.0/28", "delegations": [{"name": "d", "properties": {"serviceName": "Kusto"}}]},
            id="a delegation to no service",
        ),
        rejected(
            references.REFERENCE_NOT_FOUND,
            {"addressPrefix": "10.1.9.0/28", "routeTable": {"id": network(OWNER, "routeTables", "none")}},
            id="a link to nothing",
        ),
        rejected(
            references.WRONG_TYPE,
            {"addressPrefix": "10.1.9.0/28", "networkSecurityGroup": {"id": OWNER_NETWORK}},
            id="a virtual network in place of a security group",
        ),
        rejected(
            references.WRONG_TYPE,
            {"addressPrefix": "10.1.9.0/28", "routeTable": {"id": "routes"}},
            id="a link that is not an id",
        ),
        *(
            rejected(
                references.NOT_IN_SANDBOX,
                {"addressPrefix": "10.1.9.0/28", **link},
                id=f"a link to what the sandbox lacks: {next(iter(link))}",
            )
            for link in (
                {"natGateway": {"id": network(OWNER, "natGateways", "nat")}},
                {"serviceEndpointPolicies": [{"id": network(OWNER, "serviceEndpointPolicies", "policy")}]},
            )
        ),
    ],
)
def test_an_invalid_subnet_is_rejected(cloud: SandboxCloud, rule: Rejection, properties: dict[str, Any]) -> None:
    with cloud.rejects(rule.code):
        cloud.put(NEW_SUBNET, {"properties": properties})
    with cloud.rejects(rule.code):
        cloud.put(
            NEW_NETWORK,
            virtual_network(
                "10.1.0.0/16", subnets=[subnet("a", "10.1.1.0/28"), {"name": "new", "properties": properties}]
            ),
        )


@holds(subnets.SUBNET_ETAG)
def test_a_change_of_one_subnet_changes_the_etag_of_all(cloud: SandboxCloud) -> None:
    """An `If-Match` for one subnet fails after a change of another."""

    def etags() -> set[str]:
        shown = cloud.get(OWNER_NETWORK)
        inside = shown["properties"]["subnets"]
        return {shown["etag"], cloud.get(NAT)["etag"], *(nested["etag"] for nested in inside)}

    before = etags()
    cloud.put(NEW_SUBNET, {"properties": {"addressPrefix": "10.1.9.0/28"}})
    with_new = etags()
    cloud.delete(NEW_SUBNET)
    after = etags()
    assert len(before) == len(with_new) == len(after) == 1
    assert len(before | with_new | after) == 3


@holds(subnets.DEFAULT_POLICIES)
def test_the_default_policies(cloud: SandboxCloud) -> None:
    answer = cloud.put(NEW_SUBNET, {"properties": {"addressPrefix": "10.1.9.0/28"}})["properties"]
    assert answer["privateLinkServiceNetworkPolicies"] == "Enabled"
    assert answer["privateEndpointNetworkPolicies"] == "Disabled"


def use(cloud: SandboxCloud, user: str) -> None:
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
def test_a_subnet_in_use_cannot_be_deleted(cloud: SandboxCloud, user: str, subnet: str) -> None:
    use(cloud, user)
    network_body = cloud.get(subnet.rsplit("/", 2)[0])
    code = subnets.SUBNET_IN_USE.code
    with cloud.rejects(code):
        cloud.delete(subnet)
    with cloud.rejects(code):
        cloud.delete(network_body["id"])
    with cloud.rejects(code):
        cloud.put(network_body["id"], {**network_body, "properties": {**network_body["properties"], "subnets": []}})
    assert cloud.get(subnet)["properties"]["ipConfigurations"]


@pytest.mark.parametrize(("user", "subnet"), USERS)
@holds(subnets.PREFIX_IN_USE)
def test_the_range_of_a_subnet_in_use_cannot_change(cloud: SandboxCloud, user: str, subnet: str) -> None:
    """Not even to a larger one; only a further range can be added."""
    use(cloud, user)
    properties = cloud.get(subnet)["properties"]
    narrow, wide = properties["addressPrefix"], properties["addressPrefix"].split("/")[0] + "/27"
    kept = {name: value for name, value in properties.items() if name != "addressPrefix"}
    if subnet == CLIENTS:
        cloud.delete(DELEGATED)
    with cloud.rejects(subnets.PREFIX_IN_USE.code):
        cloud.put(subnet, {"properties": {**kept, "addressPrefix": wide}})
    further = narrow.replace(".0.0/", ".0.128/")
    cloud.put(subnet, {"properties": {**kept, "addressPrefixes": [narrow, further]}})
    cloud.put(subnet, {"properties": {**kept, "addressPrefixes": [narrow]}})


def test_the_range_of_an_unused_subnet_can_change(cloud: SandboxCloud) -> None:
    cloud.put(SPARE, {"properties": {"addressPrefix": "10.1.1.0/27"}})
    assert cloud.get(SPARE)["properties"]["addressPrefix"] == "10.1.1.0/27"


def test_an_unused_subnet_and_its_network_can_be_deleted(cloud: SandboxCloud) -> None:
    cloud.delete(CLIENTS)
    cloud.delete(OWNER_NETWORK)
    assert not [id for id in cloud.ids() if id.startswith((CLIENTS, OWNER_NETWORK))]


@holds(subnets.ENDPOINTS_FORBID_DELEGATION)
def test_a_subnet_with_endpoints_cannot_be_delegated(cloud: SandboxCloud, alias: str) -> None:
    """A cluster cannot be injected in a subnet with endpoints."""
    delegation = {"name": "kusto", "properties": {"serviceName": "Microsoft.Kusto/clusters"}}
    delegated = {"properties": {"addressPrefix": "10.3.0.0/29", "delegations": [delegation]}}
    cloud.put(ENDPOINT, endpoint(alias))
    with cloud.rejects(subnets.ENDPOINTS_FORBID_DELEGATION.code):
        cloud.put(CLIENTS, delegated)
    cloud.delete(ENDPOINT)
    (shown,) = cloud.put(CLIENTS, delegated)["properties"]["delegations"]
    assert shown["id"] == f"{CLIENTS}/delegations/kusto"
    assert shown["etag"] == cloud.get(CLIENTS)["etag"]


def test_the_error_names_the_aligned_range(cloud: SandboxCloud) -> None:
    with pytest.raises(AzureError, match=r"the address prefix should be 10\.1\.9\.0/28"):
        cloud.put(NEW_SUBNET, {"properties": {"addressPrefix": "10.1.9.1/28"}})


@holds(references.REFERENCE_NOT_FOUND)
@pytest.mark.parametrize("kind", ["networkSecurityGroup", "routeTable"])
@pytest.mark.parametrize(("group", "location"), [(CONSUMER, "eastus"), (OWNER, "westus")])
def test_the_links_of_a_subnet_share_its_region_and_subscription(
    cloud: SandboxCloud, kind: str, group: str, location: str
) -> None:
    """A hub's security group is in another subscription, a disaster site's in another region: Azure rejects both."""
    elsewhere = cloud.put(network(group, f"{kind}s", "other"), {"location": location})["id"]
    with cloud.rejects("InvalidResourceReference"):
        cloud.put(CLIENTS, subnet("clients", "10.3.0.0/28", **{kind: {"id": elsewhere}}))
