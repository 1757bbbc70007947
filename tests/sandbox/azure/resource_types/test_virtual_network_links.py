"""Virtual network links: networks, registration, resolution policies and limits."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import AzureError
from azure_sandbox.azure.resource_types import private_dns_zones, virtual_network_links

from ...rule_marks import holds
from ...small_world import (
    CONSUMER,
    CONSUMER_NETWORK,
    EAST_NETWORK,
    LINK,
    OWNER,
    OWNER_NETWORK,
    ZONE,
    ZONE_NAME,
    SandboxCloud,
    link,
    network,
    zone,
)

pytestmark = pytest.mark.usefixtures("private_zone")


@pytest.mark.parametrize("name", ["a", "7_", "A.b-c_d", "x" * 80])
def test_a_valid_name_is_accepted(cloud: SandboxCloud, name: str) -> None:
    cloud.put(ZONE, zone())
    cloud.put(f"{ZONE}/virtualNetworkLinks/{name}", link())


@pytest.mark.parametrize("name", ["-a", "a.", "a b", "ä", "x" * 81])
@holds(virtual_network_links.LINK_NAME)
def test_an_invalid_name_is_rejected(cloud: SandboxCloud, name: str) -> None:
    cloud.put(ZONE, zone())
    with cloud.rejects("BadRequest"):
        cloud.put(f"{ZONE}/virtualNetworkLinks/{name}", link())


@holds(virtual_network_links.TOO_MANY_ZONES)
def test_the_zones_of_a_network_are_limited(cloud: SandboxCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(virtual_network_links, "MAX_ZONES_OF_A_NETWORK", 1)
    other = network(CONSUMER, "privateDnsZones", "corp.example")
    cloud.put(other, zone())
    cloud.put(LINK, link())
    cloud.put(LINK, link(registrationEnabled=True))
    with cloud.rejects("BadRequest"):
        cloud.put(f"{other}/virtualNetworkLinks/link", link())
    cloud.put(f"{other}/virtualNetworkLinks/link", link(OWNER_NETWORK))


@holds(virtual_network_links.OVERLAPPING)
def test_a_network_is_linked_to_one_zone_of_a_name(cloud: SandboxCloud) -> None:
    """Two stacks that each create a zone of this name cannot share a network."""
    second = network(OWNER, "privateDnsZones", ZONE_NAME.upper())
    cloud.put(LINK, link())
    cloud.put(second, zone())
    with cloud.rejects("BadRequest"):
        cloud.put(f"{second}/virtualNetworkLinks/link", link(CONSUMER_NETWORK.upper()))
    cloud.put(f"{second}/virtualNetworkLinks/link", link(OWNER_NETWORK))
    cloud.delete(LINK)
    cloud.put(f"{second}/virtualNetworkLinks/now-free", link())


def test_a_network_is_linked_to_a_zone_once(cloud: SandboxCloud) -> None:
    cloud.put(LINK, link())
    with cloud.rejects("BadRequest"):
        cloud.put(f"{ZONE}/virtualNetworkLinks/again", link())


def test_a_network_can_be_linked_to_zones_of_different_names(cloud: SandboxCloud) -> None:
    parent = network(CONSUMER, "privateDnsZones", ZONE_NAME.removeprefix("privatelink."))
    cloud.put(LINK, link())
    cloud.put(parent, zone())
    cloud.put(f"{parent}/virtualNetworkLinks/link", link())


@holds(virtual_network_links.NETWORK_CHANGED)
def test_the_network_of_a_link_cannot_change(cloud: SandboxCloud) -> None:
    cloud.put(LINK, link())
    with cloud.rejects("BadRequest"):
        cloud.put(LINK, link(OWNER_NETWORK))
    cloud.put(LINK, link(registrationEnabled=True))


@holds(virtual_network_links.NO_NETWORK)
def test_a_link_refers_to_a_network_that_exists(cloud: SandboxCloud) -> None:
    """After a typo in the id of a network, the answer has no `error` around code and message."""
    with pytest.raises(
        AzureError, match=f"^.*Virtual network resource not found for '{CONSUMER_NETWORK}-gone'"
    ) as error:
        cloud.put(LINK, link(f"{CONSUMER_NETWORK}-gone"))
    assert (error.value.status, error.value.code, error.value.wrapped) == (400, "BadRequest", False)
    with cloud.rejects("InvalidRequestFormat"):
        cloud.put(LINK, link(""))


@holds(virtual_network_links.NO_REGISTRATION_SETTING)
def test_a_link_must_set_registration(cloud: SandboxCloud) -> None:
    """A program that omits it fails in Azure, although the documentation has a default."""
    with pytest.raises(AzureError, match="link registration setting is invalid") as error:
        cloud.put(LINK, {"location": "global", "properties": {"virtualNetwork": {"id": CONSUMER_NETWORK}}})
    assert (error.value.status, error.value.code, error.value.wrapped) == (400, "BadRequest", False)


@holds(virtual_network_links.REGISTRATION_TAKES_TIME)
def test_registration_takes_time(cloud: SandboxCloud) -> None:
    def states(*, enabled: bool) -> list[str]:
        answers = [cloud.put(LINK, link(registrationEnabled=enabled)), cloud.get(LINK)]
        return [answer["properties"]["virtualNetworkLinkState"] for answer in answers]

    assert states(enabled=False) == ["Completed", "Completed"]
    assert states(enabled=True) == ["InProgress", "Completed"]
    assert states(enabled=True) == ["Completed", "Completed"]


@holds(virtual_network_links.NOT_A_NETWORK)
def test_a_link_refers_to_a_network(cloud: SandboxCloud) -> None:
    with cloud.rejects("BadRequest"):
        cloud.put(LINK, link(f"{CONSUMER_NETWORK}/subnets/clients"))


@holds(virtual_network_links.POLICY_NOT_ALLOWED)
@pytest.mark.parametrize("policy", ["NxDomainRedirect", "Default"])
def test_a_resolution_policy_needs_a_privatelink_zone(cloud: SandboxCloud, policy: str) -> None:
    """A module that always sends a policy cannot link a company's own zone."""
    plain = network(CONSUMER, "privateDnsZones", "not-privatelink.example")
    cloud.put(plain, zone())
    with cloud.rejects("BadRequest"):
        cloud.put(f"{plain}/virtualNetworkLinks/link", link(resolutionPolicy=policy))
    assert "resolutionPolicy" not in cloud.put(f"{plain}/virtualNetworkLinks/link", link())["properties"]
    cloud.put(LINK, link(resolutionPolicy=policy))
    assert cloud.get(LINK)["properties"]["resolutionPolicy"] == policy


def test_a_regional_privatelink_zone_accepts_a_resolution_policy(cloud: SandboxCloud) -> None:
    regional = network(CONSUMER, "privateDnsZones", "guid.privatelink.westus.azmk8s.io")
    cloud.put(regional, zone())
    answer = cloud.put(f"{regional}/virtualNetworkLinks/link", link(resolutionPolicy="NxDomainRedirect"))
    assert answer["properties"]["resolutionPolicy"] == "NxDomainRedirect"


def test_an_unknown_resolution_policy_is_rejected(cloud: SandboxCloud) -> None:
    with cloud.rejects("InvalidRequestFormat"):
        cloud.put(LINK, link(resolutionPolicy="Fallback"))


@holds(virtual_network_links.LINK_OUTLIVES, private_dns_zones.NESTED_RESOURCES)
def test_a_link_outlives_its_network(cloud: SandboxCloud) -> None:
    """A user can delete the network of a stack that shares its zone with others."""
    cloud.put(LINK, link(EAST_NETWORK))
    cloud.delete(EAST_NETWORK)
    assert cloud.get(LINK)["properties"]["virtualNetwork"]["id"] == EAST_NETWORK
    with cloud.rejects("CannotDeleteResource", 409):
        cloud.delete(ZONE)
    cloud.delete(LINK)
    cloud.delete(ZONE)


@holds(virtual_network_links.ONE_REGISTRATION)
def test_a_network_registers_its_machines_in_one_zone(cloud: SandboxCloud) -> None:
    other = network(CONSUMER, "privateDnsZones", "corp.example")
    cloud.put(LINK, link(registrationEnabled=True))
    cloud.put(other, zone())
    with cloud.rejects("Conflict", 409):
        cloud.put(f"{other}/virtualNetworkLinks/link", link(registrationEnabled=True))
    cloud.put(f"{other}/virtualNetworkLinks/link", link())


@pytest.mark.parametrize(
    ("limit", "properties"), [("MAX_LINKS", {}), ("MAX_REGISTRATION_LINKS", {"registrationEnabled": True})]
)
@holds(virtual_network_links.TOO_MANY_LINKS)
def test_the_links_of_a_zone_are_limited(
    cloud: SandboxCloud, monkeypatch: pytest.MonkeyPatch, limit: str, properties: dict[str, Any]
) -> None:
    monkeypatch.setattr(virtual_network_links, limit, 1)
    cloud.put(LINK, link(**properties))
    cloud.put(LINK, link(**properties))
    with cloud.rejects("BadRequest"):
        cloud.put(f"{ZONE}/virtualNetworkLinks/second", link(OWNER_NETWORK, **properties))
