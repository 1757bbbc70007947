"""What a user's own program has around private endpoints: security groups, routes, peerings, role assignments."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import Json, bodies, references
from azure_sandbox.azure.errors import Refusal
from azure_sandbox.azure.resource_types import (
    network_security_groups,
    role_assignments,
    route_tables,
    virtual_network_peerings,
)
from azure_sandbox.provider import defaults

from .engine import Engine
from .holds import holds, refused
from .places import CLIENTS, CONSUMER, CONSUMER_NETWORK, OWNER, OWNER_NETWORK, Cloud, network, subnet

SECURITY_GROUP = network(CONSUMER, "networkSecurityGroups", "guard")
ROUTES = network(CONSUMER, "routeTables", "routes")
PEERING = f"{CONSUMER_NETWORK}/virtualNetworkPeerings/to-owner"
PEERING_BACK = f"{OWNER_NETWORK}/virtualNetworkPeerings/to-consumer"
ROLE = "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"
ASSIGNMENT = f"{CONSUMER}/providers/Microsoft.Authorization/roleAssignments/0f3b2c1d-0000-4000-8000-00000000abcd"


def rule(name: str, priority: int, direction: str = "Inbound", **more: Any) -> Json:
    given = {"priority": priority, "direction": direction, "access": "Deny", "protocol": "*", **more}
    return {"name": name, "properties": given}


def security_group(*rules: Json) -> Json:
    return {"location": "westus", "properties": {"securityRules": list(rules)}}


def routes(*given: Json) -> Json:
    return {"location": "westus", "properties": {"routes": list(given)}}


def route(**given: Any) -> Json:
    return {"name": "out", "properties": {"addressPrefix": "0.0.0.0/0", **given}}


def peering(remote: str, **more: Any) -> Json:
    return {"properties": {"remoteVirtualNetwork": {"id": remote}, **more}}


def assignment(principal: str = "me", role: str = ROLE) -> Json:
    return {"properties": {"roleDefinitionId": role, "principalId": principal}}


@holds(network_security_groups.DEFAULT_RULES, network_security_groups.IN_USE)
def test_a_security_group_of_a_subnet(cloud: Cloud) -> None:
    made = cloud.put(SECURITY_GROUP, security_group(rule("no-ssh", 100), rule("no-ssh-out", 100, "Outbound")))
    defaults = made["properties"]["defaultSecurityRules"]
    assert [each["properties"]["priority"] for each in defaults] == [65000, 65001, 65500] * 2
    cloud.put(CLIENTS, subnet("clients", "10.3.0.0/28", networkSecurityGroup={"id": SECURITY_GROUP}))
    assert cloud.get(SECURITY_GROUP)["properties"]["subnets"] == [{"id": CLIENTS}]
    with cloud.refuses("InUseNetworkSecurityGroupCannotBeDeleted"):
        cloud.delete(SECURITY_GROUP)
    cloud.put(CLIENTS, subnet("clients", "10.3.0.0/28"))
    cloud.delete(SECURITY_GROUP)


def test_a_security_rule_of_ports_and_addresses(cloud: Cloud) -> None:
    given: Json = {
        "sourcePortRange": "*",
        "destinationPortRanges": ["443", "8080-8090"],
        "sourceAddressPrefixes": ["10.0.0.0/8", "192.168.1.4", "fd00::/8"],
        "destinationAddressPrefix": "AzureDataExplorer.WestUS",
    }
    [made] = cloud.put(SECURITY_GROUP, security_group(rule("a", 100, **given)))["properties"]["securityRules"]
    assert given.items() <= made["properties"].items()


@holds(route_tables.IN_USE)
def test_a_route_table_of_a_subnet(cloud: Cloud) -> None:
    appliance = route(nextHopType="VirtualAppliance", nextHopIpAddress="10.3.0.4")
    made = cloud.put(ROUTES, routes(appliance))
    assert made["properties"]["disableBgpRoutePropagation"] is False
    cloud.put(CLIENTS, subnet("clients", "10.3.0.0/28", routeTable={"id": ROUTES}))
    with cloud.refuses("InUseRouteTableCannotBeDeleted"):
        cloud.delete(ROUTES)


@holds(references.REFERENCE_NOT_FOUND)
@pytest.mark.parametrize("kind", ["networkSecurityGroup", "routeTable"])
@pytest.mark.parametrize(("group", "location"), [(CONSUMER, "eastus"), (OWNER, "westus")])
def test_what_a_subnet_has_lies_beside_it(cloud: Cloud, kind: str, group: str, location: str) -> None:
    """A hub's security groups are of another subscription, a disaster site's of another region: Azure takes neither."""
    elsewhere = cloud.put(network(group, f"{kind}s", "other"), {"location": location})["id"]
    with cloud.refuses("InvalidResourceReference"):
        cloud.put(CLIENTS, subnet("clients", "10.3.0.0/28", **{kind: {"id": elsewhere}}))


@holds(references.WRONG_TYPE)
def test_a_route_table_is_no_security_group(cloud: Cloud) -> None:
    cloud.put(ROUTES, routes())
    with cloud.refuses("InvalidRequestFormat"):
        cloud.put(CLIENTS, subnet("clients", "10.3.0.0/28", networkSecurityGroup={"id": ROUTES}))


@holds(virtual_network_peerings.CONNECTED)
def test_a_peering_is_connected_when_there_is_one_back(cloud: Cloud) -> None:
    assert cloud.put(PEERING, peering(OWNER_NETWORK))["properties"]["peeringState"] == "Initiated"
    cloud.put(PEERING_BACK, peering(CONSUMER_NETWORK))
    for each in (PEERING, PEERING_BACK):
        assert cloud.get(each)["properties"]["peeringState"] == "Connected"
    [listed] = cloud.get(CONSUMER_NETWORK)["properties"]["virtualNetworkPeerings"]
    assert listed == cloud.get(PEERING)
    assert listed["properties"]["remoteAddressSpace"] == {"addressPrefixes": ["10.1.0.0/16"]}
    cloud.delete(PEERING_BACK)
    assert cloud.get(PEERING)["properties"]["peeringState"] == "Initiated"


@holds(virtual_network_peerings.SYNC_LEVEL)
def test_a_peering_keeps_the_address_space_that_it_was_made_with(cloud: Cloud) -> None:
    """A spoke grows: what the new range holds is not reached before the hub's peering is synchronised."""

    def levels() -> list[str]:
        return [cloud.get(each)["properties"]["peeringSyncLevel"] for each in (PEERING, PEERING_BACK)]

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
def test_two_networks_have_one_peering(cloud: Cloud) -> None:
    """A second program adds the peering that the landing zone made under another name."""
    cloud.put(PEERING, peering(OWNER_NETWORK))
    with cloud.refuses("AnotherPeeringAlreadyReferencesRemoteVnet"):
        cloud.put(f"{PEERING}-again", peering(OWNER_NETWORK))


@holds(role_assignments.NO_RIGHTS)
def test_a_role_assignment_is_kept(cloud: Cloud) -> None:
    made = cloud.put(ASSIGNMENT, assignment())
    assert made["properties"]["scope"] == CONSUMER
    assert cloud.get(ASSIGNMENT) == made == cloud.put(ASSIGNMENT, assignment())


@pytest.mark.parametrize(
    ("refusal", "id", "body"),
    [
        refused(network_security_groups.PRIORITY, SECURITY_GROUP, security_group(rule("a", 99)), id="priority"),
        refused(
            network_security_groups.CONFLICT,
            SECURITY_GROUP,
            security_group(rule("a", 100), rule("b", 100)),
            id="two rules of one priority",
        ),
        refused(
            bodies.UNKNOWN_VALUE,
            SECURITY_GROUP,
            security_group(rule("a", 100, protocol="Http")),
            id="a protocol that there is not",
        ),
        *(
            refused(
                network_security_groups.PORT_RANGE,
                SECURITY_GROUP,
                security_group(rule("a", 100, "Inbound", **ports)),
                id=f"ports that there are not: {ports}",
            )
            for ports in (
                {"destinationPortRange": "70000"},
                {"sourcePortRange": "any"},
                {"destinationPortRanges": ["443", "80-"]},
            )
        ),
        *(
            refused(
                network_security_groups.ADDRESS_PREFIX,
                SECURITY_GROUP,
                security_group(rule("a", 100, "Inbound", **addresses)),
                id=f"addresses that there are not: {addresses}",
            )
            for addresses in (
                {"sourceAddressPrefix": "10.0.0.1/8x"},
                {"destinationAddressPrefix": "10.0.0.300"},
                {"sourceAddressPrefixes": ["10.0.0.0/8", "192.168.0.0/34"]},
            )
        ),
        refused(
            route_tables.CONFLICT,
            ROUTES,
            routes(
                *({**route(nextHopType="Internet"), "name": name} for name in ("a", "b")),
            ),
            id="two routes of one prefix",
        ),
        refused(bodies.UNKNOWN_VALUE, ROUTES, routes(route(nextHopType="Nowhere")), id="a next hop that there is not"),
        refused(route_tables.NEXT_HOP, ROUTES, routes(route(nextHopType="VirtualAppliance")), id="no appliance"),
        refused(
            route_tables.NEXT_HOP,
            ROUTES,
            routes(route(nextHopType="Internet", nextHopIpAddress="10.0.0.4")),
            id="an address of the internet",
        ),
        refused(
            virtual_network_peerings.NO_REMOTE, PEERING, peering(f"{OWNER_NETWORK}-none"), id="a peering with nothing"
        ),
        refused(
            virtual_network_peerings.SPACES_OVERLAP, PEERING, peering(CONSUMER_NETWORK), id="a peering with itself"
        ),
        refused(
            role_assignments.BAD_NAME,
            f"{ASSIGNMENT.rsplit('/', 1)[0]}/reader",
            assignment(),
            id="an assignment without a GUID",
        ),
    ],
)
def test_what_is_refused(cloud: Cloud, refusal: Refusal, id: str, body: Json) -> None:
    with cloud.refuses(refusal.code or ""):
        cloud.put(id, body)


@holds(virtual_network_peerings.REMOTE_IS_FINAL)
def test_a_peering_keeps_its_network(cloud: Cloud) -> None:
    cloud.put(PEERING, peering(OWNER_NETWORK))
    with cloud.refuses("ChangingRemoteVirtualNetworkNotAllowed"):
        cloud.put(PEERING, peering(network(OWNER, "virtualNetworks", "east")))


@holds(role_assignments.EXISTS, role_assignments.UNCHANGEABLE)
def test_a_principal_has_a_role_once(cloud: Cloud) -> None:
    cloud.put(ASSIGNMENT, assignment())
    with cloud.refuses("RoleAssignmentExists", 409):
        cloud.put(f"{ASSIGNMENT[:-4]}0000", assignment("ME", ROLE.upper()))
    with cloud.refuses("RoleAssignmentUpdateNotPermitted"):
        cloud.put(ASSIGNMENT, assignment("you"))


_OF_PROGRAMS: dict[str, Json] = {
    "network:NetworkSecurityGroup": {
        "resourceGroupName": "consumer",
        "securityRules": [
            {"name": "no-ssh", "priority": 100, "direction": "Inbound", "access": "Deny", "protocol": "*"}
        ],
    },
    "network:RouteTable": {
        "resourceGroupName": "consumer",
        "routes": [{"name": "out", "addressPrefix": "0.0.0.0/0", "nextHopType": "Internet"}],
    },
    "network:VirtualNetworkPeering": {
        "resourceGroupName": "consumer",
        "virtualNetworkName": "vnet",
        "remoteVirtualNetwork": {"id": OWNER_NETWORK},
    },
    "storage:StorageAccount": {"resourceGroupName": "consumer", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}},
    "authorization:RoleAssignment": {"scope": CONSUMER, "principalId": "me", "roleDefinitionId": ROLE},
}


@pytest.mark.parametrize("type", _OF_PROGRAMS)
@holds(defaults.GUID)
def test_a_program_creates_reads_and_deletes_them(cloud: Cloud, engine: Engine, type: str) -> None:
    """The second run, with the same inputs and the name that the first one drew, changes nothing."""
    given, before = _OF_PROGRAMS[type], cloud.ids()
    inputs, failures = engine.check(type, given)
    assert failures == []
    id, outputs = engine.create(type, inputs)
    assert outputs["name"] == id.rsplit("/", 1)[1]
    again, _ = engine.check(type, given, inputs)
    assert not engine.diff(type, inputs, again, outputs).changed
    assert engine.read(type, id, inputs, outputs)[1:] == (outputs, inputs)
    engine.delete(type, id)
    assert cloud.ids() == before
