"""The state of an endpoint's connection after an update."""

from __future__ import annotations

from typing import Literal

from .plan import Approval, Endpoint

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


def connection_of(endpoint: Endpoint) -> Connection:
    """Work out the state of an endpoint's connection."""
    was_published, is_published = bool(endpoint.hosts.old), bool(endpoint.hosts.new)
    if endpoint.operation == "delete":
        return "ended"
    if was_published and not is_published and not endpoint.is_created and not endpoint.idle_reason:
        return "no-longer-approved"
    if endpoint.approval and endpoint.approval.exists_after:
        return _approved_connection(endpoint, endpoint.approval)
    state = _STATES.get(endpoint.connection_state, "unknown")
    if is_published and (endpoint.operation == "create" or _is_approved_by_azure(endpoint)):
        return "approved-by-azure" if endpoint.is_created else state
    is_withheld = not is_published and state == "approved" and not endpoint.idle_reason
    is_awaited = endpoint.is_created or state == "pending" or is_withheld
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
