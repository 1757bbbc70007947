"""The risks to managed private endpoints, and to what clusters read through them."""

from __future__ import annotations

from ...planned import Reason
from . import Kind, Risk


class ManagedEndpointRemoved(Risk):
    """A managed private endpoint is deleted: its cluster no longer reaches the target privately."""

    kind: Kind = "managed-endpoint-removed"
    cluster: str
    key: str
    target: str | None
    """The id of what it connects to; None where it is not known."""
    group: str | None


class ManagedEndpointReplaced(Risk):
    """A managed private endpoint is deleted and created again."""

    kind: Kind = "managed-endpoint-replaced"
    cluster: str
    key: str
    old_target: str | None
    new_target: str | None
    reasons: tuple[Reason, ...]
    is_approved_here: bool
    """Whether this stack approves the new connection."""
