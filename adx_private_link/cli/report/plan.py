"""The plan of one stack's update: clusters, consumers, services, endpoints, approvals, zones, links, record sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, Literal, TypeVar

from ...facts.records import DEAD
from ..pulumi.preview import Diagnostic
from .resources import Operation, PlannedResource
from .values import Unknown, subscription_in

_T = TypeVar("_T")

Problem = Literal["empty", "no-preview", "without-sames"]
"""Why a file cannot be read as a preview."""
Address = str | Unknown | None
"""A private address; `UNKNOWN` where Azure chooses it during the update, None where there is none."""


@dataclass(frozen=True)
class Values(Generic[_T]):
    """One value of an object, before and after the update."""

    old: _T
    new: _T
    latest: _T
    """The new value; of an object that is deleted, the old one."""


@dataclass(frozen=True)
class Reason:
    """A property that forces a replacement, with its old and new value where they are texts."""

    property: str
    old: str | None
    new: str | None

    def without_values(self) -> Reason:
        return Reason(self.property, None, None)


@dataclass(frozen=True)
class Target:
    """The private endpoint that a record set leads to, by name, and the role that it connects to."""

    endpoint: str
    role: str


@dataclass(frozen=True)
class Planned:
    """One object and the operation that the update performs on it."""

    operation: Operation

    @property
    def exists_before(self) -> bool:
        return self.operation not in ("create", "import")

    @property
    def exists_after(self) -> bool:
        return self.operation != "delete"

    @property
    def is_deleted(self) -> bool:
        """Whether the object that exists now is deleted, for good or to be replaced."""
        return self.operation in ("delete", "replace")

    @property
    def is_created(self) -> bool:
        return self.operation in ("create", "replace")


@dataclass(frozen=True)
class Service(Planned):
    """A private link service."""

    role: str
    name: str
    frontend: Values[str | None]
    visibility: Values[tuple[str, ...]]
    """The subscriptions that may ask for a connection."""
    auto_approval: Values[tuple[str, ...]]
    """The subscriptions whose connections Azure approves."""
    id: str | None
    alias: str | None
    connected_endpoints: tuple[str, ...]
    """The ids of the private endpoints that are connected, as of the last refresh."""
    reasons: tuple[Reason, ...]
    is_renamed: bool

    @property
    def subscription(self) -> str:
        return subscription_in(self.frontend.latest)

    @property
    def is_rejected(self) -> bool:
        """
        Whether Azure rejects a renamed service, because the old one still holds the load balancer's frontend.

        Pulumi creates the new one first; Azure's code is
        `PrivateLinkServiceCannotReferenceFrontendIpConfigurationReferencedByDifferentPrivateLinkService`.
        """
        old, new = self.frontend.old, self.frontend.new
        return self.is_renamed and old is not None and new is not None and old.lower() == new.lower()


@dataclass(frozen=True)
class Approval(Planned):
    """This stack's approval of connections to one service."""

    connections: Values[tuple[str, ...]]
    """By name."""


@dataclass(frozen=True)
class ExternalApproval(Approval):
    """The approval of the connections of an external consumer."""

    consumer: str
    role: str


@dataclass(frozen=True)
class RecordSet(Planned):
    """The A records of one host in one zone."""

    label: str
    """The first label of the host."""
    zone: str
    """The zone's key."""
    addresses: Values[tuple[str | Unknown, ...]]
    ttl: float | None
    target: Values[Target | None]

    @property
    def old_address(self) -> Address:
        return next(iter(self.addresses.old), None)

    @property
    def new_address(self) -> Address:
        return next(iter(self.addresses.new), None)


@dataclass(frozen=True)
class Endpoint(Planned):
    """A private endpoint of one consumer for one role of a cluster."""

    role: str
    name: str
    subnet: Values[str | None]
    static_address: Address
    """The new one."""
    is_connected_by_id: Values[bool]
    """Whether it connects by the id of the service, which Azure approves by rights."""
    id: str | None
    hosts: Values[tuple[str, ...]]
    """The hosts that are published."""
    cluster_host: str | None
    """The host of the cluster, whether published or not."""
    connection_state: str | None
    """As of the last update or refresh."""
    published_addresses: dict[str, str]
    """By host, as of the last update."""
    approval: Approval | None
    service: Service | None
    """The service that it connects to, where this stack has it."""
    reasons: tuple[Reason, ...]
    is_renamed: bool

    @property
    def subscription(self) -> str:
        return subscription_in(self.subnet.latest)

    @property
    def new_subscription(self) -> str:
        """The subscription after the update; empty where the endpoint is deleted."""
        return subscription_in(self.subnet.new)

    @property
    def was_dead(self) -> bool:
        """Whether its clients have no access, and an update can only give it back."""
        return self.connection_state in DEAD

    @property
    def all_hosts(self) -> list[str | None]:
        """The hosts that are published before or after the update; without any, the host of the cluster, if known."""
        return list(dict.fromkeys([*self.hosts.old, *self.hosts.new])) or [self.cluster_host]


@dataclass(frozen=True)
class Consumer(Planned):
    """One consumer of one cluster."""

    cluster: str
    key: str
    endpoints: tuple[Endpoint, ...]
    record_sets: tuple[RecordSet, ...]

    def record_sets_of(self, host: str | None) -> list[RecordSet]:
        """The record sets of a host: two where it moves from one zone to another."""
        label = host.partition(".")[0] if host else None
        return [record_set for record_set in self.record_sets if record_set.label == label]


@dataclass(frozen=True)
class Cluster:
    """One cluster: its services, its consumers, and the approvals of external consumers."""

    key: str
    """With the name of the component around it, if there is one."""
    own_key: str
    """Without it."""
    id: str | None
    has_services: bool
    """Whether this stack publishes it; otherwise it is handed over."""
    services: tuple[Service, ...]
    external_approvals: tuple[ExternalApproval, ...]
    consumers: tuple[Consumer, ...]

    def service(self, role: str) -> Service | None:
        return next((service for service in self.services if service.role == role), None)


@dataclass(frozen=True)
class Zone:
    """A private DNS zone that the stack creates or uses."""

    key: str
    name: str | None
    """None where it is secret or unknown."""
    made: Planned | None
    """What happens to the zone; None where it existed before the stack and is left alone."""

    resource_group: str
    subscription: str


@dataclass(frozen=True)
class Link(Planned):
    """A virtual network link."""

    network: str
    """The network's id."""
    zone: Values[str | None]
    """The keys of the zones that it links the network to."""
    policy: Values[str | None]
    """The resolution policy."""
    reasons: tuple[Reason, ...]

    @property
    def network_key(self) -> str:
        """The network's id without its spelling: an id has no case."""
        return self.network.lower()


@dataclass(frozen=True)
class Lock(Planned):
    """A management lock."""

    name: str
    """Its logical name."""


@dataclass
class Renames:
    """New keys, and the old keys of the same objects."""

    clusters: dict[str, str] = field(default_factory=dict[str, str])
    consumers: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class StackPlan:
    """The plan of one stack's update."""

    stack: str
    clusters: tuple[Cluster, ...] = ()
    zones: tuple[Zone, ...] = ()
    links: tuple[Link, ...] = ()
    locks: tuple[Lock, ...] = ()
    renames: Renames = field(default_factory=Renames)
    resources: tuple[PlannedResource, ...] = ()
    """All resources, as the engine plans them."""
    messages: tuple[Diagnostic, ...] = ()
    problem: Problem | None = None
    """Why it was not read from a preview; None where it was."""

    @property
    def has_failed(self) -> bool:
        """Whether the preview ended early, so that part of the plan is missing."""
        return self.problem is not None or any(message.severity == "error" for message in self.messages)

    @cached_property
    def counts(self) -> dict[str, int]:
        """The number of resources by operation."""
        return Counter(resource.operation for resource in self.resources if resource.kind != "Stack")

    @cached_property
    def consumers(self) -> tuple[Consumer, ...]:
        """Every consumer of every cluster."""
        return tuple(consumer for cluster in self.clusters for consumer in cluster.consumers)

    @cached_property
    def record_sets(self) -> tuple[RecordSet, ...]:
        return tuple(record_set for consumer in self.consumers for record_set in consumer.record_sets)

    def old_links_of(self, zone: str) -> list[Link]:
        """The links that a zone has before the update, by the zone's key."""
        return [link for link in self.links if link.exists_before and link.zone.old == zone]

    def consumers_in(self, subscription: str) -> list[str]:
        """The consumers whose endpoints lie in a subscription."""
        return sorted(
            {
                consumer.key
                for consumer in self.consumers
                for endpoint in consumer.endpoints
                if endpoint.new_subscription == subscription.lower()
            }
        )

    def old_addresses_in(self, zone: str) -> dict[str, Address]:
        """The hosts whose record sets are in a zone before the update, with their addresses; by the zone's key."""
        return {
            host: record_set.old_address
            for host, record_set in self._hosts_in(zone, is_old=True)
            if record_set.exists_before
        }

    def new_addresses_in(self, zone: str) -> dict[str, Address]:
        """The same after the update."""
        return {
            host: record_set.new_address
            for host, record_set in self._hosts_in(zone, is_old=False)
            if record_set.exists_after
        }

    def _hosts_in(self, zone: str, *, is_old: bool) -> Iterator[tuple[str, RecordSet]]:
        for consumer in self.consumers:
            for endpoint in consumer.endpoints:
                for host in endpoint.hosts.old if is_old else endpoint.hosts.new:
                    for record_set in consumer.record_sets_of(host):
                        if record_set.zone == zone:
                            yield host, record_set
