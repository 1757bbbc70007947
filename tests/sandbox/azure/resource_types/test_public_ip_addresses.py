"""Public IP addresses: skus, allocation, and addresses in use."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import bodies
from azure_sandbox.azure.resource_types import public_ip_addresses

from ...holds import holds
from ...places import BALANCER, FRONTEND, OWNER, STANDARD, Cloud, network, public_address
from .balancer_bodies import NEW_BALANCER, address, balancer


@holds(public_ip_addresses.BASIC_BY_DEFAULT)
def test_without_a_sku_it_is_basic(cloud: Cloud) -> None:
    """No service can be behind it: Azure's default is the sku that is retired."""
    made = cloud.put(network(OWNER, "publicIPAddresses", "new"), {"location": "westus"})
    assert made["sku"] == {"name": "Basic", "tier": "Regional"}
    assert made["properties"].keys() == {
        *("provisioningState", "resourceGuid", "publicIPAddressVersion", "publicIPAllocationMethod"),
        *("idleTimeoutInMinutes", "ipTags"),
    }
    assert made["properties"]["publicIPAllocationMethod"] == "Dynamic"
    frontend = {"name": "fe", "properties": address("new")}
    body = {"location": "westus", "properties": {"frontendIPConfigurations": [frontend]}}
    assert cloud.put(NEW_BALANCER, body)["sku"] == {"name": "Basic", "tier": "Regional"}


@holds(public_ip_addresses.NO_NEW_BASIC)
@pytest.mark.parametrize("sku", [{}, {"sku": {"name": "Basic"}}])
def test_a_client_creates_no_basic_address(cloud: Cloud, sku: dict[str, Any]) -> None:
    """A program that leaves the sku out worked for years; those that the world has still can be tagged."""
    client = Cloud(cloud.azure.acting_as("me"))
    with cloud.refuses("IPv4BasicSkuPublicIpCountLimitReached"):
        client.put(network(OWNER, "publicIPAddresses", "new"), {"location": "westus", **sku})
    existing = {"location": "westus", "tags": {"team": "data"}, **sku}
    assert client.put(network(OWNER, "publicIPAddresses", "basic"), existing)["sku"]["name"] == "Basic"


@holds(public_ip_addresses.MUST_BE_STATIC)
@pytest.mark.parametrize("properties", [{}, {"publicIPAllocationMethod": "Dynamic"}])
def test_a_standard_address_says_that_it_is_static(cloud: Cloud, properties: dict[str, Any]) -> None:
    with cloud.refuses("StandardSkuPublicIPAddressesMustBeStatic"):
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
def test_an_address_of_an_unknown_kind_is_refused(cloud: Cloud, changes: dict[str, Any]) -> None:
    with cloud.refuses("InvalidRequestFormat"):
        cloud.put(network(OWNER, "publicIPAddresses", "new"), {**public_address(), **changes})


def test_skus_have_no_case(cloud: Cloud) -> None:
    """Terraform took lower case for years: a Standard address that has none makes nonsense of what follows."""
    given = public_address(publicIPAllocationMethod="static", publicIPAddressVersion="ipv4")
    made = cloud.put(network(OWNER, "publicIPAddresses", "new"), {**given, "sku": {"name": "standard"}})
    assert made["sku"] == {"name": "Standard", "tier": "Regional"}
    assert made["properties"]["publicIPAllocationMethod"] == "Static"
    assert made["properties"]["publicIPAddressVersion"] == "IPv4"
    assert made["properties"]["ipAddress"]
    body = {**balancer(address("new")), "sku": {"name": "STANDARD", "tier": "regional"}}
    assert cloud.put(NEW_BALANCER, body)["sku"] == {"name": "Standard", "tier": "Regional"}


@holds(public_ip_addresses.SKU_CANNOT_CHANGE)
def test_an_address_does_not_become_basic(cloud: Cloud) -> None:
    """An update that only adds a tag, and forgets the sku."""
    with cloud.refuses("PublicIPAddressSkuCannotBeChanged"):
        cloud.put(network(OWNER, "publicIPAddresses", "one"), {"location": "westus", "tags": {"a": "b"}})


@holds(public_ip_addresses.IN_USE)
def test_a_public_address_is_not_deleted_before_its_load_balancer(cloud: Cloud) -> None:
    one = network(OWNER, "publicIPAddresses", "one")
    assert cloud.get(one)["properties"]["ipConfiguration"] == {"id": FRONTEND}
    with cloud.refuses(public_ip_addresses.IN_USE.code):
        cloud.delete(one)
    cloud.delete(BALANCER)
    assert "ipConfiguration" not in cloud.get(one)["properties"]
    cloud.delete(one)
