"""Facts: what the graph has to know of Azure, as plain records. They are read before anything is registered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from ipaddress import IPv4Network

from ..problems import Problem
from ..resource_ids import (
    ApplicationSecurityGroupId,
    EndpointId,
    FrontendId,
    LoadBalancerId,
    ManagedEndpointId,
    NetworkId,
    PublicAddressId,
    ServiceId,
    SubnetId,
    ZoneGroupId,
    ZoneId,
)
from ..settings import HandOver, Role
from .cluster_access import AccessState


@dataclass(frozen=True)
class Unreadable:
    """A fact that is not known: what Azure answered, and what to do about it."""

    reason: str
    remedy: str

    @property
    def not_found(self) -> bool:
        return "NotFound" in self.reason


@dataclass(frozen=True)
class ConnectionFacts:
    """A connection that its target lists: a private link service, or a native cluster."""

    name: str
    endpoint_id: EndpointId | None
    """None where Azure shows no id of a private endpoint."""
    state: str
    description: str = ""
    """The request message, until the owner of the target decides and replaces it."""

    @property
    def is_dead(self) -> bool:
        """Whether Azure can never approve it again: it was rejected, or has lost its endpoint."""
        return self.state in DEAD


DEAD = ("Rejected", "Disconnected")
AT_REST = ("Succeeded", "Failed", "Canceled")
"""Provisioning states of a cluster without a running operation (Azure/azure-rest-api-specs, azure-kusto)."""


@dataclass(frozen=True, kw_only=True)
class TargetFacts:
    """What private endpoints connect to."""

    connections: tuple[ConnectionFacts, ...] = ()

    def connection_of(self, endpoint: EndpointId) -> ConnectionFacts | None:
        """Return the connection of an endpoint; of several the living one (Azure may still list its predecessor's)."""
        return self._connections.get(endpoint.key)

    @cached_property
    def _connections(self) -> Mapping[str, ConnectionFacts]:
        # The last one of an endpoint stays: the first of those that live.
        listed = sorted(self.connections, key=lambda connection: connection.is_dead)
        return {connection.endpoint_id.key: connection for connection in reversed(listed) if connection.endpoint_id}


@dataclass(frozen=True)
class ClusterFacts(TargetFacts):
    """An Azure Data Explorer cluster."""

    location: str
    hosts: Mapping[Role, str]
    """Host names, from `uri` and `dataIngestionUri`; none for a cluster that is being created."""
    subnet_id: SubnetId | None
    """The subnet that the cluster is injected in (`virtualNetworkConfiguration`); None for a native cluster."""
    public_ip_ids: Mapping[Role, PublicAddressId | None]
    """The public addresses of an injected cluster, which identify the frontends of its load balancers."""
    former_subnet_id: SubnetId | None = None
    """The subnet that a native cluster was injected in (`virtualNetworkConfiguration.state` is `Disabled`)."""
    state: str = "Running"
    access: AccessState | None = None
    """Access from and to it beside its private endpoints; None where it is not known."""

    @property
    def is_native(self) -> bool:
        """
        Whether private endpoints connect to the cluster itself.

        Source: MicrosoftDocs, dataexplorer-docs, security-network-migrate-vnet-to-private-endpoint.md (`state`).
        """
        return self.subnet_id is None

    @property
    def was_never_injected(self) -> bool:
        """Whether it is a native cluster that never was in a virtual network."""
        return self.is_native and self.former_subnet_id is None

    @property
    def is_migrated(self) -> bool:
        """Whether it is a native cluster that was injected in a virtual network once."""
        return self.is_native and self.former_subnet_id is not None


@dataclass(frozen=True)
class ManagedTargetFacts(TargetFacts):
    """What managed private endpoints connect to: a storage account, an Event Hubs namespace, another cluster."""

    location: str


@dataclass(frozen=True)
class ManagedEndpointFacts:
    """A managed private endpoint that exists. It shows nothing of its connection."""

    target_id: str
    group: str
    region: str
    """Empty where it has none."""
    request_message: str
    has_failed: bool = False
    """Whether it has no connection, because the operation that should have created it failed."""


@dataclass(frozen=True)
class FrontendFacts:
    """A frontend of a load balancer."""

    id: FrontendId
    public_ip_id: PublicAddressId | None

    @property
    def name(self) -> str:
        return self.id.name


@dataclass(frozen=True)
class LoadBalancerFacts:
    """A load balancer of a cluster."""

    id: LoadBalancerId
    location: str
    sku: str
    frontends: tuple[FrontendFacts, ...]


@dataclass(frozen=True)
class SubnetFacts:
    """A subnet of a virtual network."""

    service_policies_enabled: bool
    """`privateLinkServiceNetworkPolicies`: while they are, Azure rejects a private link service in the subnet."""
    delegated_to: str | None
    """The service that the subnet is delegated to; Azure rejects a private endpoint in such a subnet."""
    prefixes: tuple[IPv4Network, ...] = ()
    used: int = 0
    """How many of its addresses are known to be assigned."""
    endpoint_keys: frozenset[str] = frozenset()
    """Its private endpoints: their ids in lower case."""


@dataclass(frozen=True)
class NetworkFacts:
    """A virtual network and its subnets, by lower-case name."""

    location: str
    subnets: Mapping[str, SubnetFacts]


@dataclass(frozen=True)
class ServiceFacts(TargetFacts):
    """A private link service that exists."""

    id: ServiceId
    location: str
    frontend_id: FrontendId | None
    nat_subnet_id: SubnetId | None
    nat_addresses: tuple[str | None, ...]
    """None for one that Azure has chosen."""
    alias: str = ""
    visibility: tuple[str, ...] = ()
    auto_approval: tuple[str, ...] = ()


@dataclass(frozen=True)
class EndpointFacts:
    """A private endpoint that exists."""

    state: str
    """Of its connection, as the endpoint shows it."""
    subnet_id: SubnetId | None = None
    connects_to: str = ""
    """The alias or the id of what it connects to."""
    interface_name: str | None = None
    """The custom name of its network interface: empty where it has none, None where it is not known."""
    request_message: str | None = None
    """The message to its target's owner: empty where Azure approved at once, None where it is not known."""
    application_security_groups: tuple[ApplicationSecurityGroupId, ...] = ()
    has_zone_group: bool = False
    """Whether a zone group writes its names: then an approved endpoint of a native cluster shows none itself."""


@dataclass(frozen=True)
class ZoneGroupFacts:
    """The zone group of a private endpoint that exists."""

    zone_ids: Mapping[str, ZoneId | None]
    """The zones, by the names of the group's configurations."""


@dataclass(frozen=True)
class LinkFacts:
    """A virtual network link that exists."""

    network_id: NetworkId | None


@dataclass(frozen=True)
class FormerService:
    """A private link service of this stack, as of its last update."""

    cluster: str
    """Its key then."""
    target: str
    id: ServiceId


@dataclass(frozen=True)
class FormerEndpoint:
    """A private endpoint of this stack, as of its last update."""

    cluster: str
    """Its key then."""
    consumer: str
    """Its key then."""
    target: str
    id: EndpointId
    addresses: frozenset[str] = frozenset()
    """None of an endpoint that published nothing."""
    hosts: frozenset[str] = frozenset()
    """The host names that led to it."""
    zone_group: ZoneGroupId | None = None
    """The zone group by which this stack published its names; None where record sets did."""


@dataclass(frozen=True)
class FormerManagedEndpoint:
    """A managed private endpoint of this stack, as of its last update."""

    cluster: str
    """The key of its cluster then."""
    key: str
    """Its key then."""
    id: ManagedEndpointId
    target: str
    """The id of its target, in lower case."""
    group: str


@dataclass(frozen=True)
class Former:
    """What the last update of this stack left, according to its outputs."""

    services: tuple[FormerService, ...] = ()
    endpoints: tuple[FormerEndpoint, ...] = ()
    managed_endpoints: tuple[FormerManagedEndpoint, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Why less is known than the outputs should say."""


@dataclass(frozen=True)
class NameWriter:
    """What writes names into private DNS zones: a zone group in the stack's state, or a record set."""

    logical_name: str
    records: frozenset[str]
    """The ids (lower case) of the A records that it has written."""


@dataclass(frozen=True)
class Deployed:
    """The resources in the stack's state; none where the settings give no reason to read it."""

    urns: frozenset[str] = frozenset()
    name_writers: tuple[NameWriter, ...] = ()

    def urn(self, type: str, name: str) -> str | None:
        """Return the URN of a resource, by the end of its type (`…:Zone$azure-native:…`) and its logical name."""
        return next((urn for urn in self._by_name.get(name, ()) if urn.endswith(f"{type}::{name}")), None)

    @cached_property
    def _by_name(self) -> Mapping[str, list[str]]:
        urns: dict[str, list[str]] = {}
        for urn in self.urns:
            urns.setdefault(urn.rpartition("::")[2], []).append(urn)
        return urns


@dataclass(frozen=True)
class Facts:
    """Everything that the topology of a stack has to know of Azure."""

    clusters: Mapping[str, ClusterFacts | Unreadable]
    """By cluster key."""
    load_balancers: Mapping[tuple[str, Role], LoadBalancerFacts | Unreadable]
    """By cluster key and role."""
    networks: Mapping[str, NetworkFacts | Unreadable]
    """By the network's id in lower case."""
    hand_overs: Mapping[str, HandOver | Unreadable] = field(default_factory=dict[str, HandOver | Unreadable])
    """By cluster key."""
    services: Mapping[str, ServiceFacts | Unreadable] = field(default_factory=dict[str, ServiceFacts | Unreadable])
    """The stack's private link services that exist, by id in lower case."""
    endpoints: Mapping[str, EndpointFacts | Unreadable] = field(default_factory=dict[str, EndpointFacts | Unreadable])
    """The stack's private endpoints that exist, by id in lower case."""
    zone_groups: Mapping[str, ZoneGroupFacts | Unreadable] = field(
        default_factory=dict[str, ZoneGroupFacts | Unreadable]
    )
    """The zone groups of the stack's private endpoints that exist, by the endpoint's id in lower case."""
    links: Mapping[str, LinkFacts | Unreadable] = field(default_factory=dict[str, LinkFacts | Unreadable])
    """The stack's virtual network links that exist, by id in lower case."""
    records: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """The addresses of A records that exist where a new zone group would write, by id in lower case."""
    managed_endpoints: Mapping[str, ManagedEndpointFacts | Unreadable] = field(
        default_factory=dict[str, ManagedEndpointFacts | Unreadable]
    )
    """The clusters' managed private endpoints that exist, by id in lower case."""
    managed_targets: Mapping[str, ManagedTargetFacts | Unreadable] = field(
        default_factory=dict[str, ManagedTargetFacts | Unreadable]
    )
    """What they connect to, by id in lower case, in the subscriptions of this stack."""
    lost_groups: Mapping[tuple[str, str], Unreadable] = field(default_factory=dict[tuple[str, str], Unreadable])
    """Resource groups that the settings name and Azure does not show, by subscription and name."""
    lost_action_groups: Mapping[str, Unreadable] = field(default_factory=dict[str, Unreadable])
    """Action groups that the settings name and Azure does not show, by id in lower case."""
    lost_zones: Mapping[str, Unreadable] = field(default_factory=dict[str, Unreadable])
    """Private DNS zones that the settings may mean and Azure does not show, by id in lower case."""
    former: Former = Former()
    deployed: Deployed = Deployed()

    def alone(self, cluster: str) -> Facts:
        """Return the facts of one cluster, without the former services of others."""
        services = tuple(service for service in self.former.services if service.cluster == cluster)
        return replace(self, former=replace(self.former, services=services))

    def cluster(self, key: str) -> ClusterFacts | Unreadable:
        return self.clusters.get(key, _NOT_GIVEN)

    def hand_over(self, key: str) -> HandOver | Unreadable:
        return self.hand_overs.get(key, _NOT_GIVEN)

    def load_balancer(self, key: str, role: Role) -> LoadBalancerFacts | Unreadable:
        return self.load_balancers.get((key, role), _NOT_GIVEN)

    def network(self, id: NetworkId) -> NetworkFacts | Unreadable:
        return self.networks.get(id.key, _NOT_GIVEN)

    def subnet(self, id: SubnetId) -> SubnetFacts | None:
        """Return a subnet that exists and can be read."""
        network = self.network(id.network)
        return network.subnets.get(id.name.lower()) if isinstance(network, NetworkFacts) else None

    def service(self, id: ServiceId | None) -> ServiceFacts | None:
        """Return a private link service of this stack that exists and can be read."""
        service = self.services.get(id.key) if id else None
        return service if isinstance(service, ServiceFacts) else None

    def endpoint(self, id: EndpointId) -> EndpointFacts | None:
        """Return a private endpoint of this stack that exists and can be read."""
        endpoint = self.endpoints.get(id.key)
        return endpoint if isinstance(endpoint, EndpointFacts) else None


_NOT_GIVEN = Unreadable(
    "it is not among the facts that were given", "add it to them, or leave `facts` out to have all read"
)
