"""Which private DNS zones settings come to, where they leave open in which region a cluster is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ...facts.expected import EXPECTED_REGION, possible_domains
from ...resource_ids import ZoneId
from ...settings import ExistingZones, Settings
from ...topology.records import ClusterNode, LinkNode, Topology, ZoneNode

_OF = "zones of "
"""Begins the key of a box that has all zones of a consumer."""


@dataclass(frozen=True)
class ZoneBox:
    """One zone; or all zones of a place that only the regions of clusters tell apart."""

    key: str
    lines: tuple[str, ...]
    subscription: str
    links: tuple[LinkNode, ...]


@dataclass(frozen=True)
class Zones:
    """
    The zones of a stack, as far as settings tell them.

    A zone is known where its name is: by a hand-over, by the cluster's settings, or because the cluster's consumers
    name one zone only. Otherwise clusters may be in one region or in several: they share one box, which says so.
    """

    settings: Settings
    graph: Topology

    @cached_property
    def boxes(self) -> tuple[ZoneBox, ...]:
        """Each box once, in the order of its first zone."""
        clusters: dict[str, dict[str, None]] = {}
        zones: dict[str, dict[str, ZoneNode]] = {}
        for cluster in self.graph.clusters.values():
            for endpoint in cluster.endpoints:
                for record in endpoint.records:
                    box = self.box_of(cluster, endpoint.consumer, record.zone)
                    clusters.setdefault(box, {})[cluster.key] = None
                    zones.setdefault(box, {})[record.zone] = self.graph.zones[record.zone]
        # A zone that is only linked has no record, and a name all the same.
        drawn = {key for found in zones.values() for key in found}
        for key, zone in self.graph.zones.items():
            if key not in drawn:
                zones[key] = {key: zone}
        order = [*self.graph.zones]
        boxes = [self._box(key, [*found.values()], len(clusters.get(key, ()))) for key, found in zones.items()]
        return tuple(sorted(boxes, key=lambda each: min(order.index(zone) for zone in zones[each.key])))

    def box_of(self, cluster: ClusterNode, consumer: str, zone: str) -> str:
        """The key of the box that a cluster's record in a zone is drawn in."""
        if isinstance(self.settings.consumers[consumer].dns, ExistingZones):
            return f"{_OF}{consumer}" if consumer in self._undecided else zone
        if self._knows_zone_of(cluster):
            return zone
        return f"zones in {self.graph.zones[zone].resource_group.lower()}.{self.graph.zones[zone].subscription}"

    @cached_property
    def _undecided(self) -> set[str]:
        """The consumers of clusters whose zone is not known."""
        clusters = [each for each in self.graph.clusters.values() if not self._knows_zone_of(each)]
        return {consumer for each in clusters for consumer in each.consumers}

    def _knows_zone_of(self, cluster: ClusterNode) -> bool:
        given = self.settings.clusters.get(cluster.key)
        if cluster.location != EXPECTED_REGION or (given and given.zone):
            return True
        return len(possible_domains(self.settings, cluster.key)) == 1

    def _box(self, key: str, zones: list[ZoneNode], clusters: int) -> ZoneBox:
        first = zones[0]
        links = tuple({each.network_id.key: each for zone in zones for each in zone.links}.values())
        place = f"resource group {first.resource_group}"
        if key in self.graph.zones:
            return ZoneBox(key, (first.name, f"{place}{', exists' if first.exists else ''}"), first.subscription, links)
        dns = self.settings.consumers[key.removeprefix(_OF)].dns if key.startswith(_OF) else None
        if isinstance(dns, ExistingZones):
            named = [f"{each.name} ({each.resource_group})" for each in dns.zone_ids]
            return ZoneBox(key, ("existing zones, one for each region:", *named), _common(dns.zone_ids), links)
        name = (
            "privatelink.(its region)" if clusters == 1 else "privatelink.(region), one for each region of its clusters"
        )
        return ZoneBox(key, (name, place), first.subscription, links)


def _common(zones: Iterable[ZoneId]) -> str:
    """The subscription of all, or none."""
    found = {each.subscription for each in zones}
    return found.pop() if len(found) == 1 else ""
