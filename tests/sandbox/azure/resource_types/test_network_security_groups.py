"""Network security groups: rules, and the subnets that have them."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import Json, bodies
from azure_sandbox.azure.errors import Rejection
from azure_sandbox.azure.resource_types import network_security_groups

from ...rule_marks import holds, rejected
from ...small_world import CLIENTS, CONSUMER, SandboxCloud, network, subnet

SECURITY_GROUP = network(CONSUMER, "networkSecurityGroups", "guard")


def rule(name: str, priority: int, direction: str = "Inbound", **more: Any) -> Json:
    requested = {"priority": priority, "direction": direction, "access": "Deny", "protocol": "*", **more}
    return {"name": name, "properties": requested}


def security_group(*rules: Json) -> Json:
    return {"location": "westus", "properties": {"securityRules": list(rules)}}


@holds(network_security_groups.DEFAULT_RULES, network_security_groups.IN_USE)
def test_a_security_group_shows_its_subnets(cloud: SandboxCloud) -> None:
    answer = cloud.put(SECURITY_GROUP, security_group(rule("no-ssh", 100), rule("no-ssh-out", 100, "Outbound")))
    defaults = answer["properties"]["defaultSecurityRules"]
    assert [rule["properties"]["priority"] for rule in defaults] == [65000, 65001, 65500] * 2
    cloud.put(CLIENTS, subnet("clients", "10.3.0.0/28", networkSecurityGroup={"id": SECURITY_GROUP}))
    assert cloud.get(SECURITY_GROUP)["properties"]["subnets"] == [{"id": CLIENTS}]
    with cloud.rejects("InUseNetworkSecurityGroupCannotBeDeleted"):
        cloud.delete(SECURITY_GROUP)
    cloud.put(CLIENTS, subnet("clients", "10.3.0.0/28"))
    cloud.delete(SECURITY_GROUP)


def test_a_rule_names_ports_and_addresses(cloud: SandboxCloud) -> None:
    requested: Json = {
        "sourcePortRange": "*",
        "destinationPortRanges": ["443", "8080-8090"],
        "sourceAddressPrefixes": ["10.0.0.0/8", "192.168.1.4", "fd00::/8"],
        "destinationAddressPrefix": "AzureDataExplorer.WestUS",
    }
    [answer] = cloud.put(SECURITY_GROUP, security_group(rule("a", 100, **requested)))["properties"]["securityRules"]
    assert requested.items() <= answer["properties"].items()


@pytest.mark.parametrize(
    ("rejection", "id", "body"),
    [
        rejected(network_security_groups.PRIORITY, SECURITY_GROUP, security_group(rule("a", 99)), id="priority"),
        rejected(
            network_security_groups.RULES_CONFLICT,
            SECURITY_GROUP,
            security_group(rule("a", 100), rule("b", 100)),
            id="two rules of one priority",
        ),
        rejected(
            bodies.UNKNOWN_VALUE,
            SECURITY_GROUP,
            security_group(rule("a", 100, protocol="Http")),
            id="an unknown protocol",
        ),
        *(
            rejected(
                network_security_groups.PORT_RANGE,
                SECURITY_GROUP,
                security_group(rule("a", 100, "Inbound", **ports)),
                id=f"invalid ports: {ports}",
            )
            for ports in (
                {"destinationPortRange": "70000"},
                {"sourcePortRange": "any"},
                {"destinationPortRanges": ["443", "80-"]},
            )
        ),
        *(
            rejected(
                network_security_groups.ADDRESS_PREFIX,
                SECURITY_GROUP,
                security_group(rule("a", 100, "Inbound", **addresses)),
                id=f"invalid addresses: {addresses}",
            )
            for addresses in (
                {"sourceAddressPrefix": "10.0.0.1/8x"},
                {"destinationAddressPrefix": "10.0.0.300"},
                {"sourceAddressPrefixes": ["10.0.0.0/8", "192.168.0.0/34"]},
            )
        ),
    ],
)
def test_an_invalid_rule_is_rejected(cloud: SandboxCloud, rejection: Rejection, id: str, body: Json) -> None:
    with cloud.rejects(rejection.code):
        cloud.put(id, body)
