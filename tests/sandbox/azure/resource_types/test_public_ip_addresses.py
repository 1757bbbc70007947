"""Public IP addresses: skus, allocation, and addresses in use."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import bodies
from azure_sandbox.azure.resource_types import public_ip_addresses

from ...rule_marks import holds
from ...small_world import BALANCER, FRONTEND, OWNER, STANDARD, SandboxCloud, network, public_address
from .balancer_bodies import NEW_BALANCER, address, balancer


@holds(public_ip_addresses.BASIC_BY_DEFAULT)
def test_the_default_sku_is_basic(cloud: SandboxCloud) -> None:
    """A private link service cannot use it: Azure's default is the retired sku."""
    answer = cloud.put(network(OWNER, "publicIPAddresses", "new"), {"location": "westus"})
    assert answer["sku"] == {"name": "Basic", "tier": "Regional"}
    assert answer["properties"].keys() == {
        *("provisioningState", "resourceGuid", "publicIPAddressVersion", "publicIPAllocationMethod"),
        *("idleTimeoutInMinutes", "ipTags"),
    }
    assert answer["properties"]["publicIPAllocationMethod"] == "Dynamic"
    frontend = {"name": "fe", "properties": address("new")}
    body = {"location": "westus", "properties": {"frontendIPConfigurations": [frontend]}}
    assert cloud.put(NEW_BALANCER, body)["sku"] == {"name": "Basic", "tier": "Regional"}


@holds(public_ip_addresses.NO_NEW_BASIC)
@pytest.mark.parametrize("sku", [{}, {"sku": {"name": "Basic"}}])
def test_a_client_cannot_create_a_basic_address(cloud: SandboxCloud, sku: dict[str, Any]) -> None:
    """A program without a sku has worked for years. The Basic addresses of a world can still be tagged."""
    client = SandboxCloud(cloud.azure.acting_as("me"))
    with cloud.rejects("IPv4BasicSkuPublicIpCountLimitReached"):
        client.put(network(OWNER, "publicIPAddresses", "new"), {"location": "westus", **sku})
    existing = {"location": "westus", "tags": {"team": "data"}, **sku}
    assert client.put(network(OWNER, "publicIPAddresses", "basic"), existing)["sku"]["name"] == "Basic"


@holds(public_ip_addresses.MUST_BE_STATIC)
@pytest.mark.parametrize("properties", [{}, {"publicIPAllocationMethod": "Dynamic"}])
def test_a_standard_address_must_be_static(cloud: SandboxCloud, properties: dict[str, Any]) -> None:
    with cloud.rejects("StandardSkuPublicIPAddressesMustBeStatic"):
        cloud.put(
            network(OWNER, "publicIPAddresses", "new"),
            {"location": "westus", "sku": STANDARD, "properties": properties},
        )


@holds(bodies.UNKNOWN_VALUE)
@pytest.mark.parametrize(
    "changes",
    [
        {"sku": {"name": "Foo"}},
        {"sku": {"name": "Standard", "tier": "Local"}},
        {"properties": {"publicIPAllocationMethod": "Fixed"}},
        {"properties": {"publicIPAllocationMethod": "Static", "publicIPAddressVersion": "IPv5"}},
    ],
)
def test_an_unknown_value_is_rejected(cloud: SandboxCloud, changes: dict[str, Any]) -> None:
    with cloud.rejects("InvalidRequestFormat"):
        cloud.put(network(OWNER, "publicIPAddresses", "new"), {**public_address(), **changes})


def test_skus_are_compared_without_case(cloud: SandboxCloud) -> None:
    """Terraform has sent lower case for years. A Standard address without an `ipAddress` would be useless."""
    requested = public_address(publicIPAllocationMethod="static", publicIPAddressVersion="ipv4")
    answer = cloud.put(network(OWNER, "publicIPAddresses", "new"), {**requested, "sku": {"name": "standard"}})
    assert answer["sku"] == {"name": "Standard", "tier": "Regional"}
    assert answer["properties"]["publicIPAllocationMethod"] == "Static"
    assert answer["properties"]["publicIPAddressVersion"] == "IPv4"
    assert answer["properties"]["ipAddress"]
    body = {**balancer(address("new")), "sku": {"name": "STANDARD", "tier": "regional"}}
    assert cloud.put(NEW_BALANCER, body)["sku"] == {"name": "Standard", "tier": "Regional"}


@holds(public_ip_addresses.SKU_CANNOT_CHANGE)
def test_a_standard_address_cannot_become_basic(cloud: SandboxCloud) -> None:
    """An update that only adds a tag can omit the sku."""
    with cloud.rejects("PublicIPAddressSkuCannotBeChanged"):
        cloud.put(network(OWNER, "publicIPAddresses", "one"), {"location": "westus", "tags": {"a": "b"}})


@holds(public_ip_addresses.IN_USE)
def test_a_public_address_in_use_cannot_be_deleted(cloud: SandboxCloud) -> None:
    one = network(OWNER, "publicIPAddresses", "one")
    assert cloud.get(one)["properties"]["ipConfiguration"] == {"id": FRONTEND}
    with cloud.rejects(public_ip_addresses.IN_USE.code):
        cloud.delete(one)
    cloud.delete(BALANCER)
    assert "ipConfiguration" not in cloud.get(one)["properties"]
    cloud.delete(one)
