"""Names of resources and nested objects of Microsoft.Network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from azure_sandbox.azure import network_names

from ..rule_marks import holds
from ..small_world import (
    CLIENTS,
    CONSUMER,
    ENDPOINT,
    OWNER,
    SERVICE,
    ZONE,
    SandboxCloud,
    endpoint,
    nat,
    network,
    service,
    zone,
)

INVALID = ["-a", "_a", ".a", "a-", "a.", "a b", "a(b)", "ä", "x" * 81]
VALID = ["a", "7", "a_", "A.b-c_d", "x" * 80]
SUBNET = {"properties": {"addressPrefix": "10.1.9.0/28"}}
NETWORK = {"location": "westus", "properties": {"addressSpace": {"addressPrefixes": ["10.8.0.0/16"]}}}
Named = Callable[[str, str], tuple[str, dict[str, Any]]]
"""An alias and a name -> what to put where."""


def _of_a_nat_configuration(_alias: str, name: str) -> tuple[str, dict[str, Any]]:
    return SERVICE, service(ipConfigurations=[nat("nat-1"), nat(name)])


def _of_a_connection(alias: str, name: str) -> tuple[str, dict[str, Any]]:
    body = endpoint(alias)
    body["properties"]["manualPrivateLinkServiceConnections"][0]["name"] = name
    return ENDPOINT, body


def _of_a_zone_group(_alias: str, name: str) -> tuple[str, dict[str, Any]]:
    configs = [{"name": "config", "properties": {"privateDnsZoneId": ZONE}}]
    return f"{ENDPOINT}/privateDnsZoneGroups/{name}", {"properties": {"privateDnsZoneConfigs": configs}}


def _of_a_zone_config(_alias: str, name: str) -> tuple[str, dict[str, Any]]:
    configs = [{"name": name, "properties": {"privateDnsZoneId": ZONE}}]
    return f"{ENDPOINT}/privateDnsZoneGroups/default", {"properties": {"privateDnsZoneConfigs": configs}}


def _of_a_frontend(_alias: str, name: str) -> tuple[str, dict[str, Any]]:
    frontend = {"name": name, "properties": {"subnet": {"id": CLIENTS}}}
    body = {"location": "westus", "properties": {"frontendIPConfigurations": [frontend]}}
    return network(CONSUMER, "loadBalancers", "new"), body


NAMED: dict[str, Named] = {
    "private link service": lambda _alias, name: (
        network(OWNER, "privateLinkServices", name),
        service(
            loadBalancerFrontendIpConfigurations=None,
            destinationIPAddress="10.1.3.4",
            ipConfigurations=[nat("a"), nat("b")],
        ),
    ),
    "NAT configuration": _of_a_nat_configuration,
    "connection": _of_a_connection,
    "network interface": lambda alias, name: (ENDPOINT, endpoint(alias, customNetworkInterfaceName=name)),
    "zone group": _of_a_zone_group,
    "zone config": _of_a_zone_config,
    "subnet": lambda _alias, name: (f"{network(OWNER, 'virtualNetworks', 'vnet')}/subnets/{name}", SUBNET),
    "public address": lambda _alias, name: (network(OWNER, "publicIPAddresses", name), {"location": "westus"}),
    "load balancer": lambda _alias, name: (network(OWNER, "loadBalancers", name), {"location": "westus"}),
    "frontend": _of_a_frontend,
}


@pytest.fixture
def target(cloud: SandboxCloud, alias: str, request: pytest.FixtureRequest) -> str:
    cloud.put(ZONE, zone())
    if request.node.callspec.params["kind"] in ("zone group", "zone config"):
        cloud.put(ENDPOINT, endpoint(alias))
    return alias


@pytest.mark.parametrize("kind", NAMED)
@pytest.mark.parametrize("name", INVALID)
@holds(network_names.INVALID_NAME)
def test_an_invalid_name_is_rejected(cloud: SandboxCloud, target: str, kind: str, name: str) -> None:
    id, body = NAMED[kind](target, name)
    with cloud.rejects(network_names.INVALID_NAME.code):
        cloud.put(id, body)


@pytest.mark.parametrize("kind", NAMED)
@pytest.mark.parametrize("name", VALID)
def test_a_valid_name_is_accepted(cloud: SandboxCloud, target: str, kind: str, name: str) -> None:
    cloud.put(*NAMED[kind](target, name))


@pytest.mark.parametrize("name", ["ab", "a_", "A.b-c_d", "x" * 64])
def test_networks_and_endpoints_accept_2_to_64_characters(cloud: SandboxCloud, alias: str, name: str) -> None:
    cloud.put(network(OWNER, "virtualNetworks", name), NETWORK)
    cloud.put(network(CONSUMER, "privateEndpoints", name), endpoint(alias))


@pytest.mark.parametrize("name", ["a", "x" * 65, "-ab", "ab.", "a b"])
@holds(network_names.INVALID_NAME)
def test_networks_and_endpoints_reject_other_lengths(cloud: SandboxCloud, alias: str, name: str) -> None:
    with cloud.rejects(network_names.INVALID_NAME.code):
        cloud.put(network(OWNER, "virtualNetworks", name), NETWORK)
    with cloud.rejects(network_names.INVALID_NAME.code):
        cloud.put(network(CONSUMER, "privateEndpoints", name), endpoint(alias))
