"""Zones, links and records as Azure private DNS takes them."""

from __future__ import annotations

from typing import Any

import pytest

from .places import (
    CONSUMER,
    CONSUMER_NETWORK,
    OWNER,
    OWNER_NETWORK,
    ZONE,
    ZONE_NAME,
    Cloud,
    a_record,
    link,
    network,
    zone,
)

LINK = f"{ZONE}/virtualNetworkLinks/link"
RECORD = f"{ZONE}/A/myadx"


@pytest.fixture(autouse=True)
def _a_zone(cloud: Cloud) -> None:
    cloud.put(ZONE, zone())


@pytest.mark.parametrize(("id", "body"), [(ZONE, {}), (LINK, link())])
def test_location_must_be_global(cloud: Cloud, id: str, body: dict[str, Any]) -> None:
    """The provider fills in the stack's region when the program says nothing."""
    cloud.delete(ZONE) if id == ZONE else None
    with cloud.refuses("LocationNotAvailableForResourceType"):
        cloud.put(id, {**body, "location": "westus"})
    cloud.put(id, {**body, "location": "Global"})
    assert cloud.get(id)["location"] == "global"


@pytest.mark.parametrize("name", ["local", ".".join(["a"] * 35)])
def test_zone_names_have_2_to_34_labels(cloud: Cloud, name: str) -> None:
    with cloud.refuses("BadRequest"):
        cloud.put(network(CONSUMER, "privateDnsZones", name), zone())


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


def test_a_link_never_changes_its_network(cloud: Cloud) -> None:
    cloud.put(LINK, link())
    with cloud.refuses("BadRequest"):
        cloud.put(LINK, link(OWNER_NETWORK))
    cloud.put(LINK, link(registrationEnabled=True))


@pytest.mark.parametrize("target", [f"{CONSUMER_NETWORK}-gone", ""])
def test_a_link_needs_its_network(cloud: Cloud, target: str) -> None:
    with cloud.refuses("InvalidResourceReference" if target else "InvalidRequestFormat"):
        cloud.put(LINK, link(target))


def test_a_link_is_to_a_network_only(cloud: Cloud) -> None:
    with cloud.refuses("BadRequest"):
        cloud.put(LINK, link(f"{CONSUMER_NETWORK}/subnets/clients"))


def test_falling_back_to_public_answers_is_for_privatelink_zones(cloud: Cloud) -> None:
    plain = network(CONSUMER, "privateDnsZones", "corp.example")
    cloud.put(plain, zone())
    with cloud.refuses("BadRequest"):
        cloud.put(f"{plain}/virtualNetworkLinks/link", link(resolutionPolicy="NxDomainRedirect"))
    cloud.put(LINK, link(resolutionPolicy="NxDomainRedirect"))
    assert cloud.get(LINK)["properties"]["resolutionPolicy"] == "NxDomainRedirect"


def test_a_zone_is_not_deleted_before_its_links(cloud: Cloud) -> None:
    cloud.put(LINK, link())
    cloud.put(RECORD, a_record("10.3.0.4"))
    with cloud.refuses("CannotDeleteResource", 409):
        cloud.delete(ZONE)
    cloud.delete(LINK)
    cloud.delete(ZONE)
    assert not [each for each in cloud.ids() if each.startswith(ZONE)]


def test_a_record_needs_its_zone(cloud: Cloud) -> None:
    cloud.delete(ZONE)
    with cloud.refuses("ParentResourceNotFound", 404):
        cloud.put(RECORD, a_record("10.3.0.4"))


@pytest.mark.parametrize("address", ["10.3.0", "10.3.0.256", "::1", ""])
def test_a_record_holds_ipv4_addresses(cloud: Cloud, address: str) -> None:
    with cloud.refuses("BadRequest"):
        cloud.put(RECORD, a_record(address))


def test_a_missing_record_is_told_in_dns_own_words(cloud: Cloud) -> None:
    with cloud.refuses("NotFound", 404):
        cloud.get(RECORD)


def test_a_record_is_replaced_as_a_whole(cloud: Cloud) -> None:
    cloud.put(RECORD, a_record("10.3.0.4", "10.3.0.5", metadata={"by": "hand"}))
    after = cloud.put(RECORD, a_record("10.3.0.6"))["properties"]
    assert after["aRecords"] == [{"ipv4Address": "10.3.0.6"}]
    assert "metadata" not in after


def test_a_zone_counts_what_it_holds(cloud: Cloud) -> None:
    cloud.put(LINK, link(registrationEnabled=True))
    cloud.put(f"{ZONE}/virtualNetworkLinks/second", link(OWNER_NETWORK))
    cloud.put(RECORD, a_record("10.3.0.4"))
    counts = cloud.get(ZONE)["properties"]
    assert counts["numberOfRecordSets"] == 2
    assert counts["numberOfVirtualNetworkLinks"] == 2
    assert counts["numberOfVirtualNetworkLinksWithRegistration"] == 1
