"""Locations and the spelling of ids, which all types of private DNS share."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import private_dns_type

from ..rule_marks import holds
from ..small_world import (
    CONSUMER_SUBSCRIPTION,
    EAST_NETWORK,
    LINK,
    ZONE,
    ZONE_NAME,
    SandboxCloud,
    a_record,
    link,
    network,
    zone,
)

pytestmark = pytest.mark.usefixtures("private_zone")


@holds(private_dns_type.GLOBAL_ONLY)
@pytest.mark.parametrize(("id", "body"), [(ZONE, {}), (LINK, link())])
def test_the_location_must_be_global(cloud: SandboxCloud, id: str, body: dict[str, Any]) -> None:
    """The provider sends the stack's region if the program sets no location."""
    cloud.delete(ZONE) if id == ZONE else None
    with cloud.rejects("LocationNotAvailableForResourceType"):
        cloud.put(id, {**body, "location": "westus"})
    cloud.put(id, {**body, "location": "Global"})
    assert cloud.get(id)["location"] == "global"


@holds(private_dns_type.LOWER_CASE)
def test_ids_are_answered_in_lower_case(cloud: SandboxCloud) -> None:
    """Many groups are named like `RG-Prod`: Azure's answer differs from the spelling in the program."""
    group = f"/subscriptions/{CONSUMER_SUBSCRIPTION}/resourceGroups/RG-Prod"
    answered = network(group.replace("RG-Prod", "rg-prod"), "privateDnsZones", ZONE_NAME)
    written = network(group, "privateDnsZones", ZONE_NAME.title())
    cloud.put(group, {"location": "westus"})
    cloud.put(network(group, "virtualNetworks", "VNet"), cloud.get(EAST_NETWORK))
    answers = {
        answered: cloud.put(written, zone()),
        f"{answered}/virtualNetworkLinks/link": cloud.put(
            f"{written}/virtualNetworkLinks/Link", link(network(group, "virtualNetworks", "VNet"))
        ),
        f"{answered}/A/host": cloud.put(f"{written}/A/Host", a_record("10.3.0.4")),
    }
    for id, answer in answers.items():
        assert (answer["id"], answer["name"]) == (id, id.rsplit("/", 1)[1])
        assert cloud.get(id.upper())["id"] == id
    assert cloud.get(f"{answered}/SOA/@")["id"] == f"{answered}/SOA/@"
    linked = answers[f"{answered}/virtualNetworkLinks/link"]["properties"]["virtualNetwork"]["id"]
    assert linked == network(group, "virtualNetworks", "VNet")
    assert answers[f"{answered}/A/host"]["properties"]["fqdn"] == f"host.{ZONE_NAME}."
    assert cloud.get(group)["id"] == group
