"""What an update does to a consumer's access by one host."""

from __future__ import annotations

from typing import Literal, get_args

from .connections import Connection
from .plan import Endpoint
from .records import Address, RecordSet
from .resources import Operation

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
    "prepared",
    "approved",
    "expected",
    "hand-over-void",
    "no-longer-expected",
    "retired",
    "unchanged",
]
"""What an update does to one consumer's access by one host, the worst first."""
EFFECTS: tuple[Effect, ...] = get_args(Effect)
_IDLE: dict[Operation, Effect] = {"create": "prepared", "replace": "prepared", "delete": "retired"}
"""The effects of operations on endpoints that are idle."""


def effect_of(
    endpoint: Endpoint,
    connection: Connection,
    host: str | None,
    record_sets: list[RecordSet],
    *,
    before: str | None,
    after: Address,
) -> Effect:
    """Work out what an update does to the access of an endpoint's consumer by one host."""
    if endpoint.operation == "import" or (endpoint.service and endpoint.service.is_rejected):
        return "unchanged"
    match endpoint.operation:
        case "create" | "replace" | "delete" if endpoint.idle_reason:
            return "waiting" if connection == "awaited" else _IDLE[endpoint.operation]
        case "delete":
            return "removed"
        case "create" | "replace" if endpoint.operation == "create" or not endpoint.is_published(host):
            return _effect_of_new(connection, is_published=endpoint.is_published(host))
        case "replace":
            return _effect_of_replacement(endpoint, connection)
        case _:
            return _effect_of_name(connection, record_sets, before=before, after=after)


def _effect_of_new(connection: Connection, *, is_published: bool) -> Effect:
    if is_published:
        return "added"
    return "published-next" if connection == "approved-by-update" else "waiting"


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
    record = record_operation(record_sets)
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


def record_operation(record_sets: list[RecordSet]) -> Operation | None:
    """Work out the operation on a host's record sets: one deleted and one created move it to another zone."""
    operations: set[Operation] = {record_set.operation for record_set in record_sets}
    return "replace" if len(operations) > 1 else operations.pop() if operations else None
