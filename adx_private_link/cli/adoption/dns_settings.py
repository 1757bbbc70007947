"""Settings that describe the private DNS zones, records and virtual network links of consumers as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...naming.azure import default_link_name
from ...settings import DnsSettings, LinkSettings
from .consumers import AdoptedConsumer
from .found_objects import FoundLink, FoundZone
from .inventory import Inventory
from .keys import free_key
from .suggestions import Path, Suggestions, is_same_value
from .zones import ConsumerZones

_DEFAULT_TTL = DnsSettings.model_fields["ttl"].default


def suggest_dns(
    consumers: Sequence[AdoptedConsumer], inventory: Inventory, deployed: frozenset[str], suggestions: Suggestions
) -> None:
    """Suggest the DNS settings of all consumers; the stack has the `deployed` objects (ids in lower case) already."""
    _DnsSuggester(ConsumerZones(consumers, inventory, deployed), suggestions).suggest()


@dataclass(frozen=True)
class _DnsSuggester:
    zones: ConsumerZones
    suggestions: Suggestions

    def suggest(self) -> None:
        for consumer in self.zones.consumers:
            if zones := self.zones.by_consumer[consumer.key]:
                self._suggest_zones(consumer, zones)
            elif consumer.settings is None:
                self.suggestions.suggest((*consumer.path, "dns"), "elsewhere", None)
        self._leave_others_alone()

    def _suggest_zones(self, consumer: AdoptedConsumer, zones: Sequence[FoundZone]) -> None:
        path, settings = (*consumer.path, "dns"), consumer.settings
        is_owned = self._is_owned(consumer, zones)
        if settings is None and is_owned:
            id = zones[0].resource_id
            self.suggestions.suggest((*path, "resource_group"), id.resource_group, None)
            self.suggestions.suggest((*path, "subscription"), id.subscription, consumer.subscription)
        elif settings is None:
            self.suggestions.suggest((*path, "zone_ids"), [zone.id for zone in zones], None)
        links = [link for zone in zones for link in self._links_of(consumer, zone, is_owned=is_owned)]
        self._suggest_links(consumer, links, is_owned=is_owned)
        self._suggest_tags(path, [tagged.tags for tagged in (*(zones if is_owned else ()), *links)])
        self._suggest_ttl(path, consumer, zones)
        if any(link.registration for link in links):
            self.suggestions.keep(path, "registration", {})

    def _is_owned(self, consumer: AdoptedConsumer, zones: Sequence[FoundZone]) -> bool:
        """Return whether the stack imports the zones themselves; settings decide, or the content of the zones."""
        if consumer.settings:
            return isinstance(consumer.settings.dns, DnsSettings)
        groups = {(zone.resource_id.subscription, zone.resource_id.resource_group.lower()) for zone in zones}
        return len(groups) == 1 and all(self.zones.has_only_needed_records(zone) for zone in zones)

    def _suggest_tags(self, path: Path, tags: Sequence[dict[str, str]]) -> None:
        if all(tags_of_object == tags[0] for tags_of_object in tags):
            self.suggestions.suggest((*path, "tags"), tags[0] if tags else {}, {})
        else:
            self.suggestions.keep(path, "tags", {(*path, "tags"): tags[0]})

    def _suggest_ttl(self, path: Path, consumer: AdoptedConsumer, zones: Sequence[FoundZone]) -> None:
        ttls = [record.ttl for zone in zones for record in self.zones.existing_records(consumer, zone)]
        if len(set(ttls)) == 1:
            self.suggestions.suggest((*path, "ttl"), ttls[0], _DEFAULT_TTL)
        elif ttls:
            self.suggestions.keep(path, "ttl", {(*path, "ttl"): ttls})

    def _links_of(self, consumer: AdoptedConsumer, zone: FoundZone, *, is_owned: bool) -> list[FoundLink]:
        """Return a consumer's links: to its network, and in an owned zone also the links to networks of no consumer."""
        consumers = self.zones.consumers_of(zone)
        by_network = {other.network_id.lower(): other.key for other in reversed(consumers)}
        default = consumers[0].key if is_owned else None
        return [
            link
            for link in zone.links
            if link.id.lower() not in self.zones.deployed
            and by_network.get(link.network_id.lower(), default) == consumer.key
        ]

    def _suggest_links(self, consumer: AdoptedConsumer, links: Sequence[FoundLink], *, is_owned: bool) -> None:
        path = (*consumer.path, "dns", "links")
        known = _known_link_keys(consumer)
        new: dict[str, dict[str, Any]] = {}
        first: dict[str, FoundLink] = {}
        for link in links:
            network = link.network_id.lower()
            first_link = first.setdefault(network, link)
            if first_link is not link:
                # The same settings describe this link and the one in another zone, so both need the same name.
                if link.name != first_link.name:
                    self.suggestions.leave_alone(
                        link.id, f"is named {link.name}; the consumer's link in another zone is named {first_link.name}"
                    )
            elif key := known.get(network):
                for name, (in_azure, default) in _link_settings(consumer, key, link).items():
                    self.suggestions.suggest((*path, key, name), in_azure, default)
            else:
                key = _new_link_key(consumer, link, {*new, *known.values()})
                settings = _link_settings(consumer, key, link)
                new[key] = {name: in_azure for name, (in_azure, default) in settings.items() if in_azure != default}
        if self.suggestions.current_value(path) is None:
            self.suggestions.suggest(path, new, {"own": {}} if is_owned else {})
        else:
            for key, link_settings in new.items():
                self.suggestions.suggest((*path, key), link_settings, None)

    def _leave_others_alone(self) -> None:
        """Report the zones, records and zone groups that are not imported."""
        for zone in self.zones.inventory.zones:
            if zone.id.lower() in self.zones.deployed:
                continue
            if self.zones.consumers_of(zone):
                self._leave_records_alone(zone)
            else:
                self.suggestions.leave_alone(
                    zone.id, "holds no consumer's records, or a zone for the consumer's other records is missing"
                )
        for zone_groups in self.zones.inventory.zone_groups.values():
            for zone_group in zone_groups:
                self.suggestions.leave_alone(
                    zone_group, "is a zone group; zone groups write no records for private link services"
                )

    def _leave_records_alone(self, zone: FoundZone) -> None:
        needed = self.zones.needed_in(zone)
        for record in zone.records:
            if record.id.lower() in self.zones.deployed:
                continue
            if record.id not in needed:
                addresses = f" ({', '.join(record.addresses)})" if record.addresses else ""
                self.suggestions.leave_alone(record.id, f"is not a record that an imported endpoint needs{addresses}")
                continue
            endpoint = needed[record.id].endpoint.in_azure
            if endpoint.connection.state != "Approved":
                name, state = endpoint.resource_id.name, endpoint.connection.state
                self.suggestions.leave_alone(
                    record.id, f"points to {name}, whose connection is {state}; delete the record"
                )


def _new_link_key(consumer: AdoptedConsumer, link: FoundLink, taken: set[str]) -> str:
    if is_same_value(link.network_id, consumer.network_id):
        return "own"
    return free_key([link.name], {key.lower() for key in (*taken, "own")})


def _link_settings(consumer: AdoptedConsumer, key: str, link: FoundLink) -> dict[str, tuple[str, str]]:
    """Return each setting of a link: the value in Azure, and the default."""
    is_own = is_same_value(link.network_id, consumer.network_id)
    return {
        "network_id": (link.network_id, link.network_id if is_own else ""),
        "name": (link.name, default_link_name(consumer.name, key)),
        "resolution_policy": (link.resolution_policy, "NxDomainRedirect"),
    }


def _known_link_keys(consumer: AdoptedConsumer) -> dict[str, str]:
    """Return the keys of the links that the settings name, by network."""
    dns = consumer.settings.dns if consumer.settings else None
    if dns is None or isinstance(dns, str):
        return {}
    links: Mapping[str, LinkSettings] = dns.links if "links" in dns.model_fields_set else {}
    return {str(link.network_id or consumer.network_id).lower(): key for key, link in links.items()}
