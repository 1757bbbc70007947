"""Private addresses: static and dynamic ones, reserved ones, and addresses in use."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import bodies, private_addresses
from azure_sandbox.azure.errors import Rejection

from ..rule_marks import holds, rejected
from ..small_world import (
    CLIENTS,
    CONSUMER,
    ENDPOINT,
    NAT,
    OWNER,
    SECOND_FRONTEND,
    SERVICE,
    SandboxCloud,
    endpoint,
    nat,
    network,
    public_address,
    service,
)


def endpoint_id(number: int) -> str:
    return network(CONSUMER, "privateEndpoints", f"pe-{number}")


def static(address: str) -> dict[str, Any]:
    return {"ipConfigurations": [{"name": "ip", "properties": {"privateIPAddress": address}}]}


@holds(private_addresses.NEXT_FREE, private_addresses.SUBNET_FULL)
def test_a_29_has_three_addresses_in_order(cloud: SandboxCloud, alias: str) -> None:
    """Azure reserves the first four addresses and the last one of every subnet."""
    for number in range(3):
        cloud.put(endpoint_id(number), endpoint(alias))
    assert [cloud.address_of(endpoint_id(number)) for number in range(3)] == [["10.3.0.4"], ["10.3.0.5"], ["10.3.0.6"]]
    with cloud.rejects(private_addresses.SUBNET_FULL.code):
        cloud.put(endpoint_id(3), endpoint(alias))


@pytest.mark.parametrize(
    ("rule", "address"),
    [
        *(rejected(private_addresses.RESERVED, f"10.3.0.{last}", id=f"reserved: {last}") for last in (0, 1, 2, 3, 7)),
        rejected(private_addresses.NOT_IN_SUBNET, "10.3.0.8", id="of the next subnet"),
        rejected(bodies.CANNOT_PARSE, "nonsense", id="no address at all"),
        rejected(private_addresses.ALLOCATED, "10.3.0.5", id="in use"),
    ],
)
def test_an_invalid_static_address_is_rejected(cloud: SandboxCloud, alias: str, rule: Rejection, address: str) -> None:
    cloud.put(endpoint_id(1), endpoint(alias, **static("10.3.0.5")))
    with cloud.rejects(rule.code):
        cloud.put(ENDPOINT, endpoint(alias, **static(address)))


def test_dynamic_addresses_skip_a_static_one(cloud: SandboxCloud, alias: str) -> None:
    cloud.put(endpoint_id(1), endpoint(alias, **static("10.3.0.4")))
    cloud.put(endpoint_id(2), endpoint(alias))
    assert (cloud.address_of(endpoint_id(1)), cloud.address_of(endpoint_id(2))) == (["10.3.0.4"], ["10.3.0.5"])


@holds(private_addresses.NEXT_FREE)
def test_a_freed_address_is_allocated_again(cloud: SandboxCloud, alias: str) -> None:
    """A record that still points to it would lead to another endpoint."""
    cloud.put(endpoint_id(1), endpoint(alias))
    cloud.put(endpoint_id(2), endpoint(alias))
    cloud.delete(endpoint_id(1))
    cloud.put(endpoint_id(3), endpoint(alias))
    assert cloud.address_of(endpoint_id(3)) == ["10.3.0.4"]


def test_nat_addresses_can_be_static_and_dynamic(cloud: SandboxCloud) -> None:
    configurations = [nat("nat-1", privateIPAddress="10.1.0.5"), nat("nat-2"), nat("nat-3")]
    shown = cloud.put(SERVICE, service(ipConfigurations=configurations))["properties"]["ipConfigurations"]
    assert cloud.address_of(SERVICE) == ["10.1.0.5", "10.1.0.4", "10.1.0.6"]
    assert [configuration["properties"].get("privateIPAddress") for configuration in shown] == ["10.1.0.5", None, None]
    assert [configuration["properties"]["privateIPAllocationMethod"] for configuration in shown] == [
        "Static",
        "Dynamic",
        "Dynamic",
    ]
    assert [configuration["properties"]["primary"] for configuration in shown] == [True, False, False]


@holds(private_addresses.ALLOCATED)
def test_a_nat_address_in_use_is_rejected(cloud: SandboxCloud) -> None:
    """It can belong to another service, or to a load balancer in the same subnet."""
    cloud.put(SERVICE, service())
    second = service(
        loadBalancerFrontendIpConfigurations=[{"id": SECOND_FRONTEND}],
        ipConfigurations=[nat("nat-1", privateIPAddress="10.1.0.4")],
    )
    with cloud.rejects(private_addresses.ALLOCATED.code):
        cloud.put(f"{SERVICE}-2", second)
    cloud.delete(SERVICE)
    cloud.put(f"{SERVICE}-2", second)
    assert cloud.address_of(f"{SERVICE}-2") == ["10.1.0.4"]


@holds(private_addresses.ALLOCATED)
def test_a_service_cannot_use_an_address_twice(cloud: SandboxCloud) -> None:
    twice = [nat("nat-1", privateIPAddress="10.1.0.5"), nat("nat-2", privateIPAddress="10.1.0.5")]
    with cloud.rejects(private_addresses.ALLOCATED.code):
        cloud.put(SERVICE, service(ipConfigurations=twice))


def test_internal_load_balancers_use_addresses_of_their_subnet(cloud: SandboxCloud) -> None:
    internal = network(OWNER, "loadBalancers", "internal")
    frontends = [{"name": name, "properties": {"subnet": {"id": NAT}}} for name in ("a", "b")]
    body = {"location": "westus", "properties": {"frontendIPConfigurations": frontends}}
    answer = cloud.put(internal, body)["properties"]["frontendIPConfigurations"]
    assert [configuration["properties"]["privateIPAddress"] for configuration in answer] == ["10.1.0.4", "10.1.0.5"]
    cloud.put(SERVICE, service())
    assert cloud.address_of(SERVICE) == ["10.1.0.6"]
    with cloud.rejects(private_addresses.ALLOCATED.code):
        taken = {"name": "c", "properties": {"subnet": {"id": NAT}, "privateIPAddress": "10.1.0.6"}}
        cloud.put(internal, {"location": "westus", "properties": {"frontendIPConfigurations": [*frontends, taken]}})


def test_public_addresses_are_different(cloud: SandboxCloud) -> None:
    ids = [network(OWNER, "publicIPAddresses", name) for name in ("one", "two", "three")]
    cloud.put(ids[2], public_address())
    addresses = [cloud.get(id)["properties"]["ipAddress"] for id in ids]
    assert len(set(addresses)) == 3
    cloud.put(ids[2], {**public_address(), "tags": {"a": "b"}})
    assert cloud.get(ids[2])["properties"]["ipAddress"] == addresses[2]


def test_a_subnet_can_have_several_ranges(cloud: SandboxCloud, alias: str) -> None:
    """Networks of Terraform have `addressPrefixes`; addresses of all ranges are allocated in order."""
    cloud.put(CLIENTS, {"properties": {"addressPrefixes": ["10.3.0.32/29", "10.3.0.64/29"]}})
    for number in range(4):
        cloud.put(endpoint_id(number), endpoint(alias))
    requested = [address for number in range(4) for address in cloud.address_of(endpoint_id(number))]
    assert requested == ["10.3.0.36", "10.3.0.37", "10.3.0.38", "10.3.0.68"]
