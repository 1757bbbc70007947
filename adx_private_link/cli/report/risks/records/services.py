"""The risks to private link services, and to what renamed keys create again."""

from __future__ import annotations

from typing import Literal

from ...planned import Reason
from . import Kind, Risk, Value


class LostHandOver(Value):
    """An external consumer of a service that is replaced or removed."""

    consumer: str
    connections: tuple[str, ...]
    """The approved connections that it loses, by name."""
    can_reconnect: bool
    """Whether there is a new hand-over to connect by."""


class ServiceLosses(Value):
    """The connections of others to a service that is replaced or removed."""

    external: tuple[LostHandOver, ...] = ()
    unknown_endpoints: tuple[str, ...] = ()
    """The ids of endpoints that belong to no stack known here, as of the last refresh."""


class ServiceReplaced(Risk):
    """A private link service is replaced: it gets a new alias."""

    kind: Kind = "service-replaced"
    cluster: str
    target: str
    alias: str | None
    reasons: tuple[Reason, ...]
    is_placed: bool
    """Whether the service has an id, so that a replacement without a reason means another place."""
    reconnected: tuple[str, ...]
    """The stack's own consumers, which the update connects again."""
    losses: ServiceLosses


class ServiceRemoved(Risk):
    """A private link service is deleted for good."""

    kind: Kind = "service-removed"
    cluster: str
    target: str
    alias: str | None
    reconnected: tuple[str, ...]
    losses: ServiceLosses


class ServiceRetired(Risk):
    """A private link service is deleted that its cluster has left."""

    kind: Kind = "service-retired"
    cluster: str
    target: str


class RenamedCluster(Risk):
    """A cluster's key was renamed without `formerly`: its services, or only its endpoints, are created again."""

    section: Literal["clusters", "hand_overs"]
    key: str
    old_key: str
    is_rejected: bool
    """Whether Azure rejects the new services, because the old ones still hold the frontends."""
    losses: ServiceLosses


class RenamedConsumer(Risk):
    """A consumer's key was renamed without `formerly`."""

    kind: Kind = "endpoint-replaced"
    key: str
    old_key: str
