"""Zones of an adoption: the private DNS zone for each consumer, and the records that consumers need in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ...facts.zones import listed_zones
from ...naming.azure import made_zone_id
from .consumers import AdoptableEndpoint, AdoptedConsumer
from .found_objects import FoundRecord, FoundZone
from .inventory import Inventory

_SOA = 1
"""The number of record sets in a new zone."""


@dataclass(frozen=True)
class NeededRecord:
    """A record that a consumer needs, whether it exists or not."""

    zone_name: str
    name: str
    endpoint: AdoptableEndpoint

    def find_in(self, zone: FoundZone) -> FoundRecord | None:
        """Return the record of a zone, if it has the endpoint's address."""
        record = zone.record(self.name) if zone.name.lower() == self.zone_name else None
        return record if record and self.endpoint.address in record.addresses else None


@dataclass(frozen=True)
class ConsumerZones:
    """The zones of the consumers; the stack has the `deployed` objects (ids in lower case) already."""

    consumers: Sequence[AdoptedConsumer]
    inventory: Inventory
    deployed: frozenset[str]

    @cached_property
    def needed_records(self) -> dict[str, list[NeededRecord]]:
        """The records that each consumer needs, by the consumer's key."""
        clusters = {cluster.key: cluster for cluster in self.inventory.clusters}
        return {
            consumer.key: [
                NeededRecord(clusters[endpoint.cluster].zone_name, record.name, endpoint)
                for endpoint in consumer.endpoints
                for record in clusters[endpoint.cluster].records[endpoint.role]
            ]
            for consumer in self.consumers
        }

    @cached_property
    def by_consumer(self) -> dict[str, list[FoundZone]]:
        """
        The zones of each consumer, by the consumer's key: all that it needs, or none.

        For each name, the settings' zone comes first, then one with records of the consumer's endpoints, then one that
        is linked to its network and that no other consumer has.
        """
        chosen: dict[str, list[FoundZone]] = {consumer.key: [] for consumer in self.consumers}
        taken: set[str] = set()
        for fits in (_is_in_settings, self._has_records, _is_linked):
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

    def needed_in(self, zone: FoundZone) -> dict[str, NeededRecord]:
        """Return the existing records of a zone that consumers need, by id."""
        return {
            record.id: needed
            for consumer in self.consumers_of(zone)
            for needed in self.needed_records[consumer.key]
            if (record := needed.find_in(zone))
        }

    def existing_records(self, consumer: AdoptedConsumer, zone: FoundZone) -> list[FoundRecord]:
        """Return the records of a zone that a consumer needs."""
        records = (needed.find_in(zone) for needed in self.needed_records[consumer.key])
        return [record for record in records if record]

    def has_only_needed_records(self, zone: FoundZone) -> bool:
        """Return whether consumers need all records of a zone; only then may the stack own and delete the zone."""
        needed = self.needed_in(zone)
        return zone.record_sets == len(zone.records) + _SOA and all(
            record.id in needed or record.id.lower() in self.deployed for record in zone.records
        )

    def _zone_names(self, consumer: AdoptedConsumer) -> set[str]:
        return {needed.zone_name for needed in self.needed_records[consumer.key]}

    def _has_records(self, zone: FoundZone, consumer: AdoptedConsumer) -> bool:
        return consumer.settings is None and bool(self.existing_records(consumer, zone))


def _is_in_settings(zone: FoundZone, consumer: AdoptedConsumer) -> bool:
    settings, id = consumer.settings, zone.resource_id
    if settings is None:
        return False
    made = made_zone_id(settings, zone.name.lower())
    return id.is_same(made) or any(id.is_same(listed) for listed in listed_zones(settings, zone.name.lower()))


def _is_linked(zone: FoundZone, consumer: AdoptedConsumer) -> bool:
    return consumer.settings is None and zone.link_to(consumer.network_id) is not None
