"""Pictures of stacks: they show everything that is deployed, and stay legible."""

from __future__ import annotations

import re
from collections import Counter
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings

from adx_private_link.cli.natural_order import natural
from adx_private_link.cli.picture.from_settings import draw
from adx_private_link.cli.picture.legend import SENTENCE, sentence
from adx_private_link.cli.picture.markdown import in_markdown
from adx_private_link.cli.picture.matrix import matrix
from adx_private_link.cli.picture.mermaid import mermaid
from adx_private_link.cli.picture.model import Mark, Picture
from adx_private_link.cli.picture.selection import select
from adx_private_link.cli.picture.sketch import Sketch
from adx_private_link.cli.picture.svg import svg
from adx_private_link.cli.picture.zones import Zones
from adx_private_link.facts.expected import expected_facts
from adx_private_link.program import parse, plan

from ...samples.building import GUEST, clusters_and_consumers, consumer, described, small, zone_id
from ...samples.native import STORAGE_ZONES, both_kinds, handed_over_native, in_hub, made, native
from ...samples.random_stacks import Stack, peaceful_stacks
from .drawing import draw_settings, lines_of


def test_one_cluster_is_drawn_with_every_name() -> None:
    picture = draw_settings(small())
    assert lines_of(picture, "cluster") == ["myadx"]
    assert lines_of(picture, "private link service") == ["engine: pls-myadx-engine", "ingestion: pls-myadx-ingestion"]
    assert "engine: pe-myadx-engine-analytics" in lines_of(picture, "private endpoint")
    assert lines_of(picture, "private DNS zone") == ["privatelink.(its region)", "resource group analytics"]
    assert lines_of(picture, "virtual network link") == ["analytics-vnet"]
    assert len(picture.groups) == 2
    # From the client's network to the cluster: the link, the zone, and two roles.
    assert len(picture.arrows) == 1 + 2 * 4


def test_how_a_connection_is_approved_is_in_the_picture() -> None:
    ways = {
        way: consumer(way.replace("_", "-"), approval=way) for way in ("approve", "auto", "resource_id", "elsewhere")
    }
    approvals = lines_of(draw_settings({**small(), "consumers": ways}), "approval")
    assert {line.partition(":")[2] or line for line in approvals} >= {"by this stack", "by other means"}
    assert any("trusted subscription" in line for line in approvals)
    assert any("by rights" in line for line in approvals)


def test_clusters_of_unknown_regions_are_not_drawn_with_one_zone() -> None:
    """Three regions would be three zones of the consumer, and only Azure knows the regions."""
    picture = draw_settings(clusters_and_consumers(3, 1))
    name = "privatelink.(region), one for each region of its clusters"
    assert lines_of(picture, "private DNS zone")[0] == name
    assert len([node for node in picture.nodes if node.kind == "private DNS zone"]) == 1


def test_clusters_of_known_regions_are_drawn_with_a_zone_each() -> None:
    sections = clusters_and_consumers(3, 1)
    regions = ["eastus", "northeurope", "westus"]
    for region, (key, cluster) in zip(regions, sections["clusters"].items(), strict=True):
        cluster["described"] = described(key, region)
    names = [line for line in lines_of(draw_settings(sections), "private DNS zone") if line.startswith("privatelink")]
    assert names == [f"privatelink.{region}.kusto.windows.net" for region in regions]


def test_zones_that_settings_name_are_all_drawn() -> None:
    """The zone of a cluster's names depends on its region, which only Azure knows."""
    sections = clusters_and_consumers(2, 1)
    [reader] = sections["consumers"].values()
    names = [f"privatelink.{region}.kusto.windows.net" for region in ("westus", "eastus")]
    reader["dns"] = {"zone_ids": [zone_id(name) for name in names]}
    assert lines_of(draw_settings(sections), "private DNS zone") == [
        "existing zones, one for each region:",
        *(f"{name} (hub)" for name in names),
    ]
    # One zone decides the region of all clusters that need it.
    reader["dns"] = {"zone_ids": [zone_id(names[1])]}
    assert lines_of(draw_settings(sections), "private DNS zone") == [names[1], "resource group hub, exists"]


def test_a_zone_that_only_another_consumer_decides_is_known() -> None:
    """A cluster has one region: if one consumer names its zone, the zones of all consumers are known."""
    sections = clusters_and_consumers(1, 2)
    first, _ = sections["consumers"].values()
    first["dns"] = {"zone_ids": [zone_id("privatelink.westus.kusto.windows.net")]}
    names = [line for line in lines_of(draw_settings(sections), "private DNS zone") if "privatelink" in line]
    assert names == ["privatelink.westus.kusto.windows.net"] * 2


@settings(deadline=None)
@given(peaceful_stacks())
def test_everything_is_in_the_picture_once(stack: Stack) -> None:
    topology = plan(stack.settings, expected_facts(stack.settings))
    picture = draw(stack.settings, topology)
    ids = [node.id for node in picture.nodes]
    assert len(ids) == len({*ids})
    assert {id for arrow in picture.arrows for id in (arrow.source, arrow.target)} <= {*ids}
    assert sorted(lines_of(picture, "cluster")) == sorted(topology.clusters)
    drawn = [node for node in picture.nodes if node.kind == "private endpoint"]
    pairs = {
        (endpoint.consumer, cluster.key) for cluster in topology.clusters.values() for endpoint in cluster.endpoints
    }
    assert {node.title for node in drawn} == {f"{consumer} to {cluster}" for consumer, cluster in pairs}
    # Zones of unknown regions share a node, and so do a network's links to them.
    zones = Zones(stack.settings, topology).nodes
    assert len([node for node in picture.nodes if node.kind == "private DNS zone"]) == len(zones)
    links = [node for node in picture.nodes if node.kind == "virtual network link"]
    assert len(links) == sum(len(zone.links) for zone in zones)
    networks = {link.network_id for zone in topology.zones.values() for link in zone.links}
    assert networks == {link.network_id for zone in zones for link in zone.links}


def test_thirty_clusters_stay_legible() -> None:
    """Roles share a box, and so do the approvals of a cluster. Mermaid draws at most 500 arrows."""
    picture = draw_settings(clusters_and_consumers(30, 3))
    assert len(picture.nodes) == 30 * (1 + 1 + 1 + 3) + 3 + 3
    assert len(picture.arrows) < 500
    assert len(mermaid(picture)) < 50_000
    assert max(len(line) for node in picture.nodes for line in node.lines) < 60


def test_a_svg_is_well_formed_and_has_every_name() -> None:
    picture = draw_settings(small())
    drawn = ET.fromstring(svg(picture, 'a "title" & <more>'))
    text = "\n".join(drawn.itertext())
    for line in ['a "title" & <more>', *(line for node in picture.nodes for line in node.lines)]:
        assert line in text


def test_no_name_breaks_mermaid() -> None:
    """`end`, quotes and brackets mean something to Mermaid."""
    sections = small()
    sections["consumers"]["analytics"]["dns"]["resource_group"] = "end(of)_it"
    text = mermaid(draw_settings(sections))
    assert re.search(r'n0\[\("private DNS zone<br/>.*<br/>resource group end\(of\)_it"\)\]', text)


def test_what_changes_is_marked_where_it_is() -> None:
    """If consumers share a box, only its lines name the consumers that change."""
    sketch = Sketch(pairs=9)
    sketch.cluster("adx", "s")
    sketch.service("adx", "engine", "pls", "s")
    marks: dict[str, Mark] = {"red": "same", "blue": "created"}
    for consumer_key, mark in marks.items():
        sketch.endpoint("adx", consumer_key, "engine", "pe", "s", mark)
        sketch.approval("adx", consumer_key, "engine", "by this stack", "s", mark)
    [approval] = [node for node in sketch.picture.nodes if node.kind == "approval"]
    assert approval.lines == ["approval", "red: by this stack", "blue: by this stack, created"]
    assert approval.mark == "created"
    endpoints = [node.lines[0] for node in sketch.picture.nodes if node.kind == "private endpoint"]
    assert endpoints == ["private endpoint", "private endpoint, created"]


# Order and legend


def test_clusters_are_drawn_in_natural_order() -> None:
    picture = draw_settings(clusters_and_consumers(12, 2))
    assert lines_of(picture, "cluster") == [f"cluster{number}" for number in range(12)]
    text = "\n".join(ET.fromstring(svg(picture, "stack")).itertext())
    # Graphviz writes nodes in the order of the source, and may place them in another order.
    assert _heights(svg(picture, "stack"), "cluster") == sorted(_heights(svg(picture, "stack"), "cluster"))
    assert text


def _heights(drawn: str, kind: str) -> list[float]:
    """Return the heights of the boxes of a kind, in the natural order of their names."""
    space = {"svg": "http://www.w3.org/2000/svg"}
    heights: list[tuple[tuple[list[tuple[float, str]], str], float]] = []
    for node in ET.fromstring(drawn).iterfind(".//svg:g[@class='node']", space):
        texts = node.findall("svg:text", space)
        if [text.text for text in texts[:1]] == [f"« {kind} »"] and len(texts) > 1:
            heights.append((natural(str(texts[1].text)), float(texts[1].attrib["y"])))
    return [height for _, height in sorted(heights)]


def test_a_svg_explains_its_arrows() -> None:
    text = "\n".join(ET.fromstring(svg(draw_settings(small()), "stack")).itertext())
    assert "resolves names in" in text
    assert SENTENCE in in_markdown(draw_settings(small()))


# Native clusters


def test_a_native_cluster_is_drawn_without_services() -> None:
    """Endpoints connect to the cluster itself; its zone group has four zones, and three of them share a box."""
    picture = draw_settings(native())
    assert lines_of(picture, "private link service") == []
    assert lines_of(picture, "private endpoint") == ["analytics to new", "cluster: pe-new-cluster-analytics"]
    assert lines_of(picture, "zone group") == ["analytics to new"]
    assert lines_of(picture, "private DNS zone") == [
        "privatelink.(its region)",
        "resource group hub, exists",
        "storage zones: blob, queue, table",
        "resource group hub, exists",
    ]
    assert _ways(picture) == {
        ("private DNS zone", "zone group"): 2,
        ("zone group", "private endpoint"): 1,
        ("private endpoint", "approval"): 1,
        ("approval", "cluster"): 1,
    }


def _ways(picture: Picture) -> Counter[tuple[str, str]]:
    """Count the arrows between kinds."""
    kinds = {node.id: node.kind for node in picture.nodes}
    return Counter((kinds[arrow.source], kinds[arrow.target]) for arrow in picture.arrows)


def test_the_links_of_made_storage_zones_share_a_box() -> None:
    picture = draw_settings(native(made()))
    assert lines_of(picture, "virtual network link") == ["analytics-vnet"] * 2
    assert _ways(picture)["virtual network link", "private DNS zone"] == 2


def test_zones_in_several_places_are_drawn_in_each() -> None:
    """One zone by its id, and the others in the hub."""
    blob = zone_id(STORAGE_ZONES[0], GUEST, "elsewhere")
    lines = lines_of(draw_settings(native({**in_hub(), "zone_ids": [blob]})), "private DNS zone")
    assert lines[2:] == [
        "storage zones: blob",
        "resource group elsewhere, exists",
        "storage zones: queue, table",
        "resource group hub, exists",
    ]


@pytest.mark.parametrize(
    ("approval", "words"),
    [
        ("approve", "by this stack"),
        ("resource_id", "by Azure: by rights"),
        ("elsewhere", "by other means"),
        # A cluster has no list of subscriptions: with an injected cluster beside it, `auto` is allowed.
        ("auto", "by this stack"),
    ],
)
def test_how_the_connection_to_a_native_cluster_is_approved(approval: str, words: str) -> None:
    sections = both_kinds(made(), approval=approval)
    sections["clusters"]["old"]["nat"] = {"addresses": 1}
    picture = draw_settings(sections)
    assert {link.target: link.approved for link in picture.connections}["cluster"] == words


def test_both_kinds_of_clusters_are_in_one_picture() -> None:
    sections = both_kinds(made())
    sections["clusters"]["old"]["nat"] = {"addresses": 1}
    picture = draw_settings(sections)
    ways = _ways(picture)
    assert (ways["approval", "cluster"], ways["private link service", "cluster"]) == (1, 2)
    # The zone of the clusters' own names has records of this stack and records of the zone group.
    assert (ways["private DNS zone", "private endpoint"], ways["private DNS zone", "zone group"]) == (2, 2)
    assert matrix(picture).splitlines()[2:] == ["| `new` | by this stack |", "| `old` | by this stack |"]


def test_a_handed_over_native_cluster_is_approved_by_its_owner() -> None:
    picture = draw_settings(handed_over_native())
    assert lines_of(picture, "private link service") == []
    assert lines_of(picture, "approval") == ["by its owner"]
    assert lines_of(picture, "zone group")


def test_external_consumers_of_a_native_cluster_are_drawn() -> None:
    own = native("elsewhere", endpoints={"new": {"cluster": {}}})
    sections = {**own, "external_consumers": {"partner": {"subscription": GUEST}}}
    picture = draw_settings(sections)
    assert lines_of(picture, "external consumer") == ["partner"]
    assert _ways(picture)["approval", "cluster"] == 2


def test_zone_groups_are_left_out_of_large_pictures() -> None:
    """They would be a box for each endpoint, and say the same in each."""
    sections = native(made())
    sections["consumers"] = {f"c{number}": consumer(f"c{number}", dns={"storage_zones": "made"}) for number in range(9)}
    picture = draw_settings(sections)
    assert lines_of(picture, "zone group") == []
    assert _ways(picture)["private DNS zone", "private endpoint"] == 2 * 9


def test_the_legend_explains_what_is_drawn() -> None:
    """An arrow that leads past the services would puzzle readers who have none but injected clusters."""
    assert sentence(draw_settings(small())) == SENTENCE
    assert "zone group" in sentence(draw_settings(native()))
    explained = "\n".join(ET.fromstring(svg(draw_settings(native()), "stack")).itertext())
    assert "is written for" in explained
    assert "in front of" not in explained
    assert "is written for" not in "\n".join(ET.fromstring(svg(draw_settings(small()), "stack")).itertext())


def test_a_selected_consumer_keeps_the_zones_of_its_zone_group() -> None:
    parsed = parse(native())
    topology = plan(parsed, expected_facts(parsed))
    assert select(topology, [], ["analytics"]).zones == topology.zones
