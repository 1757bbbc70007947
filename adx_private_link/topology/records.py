"""Records: one for each resource of a topology, with its final names and its edges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from ..facts.records import DEAD
from ..resource_ids import (
    ApplicationSecurityGroupId,
    ClusterId,
    EndpointId,
    FrontendId,
    ManagedEndpointId,
    NetworkId,
    ServiceId,
    SubnetId,
    ZoneId,
)
from ..settings import (
    HostRole,
    KeptOfDns,
    KeptOfEndpoint,
    KeptOfService,
    ManagedGroup,
    ManagedTargetId,
    ResolutionPolicy,
    Role,
    Target,
)
from .monitor_records import AlertNode, DiagnosticsNode


@dataclass(frozen=True)
class Place:
    """Where a resource lives."""

    subscription: str
    resource_group: str
    location: str

    def __str__(self) -> str:
        return f"/subscriptions/{self.subscription}/resourceGroups/{self.resource_group}"


@dataclass(frozen=True)
class Host:
    """A name by which clients reach a cluster, and the record that it needs."""

    name: str
    """Such as `myadx.westus.kusto.windows.net`."""
    role: HostRole
    zone: str
    """The name of the private DNS zone that holds its record."""
    record: str
    """The name of its record in the zone."""


Idle = Literal["prepared", "left", "public"]
"""
Why an endpoint publishes nothing, although nothing is wrong with it: its cluster is still in its virtual network
(`prepared`), the cluster has left the network and the service behind (`left`), or the settings leave the names to the
public endpoint (`public`).
"""

NamedInService = Literal["name", "frontend", "visibility", "auto_approval"]
NamedInEndpoint = Literal["name", "subnet", "target", "interface_name", "application_security_groups"]

# Services


@dataclass(frozen=True)
class ServiceNode:
    """A private link service of this stack: one target of a cluster."""

    target: Role
    logical_name: str
    name: str
    place: Place
    frontend_id: FrontendId | None
    """None for a service that lost its frontend when its cluster left the network."""
    nat_subnet_id: SubnetId
    nat_addresses: tuple[str | None, ...]
    """One for each NAT address: a static one, or None for one that Azure chooses."""
    hosts: tuple[str, ...]
    """The host names that it serves."""
    visibility: tuple[str, ...]
    auto_approval: tuple[str, ...]
    proxy_protocol: bool
    lock: bool
    protect: bool
    tags: Mapping[str, str]
    keep: tuple[KeptOfService, ...]
    """What stays as it is in Azure."""
    as_deployed: tuple[NamedInService, ...] = ()
    """What names the same objects as the deployed service does, in any spelling."""
    deployed_addresses: int = 0
    """How many NAT addresses the deployed service has in the same subnet."""
    is_left: bool = False
    """Whether its cluster has left its virtual network: the service stays as it is, whatever the settings say."""
    alert: AlertNode | None = None

    @cached_property
    def id(self) -> ServiceId:
        return ServiceId.of(self.place.subscription, self.place.resource_group, self.name)


@dataclass(frozen=True)
class ApprovalNode:
    """The approval of connections by this stack: a deployment in the resource group of the target."""

    logical_name: str
    name: str
    place: Place


@dataclass(frozen=True)
class ExternalApprovalNode:
    """The approval of all connections of an external consumer to one target."""

    consumer: str
    subscription: str
    """That of their endpoints."""
    target: Target
    approval: ApprovalNode
    connections: tuple[str, ...]
    """Their names on the target, as of now."""


# Endpoints


@dataclass(frozen=True)
class ServiceAlias:
    """Connect by the alias of a service of this stack, which works across subscriptions."""

    target: Target


@dataclass(frozen=True)
class ServiceById:
    """Connect by the id of a service of this stack."""

    target: Target


@dataclass(frozen=True)
class HandedAlias:
    """Connect by the alias of a service of another stack, which works across tenants."""

    alias: str


@dataclass(frozen=True)
class ClusterConnection:
    """Connect to a native cluster, by its id and a group of its private link resource."""

    id: ClusterId
    group: Literal["cluster"] = "cluster"


ADDRESSES_OF_CLUSTER = 8
"""
How many addresses an endpoint of a native cluster has at first: one for the engine, one for ingestion, and three for
each of two storage accounts (MicrosoftDocs, dataexplorer-docs, security-network-private-endpoint.md). It gets more when
the cluster gets more storage accounts.
"""

ConnectsTo = ServiceAlias | ServiceById | HandedAlias | ClusterConnection
"""How an endpoint names its target to Azure."""


@dataclass(frozen=True)
class RecordNode:
    """The A record of one host in the zone of one consumer."""

    logical_name: str
    host: str
    role: HostRole
    name: str
    zone: str
    """Key of the zone in the topology."""
    ttl: int
    keep: tuple[KeptOfDns, ...]


@dataclass(frozen=True)
class ZoneConfigNode:
    """One zone of a zone group."""

    name: str
    """What is in the zone (`kusto`, `blob`, `queue`, `table`), or the name that the deployed group has for it."""
    zone: str
    """Key of the zone in the topology."""
    as_deployed: bool = False
    """Whether it is the zone of the deployed group, in any spelling."""


@dataclass(frozen=True)
class ZoneGroupNode:
    """The zone group of one endpoint of a native cluster: Azure writes the records into its zones."""

    logical_name: str
    name: str
    configs: tuple[ZoneConfigNode, ...]
    as_deployed: bool = False
    """Whether its name is that of the deployed group, in any spelling."""


@dataclass(frozen=True)
class EndpointNode:
    """One consumer's private endpoint for one target of a cluster."""

    consumer: str
    target: Target
    logical_name: str
    component_name: str
    """The logical name of the component with all endpoints of its consumer for its cluster."""
    name: str
    place: Place
    subnet_id: SubnetId
    connects_to: ConnectsTo
    connection_name: str
    request_message: str | None
    """The message to the target's owner; None where Azure approves at once, by the caller's rights."""
    approval: ApprovalNode | None
    """None where Azure or the target's owner approves."""
    withheld: str | None
    """The state of its connection that keeps its hosts from being published; None where it does not."""
    hosts: tuple[Host, ...]
    """
    The cluster's own host names that lead to it; none while they are withheld, and while it is idle. Those of a native
    cluster's storage accounts are known once Azure has approved its connection.
    """
    records: tuple[RecordNode, ...]
    address: str | None
    """Static address; None for one that Azure chooses."""
    interface_name: str | None
    application_security_groups: tuple[ApplicationSecurityGroupId, ...]
    tags: Mapping[str, str]
    keep: tuple[KeptOfEndpoint, ...]
    """What stays as it is in Azure."""
    zone_group: ZoneGroupNode | None = None
    """None where record sets of this stack are the only records, or another team or tool manages the names."""
    zone_names: Mapping[str, str] = field(default_factory=dict[str, str])
    """The names of the zones of its hosts by their content: `kusto`; of a native cluster `blob`, `queue`, `table`."""
    as_deployed: tuple[NamedInEndpoint, ...] = ()
    """What names the same objects as the deployed endpoint does, in any spelling."""
    idle: Idle | None = None
    """Why it publishes nothing; None where it publishes its hosts, unless they are withheld."""
    alert: AlertNode | None = None

    @cached_property
    def id(self) -> EndpointId:
        return EndpointId.of(self.place.subscription, self.place.resource_group, self.name)

    @property
    def is_accepted_in_any_state(self) -> bool:
        """Whether an update goes on without its approval: no name leads to it."""
        return self.withheld is not None or self.idle == "left"

    @property
    def addresses(self) -> int:
        """How many addresses of its subnet it takes."""
        return ADDRESSES_OF_CLUSTER if isinstance(self.connects_to, ClusterConnection) else 1

    @property
    def zones(self) -> tuple[str, ...]:
        """Keys of the zones that its names are in."""
        configs = self.zone_group.configs if self.zone_group else ()
        return tuple(dict.fromkeys([*(record.zone for record in self.records), *(config.zone for config in configs)]))


# DNS


@dataclass(frozen=True)
class LinkNode:
    """One network that sees a zone."""

    consumer: str | None
    """The key of the consumer that asks for it; None in a zone for other stacks."""
    path: str
    """The setting that asks for it."""
    logical_name: str
    name: str
    network_id: NetworkId
    resolution_policy: ResolutionPolicy | None
    """None in a zone without `privatelink` in its name: Azure takes no policy there."""
    tags: Mapping[str, str]
    keep: tuple[KeptOfDns, ...]
    as_deployed: bool = False
    """Whether its name and network are those of a deployed link, in any spelling."""
    former_logical_name: str | None = None
    """Its logical name while it linked another network under the name that it keeps."""

    @property
    def after_records(self) -> bool:
        """Whether the records come first: without them, clients of such a network get no answer at all."""
        return self.resolution_policy != "NxDomainRedirect"


@dataclass(frozen=True)
class ZoneNode:
    """One private DNS zone, shared by every cluster of the region that its networks see."""

    key: str
    name: str
    subscription: str
    resource_group: str
    exists: bool
    """Whether it is not this stack's: then records and links are created in it, and it is left alone."""
    lock: bool
    protect: bool
    tags: Mapping[str, str]
    keep: tuple[KeptOfDns, ...]
    links: tuple[LinkNode, ...]

    @property
    def id(self) -> ZoneId:
        return ZoneId.of(self.subscription, self.resource_group, self.name)


# Managed private endpoints

NamedInManagedEndpoint = Literal["name", "target", "group", "region"]


@dataclass(frozen=True)
class ManagedEndpointNode:
    """A private endpoint of a cluster itself to one of its sources of data, in a network of Azure's own."""

    key: str
    logical_name: str
    id: ManagedEndpointId
    target: ManagedTargetId
    group: ManagedGroup
    region: str | None
    """The region of its target; None where that is the cluster's."""
    request_message: str
    """The message to the target's owner, by which its connection is found there."""
    approval: ApprovalNode | None
    """None where the target's owner approves."""
    is_visible: bool
    """Whether this stack can see the connection on the target."""
    state: str | None
    """The state of its connection before the update: None where Azure has none, or where it is not visible."""
    is_new: bool
    """Whether the update creates it, or replaces the deployed one."""
    as_deployed: tuple[NamedInManagedEndpoint, ...] = ()
    """What names the same objects as the deployed one does, in any spelling."""

    @property
    def is_lost(self) -> bool:
        """Whether its connection is gone or dead: only a replacement gets another one."""
        return not self.is_new and self.is_visible and (self.state is None or self.state in DEAD)


# Clusters


@dataclass(frozen=True)
class ClusterNode:
    """The graph of one cluster."""

    key: str
    name: str
    """The key that names are made from: another one only where the key was renamed."""
    id: ClusterId | None
    """The cluster's resource id, where it is known."""
    location: str
    zone_name: str
    request_message: str
    """The message that its owner expects beside a connection."""
    hosts: Mapping[Target, tuple[Host, ...]]
    """The host names that are published, by target; the cluster's own name first."""
    services: Mapping[Target, ServiceNode]
    """Its private link services in this stack; none for a native cluster, and for one that is handed over."""
    external_approvals: tuple[ExternalApprovalNode, ...]
    external_consumers: tuple[str, ...]
    endpoints: tuple[EndpointNode, ...]
    zones: tuple[str, ...]
    """Keys of the zones that hold its names."""
    warnings: tuple[str, ...]
    """What to know of it, although it can be deployed."""
    is_handed_over: bool = False
    """Whether another stack publishes it."""
    was_injected: bool = False
    """Whether it is or was in a virtual network."""
    has_left: bool = False
    """Whether it has left its network, and its services stay."""
    managed_endpoints: tuple[ManagedEndpointNode, ...] = ()
    diagnostics: DiagnosticsNode | None = None

    @property
    def as_deployed(self) -> bool:
        """Whether it is the cluster that is deployed under this key, in any spelling."""
        if self.services:
            return any("frontend" in service.as_deployed for service in self.services.values())
        if any("target" in endpoint.as_deployed for endpoint in self.endpoints):
            return True
        return any("name" in managed.as_deployed for managed in self.managed_endpoints)

    @property
    def allowed_targets(self) -> dict[str, list[Target]]:
        """The targets that external consumers may connect to, by subscription, where these are not all."""
        targets: dict[str, list[Target]] = {}
        for approval in self.external_approvals:
            allowed = targets.setdefault(approval.subscription, [])
            if approval.target not in allowed:
                allowed.append(approval.target)
        return {key: allowed for key, allowed in sorted(targets.items()) if len(allowed) < len(self.hosts)}

    @property
    def handed_targets(self) -> list[Target]:
        """The targets in its hand-over: those that an external consumer may connect to; all if there is none."""
        approved = {approval.target for approval in self.external_approvals}
        return [target for target in self.hosts if not approved or target in approved]

    @property
    def consumers(self) -> tuple[str, ...]:
        """The consumers that it has endpoints for."""
        return tuple(sorted({endpoint.consumer for endpoint in self.endpoints}))


@dataclass(frozen=True)
class Topology:
    """The graph of a stack."""

    clusters: Mapping[str, ClusterNode]
    zones: Mapping[str, ZoneNode]
