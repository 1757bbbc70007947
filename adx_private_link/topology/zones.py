"""Private DNS zones: which one a consumer's records go into, and which networks see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from .. import names
from ..nodes import LinkNode, ZoneNode
from ..resource_ids import ZoneId
from ..settings import ConsumerSettings, DnsSettings, ExistingZones, LinkSettings
from .planning import Offer, Planning


def zone_key(consumer: ConsumerSettings, zone: str) -> str | None:
    """What makes a zone the same zone: its name and where it lies. None where the consumer names no such zone."""
    match consumer.dns:
        case DnsSettings() as dns:
            return _key(zone, dns.resource_group, consumer.zone_subscription)
        case ExistingZones() as dns:
            found = _existing(dns, zone)
            return _key(zone, found.resource_group, found.subscription) if found else None
        case _:
            return None


def plan_zones(planning: Planning, offers: Sequence[Offer]) -> dict[str, ZoneNode]:
    """The zones of all consumers, by key."""
    found: dict[str, ZoneNode] = {}
    wanted_by: dict[str, str] = {}
    for consumer, wanted in _wanted(planning, offers):
        first = wanted_by.setdefault(wanted.key, consumer)
        known = found.get(wanted.key)
        found[wanted.key] = _merged(planning, first, known, consumer, wanted) if known else wanted
    return dict(sorted(found.items()))


def _wanted(planning: Planning, offers: Sequence[Offer]) -> Iterator[tuple[str, ZoneNode]]:
    """Each zone as each of its consumers wants it."""
    for consumer, given in sorted(planning.settings.consumers.items()):
        if isinstance(given.dns, ExistingZones):
            _check_existing(planning, consumer, given.dns)
        for zone in sorted({each.zone_name for each in offers if given.connects_to(each.key)}):
            match given.dns:
                case DnsSettings() as dns:
                    yield consumer, _made(consumer, given, dns, zone)
                case ExistingZones() as dns if existing := _existing(dns, zone):
                    yield consumer, _found(consumer, given, dns, existing, zone)
                case ExistingZones():
                    planning.report(
                        f"consumers.{consumer}.dns.zone_ids",
                        f"has no zone {zone}, which its clusters need",
                        "add the id of such a zone; or give the name of yours, where it is another (clusters.*.zone)",
                    )
                case _:
                    pass


def _made(consumer: str, given: ConsumerSettings, dns: DnsSettings, zone: str) -> ZoneNode:
    return ZoneNode(
        key=_key(zone, dns.resource_group, given.zone_subscription),
        name=zone,
        subscription=given.zone_subscription,
        resource_group=dns.resource_group,
        exists=False,
        lock=dns.lock,
        protect=dns.protect,
        tags=dns.tags,
        keep=tuple(dns.keep),
        links=_links(consumer, given, dns, zone),
    )


def _found(consumer: str, given: ConsumerSettings, dns: ExistingZones, existing: ZoneId, zone: str) -> ZoneNode:
    return ZoneNode(
        key=_key(zone, existing.resource_group, existing.subscription),
        name=existing.name,
        subscription=existing.subscription,
        resource_group=existing.resource_group,
        exists=True,
        lock=False,
        protect=False,
        tags={},
        keep=(),
        links=_links(consumer, given, dns, zone),
    )


def _merged(planning: Planning, first: str, known: ZoneNode, consumer: str, wanted: ZoneNode) -> ZoneNode:
    """One zone of several consumers: all of their links, and the most careful of their wishes."""
    path = f"consumers.{consumer}.dns"
    if known.exists != wanted.exists:
        planning.report(
            path,
            f"and consumers.{first}.dns mean one zone ({wanted.name} in resource group {wanted.resource_group}); one "
            "of them makes it, for the other it is there already",
            "write `resource_group` for both, and this stack makes it; or `zone_ids` for both",
        )
    for tag in sorted(known.tags.keys() & wanted.tags.keys()):
        if known.tags[tag] != wanted.tags[tag]:
            planning.report(
                f"{path}.tags.{tag}",
                f"differs from consumers.{first}.dns.tags.{tag} ({known.tags[tag]}), and both have one zone",
                "write the same in both, or in one of them only",
                wanted.tags[tag],
            )
    return replace(
        known,
        lock=known.lock or wanted.lock,
        protect=known.protect or wanted.protect,
        tags={**known.tags, **wanted.tags},
        keep=tuple(dict.fromkeys([*known.keep, *wanted.keep])),
        links=known.links + wanted.links,
    )


def _check_existing(planning: Planning, consumer: str, dns: ExistingZones) -> None:
    first: dict[str, ZoneId] = {}
    for index, id in enumerate(dns.zone_ids):
        known = first.setdefault(id.name.lower(), id)
        if known is not id:
            planning.report(
                f"consumers.{consumer}.dns.zone_ids.{index}",
                f"is a second zone of the name {id.name}, beside {known}; a network sees one zone of a name only",
                "remove the one that the consumer's clients do not see",
                str(id),
            )
        if lost := planning.facts.lost_zones.get(id.key):
            planning.report_unreadable(
                f"consumers.{consumer}.dns.zone_ids.{index}", lost, "a private DNS zone", str(id)
            )


def _key(zone: str, resource_group: str, subscription: str) -> str:
    return f"{zone}@{resource_group.lower()}.{subscription}"


def _existing(dns: ExistingZones, zone: str) -> ZoneId | None:
    return next((each for each in dns.zone_ids if each.name.lower() == zone), None)


def _links(consumer: str, given: ConsumerSettings, dns: DnsSettings | ExistingZones, zone: str) -> tuple[LinkNode, ...]:
    return tuple(_link(consumer, key, given, each, zone, dns) for key, each in sorted(dns.links.items()))


def _link(
    consumer: str,
    key: str,
    owner: ConsumerSettings,
    given: LinkSettings,
    zone: str,
    dns: DnsSettings | ExistingZones,
) -> LinkNode:
    network = given.network_id or owner.subnet_id.network
    return LinkNode(
        consumer=consumer,
        key=key,
        # Azure links a network to one zone of a name. So that is what names the link: whatever moves it to another
        # zone, or under another key, deletes the old one first instead of clashing with it.
        logical_name=f"{zone}@{network.name}.{network.resource_group}.{network.subscription}".lower(),
        name=given.name or names.link_name(names.lasting(consumer, owner), key),
        network_id=str(network),
        resolution_policy=given.resolution_policy,
        tags=dns.tags,
        keep=tuple(dns.keep),
    )
