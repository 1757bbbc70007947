"""Zone groups that the settings ask for: which of them an update creates or moves, and the names that these write."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..kusto_hosts import is_storage_zone
from ..naming.accesses import Access
from ..resource_ids import ZoneId
from ..settings import HandOver, Role, Settings
from .described import described_facts
from .records import ClusterFacts, Deployed, EndpointFacts, Unreadable, ZoneGroupFacts
from .zones import ChosenZone, choose_zone


@dataclass(frozen=True)
class ZoneGroups:
    """What is known of the zone groups of a stack."""

    settings: Settings
    accesses: Sequence[Access]
    clusters: Mapping[str, ClusterFacts | Unreadable]
    hand_overs: Mapping[str, HandOver | Unreadable]
    endpoints: Mapping[str, EndpointFacts | Unreadable]
    """Those that exist, by id in lower case."""
    groups: Mapping[str, ZoneGroupFacts | Unreadable]
    """Those that exist, by the endpoint's id in lower case."""
    zone_names: Mapping[str, Collection[str]]
    """The names of the zones that the hosts of each cluster need, by cluster key."""
    lost_zones: Mapping[str, Unreadable]
    deployed: Deployed

    @property
    def new(self) -> list[Access]:
        """The endpoints whose zone groups are new, write names of another cluster, or write into other zones."""
        grouped = (access for access in self.accesses if access.target == "cluster")
        return [
            access
            for access in grouped
            if self.settings.consumers[access.consumer].zones
            and self._publishes(access.cluster)
            and not self._has_written(access)
        ]

    def records_of(self, access: Access) -> Iterator[tuple[ZoneId, str]]:
        """Yield the records of a cluster's own names in existing zones."""
        for zone in self._zones_of(access):
            if not is_storage_zone(zone.id.name) and not zone.is_made:
                for host in self._hosts_of(access.cluster).values():
                    yield zone.id, host.partition(".")[0]

    def _publishes(self, cluster: str) -> bool:
        """Whether endpoints of the cluster itself lead clients to it."""
        hand_over = self.hand_overs.get(cluster)
        if isinstance(hand_over, HandOver):
            return hand_over.publishes_itself and self.settings.hand_overs[cluster].names != "public"
        facts, settings = self.clusters.get(cluster), self.settings.clusters.get(cluster)
        is_public = settings is not None and settings.names == "public"
        return not is_public and not (isinstance(facts, ClusterFacts) and not facts.is_native)

    def _has_written(self, access: Access) -> bool:
        endpoint = self.endpoints.get(access.endpoint.key)
        group = self.groups.get(access.endpoint.key)
        if not isinstance(endpoint, EndpointFacts) or not isinstance(group, ZoneGroupFacts):
            return False
        written = {id.key for id in group.zone_ids.values() if id}
        is_same_cluster = endpoint.connects_to.lower() == self._cluster_key(access)
        return is_same_cluster and written == {zone.id.key for zone in self._zones_of(access)}

    def _cluster_key(self, access: Access) -> str:
        hand_over = self.hand_overs.get(access.cluster)
        id = hand_over.targets["cluster"].id if isinstance(hand_over, HandOver) else access.target_id
        return str(id).lower()

    def _zones_of(self, access: Access) -> list[ChosenZone]:
        consumer, facts = self.settings.consumers[access.consumer], self.clusters.get(access.cluster)
        # A cluster that was in a network has record sets of its own names.
        has_records = isinstance(facts, ClusterFacts) and not facts.was_never_injected
        if isinstance(hand_over := self.hand_overs.get(access.cluster), HandOver):
            has_records = hand_over.targets["cluster"].was_injected
        names = [name for name in self.zone_names.get(access.cluster, ()) if not has_records or is_storage_zone(name)]
        return [zone for name in names if (zone := choose_zone(consumer, name, self.lost_zones, self.deployed))]

    def _hosts_of(self, cluster: str) -> Mapping[Role, str]:
        hand_over = self.hand_overs.get(cluster)
        if isinstance(hand_over, HandOver):
            return hand_over.targets["cluster"].hosts
        facts = described_facts(self.settings.clusters[cluster]) or self.clusters.get(cluster)
        return facts.hosts if isinstance(facts, ClusterFacts) else {}
