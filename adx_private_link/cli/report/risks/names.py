"""Zones, links and record sets: the answers that clients get for names after the update."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ....kusto_hosts import is_kusto_zone, is_storage_zone
from ..accesses import Access, Update
from ..plan import STORAGE, Link, StackPlan, Zone
from ..records import RecordSet
from ..values import name_in, text
from .records import Answers
from .records.names import (
    AnswersRemoved,
    ForeignZone,
    LinkAdded,
    LinkMoved,
    LinkRemoved,
    NamesAfterMove,
    RecordSetChanged,
    RecordSetMoved,
    RecordSetRemoved,
    StorageHidden,
    ZoneMoved,
    ZoneRemoved,
)

_REDIRECT = "NxDomainRedirect"
"""The resolution policy of a link whose network gets the public answer for a name that the zone lacks."""


def answers_without(plan: StackPlan, record_sets: Iterable[RecordSet]) -> Answers:
    """Work out the answers to hosts whose record sets are deleted, in the networks of their zones."""
    links = {record_set.zone: plan.old_links_of(record_set.zone) for record_set in record_sets}
    answers = _answers(plan, [link for of_zone in links.values() for link in of_zone])
    return answers.model_copy(update={"is_complete": all(links.values())})


def _answers(plan: StackPlan, links: Iterable[Link]) -> Answers:
    """Work out the answers to a name that the zones of links lack."""
    policies = {_network(plan, link): link.policy.latest for link in links}
    return Answers(
        public=tuple(sorted(network for network, policy in policies.items() if policy == _REDIRECT)),
        none=tuple(sorted(network for network, policy in policies.items() if policy != _REDIRECT)),
    )


def _network(plan: StackPlan, link: Link) -> str:
    """The name of the network that a link is for; with its resource group where another network has the same name."""
    name, parts = name_in(link.network), link.network.split("/")
    alike = {other.network_key for other in plan.links if name_in(other.network_key) == name.lower()}
    return f"{parts[4]}/{name}" if len(alike) > 1 and len(parts) > 4 else name


def _networks(plan: StackPlan, links: Iterable[Link]) -> tuple[str, ...]:
    return tuple(sorted({_network(plan, link) for link in links}))


# Zones


def removed_zones(update: Update) -> Iterator[ZoneRemoved]:
    """Find each zone that is deleted without another one of its name for its networks, or without any network."""
    plan = update.plan
    for zone in deleted_zones(plan):
        links = plan.old_links_of(zone.key)
        successors = _successors(plan, zone)
        lost = [link for link in links if link.network_key not in successors]
        if lost or not links:
            hosts = tuple(sorted(plan.old_addresses_in(zone.key)))
            yield ZoneRemoved(zone=zone.key, networks=_networks(plan, lost), hosts=hosts)


def moved_zones(update: Update) -> Iterator[ZoneMoved]:
    """Find each zone that is deleted and whose networks are linked to another one of its name."""
    plan = update.plan
    for zone in deleted_zones(plan):
        successors = _successors(plan, zone)
        moved: dict[str, list[Link]] = {}
        for link in plan.old_links_of(zone.key):
            if link.network_key in successors:
                moved.setdefault(successors[link.network_key], []).append(link)
        for successor, links in sorted(moved.items()):
            yield ZoneMoved(
                zone=zone.key,
                new_zone=successor,
                networks=_networks(plan, links),
                hosts=tuple(sorted(plan.old_addresses_in(zone.key))),
                afterwards=_names_after_move(plan, links, zone.key, successor),
            )


def deleted_zones(plan: StackPlan) -> list[Zone]:
    """List the zones of the stack that are deleted, for good or to be replaced."""
    return [zone for zone in plan.zones if zone.made and zone.made.is_deleted]


def _successors(plan: StackPlan, zone: Zone) -> dict[str, str]:
    """The key of the zone of its name that each network is linked to after the update, by the network's key."""
    keys = {
        other.key
        for other in plan.zones
        if (other.name or "").lower() == (zone.name or "").lower()
        and not (other.made and other.made.operation == "delete")
    }
    return {
        link.network_key: link.zone.new
        for link in plan.links
        if link.exists_after and link.zone.new is not None and link.zone.new in keys
    }


def _names_after_move(plan: StackPlan, links: Sequence[Link], old: str, new: str) -> NamesAfterMove:
    """Compare the names of two zones for networks that are linked to the one, and then to the other."""
    before, after = plan.old_addresses_in(old), plan.new_addresses_in(new)
    return NamesAfterMove(
        moved=tuple(sorted(host for host in before.keys() & after.keys() if before[host] != after[host])),
        lost=tuple(sorted(before.keys() - after.keys())),
        answers_for_lost=_answers(plan, links),
        gained=tuple(sorted(after.keys() - before.keys())),
    )


# Links


def _links_of_staying_zones(plan: StackPlan) -> list[Link]:
    """The links whose old zone stays; the risk of a deleted zone covers its links."""
    deleted = {zone.key for zone in deleted_zones(plan)}
    return [link for link in plan.links if link.zone.old not in deleted]


def removed_links(update: Update) -> Iterator[LinkRemoved]:
    """Find each network that is no longer linked to a zone that stays, or only again after a gap."""
    plan = update.plan
    for link in _links_of_staying_zones(plan):
        zone = link.zone.old
        is_restored = link.operation == "replace" and zone == link.zone.new
        # The name of a link has its consumer's key: a renamed consumer is a risk of its own.
        is_renamed = plan.renames.consumers and {reason.property for reason in link.reasons} == {
            "virtualNetworkLinkName"
        }
        if zone is not None and (link.operation == "delete" or (is_restored and not is_renamed)):
            yield LinkRemoved(
                network=_network(plan, link),
                zone=zone,
                hosts=tuple(sorted(plan.old_addresses_in(zone))),
                is_restored=is_restored,
            )


def moved_links(update: Update) -> Iterator[LinkMoved]:
    """Find each network that is linked to another zone while the old one stays."""
    plan = update.plan
    for link in _links_of_staying_zones(plan):
        old, new = link.zone.old, link.zone.new
        if link.operation == "replace" and old is not None and new is not None and old != new:
            yield LinkMoved(
                network=_network(plan, link),
                zone=old,
                new_zone=new,
                hosts=tuple(sorted(plan.old_addresses_in(old))),
                afterwards=_names_after_move(plan, [link], old, new),
            )


def added_links(update: Update) -> Iterator[LinkAdded]:
    """Find each network that is linked to a zone that has names already, or those of other storage accounts."""
    plan = update.plan
    shared = {zone.key for zone in plan.zones if zone.made is None and is_storage_zone(zone.key)}
    for link in plan.links:
        if link.operation == "create" and link.zone.new:
            hosts = plan.old_addresses_in(link.zone.new)
            if hosts or link.zone.new in shared:
                yield LinkAdded(network=_network(plan, link), zone=link.zone.new, hosts=tuple(sorted(hosts)))


def removed_answers(update: Update) -> Iterator[AnswersRemoved]:
    """Find each network whose link no longer gives public answers for names that the zone lacks."""
    plan = update.plan
    for link in _links_of_staying_zones(plan):
        is_kept = link.operation not in ("delete", "create", "import", "replace")
        if is_kept and link.zone.new and link.policy.old == _REDIRECT != link.policy.new:
            yield AnswersRemoved(network=_network(plan, link), zone=link.zone.new)


def hidden_storage(update: Update) -> Iterator[StorageHidden]:
    """
    Find each network that is linked to a zone of storage accounts, and gets no public answers for those it lacks.

    Every storage account with a private endpoint anywhere has a name in such a zone (MicrosoftDocs, azure-docs,
    private-endpoint-dns.md), so its clients lose all accounts whose records are elsewhere.
    """
    plan = update.plan
    made = {zone.key for zone in plan.zones if zone.made}
    for link in plan.links:
        zone = link.zone.new
        if link.operation == "create" and zone and is_storage_zone(zone) and link.policy.new != _REDIRECT:
            yield StorageHidden(network=_network(plan, link), zone=zone, is_made=zone in made)


# Record sets


def removed_record_sets(update: Update) -> Iterator[RecordSetRemoved]:
    """Find each record set that is deleted while its endpoint stays."""
    for access, host, record_sets in _record_sets_of_staying_endpoints(update):
        removed, created = _with_operation(record_sets, "delete"), _with_operation(record_sets, "create")
        if removed and not created:
            yield RecordSetRemoved(
                consumer=access.consumer,
                cluster=access.cluster,
                role=access.role,
                host=host,
                zone=removed.zone,
                answers=answers_without(update.plan, [removed]),
                ttl=removed.ttl,
            )


def moved_record_sets(update: Update) -> Iterator[RecordSetMoved]:
    """Find each record set that moves to another zone while its endpoint stays."""
    for access, host, record_sets in _record_sets_of_staying_endpoints(update):
        removed, created = _with_operation(record_sets, "delete"), _with_operation(record_sets, "create")
        if removed and created:
            yield RecordSetMoved(
                consumer=access.consumer,
                cluster=access.cluster,
                role=access.role,
                host=host,
                zone=removed.zone,
                new_zone=created.zone,
                answers=answers_without(update.plan, [removed]),
            )


def changed_record_sets(update: Update) -> Iterator[RecordSetChanged]:
    """Find each record set that gets another address while its endpoint stays."""
    for access, host, record_sets in _record_sets_of_staying_endpoints(update):
        changed = _with_operation(record_sets, "replace", "update")
        if changed and changed.addresses.old != changed.addresses.new and not _with_operation(record_sets, "delete"):
            yield RecordSetChanged(
                consumer=access.consumer,
                cluster=access.cluster,
                role=access.role,
                host=host,
                zone=changed.zone,
                old_address=text(changed.old_address),
                new_address=text(changed.new_address),
                ttl=changed.ttl,
            )


def _record_sets_of_staying_endpoints(update: Update) -> Iterator[tuple[Access, str, list[RecordSet]]]:
    """
    The record sets of each host.

    The risk of a deleted zone covers its record sets; that of a zone group all that come and go with it.
    """
    deleted = {zone.key for zone in deleted_zones(update.plan)}
    consumers = {(consumer.cluster, consumer.key): consumer for consumer in update.plan.consumers}
    for access in update.accesses:
        record_sets = consumers[access.cluster, access.consumer].record_sets_of(access.host)
        removed = _with_operation(record_sets, "delete")
        is_covered = (removed is not None and removed.zone in deleted) or access.zone_group in ("replace", "delete")
        if access.host and access.role != STORAGE and access.endpoint not in ("replace", "delete") and not is_covered:
            yield access, access.host, record_sets


def _with_operation(record_sets: Iterable[RecordSet], *operations: str) -> RecordSet | None:
    return next((record_set for record_set in record_sets if record_set.operation in operations), None)


def longest_ttl(record_sets: Iterable[RecordSet]) -> float | None:
    """Return the longest time for which clients may keep an old address."""
    return max((record_set.ttl for record_set in record_sets if record_set.ttl is not None), default=None)


# Zones of other services


def foreign_zones(update: Update) -> Iterator[ForeignZone]:
    """Find zones that are not of Azure Data Explorer (by the setting `zone`) and get names or networks."""
    plan = update.plan
    for zone in plan.zones:
        if zone.name is None or is_kusto_zone(zone.name) or is_storage_zone(zone.name):
            continue
        record_sets = [record_set for record_set in plan.record_sets if record_set.zone == zone.key]
        links = [link for link in plan.links if link.zone.latest == zone.key]
        if any(planned.is_created for planned in (*links, *record_sets)):
            yield ForeignZone(
                zone=zone.key,
                name=zone.name,
                networks=_networks(plan, [link for link in links if link.exists_after]),
                labels=tuple(sorted(record.label for record in record_sets if record.exists_after and record.label)),
            )
