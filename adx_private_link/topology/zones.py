"""Private DNS zones: which one a consumer's records go into, and which networks see it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from ..facts.zones import CREATED_ZONE, ChosenZone
from ..kusto_hosts import is_storage_zone
from ..naming.azure import link_id, shared_link_id
from ..naming.logical import ZoneName, link_name
from ..resource_ids import LinkId, NetworkId, ZoneId
from ..settings import MOST_TAGS_OF_DNS, DnsSettings, LinkSettings, ResolutionPolicy, ZoneSettings
from .as_deployed import deployed_network
from .offers import Offer
from .planning import Planning
from .records import LinkNode, ZoneNode


def plan_zones(planning: Planning, offers: Sequence[Offer]) -> dict[str, ZoneNode]:
    """Plan the zones of all consumers, and those for other stacks, by key."""
    zones: dict[str, ZoneNode] = {}
    first_consumers: dict[str, str] = {}
    for consumer, zone in _zones_of_consumers(planning, offers):
        first = first_consumers.setdefault(zone.key, consumer)
        known = zones.get(zone.key)
        zones[zone.key] = _merged(planning, first, known, consumer, zone) if known else zone
    for path, zone in _zones_for_others(planning):
        if zone.key in zones:
            other = (
                f"consumers.{first_consumers[zone.key]}.dns" if zone.key in first_consumers else "another of `zones`"
            )
            planning.report(
                path,
                f"creates the zone {zone.name} in resource group {zone.resource_group}, and so does {other}",
                "remove one of the two: a stack's own consumers name the `resource_group` themselves",
            )
        zones.setdefault(zone.key, zone)
    _check_exchanged_names(planning, zones.values())
    return dict(sorted(zones.items()))


def _zones_of_consumers(planning: Planning, offers: Sequence[Offer]) -> Iterator[tuple[str, ZoneNode]]:
    """Each zone as each of its consumers asks for it."""
    names_by_cluster = {offer.cluster: offer.zones for offer in offers}
    required = {offer.cluster: {*offer.zones} - offer.optional_zones for offer in offers}
    all_names = sorted({name for names in names_by_cluster.values() for name in names})
    for key, consumer in sorted(planning.settings.consumers.items()):
        dns = consumer.zones
        if dns is None:
            continue
        _check_listed(planning, key, dns)
        names = all_names
        if consumer.clusters is not None:
            names = sorted({name for cluster in consumer.clusters for name in names_by_cluster.get(cluster, ())})
        needed = {name for cluster in required if consumer.connects_to(cluster) for name in required[cluster]}
        missing: list[str] = []
        for name in names:
            zone = planning.zone(key, name)
            if zone is None or _is_missing(planning, dns, zone):
                if name not in needed:
                    continue
                missing.append(name)
            elif not zone.is_made:
                _check_existing(planning, key, dns, zone.id)
            if zone:
                yield key, _zone(planning, key, dns, zone)
        if not _report_missing_groups(planning, key, dns, names):
            _report_missing(planning, key, dns, missing)


def _zones_for_others(planning: Planning) -> Iterator[tuple[str, ZoneNode]]:
    """Each zone for other stacks, with the path of its settings."""
    for key, settings in sorted(planning.settings.zones.items()):
        for id in settings.ids:
            yield (
                f"zones.{key}",
                ZoneNode(
                    key=str(ZoneName.of(id)),
                    name=id.name,
                    subscription=id.subscription,
                    resource_group=id.resource_group,
                    exists=False,
                    lock=settings.lock,
                    protect=settings.protect,
                    tags=settings.tags,
                    keep=tuple(settings.keep),
                    links=tuple(_shared_link(planning, key, link, settings, id) for link in sorted(settings.links)),
                ),
            )


def _is_missing(planning: Planning, dns: DnsSettings, zone: ChosenZone) -> bool:
    """Whether none of `zones_in` has a zone; one of `zone_ids` is named by its id, and so is the problem."""
    lost = planning.facts.lost_zones.get(zone.id.key)
    is_named = any(listed.is_same(zone.id) for listed in dns.zone_ids)
    return lost is not None and lost.not_found and not zone.is_made and not is_named


def _report_missing(planning: Planning, consumer: str, dns: DnsSettings, names: Sequence[str]) -> None:
    path = f"consumers.{consumer}.dns"
    groups = ", ".join(map(str, dns.zones_in)) or None
    path_of_existing = f"{path}.zones_in" if dns.zones_in else path
    storage = [name for name in names if is_storage_zone(name)]
    if storage:
        planning.report(
            path_of_existing,
            f"has no zone {', '.join(storage)}; without {'them' if len(storage) > 1 else 'it'} clients do not find the "
            "storage accounts of native clusters, and queued ingestion fails",
            "add the resource group in which your network's storage zones are (usually the hub's) to `zones_in`; or "
            "write `storage_zones: made`, where the network has none",
            groups,
        )
    if dns.zones_in:
        remedy = (
            "add the resource group in which it is; or name one beside it (`resource_group`), in which this stack "
            "creates it"
        )
    else:
        path_of_existing = f"{path}.zone_ids"
        remedy = "add the id of such a zone; or write the name of your own zone (clusters.*.zone)"
    for name in names:
        if name not in storage:
            planning.report(path_of_existing, f"has no zone {name}, which its clusters need", remedy, groups)


def _report_missing_groups(planning: Planning, consumer: str, dns: DnsSettings, names: Sequence[str]) -> bool:
    """Report the resource groups that do not exist, and return whether there are any: their zones are missing, too."""
    has_missing = False
    for index, group in enumerate(dns.zones_in):
        ids = (ZoneId.of(group.subscription, group.resource_group, name) for name in names)
        lost = (planning.facts.lost_zones.get(id.key) for id in ids)
        if any(zone and "ResourceGroupNotFound" in zone.reason for zone in lost):
            has_missing = True
            planning.report(
                f"consumers.{consumer}.dns.zones_in.{index}",
                "does not exist in Azure (a resource group)",
                "correct it: it must exist before the update, with the zones in it",
                str(group),
            )
    return has_missing


def _zone(planning: Planning, consumer: str, dns: DnsSettings, zone: ChosenZone) -> ZoneNode:
    id, created = zone.id, dns if zone.is_made else None
    links = dns.links if created else dns.links_of_existing
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
        links=tuple(_link(planning, consumer, key, dns, zone) for key in sorted(links)),
    )


def _merged(planning: Planning, first: str, known: ZoneNode, consumer: str, zone: ZoneNode) -> ZoneNode:
    """One zone of several consumers: all of their links, and the strictest of their settings."""
    path = f"consumers.{consumer}.dns"
    if known.exists != zone.exists:
        planning.report(
            path,
            f"and consumers.{first}.dns are one zone ({zone.name} in resource group {zone.resource_group}); one "
            "of them creates it, and the other one expects it to exist",
            "write `resource_group` in both, and this stack creates it; or `zone_ids` or `zones_in` in both",
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


def _check_listed(planning: Planning, consumer: str, dns: DnsSettings) -> None:
    """Check that `zone_ids` has one zone of each name."""
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
        _check_existing(planning, consumer, dns, id)


def _check_existing(planning: Planning, consumer: str, dns: DnsSettings, id: ZoneId) -> None:
    """Check that a zone exists, and that it is not one that this stack created."""
    index = next((index for index, listed in enumerate(dns.zone_ids) if listed.is_same(id)), None)
    setting = "zones_in" if index is None else f"zone_ids.{index}"
    path = f"consumers.{consumer}.dns.{setting}"
    if urn := planning.facts.deployed.urn(CREATED_ZONE, str(ZoneName.of(id))):
        component = urn.replace(CREATED_ZONE, "adxPrivateLink:index:KustoPrivateDnsZone")
        planning.report(
            path,
            "is a zone that this stack created; as an existing zone it would leave the stack, which deletes it "
            "with all its records",
            f"write `resource_group: {id.resource_group}` in place of `{setting.partition('.')[0]}`; or let the state "
            f"forget it: `pulumi state delete --target-dependents '{component}'`, then `adx-private-link repair` and "
            "`pulumi up`",
            str(id),
        )
    if lost := planning.facts.lost_zones.get(id.key):
        planning.report_unreadable(path, lost, "a private DNS zone", str(id))


def _link(planning: Planning, consumer: str, key: str, dns: DnsSettings, zone: ChosenZone) -> LinkNode:
    settings, id = planning.settings, zone.id
    link = (dns.links if zone.is_made else dns.links_of_existing)[key]
    setting = "link_existing" if not zone.is_made and dns.link_existing else "links"
    return _link_node(
        planning,
        consumer,
        f"consumers.{consumer}.dns.{setting}.{key}",
        link,
        link.network_id or settings.consumers[consumer].subnet_id.network,
        link_id(settings, consumer, key, link, id),
        zone,
        dns,
    )


def _shared_link(planning: Planning, zones: str, key: str, settings: ZoneSettings, id: ZoneId) -> LinkNode:
    link = settings.links[key]
    assert link.network_id is not None, "settings are rejected without it"
    planned_id = shared_link_id(zones, key, link, id)
    zone = ChosenZone(id, is_made=True)
    return _link_node(planning, None, f"zones.{zones}.links.{key}", link, link.network_id, planned_id, zone, settings)


def _link_node(
    planning: Planning,
    consumer: str | None,
    path: str,
    link: LinkSettings,
    network: NetworkId,
    planned_id: LinkId,
    zone: ChosenZone,
    settings: DnsSettings | ZoneSettings,
) -> LinkNode:
    id, deployed = zone.id, deployed_network(planning, planned_id)
    is_as_deployed = network.is_same(deployed)
    return LinkNode(
        consumer=consumer,
        path=path,
        logical_name=link_name(id, network),
        name=planned_id.name,
        network_id=network,
        resolution_policy=_resolution_policy(planning, path, link, zone),
        tags=settings.tags,
        keep=tuple(settings.keep),
        as_deployed=is_as_deployed,
        former_logical_name=link_name(id, deployed) if deployed and not is_as_deployed else None,
    )


def _resolution_policy(planning: Planning, path: str, link: LinkSettings, zone: ChosenZone) -> ResolutionPolicy | None:
    # Azure rejects any policy in another zone (Azure/Azure-Landing-Zones#4088).
    if "privatelink" not in zone.id.name.lower().split("."):
        if link.resolution_policy == "NxDomainRedirect" and "resolution_policy" in link.model_fields_set:
            planning.report(
                f"{path}.resolution_policy",
                f"is not available in zone {zone.id.name}: Azure accepts it only where a label of the zone's name is "
                "`privatelink`",
                "leave it out",
                link.resolution_policy,
            )
        return None
    if zone.is_made and is_storage_zone(zone.id.name):
        # Without it, a new zone hides every other storage account that has a private endpoint anywhere.
        return "NxDomainRedirect"
    return link.resolution_policy


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
