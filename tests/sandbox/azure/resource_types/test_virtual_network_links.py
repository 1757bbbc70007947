"""Virtual network links: networks, registration, resolution policies and limits."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import AzureError
from azure_sandbox.azure.resource_types import private_dns_zones, virtual_network_links

from ...holds import holds
from ...places import (
    CONSUMER,
    CONSUMER_NETWORK,
    EAST_NETWORK,
    LINK,
    OWNER,
    OWNER_NETWORK,
    ZONE,
    ZONE_NAME,
    Cloud,
    link,
    network,
    zone,
)

pytestmark = pytest.mark.usefixtures("private_zone")


@pytest.mark.parametrize("name", ["a", "7_", "A.b-c_d", "x" * 80])
def test_what_a_link_may_be_called(cloud: Cloud, name: str) -> None:
    cloud.put(ZONE, zone())
    cloud.put(f"{ZONE}/virtualNetworkLinks/{name}", link())


@pytest.mark.parametrize("name", ["-a", "a.", "a b", "ä", "x" * 81])
@holds(virtual_network_links.LINK_NAME)
def test_what_a_link_may_not_be_called(cloud: Cloud, name: str) -> None:
    cloud.put(ZONE, zone())
    with cloud.refuses("BadRequest"):
        cloud.put(f"{ZONE}/virtualNetworkLinks/{name}", link())


@holds(virtual_network_links.TOO_MANY_ZONES)
def test_a_network_is_linked_to_so_many_zones(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(virtual_network_links, "MAX_ZONES_OF_A_NETWORK", 1)
    other = network(CONSUMER, "privateDnsZones", "corp.example")
    cloud.put(other, zone())
    cloud.put(LINK, link())
    cloud.put(LINK, link(registrationEnabled=True))
    with cloud.refuses("BadRequest"):
        cloud.put(f"{other}/virtualNetworkLinks/link", link())
    cloud.put(f"{other}/virtualNetworkLinks/link", link(OWNER_NETWORK))


@holds(virtual_network_links.OVERLAPPING)
def test_a_network_sees_one_zone_of_a_name(cloud: Cloud) -> None:
    """The trap of two stacks that each bring their own zone."""
    second = network(OWNER, "privateDnsZones", ZONE_NAME.upper())
    cloud.put(LINK, link())
    cloud.put(second, zone())
    with cloud.refuses("BadRequest"):
        cloud.put(f"{second}/virtualNetworkLinks/link", link(CONSUMER_NETWORK.upper()))
    cloud.put(f"{second}/virtualNetworkLinks/link", link(OWNER_NETWORK))
    cloud.delete(LINK)
    cloud.put(f"{second}/virtualNetworkLinks/now-free", link())


def test_a_network_is_linked_to_a_zone_once(cloud: Cloud) -> None:
    cloud.put(LINK, link())
    with cloud.refuses("BadRequest"):
        cloud.put(f"{ZONE}/virtualNetworkLinks/again", link())


def test_zones_of_other_names_may_be_linked_too(cloud: Cloud) -> None:
    parent = network(CONSUMER, "privateDnsZones", ZONE_NAME.removeprefix("privatelink."))
    cloud.put(LINK, link())
    cloud.put(parent, zone())
    cloud.put(f"{parent}/virtualNetworkLinks/link", link())


@holds(virtual_network_links.NETWORK_CHANGED)
def test_a_link_never_changes_its_network(cloud: Cloud) -> None:
    cloud.put(LINK, link())
    with cloud.refuses("BadRequest"):
        cloud.put(LINK, link(OWNER_NETWORK))
    cloud.put(LINK, link(registrationEnabled=True))


@holds(virtual_network_links.NO_NETWORK)
def test_a_link_needs_its_network(cloud: Cloud) -> None:
    """A typo in a network's id: the answer has no `error` around it."""
    with pytest.raises(
        AzureError, match=f"^.*Virtual network resource not found for '{CONSUMER_NETWORK}-gone'"
    ) as told:
        cloud.put(LINK, link(f"{CONSUMER_NETWORK}-gone"))
    assert (told.value.status, told.value.code, told.value.wrapped) == (400, "BadRequest", False)
    with cloud.refuses("InvalidRequestFormat"):
        cloud.put(LINK, link(""))


@holds(virtual_network_links.NO_REGISTRATION_SETTING)
def test_a_link_says_whether_machines_are_registered(cloud: Cloud) -> None:
    """A program that leaves it out fails in Azure, whatever the documentation says of a default."""
    with pytest.raises(AzureError, match="link registration setting is invalid") as told:
        cloud.put(LINK, {"location": "global", "properties": {"virtualNetwork": {"id": CONSUMER_NETWORK}}})
    assert (told.value.status, told.value.code, told.value.wrapped) == (400, "BadRequest", False)


@holds(virtual_network_links.REGISTRATION_TAKES_TIME)
def test_registration_takes_time(cloud: Cloud) -> None:
    def states(*, enabled: bool) -> list[str]:
        answers = [cloud.put(LINK, link(registrationEnabled=enabled)), cloud.get(LINK)]
        return [each["properties"]["virtualNetworkLinkState"] for each in answers]

    assert states(enabled=False) == ["Completed", "Completed"]
    assert states(enabled=True) == ["InProgress", "Completed"]
    assert states(enabled=True) == ["Completed", "Completed"]


@holds(virtual_network_links.NOT_A_NETWORK)
def test_a_link_is_to_a_network_only(cloud: Cloud) -> None:
    with cloud.refuses("BadRequest"):
        cloud.put(LINK, link(f"{CONSUMER_NETWORK}/subnets/clients"))


@holds(virtual_network_links.POLICY_NOT_ALLOWED)
@pytest.mark.parametrize("policy", ["NxDomainRedirect", "Default"])
def test_falling_back_to_public_answers_is_for_privatelink_zones(cloud: Cloud, policy: str) -> None:
    """A module that always sends a policy cannot link a company's own zone."""
    plain = network(CONSUMER, "privateDnsZones", "not-privatelink.example")
    cloud.put(plain, zone())
    with cloud.refuses("BadRequest"):
        cloud.put(f"{plain}/virtualNetworkLinks/link", link(resolutionPolicy=policy))
    assert "resolutionPolicy" not in cloud.put(f"{plain}/virtualNetworkLinks/link", link())["properties"]
    cloud.put(LINK, link(resolutionPolicy=policy))
    assert cloud.get(LINK)["properties"]["resolutionPolicy"] == policy


def test_a_regional_privatelink_zone_falls_back_too(cloud: Cloud) -> None:
    regional = network(CONSUMER, "privateDnsZones", "guid.privatelink.westus.azmk8s.io")
    cloud.put(regional, zone())
    made = cloud.put(f"{regional}/virtualNetworkLinks/link", link(resolutionPolicy="NxDomainRedirect"))
    assert made["properties"]["resolutionPolicy"] == "NxDomainRedirect"


def test_policies_that_there_are_not(cloud: Cloud) -> None:
    with cloud.refuses("InvalidRequestFormat"):
        cloud.put(LINK, link(resolutionPolicy="Fallback"))


@holds(virtual_network_links.LINK_OUTLIVES, private_dns_zones.NESTED_RESOURCES)
def test_a_link_outlives_its_network(cloud: Cloud) -> None:
    """Somebody deletes the network under a stack that shares a zone with others."""
    cloud.put(LINK, link(EAST_NETWORK))
    cloud.delete(EAST_NETWORK)
    assert cloud.get(LINK)["properties"]["virtualNetwork"]["id"] == EAST_NETWORK
    with cloud.refuses("CannotDeleteResource", 409):
        cloud.delete(ZONE)
    cloud.delete(LINK)
    cloud.delete(ZONE)


@holds(virtual_network_links.ONE_REGISTRATION)
def test_a_network_registers_its_machines_in_one_zone(cloud: Cloud) -> None:
    other = network(CONSUMER, "privateDnsZones", "corp.example")
    cloud.put(LINK, link(registrationEnabled=True))
    cloud.put(other, zone())
    with cloud.refuses("Conflict", 409):
        cloud.put(f"{other}/virtualNetworkLinks/link", link(registrationEnabled=True))
    cloud.put(f"{other}/virtualNetworkLinks/link", link())


@pytest.mark.parametrize(
    ("limit", "properties"), [("MAX_LINKS", {}), ("MAX_REGISTRATION_LINKS", {"registrationEnabled": True})]
)
@holds(virtual_network_links.TOO_MANY_LINKS)
def test_links_are_limited(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, limit: str, properties: dict[str, Any]
) -> None:
    monkeypatch.setattr(virtual_network_links, limit, 1)
    cloud.put(LINK, link(**properties))
    cloud.put(LINK, link(**properties))
    with cloud.refuses("BadRequest"):
        cloud.put(f"{ZONE}/virtualNetworkLinks/second", link(OWNER_NETWORK, **properties))
