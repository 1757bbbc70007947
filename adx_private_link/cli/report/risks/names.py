"""Zones, links and records: what clients get for a name afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ....kusto_hosts import is_kusto_zone
from ..access import Access
from ..change import Change, text
from ..graph import addresses_in, hosts_in, network_id_of, network_of, sides, zone_words, zones_in_words
from ..plan import StackPlan
from .risk import Risk, code

_UNLESS = ", unless another DNS answers them"
_PUBLIC = "the public address"
"""What a network without a link gets, whatever the link's policy was."""


def name_risks(plan: StackPlan, access: Sequence[Access]) -> Iterator[Risk]:
    """Each zone, link and record whose change clients notice."""
    moved: set[str] = set()
    for zone in plan.of("PrivateZone"):
        if zone.goes:
            moved.add(zone.name)
            yield from _zone(plan, zone)
    yield from _links(plan, moved)
    yield from _records(plan, access, moved)
    yield from _foreign_zones(plan)


def clients_get(plan: StackPlan, records: Iterable[Change]) -> str:
    """What clients get for names whose records are gone."""
    zones = {each.name.partition("@")[2] for each in records}
    return _without(plan, [link for key in zones for link in _links_of(plan, key)])


def _without(plan: StackPlan, links: Iterable[Change]) -> str:
    """What the networks of links get for a name that their zone lacks (`resolutionPolicy`)."""
    policies = {network_of(plan, each): each.input("resolutionPolicy") for each in links}
    silent = sorted(network for network, policy in policies.items() if policy != "NxDomainRedirect")
    if not policies:
        return "the public address, or no answer, as the links of the zone say"
    if not silent:
        return _PUBLIC
    return "no answer" if len(silent) == len(policies) else f"the public address, in {code(silent)} no answer"


def _links_of(plan: StackPlan, zone: str) -> list[Change]:
    """The links of a zone so far, by its key."""
    components = {each.urn for each in plan.of("KustoPrivateDnsZone") if each.name == zone}
    return [each for each in plan.of("VirtualNetworkLink") if each.before and each.old_parent in components]


# Zones


def _zone(plan: StackPlan, zone: Change) -> Iterator[Risk]:
    """A zone that goes; each of its networks may be linked to another one of its name."""
    links, hosts = _links_of(plan, zone.name), hosts_in(plan, zone.name)
    successors = _zone_of_each_network(plan, zone)
    subject = f"zone {zone_words(zone.name)}"
    moved: dict[str, list[Change]] = {}
    lost: list[Change] = []
    for link in links:
        successor = successors.get(network_id_of(link))
        (moved.setdefault(successor, []) if successor else lost).append(link)
    for successor, those in sorted(moved.items()):
        old, new = zones_in_words([zone.name, successor])
        names = sorted(network_of(plan, each) for each in those)
        message = (
            f"gives its names to {new}: clients in {code(names)} get {_PUBLIC}{_of(hosts)} until the "
            f"update has linked them again{_afterwards(plan, those, zone.name, successor)}"
        )
        subject = f"zone {old}"
        yield Risk(kind="zone-moved", subject=subject, message=message, headline="private names move to another zone")
    if lost:
        names = sorted(network_of(plan, each) for each in lost)
        message = f"is removed: clients in {code(names)} get {_PUBLIC}{_of(hosts)}{_UNLESS}"
        yield Risk(kind="zone-removed", subject=subject, message=message, headline="a private DNS zone is removed")
    if not links:
        yield Risk(kind="zone-removed", subject=subject, message="is removed; it has no links of this stack")


def _zone_of_each_network(plan: StackPlan, zone: Change) -> dict[str, str]:
    """The key of the zone of its name that each network, by its id, is linked to after the update."""
    name = str(zone.had("privateZoneName")).lower()
    removed = {each.old_parent for each in plan.of("PrivateZone") if each.doing == "delete"}
    components = {
        each.urn: each.name
        for each in plan.of("KustoPrivateDnsZone")
        if str(each.input("zone")).lower() == name and each.urn not in removed
    }
    links = [each for each in plan.of("VirtualNetworkLink") if each.after and each.parent in components]
    return {network_id_of(each): components[each.parent] for each in links}


def _afterwards(plan: StackPlan, links: Sequence[Change], old: str, new: str) -> str:
    """What the clients of networks get for the names of one zone, once they see another."""
    before, after = addresses_in(plan, old)[0], addresses_in(plan, new)[1]
    lost = sorted(before.keys() - after.keys())
    others = sorted(each for each in before.keys() & after.keys() if before[each] != after[each])
    gained = sorted(after.keys() - before.keys())
    said = [
        f"other addresses for {code(others)}" if others else "",
        f"{_without(plan, links)} for {code(lost)}" if lost else "",
        f"the private addresses of {code(gained)}" if gained else "",
    ]
    found = ", and ".join(filter(None, said))
    return f"; after that, they get {found}" if found else ""


# Links


def _links(plan: StackPlan, moved: set[str]) -> Iterator[Risk]:
    for link in plan.of("VirtualNetworkLink"):
        old, new = (plan.changes.get(urn) for urn in (link.old_parent, link.parent))
        if old and old.name in moved:
            continue  # the zone's own risk tells of it
        if old and link.doing == "delete":
            yield _link_removed(plan, link, old)
        elif old and new and link.doing == "replace":
            if old.name != new.name:
                yield _link_moved(plan, link, old, new)
            elif not (plan.renames.consumers and link.reasons == ("virtualNetworkLinkName",)):
                # The name of a link has its consumer's key, whose own risk tells of it.
                yield _link_replaced(plan, link, old)
        elif new and link.doing == "create" and (hosts := hosts_in(plan, new.name)):
            network = network_of(plan, link)
            message = f"sees zone {zone_words(new.name)}: its clients get the private addresses of {code(hosts)}"
            headline = f"network `{network}` gets the private names"
            yield Risk(kind="link-added", subject=f"network {network}", message=message, headline=headline)
        elif link.had("resolutionPolicy") == "NxDomainRedirect" != link.has("resolutionPolicy") and new:
            network = network_of(plan, link)
            message = (
                f"gets no public answer any more for what zone {zone_words(new.name)} lacks, such as other clusters"
            )
            headline = f"network `{network}` loses public names"
            yield Risk(kind="answers-removed", subject=f"network {network}", message=message, headline=headline)


def _link_removed(plan: StackPlan, link: Change, zone: Change) -> Risk:
    network, hosts = network_of(plan, link), _of(hosts_in(plan, zone.name))
    return Risk(
        kind="link-removed",
        subject=f"network {network}",
        message=f"does not see zone {zone_words(zone.name)} any more: its clients get {_PUBLIC}{hosts}{_UNLESS}",
        headline=f"network `{network}` loses the private names",
    )


def _link_replaced(plan: StackPlan, link: Change, zone: Change) -> Risk:
    network, hosts = network_of(plan, link), _of(hosts_in(plan, zone.name))
    return Risk(
        kind="link-removed",
        subject=f"network {network}",
        message=f"does not see zone {zone_words(zone.name)} until the update has linked it again: its clients get "
        f"{_PUBLIC}{hosts}{_UNLESS}",
        headline=f"network `{network}` loses the private names during the update",
    )


def _link_moved(plan: StackPlan, link: Change, old: Change, new: Change) -> Risk:
    network, hosts = network_of(plan, link), _of(hosts_in(plan, old.name))
    before, after = zones_in_words([old.name, new.name])
    return Risk(
        kind="zone-moved",
        subject=f"network {network}",
        message=f"sees zone {after} instead of zone {before}: its clients get {_PUBLIC}{hosts} until the "
        f"update has linked it again{_afterwards(plan, [link], old.name, new.name)}",
        headline=f"network `{network}` sees another zone",
    )


def _of(hosts: list[str]) -> str:
    return f" for {code(hosts)}" if hosts else ""


# Records


def _records(plan: StackPlan, access: Sequence[Access], moved: set[str]) -> Iterator[Risk]:
    by_side = {(side.cluster, side.consumer): side for side in sides(plan)}
    for each in access:
        if each.endpoint not in ("replace", "delete"):
            subject = f"{each.consumer} -> {each.cluster} ({each.role}): the record of {each.host}"
            yield from _record(plan, subject, by_side[each.cluster, each.consumer].records(each.host), moved)


def _record(plan: StackPlan, subject: str, records: list[Change], moved: set[str]) -> Iterator[Risk]:
    removed = next((each for each in records if each.doing == "delete"), None)
    made = next((each for each in records if each.doing == "create"), None)
    changed = next((each for each in records if each.doing in ("replace", "update")), None)
    if removed and removed.name.partition("@")[2] in moved:
        return  # the zone's own risk tells of it
    if removed and made:
        old, new = zones_in_words([each.name.partition("@")[2] for each in (removed, made)])
        message = (
            f"moves from zone {old} to zone {new}: whoever sees only the old one gets {clients_get(plan, [removed])}"
        )
        yield Risk(kind="record-changed", subject=subject, message=message)
    elif removed:
        zone = zone_words(removed.name.partition("@")[2])
        message = (
            f"is removed from zone {zone}: its clients get {clients_get(plan, [removed])}{_UNLESS}; they may keep "
        )
        yield Risk(kind="record-removed", subject=subject, message=f"{message}the old address for {_ttl(removed)} s")
    elif changed and changed.had("aRecords") != changed.has("aRecords"):
        old, new = (text(get("aRecords", 0, "ipv4Address")) for get in (changed.had, changed.has))
        to = f"`{new}`" if new else "an address that only the update tells"
        message = f"leads to {to} instead of `{old}`; clients may keep the old address for {_ttl(changed)} s"
        yield Risk(kind="record-changed", subject=subject, message=message)


def _ttl(record: Change) -> object:
    return record.input("ttl")


# Zones of other services


def _foreign_zones(plan: StackPlan) -> Iterator[Risk]:
    """Zones that are none of Azure Data Explorer's (by the setting `zone`), and get names or networks."""
    for zone in plan.of("KustoPrivateDnsZone"):
        name = text(zone.input("zone"))
        if name is None or is_kusto_zone(name):
            continue
        records = [each for each in plan.of("PrivateRecordSet") if each.name.partition("@")[2] == zone.name]
        links = [each for each in plan.below(zone, "VirtualNetworkLink") if each.comes]
        if links or any(each.comes for each in records):
            names = code(sorted(each.name.partition("@")[0] for each in records if each.after)) or "no names yet"
            networks = code(
                sorted({network_of(plan, each) for each in plan.below(zone, "VirtualNetworkLink") if each.after})
            )
            yield Risk(
                kind="foreign-zone",
                subject=f"zone {zone_words(zone.name)}",
                message="is no zone of Azure Data Explorer: its networks"
                f"{f' ({networks})' if networks else ''} get this stack's addresses for names in it ({names})",
                headline=f"names in zone {code([name])} are answered, which is no zone of Azure Data Explorer",
            )
