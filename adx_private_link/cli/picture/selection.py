"""The part of a topology that a picture shows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from ...topology.records import ClusterNode, Topology


def select(topology: Topology, clusters: Collection[str], consumers: Collection[str]) -> Topology:
    """Keep some clusters, some consumers, and the zones of these; without keys, everything."""
    if not clusters and not consumers:
        return topology
    kept = {
        key: _with_consumers(cluster, consumers) if consumers else cluster
        for key, cluster in topology.clusters.items()
        if not clusters or key in clusters
    }
    if consumers:
        kept = {key: cluster for key, cluster in kept.items() if cluster.endpoints or cluster.external_approvals}
    zones = {zone for cluster in kept.values() for endpoint in cluster.endpoints for zone in endpoint.zones}
    return Topology(kept, {key: zone for key, zone in topology.zones.items() if key in zones})


def keys_in(topology: Topology) -> tuple[set[str], set[str]]:
    """The keys of all clusters and of all consumers, the external ones included."""
    clusters = topology.clusters.values()
    external = {approval.consumer for cluster in clusters for approval in cluster.external_approvals}
    return {*topology.clusters}, {consumer for cluster in clusters for consumer in cluster.consumers} | external


def _with_consumers(cluster: ClusterNode, consumers: Collection[str]) -> ClusterNode:
    return replace(
        cluster,
        endpoints=tuple(endpoint for endpoint in cluster.endpoints if endpoint.consumer in consumers),
        external_approvals=tuple(approval for approval in cluster.external_approvals if approval.consumer in consumers),
    )
