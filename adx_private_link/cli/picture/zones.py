"""The private DNS zones of settings, where these leave open in which region a cluster is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ...facts.expected import EXPECTED_REGION, possible_domains
from ...kusto_hosts import STORAGE_SERVICES, is_storage_zone
from ...resource_ids import ZoneId
from ...settings import ConsumerSettings, Settings
from ...topology.records import ClusterNode, LinkNode, Topology, ZoneNode
from ..natural_order import natural

_ALL_OF = "zones of "
"""Begins the key of a node that stands for all zones of a consumer."""


@dataclass(frozen=True)
class ZoneInPicture:
    """One zone, or all zones of a place that only the regions of clusters distinguish."""

    key: str
    lines: tuple[str, ...]
    subscription: str
    links: tuple[LinkNode, ...]


@dataclass(frozen=True)
class Zones:
    """
    The zones of a stack, as far as settings decide them.

    A zone is known where its name is: by a hand-over, by the cluster's settings, or because the cluster's consumers
    name one zone only. Otherwise clusters may be in one region or in several: they share one node, which says so.
    """

    settings: Settings
    topology: Topology

    @cached_property
    def nodes(self) -> tuple[ZoneInPicture, ...]:
        """Each node once, in the order of its first zone."""
        clusters: dict[str, dict[str, None]] = {}
        zones: dict[str, dict[str, ZoneNode]] = {}
        for cluster in self.topology.clusters.values():
            for endpoint in cluster.endpoints:
                for zone in endpoint.zones:
                    node = self.node_of(cluster, endpoint.consumer, zone)
                    clusters.setdefault(node, {})[cluster.key] = None
                    zones.setdefault(node, {})[zone] = self.topology.zones[zone]
        # A zone that is only linked has no record sets, but it has a name.
        drawn = {key for of_node in zones.values() for key in of_node}
        for key, zone in self.topology.zones.items():
            if key not in drawn:
                zones.setdefault(_storage_node_of(zone) or key, {})[key] = zone
        order = sorted(self.topology.zones, key=natural)
        nodes = [self._node(key, [*of.values()], len(clusters.get(key, ()))) for key, of in zones.items()]
        # The zones of the clusters' own names come first.
        return tuple(
            sorted(
                nodes,
                key=lambda node: (is_storage_zone(min(zones[node.key])), min(map(order.index, zones[node.key]))),
            )
        )

    def node_of(self, cluster: ClusterNode, consumer: str, zone: str) -> str:
        """The key of the node for a zone that holds names of a cluster."""
        if of_storage := _storage_node_of(self.topology.zones[zone]):
            return of_storage
        if _names_zones_only(self.settings.consumers[consumer]):
            return f"{_ALL_OF}{consumer}" if consumer in self._undecided else zone
        if self._knows_zone_of(cluster):
            return zone
        return f"zones in {self.topology.zones[zone].resource_group.lower()}.{self.topology.zones[zone].subscription}"

    @cached_property
    def _undecided(self) -> set[str]:
        """The consumers of clusters whose zone is not known."""
        clusters = [cluster for cluster in self.topology.clusters.values() if not self._knows_zone_of(cluster)]
        return {consumer for cluster in clusters for consumer in cluster.consumers}

    def _knows_zone_of(self, cluster: ClusterNode) -> bool:
        own = self.settings.clusters.get(cluster.key)
        if cluster.location != EXPECTED_REGION or (own and own.zone):
            return True
        return len(possible_domains(self.settings, cluster.key)) == 1

    def _node(self, key: str, zones: list[ZoneNode], clusters: int) -> ZoneInPicture:
        first = zones[0]
        links = tuple({link.network_id.key: link for zone in zones for link in zone.links}.values())
        place = f"resource group {first.resource_group}{', exists' if first.exists else ''}"
        if is_storage_zone(first.name):
            # Which cloud they are in decides their names, and only the cluster's region says it.
            services = [service for service in STORAGE_SERVICES if any(f".{service}." in zone.name for zone in zones)]
            return ZoneInPicture(key, (f"storage zones: {', '.join(services)}", place), first.subscription, links)
        if key in self.topology.zones:
            return ZoneInPicture(key, (first.name, place), first.subscription, links)
        if key.startswith(_ALL_OF):
            listed = self.settings.consumers[key.removeprefix(_ALL_OF)].zone_ids
            ids = [id for id in listed if not is_storage_zone(id.name)]
            named = [f"{id.name} ({id.resource_group})" for id in ids]
            return ZoneInPicture(key, ("existing zones, one for each region:", *named), _common(ids), links)
        name = (
            "privatelink.(its region)" if clusters == 1 else "privatelink.(region), one for each region of its clusters"
        )
        return ZoneInPicture(key, (name, place), first.subscription, links)


def storage_node(resource_group: str, subscription: str) -> str:
    """Return the key of the node for the zones of storage accounts in a resource group: three zones of one kind."""
    return f"storage zones in {resource_group.lower()}.{subscription.lower()}"


def _storage_node_of(zone: ZoneNode) -> str | None:
    return storage_node(zone.resource_group, zone.subscription) if is_storage_zone(zone.name) else None


def _names_zones_only(consumer: ConsumerSettings) -> bool:
    """Whether a consumer has the zones of `zone_ids` only, whatever region its clusters are in."""
    zones = consumer.zones
    return zones is not None and bool(zones.zone_ids) and not zones.resource_group and not zones.zones_in


def _common(zones: Iterable[ZoneId]) -> str:
    """The subscription of all zones; empty where they have several."""
    subscriptions = {id.subscription for id in zones}
    return subscriptions.pop() if len(subscriptions) == 1 else ""
