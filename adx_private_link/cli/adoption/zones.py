"""The settings that describe private DNS zones, their records and links as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ...naming.azure import default_link_name
from ...settings import DnsSettings, ExistingZones, LinkSettings
from .azure_objects import ClusterTargets, Found, FoundLink, FoundRecord, FoundZone
from .consumers import Consumer, Endpoint, free_key
from .suggestions import Path, Suggestions, same

_SOA = 1
"""Every zone has one record set from the start."""
_TTL = DnsSettings.model_fields["ttl"].default


@dataclass(frozen=True)
class _Needed:
    """A record that a consumer needs, whether it exists or not."""

    zone: str
    name: str
    endpoint: Endpoint

    def is_in(self, zone: FoundZone) -> FoundRecord | None:
        """The record of a zone that leads to the endpoint."""
        found = zone.record(self.name) if zone.name.lower() == self.zone else None
        return found if found and self.endpoint.address in found.addresses else None


def suggest_dns(
    consumers: Sequence[Consumer],
    clusters: Iterable[ClusterTargets],
    found: Found,
    deployed: frozenset[str],
    suggestions: Suggestions,
) -> None:
    """Where the consumers' clients find the names; what the stack has (`deployed`) goes without saying."""
    published = {each.key: each for each in clusters}
    needed = {each.key: _needed(each, published) for each in consumers}
    _Suggesting(consumers, needed, found, deployed, suggestions).suggest()


def _needed(consumer: Consumer, clusters: Mapping[str, ClusterTargets]) -> list[_Needed]:
    return [
        _Needed(clusters[each.cluster].zone_name, record.name, each)
        for each in consumer.endpoints
        for record in clusters[each.cluster].records[each.role]
    ]


@dataclass(frozen=True)
class _Suggesting:
    consumers: Sequence[Consumer]
    needed: Mapping[str, Sequence[_Needed]]
    """By consumer."""
    found: Found
    deployed: frozenset[str]
    suggestions: Suggestions

    def suggest(self) -> None:
        for consumer in self.consumers:
            if zones := self._zones[consumer.key]:
                self._suggest(consumer, zones)
            elif consumer.given is None:
                self.suggestions.say((*consumer.path, "dns"), "elsewhere", None)
        self._leave_others()

    # Which zones

    @cached_property
    def _zones(self) -> dict[str, list[FoundZone]]:
        """
        The zones of each consumer: all that it needs, or none.

        The one that the settings name; else the one whose records lead to its endpoints; else one that its network
        sees, and that no other consumer has.
        """
        chosen: dict[str, list[FoundZone]] = {each.key: [] for each in self.consumers}
        taken: set[str] = set()
        for fits in (_is_named, self._leads_to, _is_seen):
            for consumer in self.consumers:
                missing = self._zone_names(consumer) - {each.name.lower() for each in chosen[consumer.key]}
                for zone in self.found.zones:
                    free = fits is not _is_seen or zone.id.lower() not in taken
                    if free and zone.name.lower() in missing and fits(zone, consumer):
                        missing.remove(zone.name.lower())
                        chosen[consumer.key].append(zone)
                        taken.add(zone.id.lower())
        return {
            each.key: chosen[each.key] if len(chosen[each.key]) == len(self._zone_names(each)) else []
            for each in self.consumers
        }

    def _zone_names(self, consumer: Consumer) -> set[str]:
        return {each.zone for each in self.needed[consumer.key]}

    def _leads_to(self, zone: FoundZone, consumer: Consumer) -> bool:
        return _is_open(consumer) and any(each.is_in(zone) for each in self.needed[consumer.key])

    def _of_zone(self, zone: FoundZone) -> list[_Needed]:
        """What the consumers of a zone need in it."""
        users = [each.key for each in self.consumers if zone in self._zones[each.key]]
        return [each for key in users for each in self.needed[key] if each.zone == zone.name.lower()]

    def _is_all_ours(self, zone: FoundZone) -> bool:
        """Whether nothing is in a zone but what consumers need: then the stack may have it, and delete it one day."""
        ours = {record.id for each in self._of_zone(zone) if (record := each.is_in(zone))}
        return zone.record_sets == len(zone.records) + _SOA and all(
            each.id in ours or each.id.lower() in self.deployed for each in zone.records
        )

    # What is said of them

    def _suggest(self, consumer: Consumer, zones: Sequence[FoundZone]) -> None:
        path, given = (*consumer.path, "dns"), consumer.given.dns if consumer.given else None
        first = zones[0].parsed
        together = {(each.parsed.subscription, each.parsed.resource_group.lower()) for each in zones}
        made = isinstance(given, DnsSettings) or (
            given is None and len(together) == 1 and all(self._is_all_ours(each) for each in zones)
        )
        if given is None and made:
            self.suggestions.say((*path, "resource_group"), first.resource_group, None)
            self.suggestions.say((*path, "subscription"), first.subscription, consumer.subscription)
        elif given is None:
            self.suggestions.say((*path, "zone_ids"), [each.id for each in zones], None)
        links = [each for zone in zones for each in self._links_of(consumer, zone, made=made)]
        self._suggest_links(consumer, links, made=made)
        self._suggest_tags(path, [each.tags for each in (*(zones if made else ()), *links)])
        self._suggest_ttl(path, consumer, zones)
        if any(each.registration for each in links):
            self.suggestions.keep(path, "registration", {})

    def _suggest_tags(self, path: Path, tags: Sequence[dict[str, str]]) -> None:
        if all(each == tags[0] for each in tags):
            self.suggestions.say((*path, "tags"), tags[0] if tags else {}, {})
        else:
            self.suggestions.keep(path, "tags", {(*path, "tags"): tags[0]})

    def _suggest_ttl(self, path: Path, consumer: Consumer, zones: Sequence[FoundZone]) -> None:
        found = [record.ttl for zone in zones for each in self.needed[consumer.key] if (record := each.is_in(zone))]
        if not found:
            return
        if len(set(found)) == 1:
            self.suggestions.say((*path, "ttl"), found[0], _TTL)
        else:
            self.suggestions.keep(path, "ttl", {(*path, "ttl"): found})

    def _links_of(self, consumer: Consumer, zone: FoundZone, *, made: bool) -> list[FoundLink]:
        """The links of a zone that belong to a consumer: its network's, and in an own zone links of no consumer."""
        users = [each for each in self.consumers if zone in self._zones[each.key]]
        holders = {each.network_id.lower(): each.key for each in reversed(users)}
        return [
            each
            for each in zone.links
            if each.id.lower() not in self.deployed
            and holders.get(each.network_id.lower(), users[0].key if made else None) == consumer.key
        ]

    def _suggest_links(self, consumer: Consumer, links: Sequence[FoundLink], *, made: bool) -> None:
        path = (*consumer.path, "dns", "links")
        known = _known_links(consumer)
        new: dict[str, dict[str, Any]] = {}
        first: dict[str, FoundLink] = {}
        for each in links:
            network = each.network_id.lower()
            other = first.setdefault(network, each)
            if other is not each:  # of another zone of the consumer, with the same settings
                if each.name != other.name:
                    self.suggestions.leave(each.id, f"not called {other.name}, unlike in the consumer's other zone")
            elif key := known.get(network):
                for name, (found, default) in _link_settings(consumer, key, each).items():
                    self.suggestions.say((*path, key, name), found, default)
            else:
                key = _new_link_key(consumer, each, {*new, *known.values()})
                settings = _link_settings(consumer, key, each).items()
                new[key] = {name: found for name, (found, default) in settings if found != default}
        if self.suggestions.said(path) is None:
            self.suggestions.say(path, new, {"own": {}} if made else {})
        else:
            for key, settings in new.items():
                self.suggestions.say((*path, key), settings, None)

    # What no consumer has

    def _leave_others(self) -> None:
        for zone in self.found.zones:
            if zone.id.lower() in self.deployed:
                continue
            if any(zone in each for each in self._zones.values()):
                self._leave_records(zone)
            else:
                self.suggestions.leave(zone.id, "has no consumer's records, or a consumer lacks another zone")
        for groups in self.found.zone_groups.values():
            for each in groups:
                self.suggestions.leave(each, "a zone group, which writes no records for a private link service")

    def _leave_records(self, zone: FoundZone) -> None:
        leading = {record.id: each.endpoint.found for each in self._of_zone(zone) if (record := each.is_in(zone))}
        for record in zone.records:
            endpoint = leading.get(record.id)
            if record.id.lower() in self.deployed:
                continue
            if endpoint is None:
                where = ", ".join(record.addresses)
                self.suggestions.leave(record.id, f"has {where}, the address of no imported endpoint")
            elif endpoint.connection.state != "Approved":
                state = f"{endpoint.parsed.name}, which is {endpoint.connection.state}"
                self.suggestions.leave(record.id, f"has the address of {state}: delete the record")


def _new_link_key(consumer: Consumer, link: FoundLink, taken: set[str]) -> str:
    if same(link.network_id, consumer.network_id):
        return "own"
    return free_key([link.name], {each.lower() for each in (*taken, "own")})


def _link_settings(consumer: Consumer, key: str, link: FoundLink) -> dict[str, tuple[str, str]]:
    """What a link's settings have to say, each beside what is derived."""
    is_own = same(link.network_id, consumer.network_id)
    return {
        "network_id": (link.network_id, link.network_id if is_own else ""),
        "name": (link.name, default_link_name(consumer.name, key)),
        "resolution_policy": (link.resolution_policy, "NxDomainRedirect"),
    }


def _known_links(consumer: Consumer) -> dict[str, str]:
    """The keys of links that the settings name, by network."""
    dns = consumer.given.dns if consumer.given else None
    if dns is None or isinstance(dns, str):
        return {}
    links: Mapping[str, LinkSettings] = dns.links if "links" in dns.model_fields_set else {}
    return {str(each.network_id or consumer.network_id).lower(): key for key, each in links.items()}


def _is_named(zone: FoundZone, consumer: Consumer) -> bool:
    given, id = consumer.given, zone.parsed
    match given.dns if given else None:
        case DnsSettings() as dns:
            assert given is not None
            return same(dns.resource_group, id.resource_group) and given.zone_subscription == id.subscription
        case ExistingZones() as dns:
            return id.key in {each.key for each in dns.zone_ids}
        case _:
            return False


def _is_seen(zone: FoundZone, consumer: Consumer) -> bool:
    return _is_open(consumer) and zone.link_to(consumer.network_id) is not None


def _is_open(consumer: Consumer) -> bool:
    """Whether the settings leave it open where its names are kept."""
    return consumer.given is None
