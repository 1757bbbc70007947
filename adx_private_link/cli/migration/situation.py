"""The situation before a move: the settings, the outputs, and Azure."""

from __future__ import annotations

from ...outputs import ClusterOutput
from ...settings import Settings
from ..cluster_changes.live_cluster import read_cluster
from ..cluster_changes.network import NetworkConfiguration
from ..cluster_changes.patch import wait_at_rest
from ..errors import CommandError
from ..pulumi.config import parse_sections, read_settings, unknown_cluster
from ..pulumi.outputs import read_outputs
from ..pulumi.stack import PulumiStack
from ..terminal.progress import progress
from .direction import Direction
from .findings import Situation
from .surroundings import read_surroundings


def read_situation(direction: Direction, key: str, stack: PulumiStack, timeout: float) -> Situation:
    """
    Read all that the plan of a move needs, once no operation is running on the cluster; shows progress.

    Raises:
        CommandError: The stack has no such cluster, the cluster never was in a network, or something cannot be read.
    """
    with progress("looking at the stack and at Azure"):
        settings = _read_settings(stack.name)
        cluster = settings.clusters.get(key)
        if cluster is None or cluster.id is None:
            raise unknown_cluster(stack.name, settings, key)
        live = read_cluster(cluster.id)
    if not live.is_at_rest:
        # An interrupted move, or one in the other direction, may still be under way.
        live = wait_at_rest(cluster.id, timeout)
    network = NetworkConfiguration.of(live)
    if network is None:
        raise CommandError(f"Cluster {cluster.id.name} never was in a virtual network: there is nothing to move.")
    with progress("looking at what the move concerns"):
        output = read_outputs(None, stack.name).get(key) or ClusterOutput(services={}, endpoints={})
        # A preview takes long, and a cluster that has moved already needs no plan.
        pending = [] if direction.is_done(live) else stack.preview().operations
        surroundings = read_surroundings(live, network, output)
    return Situation(direction, key, settings, output, live, network, surroundings, pending)


def _read_settings(stack: str) -> Settings:
    sections = read_settings(stack)
    if not sections:
        raise CommandError(
            f"Stack {stack} has no settings of this project's program. In a program of your own, follow the guide "
            "by hand (docs/how-to/move-a-cluster.md): `names: public`, deploy, change the cluster, deploy without it."
        )
    return parse_sections(sections)
