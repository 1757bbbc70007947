"""The settings that describe private DNS zones, their records and links as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ...settings import DnsSettings, ExistingZones
from .consumers import Consumer, Endpoint, as_key
from .found import Found, FoundLink, FoundRecord, FoundZone, Published
from .suggestions import Suggestions

_SOA = 1
"""Every zone has a record set that nobody has made."""
_TTL = 300
"""What the settings say by default."""


@dataclass(frozen=True)
class _Needed:
    """A record that a consumer needs, whether it is there or not."""

    zone: str
    name: str
    endpoint: Endpoint

    def is_in(self, zone: FoundZone) -> FoundRecord | None:
        """The record of a zone that leads to the endpoint."""
        found = zone.record(self.name) if zone.name.lower() == self.zone else None
        return found if found and self.endpoint.address in found.addresses else None


def suggest_dns(
    consumers: Sequence[Consumer], clusters: Iterable[Published], found: Found, suggestions: Suggestions
) -> None:
    """Where the consumers' clients find the names."""
    published = {each.key: each for each in clusters}
    _Suggesting(consumers, {each.key: _needed(each, published) for each in consumers}, found, suggestions).suggest()


def _needed(consumer: Consumer, clusters: Mapping[str, Published]) -> list[_Needed]:
    return [
        _Needed(clusters[each.cluster].zone_name, clusters[each.cluster].hosts[each.role].partition(".")[0], each)
        for each in consumer.endpoints
    ]


@dataclass(frozen=True)
class _Suggesting:
    consumers: Sequence[Consumer]
    needed: Mapping[str, Sequence[_Needed]]
    """By consumer."""
    found: Found
    suggestions: Suggestions

    def suggest(self) -> None:
        for consumer in self.consumers:
            dns = self._dns(consumer)
            self.suggestions.section(*consumer.path)["dns"] = dns or "elsewhere"
        self._leave_others()

    # Which zones

    @cached_property
    def _zones(self) -> dict[str, list[FoundZone]]:
        """
        The zones of each consumer, one for each name.

        The one that the settings name; else the one whose records lead to its endpoints; else one that its network
        sees, and that no other consumer has.
        """
        chosen: dict[str, list[FoundZone]] = {each.key: [] for each in self.consumers}
        taken: set[str] = set()
        for fits in (_is_named, self._leads_to, _is_seen):
            for consumer in self.consumers:
                missing = {each.zone for each in self.needed[consumer.key]}
                missing -= {each.name.lower() for each in chosen[consumer.key]}
                for zone in self.found.zones:
                    free = fits is _is_named or zone.id.lower() not in taken
                    if free and zone.name.lower() in missing and fits(zone, consumer):
                        missing.remove(zone.name.lower())
                        chosen[consumer.key].append(zone)
                        taken.add(zone.id.lower())
        return chosen

    def _leads_to(self, zone: FoundZone, consumer: Consumer) -> bool:
        return not _keeps_elsewhere(consumer) and any(each.is_in(zone) for each in self.needed[consumer.key])

    def _of_zone(self, zone: FoundZone) -> list[_Needed]:
        """What the consumers of a zone need in it."""
        users = [each.key for each in self.consumers if zone in self._zones[each.key]]
        return [each for key in users for each in self.needed[key] if each.zone == zone.name.lower()]

    def _is_all_ours(self, zone: FoundZone) -> bool:
        """Whether nothing is in a zone but what consumers need: then the stack may have it, and delete it one day."""
        ours = [each.is_in(zone) for each in self._of_zone(zone)]
        return zone.record_sets == len(zone.records) + _SOA and all(each in ours for each in zone.records)

    # What is said of them

    def _dns(self, consumer: Consumer) -> dict[str, Any] | None:
        zones = self._zones[consumer.key]
        if not zones or len(zones) < len({each.zone for each in self.needed[consumer.key]}):
            return None
        first = zones[0].parsed
        places = {(each.parsed.subscription, each.parsed.resource_group.lower()) for each in zones}
        named = consumer.given.dns if consumer.given else None
        made = isinstance(named, DnsSettings) or (
            named is None and len(places) == 1 and all(self._is_all_ours(each) for each in zones)
        )
        dns: dict[str, Any] = (
            {"resource_group": first.resource_group} if made else {"zone_ids": [each.id for each in zones]}
        )
        if made and first.subscription != consumer.subscription:
            dns["subscription"] = first.subscription
        links = [each for zone in zones for each in self._links_of(consumer, zone, made=made)]
        dns |= self._links(consumer, links, made=made)
        if common := _common([each.tags for each in (*(zones if made else ()), *links)]):
            dns["tags"] = common
        ttls = {record.ttl for zone in zones for each in self.needed[consumer.key] if (record := each.is_in(zone))}
        if len(ttls) == 1 and (ttl := ttls.pop()) != _TTL:
            dns["ttl"] = ttl
        deviating = {
            "registration": any(each.registration for each in links),
            "tags": any(each.tags != (common or {}) for each in (*(zones if made else ()), *links)),
            "ttl": len(ttls) > 1,
        }
        return {**dns, **({"keep": keep} if (keep := [name for name, does in deviating.items() if does]) else {})}

    def _links_of(self, consumer: Consumer, zone: FoundZone, *, made: bool) -> list[FoundLink]:
        """The links of a zone that are a consumer's: that of its network, and of a zone that it has, nobody's."""
        users = [each for each in self.consumers if zone in self._zones[each.key]]
        theirs = {each.network_id.lower() for each in users}
        return [
            each
            for each in zone.links
            if each.network_id.lower() == consumer.network_id.lower()
            or (made and consumer is users[0] and each.network_id.lower() not in theirs)
        ]

    def _links(self, consumer: Consumer, links: Sequence[FoundLink], *, made: bool) -> dict[str, Any]:
        said: dict[str, Any] = {}
        for each in links:
            own = each.network_id.lower() == consumer.network_id.lower()
            key = "own" if own else as_key(each.name)
            if key in said:
                continue  # of another zone of the consumer: its links are alike
            formerly = consumer.given.formerly if consumer.given else None
            said[key] = {
                **({} if own else {"network_id": each.network_id}),
                **({} if each.name == f"{formerly or consumer.key}-{key}" else {"name": each.name}),
                **({} if each.resolution_policy == "NxDomainRedirect" else {"resolution_policy": "Default"}),
            }
        default: dict[str, Any] = {"own": {}} if made else {}
        return {} if said == default else {"links": said}

    # What is nobody's here

    def _leave_others(self) -> None:
        for zone in self.found.zones:
            if not any(zone in each for each in self._zones.values()):
                self.suggestions.leave(zone.id, "no consumer's records are in it")
            else:
                self._leave_records(zone)
        for groups in self.found.zone_groups.values():
            for each in groups:
                self.suggestions.leave(each, "a zone group; it writes no records for a private link service")

    def _leave_records(self, zone: FoundZone) -> None:
        leading = {record.name: each.endpoint.found for each in self._of_zone(zone) if (record := each.is_in(zone))}
        for record in zone.records:
            endpoint = leading.get(record.name)
            if endpoint is None:
                where = ", ".join(record.addresses)
                self.suggestions.leave(record.id, f"leads to {where}, to no endpoint that is taken over")
            elif endpoint.is_dead:
                why = f"leads to {endpoint.parsed.name}, which is {endpoint.connection.state}: delete it"
                self.suggestions.leave(record.id, why)


def _common(tags: Sequence[dict[str, str]]) -> dict[str, str] | None:
    return tags[0] if tags and all(each == tags[0] for each in tags) else None


def _is_named(zone: FoundZone, consumer: Consumer) -> bool:
    given, id = consumer.given, zone.parsed
    match given.dns if given else None:
        case DnsSettings() as dns:
            assert given is not None
            return (dns.resource_group.lower(), given.zone_subscription) == (id.resource_group.lower(), id.subscription)
        case ExistingZones() as dns:
            return id.key in {each.key for each in dns.zone_ids}
        case _:
            return False


def _is_seen(zone: FoundZone, consumer: Consumer) -> bool:
    return not _keeps_elsewhere(consumer) and zone.link_to(consumer.network_id) is not None


def _keeps_elsewhere(consumer: Consumer) -> bool:
    return consumer.given is not None and consumer.given.dns == "elsewhere"
