"""Needs: every action that a stack asks of Azure, with the identity that asks and the scope that it concerns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .. import azure_actions as actions
from ..azure_actions import Identity
from ..kusto_hosts import is_storage_zone
from ..settings import ClusterKind, Settings
from ..topology.records import Topology
from .change_needs import change_needs
from .consumer_needs import consumer_needs
from .dns_needs import dns_needs
from .existing_zones import possible_groups
from .monitor_needs import monitor_needs
from .records import SITES_OF_PREVIEWS, ClusterNetwork, Need, group_scope
from .service_needs import service_needs
from .source_needs import source_needs


def kinds_of_moves(settings: Settings, kinds: Mapping[str, ClusterKind]) -> list[dict[str, ClusterKind]]:
    """
    List the kinds of all clusters, by key, before and after the moves that are prepared; none without any.

    A stack needs the rights of both: the update after the change of the cluster must not lack a right, nor the way
    back.
    """
    moving = [key for key, cluster in settings.clusters.items() if cluster.targets == "both"]
    both: tuple[ClusterKind, ...] = ("injected", "native")
    return [{**kinds, **dict.fromkeys(moving, kind)} for kind in both] if moving else []


def find_needs(settings: Settings, topology: Topology, networks: Mapping[str, ClusterNetwork]) -> list[Need]:
    """
    Find what a stack needs, each need once.

    Args:
        settings: The settings of the stack.
        topology: Its topology, planned with any facts; `kinds_of_moves` says with which.
        networks: The networks of injected clusters, by cluster key, as far as they are known. The rights on any other
            concern the whole subscription of its cluster.
    """
    deploying = [
        *_group_needs(settings),
        *service_needs(settings, topology, networks),
        *source_needs(topology),
        *consumer_needs(settings, topology),
        *dns_needs(settings, topology),
        *monitor_needs(settings, topology),
    ]
    needs = [
        *_preview_needs(settings, topology, deploying),
        *deploying,
        *change_needs(settings, topology, networks),
    ]
    return list(dict.fromkeys([*needs, *_permission_needs(needs)]))


def _group_needs(settings: Settings) -> Iterator[Need]:
    for path, subscription, group in settings.resource_groups:
        identity: Identity = "deploy-consumer"
        if path.startswith("clusters."):
            identity = "deploy-service"
        elif path.startswith("zones.") or path.endswith(".dns.resource_group"):
            identity = "dns"
        yield Need(identity, "own", group_scope(subscription, group), actions.READ_GROUP)


def _preview_needs(settings: Settings, topology: Topology, deploying: list[Need]) -> Iterator[Need]:
    """A preview reads what an update reads, and who else has written the names of a new zone group."""
    for need in deploying:
        if "preview" in need.action.identities:
            yield Need("preview", need.site if need.site in SITES_OF_PREVIEWS else "own", need.scope, need.action)
    for cluster in topology.clusters.values():
        for endpoint in cluster.endpoints:
            for config in endpoint.zone_group.configs if endpoint.zone_group else ():
                zone = topology.zones[config.zone]
                if zone.exists and not is_storage_zone(zone.name):
                    for scope in possible_groups(settings, endpoint.consumer, zone):
                        yield Need("preview", "own", scope, actions.READ_RECORD)


def _permission_needs(needs: list[Need]) -> Iterator[Need]:
    for need in needs:
        yield Need(need.identity, need.site, need.scope, actions.READ_PERMISSIONS)
