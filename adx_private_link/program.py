"""Settings and graphs for Pulumi programs, or a `SettingsError` before anything is registered."""

from __future__ import annotations

from collections.abc import Mapping

from .errors import SettingsError
from .facts.records import Facts
from .settings import Settings, parse_settings
from .topology.graph import plan_topology
from .topology.records import Topology


def parse(content: Mapping[str, object], prefix: str = "") -> Settings:
    """
    Parse settings.

    Args:
        content: Plain values, as in a stack file: `{"clusters": {…}, "consumers": {…}}`.
        prefix: What the paths of problems begin with, such as `adx-private-link:`.

    Raises:
        SettingsError: Every problem of the settings at once.
    """
    settings = parse_settings(content, prefix)
    if isinstance(settings, Settings):
        return settings
    raise SettingsError(settings)


def plan(settings: Settings, facts: Facts, prefix: str = "") -> Topology:
    """
    Plan the resource graph of a stack.

    Args:
        settings: The settings of the stack.
        facts: What is known of Azure, from `read_facts`.
        prefix: What the paths of problems begin with, such as `adx-private-link:`.

    Raises:
        SettingsError: Everything at once that Azure would reject, and every conflict within the graph.
    """
    topology = plan_topology(settings, facts, prefix)
    if isinstance(topology, Topology):
        return topology
    raise SettingsError(topology)
