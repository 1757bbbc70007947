"""Attributes of the component: a program reads every part of the graph from a typed one."""

from __future__ import annotations

from typing import Any

from adx_private_link import AdxPrivateLink
from tests.samples.building import GUEST, OWNER
from tests.samples.smallest import small_with_consumer

from . import objects
from .programs import HUB, ZONE, ZONE_NAME, hub_zone, program, with_dns
from .registration import must_deploy


def _read(read: Any, **options: Any) -> Any:
    """The value that a program reads from the component."""
    return must_deploy(program(read, **options)).result


def test_a_service_has_its_alias_id_resource_and_node() -> None:
    def read(link: AdxPrivateLink) -> Any:
        engine = link.services["engine"]
        return [engine.alias, engine.id, engine.resource.name, engine.node.name]

    assert _read(read) == [
        objects.alias("pls-myadx-engine"),
        objects.id_of(OWNER, "adx", "Microsoft.Network/privateLinkServices/pls-myadx-engine"),
        "pls-myadx-engine",
        "pls-myadx-engine",
    ]


def test_an_endpoint_has_its_address_state_and_approval() -> None:
    def read(link: AdxPrivateLink) -> Any:
        endpoint = link.endpoints["analytics"]["ingestion"]
        assert endpoint.approval
        return [
            endpoint.id,
            endpoint.address,
            endpoint.connection_state,
            endpoint.resource.name,
            endpoint.approval.name,
        ]

    assert _read(read) == [
        objects.id_of(GUEST, "analytics", "Microsoft.Network/privateEndpoints/pe-myadx-ingestion-analytics"),
        "10.3.0.6",
        "Approved",
        "pe-myadx-ingestion-analytics",
        "approve-myadx.analytics.ingestion",
    ]


def test_an_endpoint_has_its_hosts_and_records() -> None:
    def read(link: AdxPrivateLink) -> Any:
        endpoint = link.endpoints["analytics"]["engine"]
        return [endpoint.hosts, endpoint.records["myadx.westus.kusto.windows.net"].name]

    assert _read(read) == [{"myadx.westus.kusto.windows.net": ["10.3.0.5"]}, "myadx"]


def test_an_endpoint_that_azure_approves_has_no_approval() -> None:
    def read(link: AdxPrivateLink) -> Any:
        return link.endpoints["analytics"]["engine"].approval is None

    assert _read(read, settings=small_with_consumer(approval="auto")) is True


def test_a_zone_of_this_stack_has_its_resource() -> None:
    def read(link: AdxPrivateLink) -> Any:
        zone = link.zones[ZONE]
        assert zone.zone
        return [zone.zone.name, zone.name, zone.outputs["name"]]

    assert _read(read) == [ZONE_NAME] * 3


def test_an_existing_zone_has_its_name_and_no_resource() -> None:
    """The zone is not in this stack, but programs still need its name."""

    def read(link: AdxPrivateLink) -> Any:
        [zone] = link.zones.values()
        return [zone.zone is None, zone.name, zone.outputs]

    settings = with_dns({"zone_ids": [hub_zone()]})
    expected = [True, ZONE_NAME, {"id": hub_zone(), "name": ZONE_NAME}]
    assert _read(read, settings=settings, subscriptions=[OWNER, GUEST, HUB]) == expected


def test_unknown_values_stay_unknown() -> None:
    """A first preview cannot know the values that Azure assigns, and must not invent them."""

    def read(link: AdxPrivateLink) -> Any:
        endpoint = link.endpoints["analytics"]["engine"]
        return {"alias": link.services["engine"].alias, "address": endpoint.address, "hosts": endpoint.hosts}

    assert must_deploy(program(read), preview=True).result is None
