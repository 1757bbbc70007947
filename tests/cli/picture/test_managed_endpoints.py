"""Managed private endpoints in pictures: from a cluster to its sources of data."""

from __future__ import annotations

from tests.samples.managed import EVENTS, LAKE, reading

from .drawing import draw_settings, lines_of

_ENDPOINTS = {
    "lake": {"target": LAKE, "group": "blob"},
    "files": {"target": LAKE.upper(), "group": "dfs"},
    "events": {"target": EVENTS, "approve": False},
}


def test_a_cluster_leads_to_each_of_its_sources_once() -> None:
    """A storage account has two groups, and is one source of data."""
    picture = draw_settings(reading(**_ENDPOINTS))
    assert lines_of(picture, "managed private endpoint") == [
        "of new",
        "events: approved by its owner",
        "files: approved by this stack",
        "lake: approved by this stack",
    ]
    kinds = {node.id: node.kind for node in picture.nodes}
    arrows = [(kinds[arrow.source], kinds[arrow.target]) for arrow in picture.arrows]
    assert arrows.count(("cluster", "managed private endpoint")) == 1
    assert arrows.count(("managed private endpoint", "source of data")) == 2
