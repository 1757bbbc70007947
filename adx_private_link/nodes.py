"""The records that a topology is made of: one for each resource, with its final names and its edges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .settings import ResolutionPolicy, Role


@dataclass(frozen=True)
class Place:
    """Where a resource lives."""

    subscription: str
    resource_group: str
    location: str

    def __str__(self) -> str:
        return f"/subscriptions/{self.subscription}/resourceGroups/{self.resource_group}"


@dataclass(frozen=True)
class ServiceNode:
    """One role's private link service."""

    role: Role
    logical_name: str
    name: str
    place: Place
    frontend_id: str
    nat_subnet_id: str
    nat_addresses: int
    host: str
    visibility: tuple[str, ...]
    auto_approval: tuple[str, ...]
    tags: Mapping[str, str]


@dataclass(frozen=True)
class ServiceAlias:
    """Connect by the service's alias: works across subscriptions and tenants; somebody approves."""

    service: Role


@dataclass(frozen=True)
class ServiceById:
    """Connect by the service's id: Azure approves at once where the caller may."""

    service: Role


Target = ServiceAlias | ServiceById
"""What an endpoint connects to."""


@dataclass(frozen=True)
class RecordNode:
    """The A record of one host in the zone of one consumer."""

    logical_name: str
    host: str
    name: str
    zone: str
    """Key of the zone in the topology."""
    ttl: int


@dataclass(frozen=True)
class ApprovalNode:
    """This program's approval of one endpoint's connection: a deployment beside the service."""

    logical_name: str
    name: str
    place: Place


@dataclass(frozen=True)
class EndpointNode:
    """One consumer's private endpoint for one target of the cluster."""

    consumer: str
    target_name: Role
    """The target's name in outputs."""
    logical_name: str
    name: str
    place: Place
    subnet_id: str
    target: Target
    connection_name: str
    request_message: str
    approval: ApprovalNode | None
    """None where Azure approves by itself."""
    records: tuple[RecordNode, ...]
    tags: Mapping[str, str]

    @property
    def network_id(self) -> str:
        """The virtual network that it lies in."""
        return self.subnet_id.rsplit("/", 2)[0]


@dataclass(frozen=True)
class LinkNode:
    """One network that sees a zone."""

    consumer: str
    key: str
    logical_name: str
    name: str
    network_id: str
    resolution_policy: ResolutionPolicy

    @property
    def path(self) -> str:
        """The setting that asks for it."""
        return f"consumers.{self.consumer}.dns.links.{self.key}"

    @property
    def after_records(self) -> bool:
        """A network that gets no public answers in place of missing ones is linked when the records are there."""
        return self.resolution_policy == "Default"


@dataclass(frozen=True)
class ZoneNode:
    """One private DNS zone, shared by every cluster of the region that its networks see."""

    key: str
    name: str
    subscription: str
    resource_group: str
    links: tuple[LinkNode, ...]


@dataclass(frozen=True)
class ClusterNode:
    """The graph of one cluster."""

    key: str
    id: str
    services: Mapping[Role, ServiceNode]
    endpoints: tuple[EndpointNode, ...]
    zones: tuple[str, ...]
    """Keys of the zones that hold its records."""


@dataclass(frozen=True)
class Topology:
    """The graph of a stack."""

    clusters: Mapping[str, ClusterNode]
    zones: Mapping[str, ZoneNode]
