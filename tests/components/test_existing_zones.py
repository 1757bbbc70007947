"""Existing zones, such as a hub's in another subscription: the stack creates records and links in them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.samples.building import GUEST, OWNER, network_id

from .programs import APPROVAL, ENDPOINT, HUB, ZONE_NAME, hub_zone, program, with_dns
from .registration import RUNS, Graph, deploy, must_deploy, run_as

KEY = f"{ZONE_NAME}@hub-dns.{HUB}"
RECORD = f"PrivateRecordSet myadx@{KEY}"
LINKS = {"own": {}, "strict": {"network_id": network_id("hub"), "resolution_policy": "Default"}}


def _program(**dns: Any) -> Any:
    return program(settings=with_dns({"zone_ids": [hub_zone()], **dns}), subscriptions=[OWNER, GUEST, HUB])


@pytest.fixture(name="graph", scope="module", params=RUNS)
def _graph(request: pytest.FixtureRequest) -> Graph:
    return run_as(request.param, _program(links=LINKS))


def test_an_existing_zone_is_not_a_resource_of_the_stack(graph: Graph) -> None:
    """Another team owns the zone, and `pulumi destroy` would delete a resource of the stack."""
    assert graph.of_kind("PrivateZone") == []
    assert graph[f"KustoPrivateDnsZone {KEY}"].parent == "AdxPrivateLink myadx"


def test_records_and_links_are_created_beside_the_zone(graph: Graph) -> None:
    """They need the zone's resource group and the provider of its subscription."""
    inside = [*graph.of_kind("PrivateRecordSet"), *graph.of_kind("VirtualNetworkLink")]
    assert len(inside) == 4
    for resource in inside:
        assert resource.provider == HUB
        assert (resource.inputs["privateZoneName"], resource.inputs["resourceGroupName"]) == (ZONE_NAME, "hub-dns")


def test_a_record_waits_for_its_endpoint_and_approval(graph: Graph) -> None:
    assert graph[RECORD].dependencies == {APPROVAL, ENDPOINT}
    assert graph[RECORD].dependencies_of("privateZoneName") == set()


def test_only_a_strict_link_waits_for_the_records(graph: Graph) -> None:
    own, strict = (graph[f"VirtualNetworkLink {ZONE_NAME}@{name}-vnet.{name}.{GUEST}"] for name in ("analytics", "hub"))
    assert own.dependencies == set()
    assert strict.dependencies == {record.label for record in graph.of_kind("PrivateRecordSet")}


def test_the_zones_component_has_its_name_networks_and_id(graph: Graph) -> None:
    zone = graph[f"KustoPrivateDnsZone {KEY}"]
    assert zone.inputs == {"zone": ZONE_NAME, "networks": [network_id("analytics"), network_id("hub")]}
    assert zone.outputs == {"id": hub_zone(), "name": ZONE_NAME}


def test_no_network_is_linked_by_default() -> None:
    """The hub's owners linked their networks already, and Azure links a network only once."""
    assert must_deploy(_program()).of_kind("VirtualNetworkLink") == []


def test_the_zone_is_looked_up_once_in_its_own_subscription() -> None:
    calls = must_deploy(_program()).azure.calls
    look_ups = [(arguments, subscription) for call, arguments, subscription in calls if call == "getPrivateZone"]
    assert look_ups == [({"resourceGroupName": "hub-dns", "privateZoneName": ZONE_NAME}, HUB)]


def test_a_missing_zone_is_reported_before_anything_is_registered() -> None:
    azure = must_deploy(_program()).azure
    graph = deploy(_program(), azure.later(missing={ZONE_NAME}), preview=True)
    assert "consumers.analytics.dns.zone_ids.0" in str(graph.error)
    assert graph.registered == []


def test_records_keep_the_spelling_of_the_zones_name() -> None:
    """azure-native compares the zone's name by its letters, and another spelling would replace every record."""
    spelled = hub_zone().replace("privatelink.westus", "PrivateLink.WestUS")
    settings = with_dns({"zone_ids": [spelled]})
    graph = must_deploy(program(settings=settings, subscriptions=[OWNER, GUEST, HUB]))
    assert {record.inputs["privateZoneName"] for record in graph.of_kind("PrivateRecordSet")} == {
        "PrivateLink.WestUS.kusto.windows.net"
    }
    assert RECORD in graph.labels, "the record's logical name has no case"
