"""Everything that a program may want of the graph is a typed attribute."""

from __future__ import annotations

from typing import Any

from adx_private_link import AdxPrivateLink
from tests.samples.building import GUEST, OWNER

from . import objects
from .programs import HUB, ZONE, ZONE_NAME, hub_zone, program, with_consumer, with_dns
from .registration import must_deploy


def _value(then: Any, **more: Any) -> Any:
    return must_deploy(program(then, **more)).result


def test_services() -> None:
    def look(link: AdxPrivateLink) -> Any:
        engine = link.services["engine"]
        return [engine.alias, engine.id, engine.resource.name, engine.node.name]

    assert _value(look) == [
        objects.alias("pls-myadx-engine"),
        objects.id_of(OWNER, "adx", "Microsoft.Network/privateLinkServices/pls-myadx-engine"),
        "pls-myadx-engine",
        "pls-myadx-engine",
    ]


def test_endpoints() -> None:
    def look(link: AdxPrivateLink) -> Any:
        endpoint = link.endpoints["analytics"]["ingestion"]
        assert endpoint.approval
        return [
            endpoint.id,
            endpoint.address,
            endpoint.connection_state,
            endpoint.resource.name,
            endpoint.approval.name,
        ]

    assert _value(look) == [
        objects.id_of(GUEST, "analytics", "Microsoft.Network/privateEndpoints/pe-myadx-ingestion-analytics"),
        "10.3.0.6",
        "Approved",
        "pe-myadx-ingestion-analytics",
        "approve-myadx.analytics.ingestion",
    ]


def test_hosts_and_records() -> None:
    def look(link: AdxPrivateLink) -> Any:
        endpoint = link.endpoints["analytics"]["engine"]
        return [endpoint.hosts, endpoint.records["myadx.westus.kusto.windows.net"].name]

    assert _value(look) == [{"myadx.westus.kusto.windows.net": ["10.3.0.5"]}, "myadx"]


def test_there_is_no_approval_where_azure_approves() -> None:
    def look(link: AdxPrivateLink) -> Any:
        return link.endpoints["analytics"]["engine"].approval is None

    assert _value(look, given=with_consumer(approval="auto")) is True


def test_zones_that_were_made_here() -> None:
    def look(link: AdxPrivateLink) -> Any:
        zone = link.zones[ZONE]
        assert zone.zone
        return [zone.zone.name, zone.name, zone.outputs["name"]]

    assert _value(look) == [ZONE_NAME] * 3


def test_zones_that_were_there_before() -> None:
    """Nobody gets a resource that this stack does not have; the name is known all the same."""

    def look(link: AdxPrivateLink) -> Any:
        [zone] = link.zones.values()
        return [zone.zone is None, zone.name, zone.outputs]

    given = with_dns({"zone_ids": [hub_zone()]})
    expected = [True, ZONE_NAME, {"id": hub_zone(), "name": ZONE_NAME}]
    assert _value(look, given=given, subscriptions=[OWNER, GUEST, HUB]) == expected


def test_unknown_values_stay_unknown() -> None:
    """In a first preview nothing that Azure makes up is known, and nothing pretends to be."""

    def look(link: AdxPrivateLink) -> Any:
        endpoint = link.endpoints["analytics"]["engine"]
        return {"alias": link.services["engine"].alias, "address": endpoint.address, "hosts": endpoint.hosts}

    assert must_deploy(program(look), preview=True).result is None
