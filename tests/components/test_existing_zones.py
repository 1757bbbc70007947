"""Zones that exist, such as those of a hub in another subscription: records and links go into them, and no more."""

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
    return program(given=with_dns({"zone_ids": [hub_zone()], **dns}), subscriptions=[OWNER, GUEST, HUB])


@pytest.fixture(name="graph", scope="module", params=RUNS)
def _graph(request: pytest.FixtureRequest) -> Graph:
    return run_as(request.param, _program(links=LINKS))


def test_the_zone_is_no_resource_of_the_stack(graph: Graph) -> None:
    """It is somebody else's: whatever the stack knows of it, a destroy would take along."""
    assert graph.of("PrivateZone") == []
    assert graph[f"KustoPrivateDnsZone {KEY}"].parent == "AdxPrivateLink myadx"


def test_records_and_links_go_where_the_zone_is(graph: Graph) -> None:
    """Its resource group, by its subscription's provider; under names that the settings alone decide."""
    inside = [*graph.of("PrivateRecordSet"), *graph.of("VirtualNetworkLink")]
    assert len(inside) == 4
    for each in inside:
        assert each.provider == HUB
        assert (each.inputs["privateZoneName"], each.inputs["resourceGroupName"]) == (ZONE_NAME, "hub-dns")


def test_a_record_depends_on_what_makes_it_true(graph: Graph) -> None:
    assert graph[RECORD].dependencies == {APPROVAL, ENDPOINT}
    assert graph[RECORD].dependencies_of("privateZoneName") == set()


def test_a_link_depends_on_nothing_and_a_strict_one_on_the_records(graph: Graph) -> None:
    own, strict = (graph[f"VirtualNetworkLink {ZONE_NAME}@{name}-vnet.{name}.{GUEST}"] for name in ("analytics", "hub"))
    assert own.dependencies == set()
    assert strict.dependencies == {each.label for each in graph.of("PrivateRecordSet")}


def test_what_it_registers(graph: Graph) -> None:
    zone = graph[f"KustoPrivateDnsZone {KEY}"]
    assert zone.inputs == {"zone": ZONE_NAME, "networks": [network_id("analytics"), network_id("hub")]}
    assert zone.outputs == {"id": hub_zone(), "name": ZONE_NAME}


def test_no_network_is_linked_unless_it_is_said() -> None:
    """The hub's owners have linked theirs already, and Azure links a network once."""
    assert must_deploy(_program()).of("VirtualNetworkLink") == []


def test_the_zone_is_looked_up_once_and_in_its_own_subscription() -> None:
    calls = must_deploy(_program()).azure.calls
    asked = [(arguments, subscription) for call, arguments, subscription in calls if call == "getPrivateZone"]
    assert asked == [({"resourceGroupName": "hub-dns", "privateZoneName": ZONE_NAME}, HUB)]


def test_a_zone_that_is_not_there_is_told_before_anything_is_registered() -> None:
    made = must_deploy(_program()).azure
    graph = deploy(_program(), made.later(missing={ZONE_NAME}), preview=True)
    assert "consumers.analytics.dns.zone_ids.0" in str(graph.error)
    assert graph.registered == []


def test_spelling_is_kept_where_azure_native_compares_letter_by_letter() -> None:
    """Another spelling of the zone's name would replace every record."""
    spelled = hub_zone().replace("privatelink.westus", "PrivateLink.WestUS")
    given = with_dns({"zone_ids": [spelled]})
    graph = must_deploy(program(given=given, subscriptions=[OWNER, GUEST, HUB]))
    assert {each.inputs["privateZoneName"] for each in graph.of("PrivateRecordSet")} == {
        "PrivateLink.WestUS.kusto.windows.net"
    }
    assert RECORD in graph.labels, "and it is the same record to Pulumi"
