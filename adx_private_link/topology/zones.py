"""Private DNS zones: which one a consumer's records go into, and which networks see it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from ..naming.azure import link_id
from ..naming.logical import ZoneName, link_name
from ..resource_ids import ZoneId
from ..settings import MOST_TAGS_OF_DNS, DnsSettings, ExistingZones
from .as_deployed import deployed_network
from .offers import Offer
from .planning import Planning
from .records import LinkNode, ZoneNode

_CREATED_ZONE = "adxPrivateLink:index:KustoPrivateDnsZone$azure-native:privatedns:PrivateZone"


def plan_zones(planning: Planning, offers: Sequence[Offer]) -> dict[str, ZoneNode]:
    """Plan the zones of all consumers, by key."""
    zones: dict[str, ZoneNode] = {}
    first_consumers: dict[str, str] = {}
    for consumer, zone in _zones_of_consumers(planning, offers):
        first = first_consumers.setdefault(zone.key, consumer)
        known = zones.get(zone.key)
        zones[zone.key] = _merged(planning, first, known, consumer, zone) if known else zone
    _check_exchanged_names(planning, zones.values())
    return dict(sorted(zones.items()))


def _zones_of_consumers(planning: Planning, offers: Sequence[Offer]) -> Iterator[tuple[str, ZoneNode]]:
    """Each zone as each of its consumers asks for it."""
    names_by_cluster = {offer.cluster: offer.zones for offer in offers}
    all_names = sorted({name for names in names_by_cluster.values() for name in names})
    for key, consumer in sorted(planning.settings.consumers.items()):
        if isinstance(consumer.dns, ExistingZones):
            _check_existing(planning, key, consumer.dns)
        names = all_names
        if consumer.clusters is not None:
            names = sorted({name for cluster in consumer.clusters for name in names_by_cluster.get(cluster, ())})
        for name in names:
            id, dns = planning.zone(key, name), consumer.dns
            if isinstance(dns, str):
                continue
            if id is not None:
                yield key, _zone(planning, key, dns, id)
            else:
                planning.report(
                    f"consumers.{key}.dns.zone_ids",
                    f"has no zone {name}, which its clusters need",
                    "add the id of such a zone; or write the name of your own zone (clusters.*.zone)",
                )


def _zone(planning: Planning, consumer: str, dns: DnsSettings | ExistingZones, id: ZoneId) -> ZoneNode:
    created = dns if isinstance(dns, DnsSettings) else None
    return ZoneNode(
        key=str(ZoneName.of(id)),
        name=id.name,
        subscription=id.subscription,
        resource_group=id.resource_group,
        exists=created is None,
        lock=created is not None and created.lock,
        protect=created is not None and created.protect,
        tags=created.tags if created else {},
        keep=tuple(created.keep) if created else (),
        links=tuple(_link(planning, consumer, key, dns, id) for key in sorted(dns.links)),
    )


def _merged(planning: Planning, first: str, known: ZoneNode, consumer: str, zone: ZoneNode) -> ZoneNode:
    """One zone of several consumers: all of their links, and the strictest of their settings."""
    path = f"consumers.{consumer}.dns"
    if known.exists != zone.exists:
        planning.report(
            path,
            f"and consumers.{first}.dns are one zone ({zone.name} in resource group {zone.resource_group}); one "
            "of them creates it, and the other one expects it to exist",
            "write `resource_group` in both, and this stack creates it; or `zone_ids` in both",
        )
    tags = _merged_tags(planning, first, known, consumer, zone)
    return replace(
        known,
        lock=known.lock or zone.lock,
        protect=known.protect or zone.protect,
        tags=tags,
        keep=tuple(dict.fromkeys([*known.keep, *zone.keep])),
        links=known.links + zone.links,
    )


def _merged_tags(planning: Planning, first: str, known: ZoneNode, consumer: str, zone: ZoneNode) -> Mapping[str, str]:
    """The tags of both: names that differ in case only are one tag to Azure, which keeps the first spelling."""
    path = f"consumers.{consumer}.dns.tags"
    spellings = {name.lower(): name for name in known.tags}
    tags = dict(known.tags)
    for name, value in sorted(zone.tags.items()):
        spelling = spellings.get(name.lower(), name)
        if tags.setdefault(spelling, value) != value:
            planning.report(
                f"{path}.{name}",
                f"differs from consumers.{first}.dns.tags.{spelling} ({tags[spelling]}), and both have one zone",
                "write the same in both, or in one of them only",
                value,
            )
    if len(tags) > MOST_TAGS_OF_DNS >= len(known.tags):
        planning.report(
            path,
            f"and the tags of consumers.{first}.dns are {len(tags)} together, and both have one zone; Azure accepts "
            f"{MOST_TAGS_OF_DNS} on a private DNS zone",
            "remove some",
        )
    return tags


def _check_existing(planning: Planning, consumer: str, dns: ExistingZones) -> None:
    first: dict[str, ZoneId] = {}
    for index, id in enumerate(dns.zone_ids):
        known = first.setdefault(id.name.lower(), id)
        if known is not id:
            planning.report(
                f"consumers.{consumer}.dns.zone_ids.{index}",
                f"is a second zone named {id.name}, beside {known}; a network can use one zone of a name only",
                "remove the one that the consumer's clients do not use",
                str(id),
            )
        if urn := planning.facts.deployed.urn(_CREATED_ZONE, str(ZoneName.of(id))):
            component = urn.replace(_CREATED_ZONE, "adxPrivateLink:index:KustoPrivateDnsZone")
            planning.report(
                f"consumers.{consumer}.dns.zone_ids.{index}",
                "is a zone that this stack created; as an existing zone it would leave the stack, which deletes it "
                "with all its records",
                f"write `resource_group: {id.resource_group}` in place of `zone_ids`; or let the state forget it: "
                f"`pulumi state delete --target-dependents '{component}'`, then `adx-private-link repair` and "
                "`pulumi up`",
                str(id),
            )
        if lost := planning.facts.lost_zones.get(id.key):
            planning.report_unreadable(
                f"consumers.{consumer}.dns.zone_ids.{index}", lost, "a private DNS zone", str(id)
            )


def _link(planning: Planning, consumer: str, key: str, dns: DnsSettings | ExistingZones, zone: ZoneId) -> LinkNode:
    settings, link = planning.settings, dns.links[key]
    network = link.network_id or settings.consumers[consumer].subnet_id.network
    id = link_id(settings, consumer, key, zone)
    deployed = deployed_network(planning, id)
    is_as_deployed = network.is_same(deployed)
    # Azure rejects any policy in another zone (Azure/Azure-Landing-Zones#4088).
    has_policies = "privatelink" in zone.name.lower().split(".")
    if (
        not has_policies
        and link.resolution_policy == "NxDomainRedirect"
        and "resolution_policy" in link.model_fields_set
    ):
        planning.report(
            f"consumers.{consumer}.dns.links.{key}.resolution_policy",
            f"is not available in zone {zone.name}: Azure accepts it only where a label of the zone's name is "
            "`privatelink`",
            "leave it out",
            link.resolution_policy,
        )
    return LinkNode(
        consumer=consumer,
        key=key,
        logical_name=link_name(zone, network),
        name=id.name,
        network_id=network,
        resolution_policy=link.resolution_policy if has_policies else None,
        tags=dns.tags,
        keep=tuple(dns.keep),
        as_deployed=is_as_deployed,
        former_logical_name=link_name(zone, deployed) if deployed and not is_as_deployed else None,
    )


def _check_exchanged_names(planning: Planning, zones: Collection[ZoneNode]) -> None:
    """A link that gets another network keeps its name, unless a second link is planned for its present network."""
    planned = {link.logical_name: link for zone in zones for link in zone.links}
    for link in planned.values():
        if other := planned.get(link.former_logical_name or ""):
            planning.report(
                f"{link.path}.network_id",
                f"gives link {link.name} another network, and {other.path} links its present one under another name; "
                "Azure accepts neither a second link of one name in a zone nor a second link of one network",
                "remove one of the two, run `pulumi up`, then write it again",
                str(link.network_id),
            )
