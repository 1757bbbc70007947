"""The plan of one stack's update: clusters, consumers, services, endpoints, approvals, zones, links, record sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from ...facts.records import DEAD
from ..pulumi.preview import Diagnostic
from .managed_endpoints import ManagedEndpoint
from .planned import Planned, Reason, Values
from .records import Address, RecordSet, ZoneGroup
from .resources import PlannedResource
from .values import subscription_in
from .violations import Violation

CLUSTER = "cluster"
"""The target of the endpoints of native clusters: one endpoint for all roles."""
STORAGE = "storage"
"""The role of the hosts of a native cluster's storage accounts."""

Problem = Literal["empty", "no-preview", "without-sames"]
"""Why a file cannot be read as a preview."""


@dataclass(frozen=True)
class Service(Planned):
    """A private link service."""

    target: str
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
    was_left: bool
    """Whether its cluster had left its virtual network before the update, so that no client uses it."""

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
    """This stack's approval of connections to one target."""

    connections: Values[tuple[str, ...]]
    """By name."""


@dataclass(frozen=True)
class ExternalApproval(Approval):
    """The approval of the connections of an external consumer."""

    consumer: str
    target: str


@dataclass(frozen=True)
class Endpoint(Planned):
    """A private endpoint of one consumer for one target of a cluster."""

    target: str
    name: str
    subnet: Values[str | None]
    static_address: Address
    """The new one."""
    is_connected_by_id: Values[bool]
    """Whether Azure approves its connection by rights."""
    id: str | None
    hosts: Values[tuple[str, ...]]
    """The hosts that are published; of a native cluster's storage accounts, those that were there before the update."""
    cluster_hosts: tuple[str, ...]
    """The cluster's own hosts of the target, whether published or not."""
    roles: Mapping[str, str]
    """What each host of a native cluster is for."""
    connection_state: str | None
    """As of the last update or refresh."""
    published_addresses: dict[str, str]
    """By host, as of the last update."""
    approval: Approval | None
    service: Service | None
    """The service that it connects to, where this stack has it."""
    zone_group: ZoneGroup | None
    reasons: tuple[Reason, ...]
    is_renamed: bool
    idle: Values[str | None]
    """Why it publishes nothing, if nothing is wrong: `prepared`, `left` or `public` (`topology.records.Idle`)."""

    @property
    def idle_reason(self) -> str | None:
        """Why it publishes nothing after the update, or, if it is deleted, before; None where it is not idle."""
        return self.idle.old if self.operation == "delete" else self.idle.new

    @property
    def is_native(self) -> bool:
        """Whether it connects to a cluster, and not to one of its private link services."""
        return self.target == CLUSTER

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
        """
        The hosts that are published before or after the update; without any, those of the cluster.

        None stands for a host that is not known: of a native cluster, for the hosts of its storage accounts.
        """
        hosts: list[str | None] = [*(dict.fromkeys([*self.hosts.old, *self.hosts.new]) or self.cluster_hosts)]
        has_unknown = self.is_native and STORAGE not in map(self.role_of, hosts)
        return [*hosts, None] if has_unknown or not hosts else hosts

    def is_published(self, host: str | None) -> bool:
        """Whether a host leads to it after the update."""
        return bool(self.hosts.new) if host is None else host in self.hosts.new

    def role_of(self, host: str | None) -> str:
        """What a host is for; of a native cluster, those that are not known are of its storage accounts."""
        return self.roles.get(host or "", STORAGE) if self.is_native else self.target


@dataclass(frozen=True)
class Consumer(Planned):
    """One consumer of one cluster."""

    cluster: str
    key: str
    endpoints: tuple[Endpoint, ...]
    record_sets: tuple[RecordSet, ...]

    def record_sets_of(self, host: str | None) -> list[RecordSet]:
        """The record sets of a host: two where it moves from one zone to another."""
        return [record_set for record_set in self.record_sets if record_set.is_of(host)]


@dataclass(frozen=True)
class Cluster:
    """One cluster: its services, its consumers, and the approvals of external consumers."""

    key: str
    """With the name of the component around it, if there is one."""
    own_key: str
    """Without it."""
    id: str | None
    has_services: bool
    """Whether this stack has its private link services, or approves connections of others to it."""
    services: tuple[Service, ...]
    external_approvals: tuple[ExternalApproval, ...]
    consumers: tuple[Consumer, ...]
    managed_endpoints: tuple[ManagedEndpoint, ...] = ()
    """Its own private endpoints to its sources of data."""

    @property
    def is_native(self) -> bool:
        """Whether private endpoints connect to the cluster itself."""
        endpoints = (endpoint for consumer in self.consumers for endpoint in consumer.endpoints)
        return any(connected.target == CLUSTER for connected in (*endpoints, *self.external_approvals))

    @property
    def is_handed_over(self) -> bool:
        """Whether its owner's stack publishes it, and approves the connections."""
        if self.managed_endpoints:
            return False
        endpoints = [endpoint for consumer in self.consumers for endpoint in consumer.endpoints]
        is_decided_here = any(endpoint.approval or endpoint.is_connected_by_id.latest for endpoint in endpoints)
        return not self.has_services and not (self.is_native and is_decided_here)

    def service(self, target: str) -> Service | None:
        return next((service for service in self.services if service.target == target), None)


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


_PREVIEW_FAILED = "preview failed"
"""Pulumi's message after mandatory violations, beside no other error."""


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
    violations: tuple[Violation, ...] = ()
    """Of policies."""
    problem: Problem | None = None
    """Why it was not read from a preview; None where it was."""

    @property
    def has_failed(self) -> bool:
        """Whether the preview ended early, so that part of the plan is missing."""
        return self.problem is not None or any(message.severity == "error" for message in self.messages)

    def with_violations(self, violations: Sequence[Violation]) -> StackPlan:
        """Return the plan with violations. A preview that fails by mandatory ones alone has the whole plan."""
        is_stopped = any(violation.level == "mandatory" for violation in violations)
        messages = [message for message in self.messages if not (is_stopped and message.text == _PREVIEW_FAILED)]
        return replace(self, violations=tuple(violations), messages=tuple(messages))

    @cached_property
    def counts(self) -> dict[str, int]:
        """The number of resources by operation."""
        return Counter(resource.operation for resource in self.resources if resource.kind != "Stack")

    @cached_property
    def consumers(self) -> tuple[Consumer, ...]:
        """Every consumer of every cluster."""
        return tuple(consumer for cluster in self.clusters for consumer in cluster.consumers)

    @cached_property
    def managed_endpoints(self) -> tuple[ManagedEndpoint, ...]:
        """Every managed private endpoint of every cluster."""
        return tuple(managed for cluster in self.clusters for managed in cluster.managed_endpoints)

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
