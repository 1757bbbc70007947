"""What the graph has to know of Azure, as plain records: read before anything is registered, or given by the caller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from ipaddress import IPv4Network

from ..problems import Problem
from ..resource_ids import EndpointId, NetworkId, ServiceId
from ..settings import ClusterSettings, HandOver, Role, Settings


@dataclass(frozen=True)
class Unreadable:
    """Something that is not known of Azure: what Azure answered, and what to do about it."""

    reason: str
    remedy: str

    @property
    def not_found(self) -> bool:
        return "NotFound" in self.reason


@dataclass(frozen=True)
class ClusterFacts:
    """An Azure Data Explorer cluster."""

    location: str
    hosts: Mapping[Role, str]
    """Host names, from `uri` and `dataIngestionUri`."""
    subnet_id: str | None
    """The subnet that the cluster is injected in (`virtualNetworkConfiguration`); None for a cluster that is not."""
    public_ip_ids: Mapping[Role, str]
    """The public addresses of an injected cluster; they tell which load balancer frontend is which."""


@dataclass(frozen=True)
class FrontendFacts:
    """A frontend of a load balancer."""

    id: str
    name: str
    public_ip_id: str | None


@dataclass(frozen=True)
class LoadBalancerFacts:
    """A load balancer of a cluster."""

    id: str
    location: str
    sku: str
    frontends: tuple[FrontendFacts, ...]


@dataclass(frozen=True)
class SubnetFacts:
    """A subnet of a virtual network."""

    service_policies_enabled: bool
    """`privateLinkServiceNetworkPolicies`: while they are, Azure lets no private link service into the subnet."""
    delegated_to: str | None
    """The service that the subnet is delegated to; Azure lets no private endpoint into such a subnet."""
    prefixes: tuple[IPv4Network, ...] = ()
    used: int = 0
    """How many of its addresses are known to be assigned."""
    endpoint_ids: frozenset[str] = frozenset()
    """Its private endpoints, by id in lower case."""


@dataclass(frozen=True)
class NetworkFacts:
    """A virtual network and its subnets, by lower-case name."""

    location: str
    subnets: Mapping[str, SubnetFacts]


@dataclass(frozen=True)
class ConnectionFacts:
    """A connection that a private link service lists."""

    name: str
    endpoint_id: str
    state: str

    @property
    def is_dead(self) -> bool:
        """Azure never brings back what was rejected or has lost its other end."""
        return self.state in DEAD


DEAD = ("Rejected", "Disconnected")


@dataclass(frozen=True)
class ServiceFacts:
    """A private link service that is there."""

    id: str
    location: str
    frontend_id: str
    nat_subnet_id: str
    nat_addresses: tuple[str | None, ...]
    """None for one that Azure has chosen."""
    connections: tuple[ConnectionFacts, ...]
    alias: str = ""
    visibility: tuple[str, ...] = ()
    auto_approval: tuple[str, ...] = ()

    def connection_of(self, endpoint: EndpointId) -> ConnectionFacts | None:
        """The connection of an endpoint; of several the living one (Azure may still list its predecessor's)."""
        return self._connections.get(endpoint.key)

    @cached_property
    def _connections(self) -> Mapping[str, ConnectionFacts]:
        # The last one of an endpoint stays: the first of those that live.
        listed = sorted(self.connections, key=lambda each: each.is_dead)
        return {each.endpoint_id.lower(): each for each in reversed(listed)}


@dataclass(frozen=True)
class EndpointFacts:
    """A private endpoint that exists."""

    state: str
    """Of its connection, as the endpoint shows it."""
    subnet_id: str = ""
    target: str = ""
    """The alias or the id of the private link service that it connects to."""
    interface_name: str | None = None
    """The custom name of its network interface."""
    application_security_groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class LinkFacts:
    """A virtual network link that exists."""

    network_id: str


@dataclass(frozen=True)
class FormerService:
    """A private link service that this stack has made: as of its last update."""

    cluster: str
    """Its key then."""
    role: str
    id: ServiceId


@dataclass(frozen=True)
class FormerEndpoint:
    """A private endpoint that this stack created: as of its last update."""

    cluster: str
    """Its key then."""
    consumer: str
    """Its key then."""
    role: str
    id: EndpointId
    address: str | None = None
    """None for one that published nothing."""


@dataclass(frozen=True)
class Former:
    """What the last update of this stack has made, as its outputs tell."""

    services: tuple[FormerService, ...] = ()
    endpoints: tuple[FormerEndpoint, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Why less is known than the outputs should tell."""


@dataclass(frozen=True)
class Deployed:
    """What the stack's state has; nothing where the settings give no reason to read it."""

    urns: frozenset[str] = frozenset()

    def urn(self, type: str, name: str) -> str | None:
        """The URN of a resource, by the end of its type (`KustoPrivateDnsZone$azure-native:…`) and its logical name."""
        return next((each for each in self._by_name.get(name, ()) if each.endswith(f"{type}::{name}")), None)

    @cached_property
    def _by_name(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for each in self.urns:
            found.setdefault(each.rpartition("::")[2], []).append(each)
        return found


@dataclass(frozen=True)
class Facts:
    """All that the topology of a stack has to know of Azure."""

    clusters: Mapping[str, ClusterFacts | Unreadable]
    """By cluster key."""
    load_balancers: Mapping[tuple[str, Role], LoadBalancerFacts | Unreadable]
    """By cluster key and role."""
    networks: Mapping[str, NetworkFacts | Unreadable]
    """By the network's id in lower case."""
    hand_overs: Mapping[str, HandOver | Unreadable] = field(default_factory=dict[str, HandOver | Unreadable])
    """By cluster key."""
    services: Mapping[str, ServiceFacts | Unreadable] = field(default_factory=dict[str, ServiceFacts | Unreadable])
    """The stack's private link services that are there, by id in lower case."""
    endpoints: Mapping[str, EndpointFacts | Unreadable] = field(default_factory=dict[str, EndpointFacts | Unreadable])
    """The stack's private endpoints that exist, by id in lower case."""
    links: Mapping[str, LinkFacts | Unreadable] = field(default_factory=dict[str, LinkFacts | Unreadable])
    """The stack's virtual network links that exist, by id in lower case."""
    lost_groups: Mapping[tuple[str, str], Unreadable] = field(default_factory=dict[tuple[str, str], Unreadable])
    """Resource groups that the settings name and Azure does not show, by subscription and name."""
    lost_zones: Mapping[str, Unreadable] = field(default_factory=dict[str, Unreadable])
    """Private DNS zones that the settings name and Azure does not show, by id in lower case."""
    former: Former = Former()
    deployed: Deployed = Deployed()

    def alone(self, key: str) -> Facts:
        """The facts of one cluster: what became of the services of others is not its concern."""
        services = tuple(each for each in self.former.services if each.cluster == key)
        return replace(self, former=replace(self.former, services=services))

    def cluster(self, key: str) -> ClusterFacts | Unreadable:
        return self.clusters.get(key, _NOT_GIVEN)

    def hand_over(self, key: str) -> HandOver | Unreadable:
        return self.hand_overs.get(key, _NOT_GIVEN)

    def load_balancer(self, key: str, role: Role) -> LoadBalancerFacts | Unreadable:
        return self.load_balancers.get((key, role), _NOT_GIVEN)

    def network(self, id: NetworkId) -> NetworkFacts | Unreadable:
        return self.networks.get(id.key, _NOT_GIVEN)


_NOT_GIVEN = Unreadable(
    "it is not among the facts that were given", "add it to them, or leave `facts` out to have all read"
)


def described_facts(given: ClusterSettings) -> ClusterFacts | None:
    """The facts of a cluster that its settings describe; None where it is looked up."""
    if given.described is None:
        return None
    return ClusterFacts(
        location=given.described.location,
        hosts={role: each.host for role, each in given.described.services.items()},
        subnet_id=str(given.described.subnet_id),
        public_ip_ids={},
    )


def nat_subnet(settings: Settings, key: str, facts: ClusterFacts) -> str | None:
    """The subnet of a cluster's NAT addresses: the one given, or the one that the cluster is injected in."""
    given = settings.clusters[key].nat.subnet_id
    return str(given) if given else facts.subnet_id
