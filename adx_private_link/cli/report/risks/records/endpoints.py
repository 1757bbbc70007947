"""The risks to private endpoints, and to the access through them."""

from __future__ import annotations

from ...planned import Reason
from . import Answers, Kind, Risk, Value


class AccessRemoved(Risk):
    """A consumer loses its endpoints for a cluster."""

    kind: Kind = "access-removed"
    consumer: str
    cluster: str
    targets: tuple[str, ...]
    roles: tuple[str, ...]
    hosts: tuple[str, ...]
    answers: Answers | None
    """None where this stack has no record sets of the hosts."""
    ttl: float | None


class AddressMove(Value):
    """The change of one host's address."""

    host: str | None
    old_address: str | None
    new_address: str | None
    has_record_set: bool
    """Whether it has a record set, of this stack or of its endpoint's zone group."""
    ttl: float | None


class EndpointReplaced(Risk):
    """A private endpoint is replaced: connections drop until it is created again."""

    kind: Kind = "endpoint-replaced"
    consumer: str
    cluster: str
    target: str
    follows_service: bool
    """Whether it is replaced because its service is."""
    reasons: tuple[Reason, ...]
    is_awaited: bool
    """Whether the cluster's owner has to approve it again."""
    moves: tuple[AddressMove, ...]
