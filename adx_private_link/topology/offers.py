"""
Offers: what a cluster offers to private endpoints.

Publishers make them: `injected` (services of this stack) and `handed_over` (those of another stack). Everything after
that, endpoints, zones, conflicts and reports, knows offers and their targets only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..resource_ids import ClusterId, ServiceId
from ..settings import Target
from .records import ConnectsTo, ExternalApprovalNode, Host, Place, ServiceNode


@dataclass(frozen=True)
class OfferedTarget:
    """One target that a private endpoint can connect to."""

    target: Target
    hosts: tuple[Host, ...]
    """The host names that it serves; the cluster's own name first."""
    default: ConnectsTo
    """How an endpoint connects to it."""
    by_id: ConnectsTo | None
    """How an endpoint connects to it by id; None where its id is not known."""
    service: ServiceId | None
    """The private link service of this stack, which lists its connections; None for one of another stack."""
    approvals: Place | None
    """Where this stack approves connections to it; None where its owner approves them."""


@dataclass(frozen=True)
class Offer:
    """A cluster, as its publisher offers it."""

    cluster: str
    """Its key."""
    name: str
    """The key that names are made from."""
    id: ClusterId | None
    location: str
    zone: str
    """The name of the private DNS zone of its hosts."""
    request_message: str
    targets: Mapping[Target, OfferedTarget]
    allowed_targets: Mapping[str, Sequence[Target]] = field(default_factory=dict[str, Sequence[Target]])
    """By subscription, the targets that its owner approves connections to, where these are not all."""
    takes_new_endpoints: bool = True
    """Whether endpoints are planned that do not exist yet."""
    services: Mapping[Target, ServiceNode] = field(default_factory=dict[Target, ServiceNode])
    external_approvals: tuple[ExternalApprovalNode, ...] = ()
    external_consumers: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def hosts(self) -> Mapping[Target, tuple[Host, ...]]:
        """Its host names, by target."""
        return {target: offered.hosts for target, offered in self.targets.items()}

    @property
    def zones(self) -> tuple[str, ...]:
        """The names of the private DNS zones that its hosts need."""
        hosts = [host for offered in self.targets.values() for host in offered.hosts]
        return tuple(dict.fromkeys([self.zone, *(host.zone for host in hosts)]))
