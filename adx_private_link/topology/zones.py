"""Private DNS zones: which one a consumer's records go into, and which networks see it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from ..naming import azure as names
from ..resource_ids import NetworkId, ZoneId
from ..settings import MOST_TAGS_OF_DNS, DnsSettings, ExistingZones
from .as_deployed import deployed_network
from .planning import Offer, Planning
from .records import LinkNode, ZoneNode

_CREATED_ZONE = "adxPrivateLink:index:KustoPrivateDnsZone$azure-native:privatedns:PrivateZone"


def zone_key(id: ZoneId) -> str:
    """What makes a zone the same zone: its name and where it lies."""
    return f"{id.name}@{id.resource_group}.{id.subscription}".lower()


def plan_zones(planning: Planning, offers: Sequence[Offer]) -> dict[str, ZoneNode]:
    """The zones of all consumers, by key."""
    found: dict[str, ZoneNode] = {}
    wanted_by: dict[str, str] = {}
    for consumer, wanted in _wanted(planning, offers):
        first = wanted_by.setdefault(wanted.key, consumer)
        known = found.get(wanted.key)
        found[wanted.key] = _merged(planning, first, known, consumer, wanted) if known else wanted
    _check_exchanged_names(planning, found.values())
    return dict(sorted(found.items()))


def _wanted(planning: Planning, offers: Sequence[Offer]) -> Iterator[tuple[str, ZoneNode]]:
    """Each zone as each of its consumers wants it."""
    zone_of = {each.key: each.zone_name for each in offers}
    everywhere = sorted({*zone_of.values()})
    for consumer, given in sorted(planning.settings.consumers.items()):
        if isinstance(given.dns, ExistingZones):
            _check_existing(planning, consumer, given.dns)
        connected = given.clusters
        zones = sorted({zone_of[key] for key in connected if key in zone_of}) if connected is not None else everywhere
        for zone in zones:
            id, dns = planning.zone(consumer, zone), given.dns
            if isinstance(dns, str):
                continue
            if id is not None:
                yield consumer, _node(planning, consumer, dns, id)
            else:
                planning.report(
                    f"consumers.{consumer}.dns.zone_ids",
                    f"has no zone {zone}, which its clusters need",
                    "add the id of such a zone; or give the name of yours, where it is another (clusters.*.zone)",
                )


def _node(planning: Planning, consumer: str, dns: DnsSettings | ExistingZones, id: ZoneId) -> ZoneNode:
    made = dns if isinstance(dns, DnsSettings) else None
    return ZoneNode(
        key=zone_key(id),
        name=id.name,
        subscription=id.subscription,
        resource_group=id.resource_group,
        exists=made is None,
        lock=made is not None and made.lock,
        protect=made is not None and made.protect,
        tags=made.tags if made else {},
        keep=tuple(made.keep) if made else (),
        links=tuple(_link(planning, consumer, key, dns, id) for key in sorted(dns.links)),
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
    tags = _merged_tags(planning, first, known, consumer, wanted)
    return replace(
        known,
        lock=known.lock or wanted.lock,
        protect=known.protect or wanted.protect,
        tags=tags,
        keep=tuple(dict.fromkeys([*known.keep, *wanted.keep])),
        links=known.links + wanted.links,
    )


def _merged_tags(planning: Planning, first: str, known: ZoneNode, consumer: str, wanted: ZoneNode) -> Mapping[str, str]:
    """The tags of both: names that differ in case only are one tag to Azure, which keeps the first spelling."""
    path = f"consumers.{consumer}.dns.tags"
    spellings = {name.lower(): name for name in known.tags}
    tags = dict(known.tags)
    for name, value in sorted(wanted.tags.items()):
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
            f"and the tags of consumers.{first}.dns are {len(tags)} together, and both have one zone; Azure takes "
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
                f"is a second zone of the name {id.name}, beside {known}; a network sees one zone of a name only",
                "remove the one that the consumer's clients do not see",
                str(id),
            )
        if urn := planning.facts.deployed.urn(_CREATED_ZONE, zone_key(id)):
            component = urn.replace(_CREATED_ZONE, "adxPrivateLink:index:KustoPrivateDnsZone")
            planning.report(
                f"consumers.{consumer}.dns.zone_ids.{index}",
                "is a zone that this stack created; as a zone that exists it would leave the stack, which deletes it "
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
    settings, given = planning.settings, dns.links[key]
    network = given.network_id or settings.consumers[consumer].subnet_id.network
    id = names.link(settings, consumer, key, zone)
    deployed = deployed_network(planning, id)
    is_as_deployed = deployed is not None and deployed.key == network.key
    # Azure rejects any policy in another zone (Azure/Azure-Landing-Zones#4088).
    has_policies = "privatelink" in zone.name.lower().split(".")
    if (
        not has_policies
        and given.resolution_policy == "NxDomainRedirect"
        and "resolution_policy" in (given.model_fields_set)
    ):
        planning.report(
            f"consumers.{consumer}.dns.links.{key}.resolution_policy",
            f"cannot be had in zone {zone.name}: Azure takes it only where a label of the zone's name is `privatelink`",
            "leave it out",
            given.resolution_policy,
        )
    return LinkNode(
        consumer=consumer,
        key=key,
        logical_name=_link_name(zone, network),
        name=id.name,
        network_id=str(network),
        resolution_policy=given.resolution_policy if has_policies else None,
        tags=dns.tags,
        keep=tuple(dns.keep),
        as_deployed=is_as_deployed,
        former_logical_name=_link_name(zone, deployed) if deployed and not is_as_deployed else None,
    )


def _link_name(zone: ZoneId, network: NetworkId) -> str:
    # Azure links a network to one zone of a name. So that is what names the link: whatever moves it to another zone, or
    # under another key, deletes the old one first instead of clashing with it.
    return f"{zone.name}@{network.name}.{network.resource_group}.{network.subscription}".lower()


def _check_exchanged_names(planning: Planning, zones: Collection[ZoneNode]) -> None:
    """A link that gets another network is the one that has its name now, unless that is planned as well."""
    planned = {link.logical_name: link for zone in zones for link in zone.links}
    for link in planned.values():
        if other := planned.get(link.former_logical_name or ""):
            planning.report(
                f"{link.path}.network_id",
                f"gives link {link.name} another network, and {other.path} links its present one under another name; "
                "Azure takes no second link of one name in a zone, and none of one network",
                "remove one of the two, run `pulumi up`, then write it again",
                link.network_id,
            )
