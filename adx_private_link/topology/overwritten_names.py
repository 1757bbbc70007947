"""
Names of a native cluster that one zone group would take over from another one in one update.

A zone group writes its records over those of another one, which deletes them when it goes (MicrosoftDocs/azure-docs,
#58044). Pulumi creates before it deletes, so after such an update the names would be gone, and nothing would write them
again.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..facts.records import FormerEndpoint, ZoneGroupFacts
from ..problems import Problem
from .planning import Planning
from .records import ClusterNode, EndpointNode, Topology


def find_overwritten_names(planning: Planning, topology: Topology) -> Iterator[Problem]:
    """Yield a problem for each new zone group with names of one that this update deletes."""
    planned = {endpoint.id.key for cluster in topology.clusters.values() for endpoint in cluster.endpoints}
    leaving = [
        former
        for former in planning.facts.former.endpoints
        if former.id.key not in planned and former.id.key in planning.facts.zone_groups
    ]
    for cluster in topology.clusters.values() if leaving else ():
        for endpoint in cluster.endpoints:
            if endpoint.zone_group and endpoint.id.key not in planning.facts.zone_groups:
                for former in leaving:
                    # A replaced endpoint's own zone group is deleted first, and created last.
                    is_replaced = _is_same_access(planning, cluster, endpoint, former)
                    if not is_replaced and _have_names_in_common(planning, endpoint, former):
                        yield _problem(planning, cluster, endpoint, former)


def _is_same_access(planning: Planning, cluster: ClusterNode, endpoint: EndpointNode, former: FormerEndpoint) -> bool:
    """Whether an endpoint is the former one with another name or in another place, which Pulumi replaces."""
    settings = planning.settings
    source = settings.hand_overs.get(cluster.key) or settings.clusters[cluster.key]
    consumer = settings.consumers[endpoint.consumer]
    return former.cluster in (cluster.key, source.formerly) and former.consumer in (
        endpoint.consumer,
        consumer.formerly,
    )


def _have_names_in_common(planning: Planning, endpoint: EndpointNode, former: FormerEndpoint) -> bool:
    group = planning.facts.zone_groups[former.id.key]
    if not isinstance(group, ZoneGroupFacts) or not former.hosts & {host.name for host in endpoint.hosts}:
        return False
    chosen = (planning.zone(endpoint.consumer, name) for name in endpoint.zone_names.values())
    deployed = {id.key for id in group.zone_ids.values() if id}
    return any(zone is not None and zone.id.key in deployed for zone in chosen)


def _problem(planning: Planning, cluster: ClusterNode, endpoint: EndpointNode, former: FormerEndpoint) -> Problem:
    settings = planning.settings
    if former.cluster not in settings.cluster_keys:
        path, key = f"{'hand_overs' if cluster.is_handed_over else 'clusters'}.{cluster.key}", former.cluster
    elif former.consumer not in settings.consumers:
        path, key = f"consumers.{endpoint.consumer}", former.consumer
    else:
        path, key = f"consumers.{endpoint.consumer}.dns", None
    rename = f"write `formerly: {key}` in {path}, and every name stays; or, for new names, " if key else ""
    return Problem(
        path,
        f"would write the names that private endpoint {former.id.name} has in the same zones; when this update deletes "
        "that endpoint, Azure deletes these names",
        f"{rename}remove it, run `pulumi up`, then write it again",
    )
