"""Who connects to what: one relation, which facts, guards and the graph all ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..facts.records import Unreadable
from ..resource_ids import EndpointId, ServiceId
from ..settings import ROLES, HandOver, Role, Settings
from . import azure as names


@dataclass(frozen=True)
class Access:
    """One private endpoint of this stack."""

    cluster: str
    """The key of the cluster that it connects to."""
    consumer: str
    """The key of the consumer whose network it lies in."""
    role: Role
    endpoint: EndpointId
    service: ServiceId | None
    """The private link service, where it is this stack's; None for a cluster that is handed over."""


def accesses(settings: Settings, hand_overs: Mapping[str, HandOver | Unreadable]) -> tuple[Access, ...]:
    """
    Every private endpoint that the settings ask for, sorted by cluster, consumer and role.

    A hand-over that cannot be read offers nothing.
    """
    services: dict[str, dict[Role, ServiceId | None]] = {
        key: {role: names.service(settings, key, role) for role in cluster.published}
        for key, cluster in settings.clusters.items()
    }
    services |= {
        key: dict.fromkeys(found.services)
        for key in settings.hand_overs
        if isinstance(found := hand_overs.get(key), HandOver)
    }
    return tuple(
        Access(key, consumer, role, names.endpoint(settings, key, consumer, role), offered[role])
        for key, offered in sorted(services.items())
        for consumer, given in sorted(settings.consumers_of(key).items())
        for role in ROLES
        if role in offered and (given.roles is None or role in given.roles)
    )
