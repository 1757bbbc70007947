"""Zones of an adoption: the private DNS zone for each consumer, and the records that consumers need in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ...facts.records import Deployed, Unreadable
from ...facts.zones import choose_zone, listed_zones
from ...kusto_hosts import is_storage_zone
from ...settings import ROLES
from .adoptable_endpoints import AdoptableEndpoint
from .consumers import AdoptedConsumer
from .found_objects import FoundRecord, FoundZone, FoundZoneGroup
from .inventory import Inventory, PublishedCluster

_SOA = 1
"""The number of record sets in a new zone."""
_ABSENT = Unreadable("NotFound", "")


@dataclass(frozen=True)
class NeededRecord:
    """A record set that a consumer needs, whether it exists or not."""

    zone_name: str
    name: str
    address: str
    endpoint: AdoptableEndpoint

    def find_in(self, zone: FoundZone) -> FoundRecord | None:
        """Return the record of a zone, if it has the endpoint's address."""
        record = zone.record(self.name) if zone.name.lower() == self.zone_name else None
        return record if record and self.address in record.addresses else None


@dataclass(frozen=True)
class ConsumerZones:
    """The zones of the consumers; the stack has the `deployed` objects (ids in lower case) already."""

    consumers: Sequence[AdoptedConsumer]
    inventory: Inventory
    deployed: frozenset[str]

    @cached_property
    def needed_records(self) -> dict[str, list[NeededRecord]]:
        """The record sets that each consumer needs, by the consumer's key."""
        clusters = {cluster.key: cluster for cluster in self.inventory.clusters}
        return {
            consumer.key: [
                needed for endpoint in consumer.endpoints for needed in _needed_by(endpoint, clusters[endpoint.cluster])
            ]
            for consumer in self.consumers
        }

    @cached_property
    def by_consumer(self) -> dict[str, list[FoundZone]]:
        """
        The zones of each consumer, by the consumer's key: all that it needs, or none.

        For each name, the settings' zone comes first, then the one of the zone groups, then one with records of the
        consumer's endpoints, then one that is linked to its network and that no other consumer has.
        """
        chosen: dict[str, list[FoundZone]] = {consumer.key: [] for consumer in self.consumers}
        taken: set[str] = set()
        for fits in (self._is_in_settings, self._is_in_zone_group, self._has_records, _is_linked):
            for consumer in self.consumers:
                missing = self._zone_names(consumer) - {zone.name.lower() for zone in chosen[consumer.key]}
                for zone in self.inventory.zones:
                    is_free = fits is not _is_linked or zone.id.lower() not in taken
                    if is_free and zone.name.lower() in missing and fits(zone, consumer):
                        missing.remove(zone.name.lower())
                        chosen[consumer.key].append(zone)
                        taken.add(zone.id.lower())
        return {
            consumer.key: chosen[consumer.key] if len(chosen[consumer.key]) == len(self._zone_names(consumer)) else []
            for consumer in self.consumers
        }

    def consumers_of(self, zone: FoundZone) -> list[AdoptedConsumer]:
        """Return the consumers whose records are in a zone."""
        return [consumer for consumer in self.consumers if zone in self.by_consumer[consumer.key]]

    def owned_by(self, consumer: AdoptedConsumer) -> list[FoundZone]:
        """Return a consumer's zones that the stack imports; settings decide, or the content of the zones."""
        zones = self.by_consumer[consumer.key]
        if consumer.settings:
            return [zone for zone in zones if self._is_made(zone, consumer)]
        own = [zone for zone in zones if not is_storage_zone(zone.name)]
        if len(_places(own)) != 1 or not all(map(self._has_only_needed_records, own)):
            return []
        storage = [zone for zone in zones if is_storage_zone(zone.name)]
        is_theirs_alone = all(map(self._has_only_needed_records, storage)) and _places(storage) <= _places(own)
        return [*own, *storage] if is_theirs_alone and _have_links_of(own, storage) else own

    def needed_in(self, zone: FoundZone) -> dict[str, NeededRecord]:
        """Return the existing record sets of a zone that consumers need, by id."""
        return {
            record.id: needed
            for consumer in self.consumers_of(zone)
            for needed in self.needed_records[consumer.key]
            if (record := needed.find_in(zone))
        }

    def existing_records(self, consumer: AdoptedConsumer, zone: FoundZone) -> list[FoundRecord]:
        """Return the record sets of a zone that a consumer needs."""
        records = (needed.find_in(zone) for needed in self.needed_records[consumer.key])
        return [record for record in records if record]

    def written_in(self, zone: FoundZone) -> set[str]:
        """Return the names of the records that Azure writes into a zone for the stack's zone groups."""
        return {
            record.name.lower()
            for group in self._own_groups
            for config in group.configs
            if config.zone_id.is_same(zone.resource_id)
            for record in config.records
        }

    @cached_property
    def of_left_groups(self) -> set[str]:
        """The ids, in lower case, of the zones of zone groups that the stack does not import."""
        groups = (endpoint.zone_group for consumer in self.consumers for endpoint in consumer.endpoints)
        return {id.key for group in groups if group and group not in self._own_groups for id in group.zones.values()}

    @cached_property
    def _own_groups(self) -> list[FoundZoneGroup]:
        """The zone groups that the stack imports, or has already."""
        imported = [
            endpoint.imported_group
            for consumer in self.consumers
            if consumer.settings is None or consumer.settings.zones
            for endpoint in consumer.endpoints
            if endpoint.imported_group
        ]
        deployed = [group for group in self.inventory.zone_groups.values() if group.id.lower() in self.deployed]
        return [*imported, *deployed]

    def _has_only_needed_records(self, zone: FoundZone) -> bool:
        """Return whether consumers need all records of a zone; only then may the stack own and delete the zone."""
        needed = self.needed_in(zone)
        names = {
            record.name.lower() for record in zone.records if record.id in needed or record.id.lower() in self.deployed
        }
        return zone.record_sets == len(names | self.written_in(zone)) + _SOA

    def _zone_names(self, consumer: AdoptedConsumer) -> set[str]:
        names = {needed.zone_name for needed in self.needed_records[consumer.key]}
        groups = (endpoint.imported_group for endpoint in consumer.endpoints)
        return names.union(*(group.zones for group in groups if group))

    def _is_in_settings(self, zone: FoundZone, consumer: AdoptedConsumer) -> bool:
        return self._is_made(zone, consumer) is not None

    def _is_made(self, zone: FoundZone, consumer: AdoptedConsumer) -> bool | None:
        """Return whether the settings say that the stack creates a zone; None if it is not the zone of its name."""
        if consumer.settings is None:
            return None
        there = {other.id.lower() for other in self.inventory.zones}
        name = zone.name.lower()
        listed = listed_zones(consumer.settings, name)
        lost = {id.key: _ABSENT for id in listed if id.key not in there}
        chosen = choose_zone(consumer.settings, name, lost, Deployed())
        return chosen.is_made if chosen and chosen.id.is_same(zone.resource_id) else None

    def _is_in_zone_group(self, zone: FoundZone, consumer: AdoptedConsumer) -> bool:
        groups = (endpoint.imported_group for endpoint in consumer.endpoints)
        ids = {id.key for group in groups if group for id in group.zones.values()}
        return consumer.settings is None and zone.id.lower() in ids

    def _has_records(self, zone: FoundZone, consumer: AdoptedConsumer) -> bool:
        return consumer.settings is None and bool(self.existing_records(consumer, zone))


def _needed_by(endpoint: AdoptableEndpoint, cluster: PublishedCluster) -> list[NeededRecord]:
    """Return the record sets that an endpoint needs; Azure writes the others for its zone group."""
    if endpoint.leaves_names or cluster.zone_name in cluster.grouped_zones.values():
        return []
    return [
        NeededRecord(cluster.zone_name, record.name, endpoint.addresses.get(role, ""), endpoint)
        for role in ROLES
        if endpoint.target in (role, "cluster")
        for record in cluster.records.get(role, ())
    ]


def _is_linked(zone: FoundZone, consumer: AdoptedConsumer) -> bool:
    return consumer.settings is None and zone.link_to(consumer.network_id) is not None


def _places(zones: Sequence[FoundZone]) -> set[tuple[str, str]]:
    return {(zone.resource_id.subscription, zone.resource_id.resource_group.lower()) for zone in zones}


def _have_links_of(own: Sequence[FoundZone], storage: Sequence[FoundZone]) -> bool:
    """
    Return whether the stack would link storage zones as they are linked.

    It gives all zones of a consumer the same links, and links storage zones with `NxDomainRedirect` only.
    """
    expected = {(link.name.lower(), link.network_id.lower()) for zone in own for link in zone.links}
    return all(
        {(link.name.lower(), link.network_id.lower()) for link in zone.links} == expected
        and all(link.resolution_policy == "NxDomainRedirect" for link in zone.links)
        for zone in storage
    )
