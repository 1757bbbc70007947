"""The access of every consumer to every host, before an update and after it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

from ..natural_order import natural
from .plan import Approval, Cluster, Consumer, Endpoint, ExternalApproval, StackPlan
from .records import Address, RecordSet, ZoneGroup
from .resources import Operation
from .values import UNKNOWN, text

Effect = Literal[
    "cut-off-for-good",
    "cut-off-until-approved",
    "cut-off",
    "removed",
    "withdrawn",
    "interrupted",
    "names-interrupted",
    "moved",
    "zone-changed",
    "added",
    "published",
    "published-next",
    "waiting",
    "approved",
    "expected",
    "hand-over-void",
    "no-longer-expected",
    "unchanged",
]
"""What an update does to one consumer's access by one host, the worst first."""
EFFECTS: tuple[Effect, ...] = get_args(Effect)

Connection = Literal[
    "approved",
    "approved-by-update",
    "approved-by-azure",
    "awaited",
    "no-longer-approved",
    "pending",
    "rejected",
    "disconnected",
    "unknown",
    "ended",
]
"""
The state of an endpoint's connection after the update; `awaited`: the cluster's owner has to approve it; `unknown`: no
update has written it down, for example because it failed.
"""
_STATES: dict[str | None, Connection] = {
    "Approved": "approved",
    "Pending": "pending",
    "Rejected": "rejected",
    "Disconnected": "disconnected",
}


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
        for host in endpoint.all_hosts
    ]
    return sorted(accesses, key=_order)


def _order(access: Access | ExternalAccess) -> tuple[object, ...]:
    part = (access.role, access.host or "") if isinstance(access, Access) else ("", "")
    return natural(access.cluster), natural(access.consumer), access.target, *part


def _access(consumer: Consumer, endpoint: Endpoint, host: str | None) -> Access:
    record_sets = consumer.record_sets_of(host)
    zone_group = next((record_set.zone_group for record_set in record_sets if record_set.zone_group), None)
    before = _old_address(record_sets) or _published_elsewhere(endpoint, zone_group, host)
    after = _new_address(endpoint, record_sets, host, before)
    connection = _connection(endpoint)
    return Access(
        cluster=consumer.cluster,
        consumer=consumer.key,
        target=endpoint.target,
        role=endpoint.role_of(host),
        host=host,
        before=before,
        after=text(after),
        after_is_known=after is not UNKNOWN,
        connection=connection,
        endpoint=endpoint.operation,
        record=None if zone_group else _record_operation(record_sets),
        zone_group=zone_group.operation if zone_group else None,
        effect=_effect(endpoint, connection, host, record_sets, before=before, after=after),
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


def _record_operation(record_sets: list[RecordSet]) -> Operation | None:
    """The operation on a host's record sets: one that is deleted beside one that is created moves to another zone."""
    operations: set[Operation] = {record_set.operation for record_set in record_sets}
    return "replace" if len(operations) > 1 else operations.pop() if operations else None


def _connection(endpoint: Endpoint) -> Connection:
    was_published, is_published = bool(endpoint.hosts.old), bool(endpoint.hosts.new)
    if endpoint.operation == "delete":
        return "ended"
    if was_published and not is_published and not endpoint.is_created:
        return "no-longer-approved"
    if endpoint.approval and endpoint.approval.exists_after:
        return _approved_connection(endpoint, endpoint.approval)
    state = _STATES.get(endpoint.connection_state, "unknown")
    if is_published and (endpoint.operation == "create" or _is_approved_by_azure(endpoint)):
        return "approved-by-azure" if endpoint.is_created else state
    is_awaited = endpoint.is_created or state == "pending" or (not is_published and state == "approved")
    return "awaited" if is_awaited else state


def _approved_connection(endpoint: Endpoint, approval: Approval) -> Connection:
    """The state of a connection that this stack approves."""
    state = _STATES.get(endpoint.connection_state, "unknown")
    before, after = approval.connections.old, approval.connections.new
    if endpoint.is_created or (state != "approved" and before != after):
        return "approved-by-update"
    return "approved" if state == "unknown" and before else state


def _is_approved_by_azure(endpoint: Endpoint) -> bool:
    """Whether Azure approves: by the rights of the caller, or because the service trusts the subscription."""
    service = endpoint.service
    trusted = [subscription.lower() for subscription in service.auto_approval.new] if service else []
    return endpoint.is_connected_by_id.new or "*" in trusted or endpoint.new_subscription in trusted


def _effect(
    endpoint: Endpoint,
    connection: Connection,
    host: str | None,
    record_sets: list[RecordSet],
    *,
    before: str | None,
    after: Address,
) -> Effect:
    if endpoint.operation == "import" or (endpoint.service and endpoint.service.is_rejected):
        return "unchanged"
    match endpoint.operation:
        case "delete":
            return "removed"
        case "create" | "replace" if not endpoint.is_published(host):
            return "published-next" if connection == "approved-by-update" else "waiting"
        case "create":
            return "added"
        case "replace":
            return _effect_of_replacement(endpoint, connection)
        case _:
            return _effect_of_name(connection, record_sets, before=before, after=after)


def _effect_of_replacement(endpoint: Endpoint, connection: Connection) -> Effect:
    if connection == "awaited":
        return "waiting" if endpoint.was_dead else "cut-off-until-approved"
    if endpoint.was_dead:
        return "added"
    service = endpoint.service
    # Of a renamed endpoint, the new one is created before the old one is deleted: only names and addresses change.
    return "cut-off" if service and service.is_deleted and not endpoint.is_renamed else "interrupted"


def _effect_of_name(
    connection: Connection, record_sets: list[RecordSet], *, before: str | None, after: Address
) -> Effect:
    """The effect on a consumer whose endpoint stays."""
    record = _record_operation(record_sets)
    if before and after is None:
        return "withdrawn"
    if after and (not before or record == "create"):
        return "published"
    if record == "replace" and all(record_set.zone_group for record_set in record_sets):
        return "names-interrupted"  # Azure deletes the records with the zone group, and writes them with the new one
    if before != after:
        return "moved"
    if record == "replace":
        return "zone-changed"
    return "approved" if connection == "approved-by-update" else "unchanged"


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
