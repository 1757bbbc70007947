"""Zone groups: the names that Azure writes for the endpoints of native clusters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ....naming.logical import EndpointName
from ..accesses import Update
from ..plan import STORAGE, Consumer, Endpoint, StackPlan
from ..records import RecordSet, ZoneGroup
from .names import answers_without, deleted_zones, longest_ttl
from .records.zone_groups import NamesOverwritten, StorageNamesRemoved, ZoneChange, ZoneGroupRemoved, ZoneGroupReplaced


def replaced_zone_groups(update: Update) -> Iterator[ZoneGroupReplaced]:
    """Find each zone group that is replaced while its endpoint stays: all names are gone until it is created again."""
    for consumer, endpoint, record_sets in _of_staying_endpoints(update.plan):
        group = endpoint.zone_group
        if group and group.operation == "replace" and not group.is_renamed:
            written = [record_set for record_set in record_sets if record_set.exists_before]
            moves = group.moved_zones.items()
            yield ZoneGroupReplaced(
                consumer=consumer.key,
                cluster=consumer.cluster,
                hosts=_hosts(written),
                changes=tuple(ZoneChange(zone=zone, new_zone=new_zone) for zone, new_zone in moves),
                answers=answers_without(update.plan, written),
                ttl=longest_ttl(written),
            )


def removed_zone_groups(update: Update) -> Iterator[ZoneGroupRemoved]:
    """Find each zone group that is deleted while its endpoint stays; the risk of a deleted zone covers its names."""
    deleted = {zone.key for zone in deleted_zones(update.plan)}
    for consumer, endpoint, record_sets in _of_staying_endpoints(update.plan):
        lost = [record_set for record_set in record_sets if record_set.zone not in deleted]
        # In its network, the cluster answers at none of the names that Azure has written.
        has_returned = endpoint.idle.new == "prepared"
        if endpoint.zone_group and endpoint.zone_group.operation == "delete" and lost and not has_returned:
            yield ZoneGroupRemoved(
                consumer=consumer.key,
                cluster=consumer.cluster,
                hosts=_hosts(lost),
                is_withheld=not endpoint.hosts.new and not endpoint.idle.new,
                answers=answers_without(update.plan, lost),
                ttl=longest_ttl(lost),
            )


def removed_storage_names(update: Update) -> Iterator[StorageNamesRemoved]:
    """Find each zone group that stays without a zone of its cluster's storage accounts."""
    for consumer, endpoint, record_sets in _of_staying_endpoints(update.plan):
        of_storage = [record_set for record_set in record_sets if endpoint.role_of(record_set.host) == STORAGE]
        kept = {record_set.host for record_set in of_storage if record_set.exists_after}
        lost = [record_set for record_set in of_storage if record_set.host not in kept]
        if endpoint.zone_group and endpoint.zone_group.exists_after and lost:
            yield StorageNamesRemoved(
                consumer=consumer.key,
                cluster=consumer.cluster,
                hosts=_hosts(lost),
                zones=tuple(dict.fromkeys(record_set.zone for record_set in lost)),
                answers=answers_without(update.plan, lost),
                ttl=longest_ttl(lost),
            )


def overwritten_names(update: Update) -> Iterator[NamesOverwritten]:
    """
    Find names that a new zone group writes before the old one, which wrote them first, is deleted.

    Azure deletes a record with either of two zone groups that wrote it (MicrosoftDocs/azure-docs#58044), and Pulumi
    deletes last. So the new names are gone as well, and nothing writes them again.
    """
    for cluster in update.plan.clusters:
        for consumer, endpoint, group in _groups_of(cluster.consumers):
            for other, old_group in _groups_deleted_after(cluster.consumers, consumer, group):
                zones = group.zones.new.values() if old_group is group else group.added_zones
                lost = [
                    record_set
                    for record_set in other.record_sets
                    if record_set.zone_group is old_group and record_set.exists_before and record_set.zone in zones
                ]
                if lost and endpoint.hosts.new:
                    yield NamesOverwritten(
                        consumer=consumer.key,
                        cluster=cluster.key,
                        old_consumer=None if old_group is group else other.key,
                        zone_group=str(EndpointName(cluster.own_key, consumer.key, endpoint.target).zone_group),
                        hosts=_hosts(lost),
                        answers=answers_without(update.plan, lost),
                    )


def _groups_deleted_after(
    consumers: Iterable[Consumer], consumer: Consumer, group: ZoneGroup
) -> list[tuple[Consumer, ZoneGroup]]:
    """The zone groups that are deleted after a zone group is written, with their consumers."""
    if group.is_renamed:
        return [(consumer, group)]  # the old one has another name, so it is another resource
    return [(other, old_group) for other, _, old_group in _groups_of(consumers) if old_group.operation == "delete"]


def _groups_of(consumers: Iterable[Consumer]) -> Iterator[tuple[Consumer, Endpoint, ZoneGroup]]:
    for consumer in consumers:
        for endpoint in consumer.endpoints:
            if endpoint.zone_group:
                yield consumer, endpoint, endpoint.zone_group


def _of_staying_endpoints(plan: StackPlan) -> Iterator[tuple[Consumer, Endpoint, list[RecordSet]]]:
    """The records that Azure writes for each endpoint that is neither created nor deleted."""
    for consumer, endpoint, group in _groups_of(plan.consumers):
        if endpoint.operation not in ("create", "replace", "delete"):
            yield consumer, endpoint, [written for written in consumer.record_sets if written.zone_group is group]


def _hosts(record_sets: Iterable[RecordSet]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(record_set.host for record_set in record_sets if record_set.host))
