"""What Azure says about clusters through the Azure CLI: their kinds, and the networks that they are injected in."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...rights.records import ClusterNetwork
from ...settings import ClusterKind, Settings
from ..azure_cli import AzureRejection
from ..cluster_changes.live_cluster import read_cluster
from ..cluster_changes.network import NetworkConfiguration


@dataclass
class LiveClusters:
    """What is known of the clusters of a stack."""

    kinds: dict[str, ClusterKind] = field(default_factory=dict[str, ClusterKind])
    networks: dict[str, ClusterNetwork] = field(default_factory=dict[str, ClusterNetwork])
    notes: list[str] = field(default_factory=list[str])
    """The clusters that Azure did not show, and why."""


def read_clusters(settings: Settings) -> LiveClusters:
    """
    Read the clusters that the settings do not describe.

    Raises:
        CommandError: `az` is not installed, or Azure does not answer.
    """
    clusters = LiveClusters()
    for key, cluster in settings.clusters.items():
        if cluster.id is None or cluster.described:
            continue
        try:
            live = read_cluster(cluster.id)
        except AzureRejection as error:
            if not (error.not_found or "Authorization" in error.code):
                raise  # it passes, and the roles would be wrong
            clusters.notes.append(
                f"clusters.{key} could not be read: {error.code}. If it is in a network, its roles are for the whole "
                "subscription."
            )
            continue
        clusters.kinds[key] = "injected" if live.is_injected else "native"
        network = NetworkConfiguration.of(live)
        if network and network.subnet:
            clusters.networks[key] = ClusterNetwork(network.subnet, tuple(network.addresses))
    return clusters
