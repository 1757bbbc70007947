"""Settings that describe the private DNS zones, records and virtual network links of consumers as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ...kusto_hosts import is_storage_zone
from ...naming.azure import default_link_name
from ...resource_ids import ResourceGroupId
from ...settings import DnsSettings, LinkSettings
from .consumers import AdoptedConsumer
from .found_objects import FoundLink, FoundZone
from .inventory import Inventory
from .keys import free_key
from .suggestions import Path, Suggestions, is_same_value
from .zones import ConsumerZones

LinksSetting = Literal["links", "link_existing"]

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
        path, owned = (*consumer.path, "dns"), self.zones.owned_by(consumer)
        existing = [zone for zone in zones if zone not in owned]
        if consumer.settings is None:
            self._suggest_place(consumer, owned, existing)
        links = self._suggest_links_of(consumer, owned, existing)
        self._suggest_tags(path, [tagged.tags for tagged in (*owned, *links)])
        self._suggest_ttl(path, consumer, zones)
        if any(link.registration for link in links):
            self.suggestions.keep(path, "registration", {})

    def _suggest_place(
        self, consumer: AdoptedConsumer, owned: Sequence[FoundZone], existing: Sequence[FoundZone]
    ) -> None:
        """Suggest where a new consumer's zones are."""
        path = (*consumer.path, "dns")
        if owned:
            id = owned[0].resource_id
            self.suggestions.suggest((*path, "resource_group"), id.resource_group, None)
            self.suggestions.suggest((*path, "subscription"), id.subscription, consumer.subscription)
        if any(is_storage_zone(zone.name) for zone in owned):
            self.suggestions.suggest((*path, "storage_zones"), "made", "existing")
        if groups := self._groups_of(owned, existing):
            self.suggestions.suggest((*path, "zones_in"), groups, None)
        elif existing:
            self.suggestions.suggest((*path, "zone_ids"), [zone.id for zone in existing], None)

    def _groups_of(self, owned: Sequence[FoundZone], existing: Sequence[FoundZone]) -> list[str]:
        """
        Return the resource groups of existing zones, if these say it shorter and the stack finds the same zones there.

        Of several groups with a zone of one name, the first one would count; and an own zone would have to be nowhere.
        """
        groups = {_group_of(zone).key: str(_group_of(zone)) for zone in existing}
        names = {zone.name.lower() for zone in (*owned, *existing)}
        used = {zone.id.lower() for zone in existing}
        others = [
            zone
            for zone in self.zones.inventory.zones
            if _group_of(zone).key in groups and zone.name.lower() in names and zone.id.lower() not in used
        ]
        return [*groups.values()] if len(groups) < len(existing) and not others else []

    def _suggest_links_of(
        self, consumer: AdoptedConsumer, owned: Sequence[FoundZone], existing: Sequence[FoundZone]
    ) -> list[FoundLink]:
        """Suggest the links of a consumer's zones, and return those that the stack imports."""
        links_of_owned = [link for zone in owned for link in self._links_of(consumer, zone, is_owned=True)]
        links_of_existing = [link for zone in existing for link in self._links_of(consumer, zone, is_owned=False)]
        if owned:
            self._suggest_links(consumer, "links", links_of_owned)
        setting = _setting_of_existing(consumer)
        if any(is_storage_zone(zone.name) for zone in existing) and not _known_link_keys(consumer, setting):
            for link in links_of_existing:
                if not is_storage_zone(link.zone_name):
                    self.suggestions.leave_alone(
                        link.id, "links an existing zone; `dns.link_existing` would link the storage zones, too"
                    )
            return links_of_owned
        if existing:
            self._suggest_links(consumer, setting, links_of_existing)
        return [*links_of_owned, *links_of_existing]

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

    def _suggest_links(self, consumer: AdoptedConsumer, setting: LinksSetting, links: Sequence[FoundLink]) -> None:
        path = (*consumer.path, "dns", setting)
        known = _known_link_keys(consumer, setting)
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
            self.suggestions.suggest(path, new, {"own": {}} if setting == "links" else {})
        else:
            for key, link_settings in new.items():
                self.suggestions.suggest((*path, key), link_settings, None)

    def _leave_others_alone(self) -> None:
        """Report the zones, records and zone groups that are not imported."""
        for zone in self.zones.inventory.zones:
            if zone.id.lower() in self.zones.deployed or is_storage_zone(zone.name):
                continue  # the records of storage zones are everybody's
            if self.zones.consumers_of(zone):
                self._leave_records_alone(zone)
            elif zone.id.lower() not in self.zones.of_left_groups:
                self.suggestions.leave_alone(
                    zone.id, "holds no consumer's records, or a zone for the consumer's other records is missing"
                )
        self._leave_zone_groups_alone()

    def _leave_zone_groups_alone(self) -> None:
        inventory = self.zones.inventory
        for endpoint in inventory.endpoints:
            group = inventory.zone_groups.get(endpoint.id.lower())
            if group and not inventory.is_of_native_cluster(endpoint):
                self.suggestions.leave_alone(
                    group.id, "is a zone group; zone groups write no records for private link services"
                )
        for consumer in self.zones.consumers:
            has_zones = consumer.settings is None or consumer.settings.zones
            for endpoint in consumer.endpoints:
                if endpoint.zone_group and endpoint.obstacle:
                    self.suggestions.leave_alone(endpoint.zone_group.id, endpoint.obstacle)
                elif endpoint.zone_group and not has_zones:
                    self.suggestions.leave_alone(
                        endpoint.zone_group.id, f"writes the names, and consumers.{consumer.key}.dns is elsewhere"
                    )

    def _leave_records_alone(self, zone: FoundZone) -> None:
        needed, written = self.zones.needed_in(zone), self.zones.written_in(zone)
        for record in zone.records:
            if record.id.lower() in self.zones.deployed or record.name.lower() in written:
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


def _group_of(zone: FoundZone) -> ResourceGroupId:
    return ResourceGroupId.of(zone.resource_id.subscription, zone.resource_id.resource_group)


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


def _known_link_keys(consumer: AdoptedConsumer, setting: LinksSetting) -> dict[str, str]:
    """Return the keys of the links that the settings name, by network."""
    dns = consumer.settings.zones if consumer.settings else None
    if dns is None or setting not in dns.model_fields_set:
        return {}
    links: Mapping[str, LinkSettings] = getattr(dns, setting)
    return {str(link.network_id or consumer.network_id).lower(): key for key, link in links.items()}


def _setting_of_existing(consumer: AdoptedConsumer) -> LinksSetting:
    """Return the setting that has the links of a consumer's existing zones."""
    dns = consumer.settings.zones if consumer.settings else None
    # `links` meant them in settings that name existing zones only.
    is_older = dns is not None and dns.resource_group is None and "links" in dns.model_fields_set
    return "links" if is_older else "link_existing"
