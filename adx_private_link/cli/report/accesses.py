"""The access of every consumer to every host, before an update and after it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from ..natural_order import natural
from .connections import Connection, connection_of
from .effects import Effect, effect_of, record_operation
from .plan import STORAGE, Cluster, Consumer, Endpoint, ExternalApproval, StackPlan
from .records import Address, RecordSet, ZoneGroup
from .resources import Operation
from .values import UNKNOWN, text


class Access(BaseModel):
    """One consumer's access to one host of a cluster."""

    model_config = ConfigDict(frozen=True)

    cluster: str
    consumer: str
    target: str
    """What the private endpoint connects to."""
    role: str
    """What the host is for."""
    host: str | None
    """None where neither the consumer nor the cluster names it; of storage accounts, where only the update does."""
    before: str | None = None
    """The private address of the host before the update; None where it has none."""
    after: str | None = None
    """The private address after the update; None as well where only the update decides it."""
    after_is_known: bool = True
    connection: Connection
    endpoint: Operation
    """The operation on the private endpoint."""
    record: Operation | None
    """The operation on the record set; None where this stack has none."""
    zone_group: Operation | None = None
    """The operation on the zone group for which Azure writes the record; None where it does not."""
    effect: Effect
    idle: str | None = None
    """Why the endpoint publishes nothing after the update, if nothing is wrong: `prepared`, `left` or `public`."""

    @property
    def is_private(self) -> bool:
        """Whether the host has a private address after the update."""
        return self.after is not None or not self.after_is_known


class ExternalAccess(BaseModel):
    """The access of an external consumer, whose stack is another one, to one target of a cluster."""

    model_config = ConfigDict(frozen=True)

    cluster: str
    consumer: str
    target: str
    approved_before: tuple[str, ...]
    """Connections, by name."""
    approved_after: tuple[str, ...]
    service: Operation
    """The operation on the private link service; a native cluster has none, and stays."""
    effect: Effect


@dataclass(frozen=True)
class Update:
    """A stack's plan and the accesses that it changes or keeps."""

    plan: StackPlan
    accesses: tuple[Access, ...]
    external: tuple[ExternalAccess, ...]

    @property
    def every(self) -> list[Access | ExternalAccess]:
        return [*self.accesses, *self.external]

    def accesses_of(self, consumer: Consumer) -> list[Access]:
        """The accesses of a consumer to its cluster."""
        return self._by_consumer.get((consumer.cluster, consumer.key), [])

    @cached_property
    def _by_consumer(self) -> dict[tuple[str, str], list[Access]]:
        accesses: dict[tuple[str, str], list[Access]] = {}
        for access in self.accesses:
            accesses.setdefault((access.cluster, access.consumer), []).append(access)
        return accesses


def read_update(plan: StackPlan) -> Update:
    """Work out the accesses of a plan, sorted by cluster, consumer, target, role and host."""
    return Update(plan, tuple(_accesses(plan)), tuple(_external_accesses(plan)))


# The stack's own consumers


def _accesses(plan: StackPlan) -> list[Access]:
    accesses = [
        _access(consumer, endpoint, host)
        for consumer in plan.consumers
        for endpoint in consumer.endpoints
        for host in _hosts_of(consumer, endpoint)
    ]
    return sorted(accesses, key=_order)


def _hosts_of(consumer: Consumer, endpoint: Endpoint) -> list[str | None]:
    """
    The hosts by which a consumer notices a change of an endpoint.

    Of one that is idle, these are the hosts that no other endpoint of the consumer publishes instead; those of storage
    accounts belong to a cluster outside of a network only. None stands for an endpoint itself that comes or goes.
    """
    if not endpoint.idle_reason:
        return endpoint.all_hosts
    elsewhere = {host for other in consumer.endpoints if other is not endpoint for host in other.hosts.new}
    lost: list[str | None] = [
        host
        for host in endpoint.hosts.old
        if host not in elsewhere and not (endpoint.idle.new == "prepared" and endpoint.role_of(host) == STORAGE)
    ]
    return lost or ([None] if endpoint.operation in ("create", "replace", "delete") else [])


def _order(access: Access | ExternalAccess) -> tuple[object, ...]:
    part = (access.role, access.host or "") if isinstance(access, Access) else ("", "")
    return natural(access.cluster), natural(access.consumer), access.target, *part


def _access(consumer: Consumer, endpoint: Endpoint, host: str | None) -> Access:
    record_sets = consumer.record_sets_of(host)
    zone_group = next((record_set.zone_group for record_set in record_sets if record_set.zone_group), None)
    before = _old_address(record_sets) or _published_elsewhere(endpoint, zone_group, host)
    after = _new_address(endpoint, record_sets, host, before)
    connection = connection_of(endpoint)
    return Access(
        cluster=consumer.cluster,
        consumer=consumer.key,
        target=endpoint.target,
        role=endpoint.target if endpoint.idle_reason and host is None else endpoint.role_of(host),
        host=host,
        before=before,
        after=text(after),
        after_is_known=after is not UNKNOWN,
        connection=connection,
        endpoint=endpoint.operation,
        record=None if zone_group else record_operation(record_sets),
        zone_group=zone_group.operation if zone_group else None,
        effect=effect_of(endpoint, connection, host, record_sets, before=before, after=after),
        idle=endpoint.idle_reason,
    )


def _old_address(record_sets: list[RecordSet]) -> str | None:
    return next((address for record_set in record_sets if (address := text(record_set.old_address))), None)


def _published_elsewhere(endpoint: Endpoint, zone_group: ZoneGroup | None, host: str | None) -> str | None:
    """The address of a host that others may have published: the zone group of the endpoint does not have it."""
    is_grouped = zone_group is not None and zone_group.exists_before
    return None if is_grouped else endpoint.published_addresses.get(host or "")


def _new_address(endpoint: Endpoint, record_sets: list[RecordSet], host: str | None, before: str | None) -> Address:
    if endpoint.operation == "delete" or not endpoint.is_published(host):
        return None
    if record_sets:
        return next((record_set.new_address for record_set in record_sets if record_set.exists_after), None)
    if endpoint.is_created:
        return endpoint.static_address or UNKNOWN
    return before


# External consumers


def _external_accesses(plan: StackPlan) -> list[ExternalAccess]:
    accesses = [
        _external_access(cluster, approval) for cluster in plan.clusters for approval in cluster.external_approvals
    ]
    return sorted(accesses, key=_order)


def _external_access(cluster: Cluster, approval: ExternalApproval) -> ExternalAccess:
    service = cluster.service(approval.target)
    operation: Operation = service.operation if service and not service.is_rejected else "same"
    return ExternalAccess(
        cluster=cluster.key,
        consumer=approval.consumer,
        target=approval.target,
        approved_before=approval.connections.old,
        approved_after=approval.connections.new,
        service=operation,
        effect=_external_effect(approval, operation),
    )


def _external_effect(approval: ExternalApproval, service: Operation) -> Effect:
    before, after = ({*map(str.lower, names)} for names in (approval.connections.old, approval.connections.new))
    if service == "delete":
        return "removed" if before else "hand-over-void"
    if service == "replace":
        return "cut-off-for-good" if before else "hand-over-void"
    if approval.operation == "delete":
        return "no-longer-expected"
    if after - before:
        return "approved"
    return "expected" if approval.operation == "create" else "unchanged"
