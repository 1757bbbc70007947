"""The graph that settings ask for, planned without asking Azure."""

from __future__ import annotations

from collections.abc import Mapping

from ..facts.expected import expected_facts
from ..problems import Problem
from ..settings import HandOver, Settings
from .graph import plan_topology
from .records import Topology


def expected_topology(
    settings: Settings, hand_overs: Mapping[str, HandOver] | None = None, prefix: str = ""
) -> Topology | list[Problem]:
    """The graph, or what is wrong with it wherever the clusters are."""
    planned = plan_topology(settings, expected_facts(settings, hand_overs), prefix)
    if isinstance(planned, Topology):
        return planned
    # What is in the way in one region may be none in several.
    return plan_topology(settings, expected_facts(settings, hand_overs, regions_differ=True), prefix)
