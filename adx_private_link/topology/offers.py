"""
Offers: what a cluster offers to private endpoints.

Publishers make them: `injected` (services of this stack), `native` (the cluster itself) and `handed_over` (what another
stack publishes). Everything after that, endpoints, zones, conflicts and reports, knows offers and their targets only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ..naming.hosts import KUSTO
from ..resource_ids import ClusterId
from ..settings import Target
from .records import ConnectsTo, ExternalApprovalNode, Host, Idle, Place, ServiceNode

REQUEST_MESSAGE = "Private access to Azure Data Explorer"
"""The message that this stack's own endpoints send to the owner of their target."""


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
    approvals: Place | None
    """Where this stack approves connections to it; None where its owner approves them."""
    idle: Idle | None = None
    """Why its endpoints publish nothing."""
    grouped_zones: Mapping[str, str] = field(default_factory=dict[str, str])
    """
    The names of the zones into which Azure writes the records of an endpoint (`naming.hosts.native_zones`). The records
    of hosts in other zones are record sets of this stack.
    """

    @cached_property
    def recorded_hosts(self) -> tuple[Host, ...]:
        """The hosts whose records are record sets of this stack."""
        grouped = {*self.grouped_zones.values()}
        return tuple(host for host in self.hosts if host.zone not in grouped)


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
    has_left: bool = False
    """Whether the cluster has left its network: services that exist stay as they are, and nothing is added to them."""
    was_injected: bool = False
    """Whether the cluster is or was in a virtual network."""
    optional_zones: frozenset[str] = frozenset()
    """The names of zones that its endpoints can do without."""
    services: Mapping[Target, ServiceNode] = field(default_factory=dict[Target, ServiceNode])
    external_approvals: tuple[ExternalApprovalNode, ...] = ()
    external_consumers: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    is_handed_over: bool = False

    @property
    def hosts(self) -> Mapping[Target, tuple[Host, ...]]:
        """Its host names, by target."""
        return {target: offered.hosts for target, offered in self.targets.items()}

    @property
    def zones(self) -> tuple[str, ...]:
        """The names of the private DNS zones that its hosts need."""
        names = (name for offered in self.targets.values() for name in self.zones_of(offered).values())
        return tuple(dict.fromkeys([self.zone, *names]))

    def zones_of(self, offered: OfferedTarget) -> Mapping[str, str]:
        """Return the names of the zones that the hosts of a target are in, by what is in them."""
        return {KUSTO: self.zone, **offered.grouped_zones}
