"""The graph that settings ask for, planned without asking Azure."""

from __future__ import annotations

from collections.abc import Mapping

from ..facts.expected import expected_facts
from ..problems import Problem
from ..settings import ClusterKind, HandOver, Settings
from .graph import plan_topology
from .records import Topology


def expected_topology(
    settings: Settings,
    hand_overs: Mapping[str, HandOver] | None = None,
    deployed: Mapping[str, ClusterKind] | None = None,
    prefix: str = "",
) -> Topology | list[Problem]:
    """
    Plan the graph, or return what is wrong with it in whatever regions the clusters are.

    The arguments are those of `expected_facts`; `prefix` goes before the settings that problems name.
    """
    planned = plan_topology(settings, expected_facts(settings, hand_overs, deployed), prefix)
    if isinstance(planned, Topology):
        return planned
    # Names that conflict in one region do not conflict in several.
    return plan_topology(settings, expected_facts(settings, hand_overs, deployed, regions_differ=True), prefix)
