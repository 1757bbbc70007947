"""Pictures of stacks: everything that is deployed is in them, and they stay legible."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from hypothesis import given, settings

from adx_private_link.cli.natural_order import natural
from adx_private_link.cli.picture.from_settings import draw
from adx_private_link.cli.picture.legend import SENTENCE
from adx_private_link.cli.picture.markdown import in_markdown
from adx_private_link.cli.picture.mermaid import mermaid
from adx_private_link.cli.picture.model import Mark
from adx_private_link.cli.picture.sketch import Sketch
from adx_private_link.cli.picture.svg import svg
from adx_private_link.cli.picture.zones import Zones
from adx_private_link.facts.expected import expected_facts
from adx_private_link.program import plan

from ...samples.building import clusters_and_consumers, consumer, described, small, zone_id
from ...samples.random_stacks import Stack, peaceful_stacks
from .drawing import lines_of, pictured


def test_one_cluster_is_drawn_with_every_name() -> None:
    picture = pictured(small())
    assert lines_of(picture, "cluster") == ["myadx"]
    assert lines_of(picture, "private link service") == ["engine: pls-myadx-engine", "ingestion: pls-myadx-ingestion"]
    assert "engine: pe-myadx-engine-analytics" in lines_of(picture, "private endpoint")
    assert lines_of(picture, "private DNS zone") == ["privatelink.(its region)", "resource group analytics"]
    assert lines_of(picture, "virtual network link") == ["analytics-vnet"]
    assert len(picture.groups) == 2
    # From the client's network to the cluster: link, zone, two ways.
    assert len(picture.arrows) == 1 + 2 * 4


def test_how_a_connection_is_approved_is_in_the_picture() -> None:
    ways = {
        way: consumer(way.replace("_", "-"), approval=way) for way in ("approve", "auto", "resource_id", "elsewhere")
    }
    approvals = lines_of(pictured({**small(), "consumers": ways}), "approval")
    assert {each.partition(":")[2] or each for each in approvals} >= {"by this stack", "by other means"}
    assert any("trusted subscription" in each for each in approvals)
    assert any("by rights" in each for each in approvals)


def test_clusters_of_unknown_regions_are_not_drawn_with_one_zone() -> None:
    """Three regions are three zones of the consumer: only Azure knows."""
    picture = pictured(clusters_and_consumers(3, 1))
    name = "privatelink.(region), one for each region of its clusters"
    assert lines_of(picture, "private DNS zone")[0] == name
    assert len([each for each in picture.nodes if each.kind == "private DNS zone"]) == 1


def test_clusters_of_known_regions_are_drawn_with_a_zone_each() -> None:
    given = clusters_and_consumers(3, 1)
    regions = ["eastus", "northeurope", "westus"]
    for region, (key, cluster) in zip(regions, given["clusters"].items(), strict=True):
        cluster["described"] = described(key, region)
    names = [line for line in lines_of(pictured(given), "private DNS zone") if line.startswith("privatelink")]
    assert names == [f"privatelink.{region}.kusto.windows.net" for region in regions]


def test_zones_that_settings_name_are_all_drawn() -> None:
    """Which of them a cluster's names go into depends on its region, which only Azure knows."""
    given = clusters_and_consumers(2, 1)
    [reader] = given["consumers"].values()
    regions = [f"privatelink.{region}.kusto.windows.net" for region in ("westus", "eastus")]
    reader["dns"] = {"zone_ids": [zone_id(each) for each in regions]}
    assert lines_of(pictured(given), "private DNS zone") == [
        "existing zones, one for each region:",
        *(f"{each} (hub)" for each in regions),
    ]
    # One zone decides the region of all clusters that need it.
    reader["dns"] = {"zone_ids": [zone_id(regions[1])]}
    assert lines_of(pictured(given), "private DNS zone") == [regions[1], "resource group hub, exists"]


def test_a_zone_that_only_another_consumer_decides_is_known() -> None:
    """A cluster has one region: a consumer that names its zone decides that of every other consumer."""
    given = clusters_and_consumers(1, 2)
    first, _ = given["consumers"].values()
    first["dns"] = {"zone_ids": [zone_id("privatelink.westus.kusto.windows.net")]}
    names = [line for line in lines_of(pictured(given), "private DNS zone") if "privatelink" in line]
    assert names == ["privatelink.westus.kusto.windows.net"] * 2


@settings(deadline=None)
@given(peaceful_stacks())
def test_everything_is_in_the_picture_once(stack: Stack) -> None:
    parsed = stack.settings
    planned = plan(parsed, expected_facts(parsed))
    picture = draw(parsed, planned)
    ids = [each.id for each in picture.nodes]
    assert len(ids) == len({*ids})
    assert {id for arrow in picture.arrows for id in (arrow.source, arrow.target)} <= {*ids}
    assert sorted(lines_of(picture, "cluster")) == sorted(planned.clusters)
    drawn = [each for each in picture.nodes if each.kind == "private endpoint"]
    pairs = {(each.consumer, cluster.key) for cluster in planned.clusters.values() for each in cluster.endpoints}
    assert {each.title for each in drawn} == {f"{consumer} to {cluster}" for consumer, cluster in pairs}
    # Zones of unknown regions share a node, and so do a network's links to them.
    zones = Zones(parsed, planned).nodes
    assert len([each for each in picture.nodes if each.kind == "private DNS zone"]) == len(zones)
    links = [each for each in picture.nodes if each.kind == "virtual network link"]
    assert len(links) == sum(len(each.links) for each in zones)
    networks = {link.network_id for each in planned.zones.values() for link in each.links}
    assert networks == {link.network_id for each in zones for link in each.links}


def test_thirty_clusters_stay_legible() -> None:
    """Both roles share a box, and the approvals of a cluster do; Mermaid draws no more than 500 arrows."""
    picture = pictured(clusters_and_consumers(30, 3))
    assert len(picture.nodes) == 30 * (1 + 1 + 1 + 3) + 3 + 3
    assert len(picture.arrows) < 500
    assert len(mermaid(picture)) < 50_000
    assert max(len(line) for each in picture.nodes for line in each.lines) < 60


def test_a_svg_is_well_formed_and_has_every_name() -> None:
    picture = pictured(small())
    drawn = ET.fromstring(svg(picture, 'a "title" & <more>'))
    text = "\n".join(drawn.itertext())
    for line in ['a "title" & <more>', *(line for each in picture.nodes for line in each.lines)]:
        assert line in text


def test_no_name_breaks_mermaid() -> None:
    """`end`, quotes and brackets mean something to it."""
    given = small()
    given["consumers"]["analytics"]["dns"]["resource_group"] = "end(of)_it"
    text = mermaid(pictured(given))
    assert re.search(r'n0\[\("private DNS zone<br/>.*<br/>resource group end\(of\)_it"\)\]', text)


def test_what_changes_is_marked_where_it_is() -> None:
    """In a box that several share, only their lines tell whom it concerns."""
    sketch = Sketch(pairs=9)
    sketch.cluster("adx", "s")
    sketch.service("adx", "engine", "pls", "s")
    marks: dict[str, Mark] = {"red": "same", "blue": "created"}
    for who, mark in marks.items():
        sketch.endpoint("adx", who, "engine", "pe", "s", mark)
        sketch.approval("adx", who, "engine", "by this stack", "s", mark)
    [approval] = [each for each in sketch.picture.nodes if each.kind == "approval"]
    assert approval.lines == ["approval", "red: by this stack", "blue: by this stack, created"]
    assert approval.mark == "created"
    endpoints = [each.lines[0] for each in sketch.picture.nodes if each.kind == "private endpoint"]
    assert endpoints == ["private endpoint", "private endpoint, created"]


# Order and legend


def test_clusters_are_drawn_in_natural_order() -> None:
    picture = pictured(clusters_and_consumers(12, 2))
    assert lines_of(picture, "cluster") == [f"cluster{number}" for number in range(12)]
    text = "\n".join(ET.fromstring(svg(picture, "stack")).itertext())
    # Graphviz writes nodes in the order of the source: their places are another matter.
    assert _heights(svg(picture, "stack"), "cluster") == sorted(_heights(svg(picture, "stack"), "cluster"))
    assert text


def _heights(drawn: str, kind: str) -> list[float]:
    """How far down the boxes of a kind are, in the order of their numbers."""
    space = {"svg": "http://www.w3.org/2000/svg"}
    found: list[tuple[tuple[list[tuple[float, str]], str], float]] = []
    for node in ET.fromstring(drawn).iterfind(".//svg:g[@class='node']", space):
        texts = node.findall("svg:text", space)
        if [text.text for text in texts[:1]] == [f"« {kind} »"] and len(texts) > 1:
            found.append((natural(str(texts[1].text)), float(texts[1].attrib["y"])))
    return [height for _, height in sorted(found)]


def test_a_svg_explains_its_arrows() -> None:
    text = "\n".join(ET.fromstring(svg(pictured(small()), "stack")).itertext())
    assert "resolves names in" in text
    assert SENTENCE in in_markdown(pictured(small()))
