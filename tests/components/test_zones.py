"""Zones: a network has one for all its clusters of a region."""

from __future__ import annotations

from typing import Any

import pytest

from adx_private_link import AdxPrivateLink, PrivateDnsZone, Topology, parse, plan, read_facts
from tests.samples.building import GUEST, OWNER, cluster, consumer, network_id

from .programs import HUB_LINK, OWN_LINK, ZONE, providers
from .registration import Graph, must_deploy

_LINKS = {"own": {}, "strict": {"network_id": network_id("hub"), "resolution_policy": "Default"}}
_SETTINGS: dict[str, Any] = {
    "clusters": {"one": cluster("one"), "two": cluster("two")},
    "consumers": {
        "analytics": consumer("analytics", dns={"links": _LINKS}),
        "other": consumer("other", clusters=["one"]),
    },
}


async def _deploy_two_clusters() -> tuple[Topology, dict[str, AdxPrivateLink], dict[str, PrivateDnsZone]]:
    settings, providers_by_subscription = parse(_SETTINGS), providers(OWNER, GUEST)
    facts = await read_facts(settings, providers_by_subscription)
    planned = plan(settings, facts)
    zones = {key: PrivateDnsZone(node, providers=providers_by_subscription) for key, node in planned.zones.items()}
    links = {
        key: AdxPrivateLink(
            key,
            settings.clusters[key],
            settings.consumers_of(key),
            facts=facts,
            zones=zones,
            providers=providers_by_subscription,
        )
        for key in planned.clusters
    }
    for key, zone in zones.items():
        zone.link_after([record for link in links.values() for record in link.records_in(key)])
    return planned, links, zones


async def _program() -> None:
    await _deploy_two_clusters()


@pytest.fixture(name="graph", scope="module", params=[False, True], ids=["update", "preview"])
def _graph(request: pytest.FixtureRequest) -> Graph:
    return must_deploy(_program, preview=request.param)


def test_a_shared_zone_is_created_once(graph: Graph) -> None:
    """Azure links a network to only one zone of a name."""
    zones = [resource for resource in graph.of_kind("PrivateZone") if resource.name == ZONE]
    assert [resource.parent for resource in zones] == [f"KustoPrivateDnsZone {ZONE}"]
    assert graph[f"KustoPrivateDnsZone {ZONE}"].parent == "Stack adx-private-link-test"
    assert len(graph.of_kind("PrivateZone")) == 2


def test_every_cluster_has_its_records_in_the_shared_zone(graph: Graph) -> None:
    names = {
        resource.inputs["relativeRecordSetName"]
        for resource in graph.of_kind("PrivateRecordSet")
        if resource.name.endswith(ZONE)
    }
    assert names == {"one", "ingest-one", "two", "ingest-two"}


def test_a_strict_link_waits_for_the_records_of_all_clusters(graph: Graph) -> None:
    strict = graph[f"VirtualNetworkLink {HUB_LINK}"]
    records = {record.label for record in graph.of_kind("PrivateRecordSet") if record.name.endswith(ZONE)}
    assert len(records) == 4
    assert strict.dependencies == {f"PrivateZone {ZONE}", *records}


def test_each_link_is_created_once(graph: Graph) -> None:
    assert sorted(link.name for link in graph.of_kind("VirtualNetworkLink")) == [
        OWN_LINK,
        HUB_LINK,
        "privatelink.westus.kusto.windows.net@other-vnet.other.22222222-2222-2222-2222-222222222222",
    ]


def test_a_program_can_read_zones_links_and_records() -> None:
    names: dict[str, Any] = {}

    async def run() -> None:
        planned, links, zones = await _deploy_two_clusters()
        assert links["one"].zones == zones
        assert list(links["two"].zones) == [ZONE]
        assert list(zones[ZONE].links) == [OWN_LINK, HUB_LINK]
        assert zones[ZONE].node == planned.zones[ZONE]
        zone = zones[ZONE].zone
        assert zone
        names["name"] = await zone.name.future()
        names["link"] = await zones[ZONE].links[OWN_LINK].name.future()
        names["records"] = [await record.name.future() for record in links["one"].records_in(ZONE)]

    must_deploy(run)
    assert names == {
        "name": "privatelink.westus.kusto.windows.net",
        "link": "analytics-own",
        "records": ["one", "ingest-one"],
    }
