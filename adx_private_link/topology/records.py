"""The records that a topology is made of: one for each resource, with its final names and its edges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..settings import HandedRecord, KeptOfDns, KeptOfEndpoint, KeptOfService, ResolutionPolicy, Role


@dataclass(frozen=True)
class Place:
    """Where a resource lives."""

    subscription: str
    resource_group: str
    location: str

    def __str__(self) -> str:
        return f"/subscriptions/{self.subscription}/resourceGroups/{self.resource_group}"


NamedInService = Literal["name", "frontend", "visibility", "auto_approval"]
NamedInEndpoint = Literal["name", "subnet", "target", "interface_name", "application_security_groups"]

# The service side


@dataclass(frozen=True)
class ServiceNode:
    """One role's private link service."""

    role: Role
    logical_name: str
    name: str
    place: Place
    frontend_id: str
    nat_subnet_id: str
    nat_addresses: tuple[str | None, ...]
    """One for each NAT address: a static one, or None for one that Azure chooses."""
    hosts: tuple[str, ...]
    """The names by which clients know it."""
    visibility: tuple[str, ...]
    auto_approval: tuple[str, ...]
    proxy_protocol: bool
    lock: bool
    protect: bool
    tags: Mapping[str, str]
    keep: tuple[KeptOfService, ...]
    """What stays as it is in Azure."""
    as_deployed: tuple[NamedInService, ...] = ()
    """What names the same objects as the deployed service does, in whatever spelling."""
    deployed_addresses: int = 0
    """How many NAT addresses the deployed service has in the same subnet."""


@dataclass(frozen=True)
class ApprovalNode:
    """This program's approval of connections: a deployment beside the service."""

    logical_name: str
    name: str
    place: Place


@dataclass(frozen=True)
class ExternalApprovalNode:
    """The approval of an external consumer's connections to one service: as many as there are."""

    consumer: str
    subscription: str
    """That of their endpoints."""
    service: Role
    approval: ApprovalNode
    connections: tuple[str, ...]
    """Their names on the service, as of now."""


# The consumer side


@dataclass(frozen=True)
class ServiceAlias:
    """Connect by the alias of a service of this stack: works across subscriptions; somebody approves."""

    service: Role


@dataclass(frozen=True)
class ServiceById:
    """Connect by the id of a service of this stack."""

    service: Role


@dataclass(frozen=True)
class HandedAlias:
    """Connect by the alias of somebody else's service: works across tenants; they approve."""

    alias: str


Target = ServiceAlias | ServiceById | HandedAlias
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
    keep: tuple[KeptOfDns, ...]


@dataclass(frozen=True)
class EndpointNode:
    """One consumer's private endpoint for one target of a cluster."""

    consumer: str
    target_name: Role
    """The target's name in outputs."""
    logical_name: str
    name: str
    place: Place
    subnet_id: str
    target: Target
    connection_name: str
    request_message: str | None
    """What the service's owner is asked with; None where Azure approves at once, as the caller may."""
    approval: ApprovalNode | None
    """None where Azure, or somebody else, approves."""
    withheld: str | None
    """The state of its connection that keeps everything from being published; None where nothing is in the way."""
    hosts: tuple[str, ...]
    """What is to be reached by it, once it is published."""
    records: tuple[RecordNode, ...]
    address: str | None
    """Static address; None for one that Azure chooses."""
    interface_name: str | None
    application_security_groups: tuple[str, ...]
    tags: Mapping[str, str]
    keep: tuple[KeptOfEndpoint, ...]
    """What stays as it is in Azure."""
    as_deployed: tuple[NamedInEndpoint, ...] = ()
    """What names the same objects as the deployed endpoint does, in whatever spelling."""

    @property
    def side(self) -> str:
        """What the names of a consumer's endpoints for one cluster have in common."""
        return self.logical_name.rpartition(".")[0]

    @property
    def network_id(self) -> str:
        """The virtual network that it lies in."""
        return self.subnet_id.rsplit("/", 2)[0]


# DNS


@dataclass(frozen=True)
class LinkNode:
    """One network that sees a zone."""

    consumer: str
    key: str
    logical_name: str
    name: str
    network_id: str
    resolution_policy: ResolutionPolicy | None
    """None in a zone without `privatelink` in its name: Azure takes no policy there."""
    tags: Mapping[str, str]
    keep: tuple[KeptOfDns, ...]
    as_deployed: bool = False
    """Whether its name and network are those of a deployed link, in whatever spelling."""
    former_logical_name: str | None = None
    """What it was called while it linked another network under the name that it keeps."""

    @property
    def path(self) -> str:
        """The setting that asks for it."""
        return f"consumers.{self.consumer}.dns.links.{self.key}"

    @property
    def after_records(self) -> bool:
        """A network that gets no public answers in place of missing ones is linked when the records are there."""
        return self.resolution_policy != "NxDomainRedirect"


@dataclass(frozen=True)
class ZoneNode:
    """One private DNS zone, shared by every cluster of the region that its networks see."""

    key: str
    name: str
    subscription: str
    resource_group: str
    exists: bool
    """Whether it was there before: then records and links are made in it, and it is left alone."""
    lock: bool
    protect: bool
    tags: Mapping[str, str]
    keep: tuple[KeptOfDns, ...]
    links: tuple[LinkNode, ...]


# The whole


@dataclass(frozen=True)
class ClusterNode:
    """The graph of one cluster."""

    key: str
    name: str
    """The key that names are made from: another one only where the key was renamed."""
    id: str | None
    """The cluster's resource id, where it is known."""
    location: str
    zone_name: str
    request_message: str
    """What its owner would like to read beside a connection."""
    records: Mapping[Role, tuple[HandedRecord, ...]]
    """What has to be published of each role: host names, and the records they need in the zone."""
    services: Mapping[Role, ServiceNode]
    """None where somebody else publishes the cluster."""
    external_approvals: tuple[ExternalApprovalNode, ...]
    external_consumers: tuple[str, ...]
    endpoints: tuple[EndpointNode, ...]
    zones: tuple[str, ...]
    """Keys of the zones that hold its records."""
    warnings: tuple[str, ...]
    """What people should know of it, though it can be deployed."""

    @property
    def as_deployed(self) -> bool:
        """Whether it is the cluster that is deployed under this key, in whatever spelling."""
        services = any("frontend" in each.as_deployed for each in self.services.values())
        return services or (not self.services and any("target" in each.as_deployed for each in self.endpoints))

    @property
    def allowed_roles(self) -> dict[str, list[Role]]:
        """What external consumers may connect to, by subscription, where these are not all of the services."""
        found: dict[str, list[Role]] = {}
        for each in self.external_approvals:
            roles = found.setdefault(each.subscription, [])
            if each.service not in roles:
                roles.append(each.service)
        return {key: roles for key, roles in sorted(found.items()) if len(roles) < len(self.services)}

    @property
    def handed_roles(self) -> list[Role]:
        """The services that a hand-over offers: those that an external consumer may connect to; without any, all."""
        wanted = {each.service for each in self.external_approvals}
        return [each for each in self.services if not wanted or each in wanted]

    @property
    def consumers(self) -> tuple[str, ...]:
        """The consumers that it has endpoints for."""
        return tuple(sorted({each.consumer for each in self.endpoints}))


@dataclass(frozen=True)
class Topology:
    """The graph of a stack."""

    clusters: Mapping[str, ClusterNode]
    zones: Mapping[str, ZoneNode]
