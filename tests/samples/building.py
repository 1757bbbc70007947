"""Settings, and the facts of an Azure in which they can be deployed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from ipaddress import IPv4Network
from typing import Any

from adx_private_link.errors import SettingsError
from adx_private_link.facts.records import (
    ClusterFacts,
    ConnectionFacts,
    EndpointFacts,
    Facts,
    FrontendFacts,
    LoadBalancerFacts,
    NetworkFacts,
    ServiceFacts,
    SubnetFacts,
    Unreadable,
)
from adx_private_link.naming import azure as names
from adx_private_link.problems import Problem
from adx_private_link.program import parse, plan
from adx_private_link.resource_ids import EndpointId, FrontendId, LoadBalancerId, PublicAddressId, SubnetId
from adx_private_link.settings import ROLES, HandOver, Role, Settings
from adx_private_link.topology.records import ServiceNode, Topology

OWNER = "11111111-1111-1111-1111-111111111111"
"""The subscription of the clusters."""
GUEST = "22222222-2222-2222-2222-222222222222"
"""A subscription of consumers."""
ELSEWHERE = "33333333-3333-3333-3333-333333333333"
"""A subscription of somebody else."""

CLIENTS = IPv4Network("10.1.0.0/24")
"""Addresses of a consumer's subnet."""
NAT_RANGE = IPv4Network("10.0.0.0/24")
"""Addresses of a NAT subnet."""

Given = Mapping[str, Any]
"""A part of the settings as people write it."""

NOT_FOUND = Unreadable('Status=404 Code="ResourceNotFound"', "look again")
FORBIDDEN = Unreadable(
    'Status=403 Code="AuthorizationFailed"', "log in with an identity that has the Reader role there"
)


def cluster_id(name: str, subscription: str = OWNER, group: str = "adx") -> str:
    return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Kusto/Clusters/{name}"


def network_id(name: str, subscription: str = GUEST, group: str | None = None) -> str:
    return (
        f"/subscriptions/{subscription}/resourceGroups/{group or name}/providers/Microsoft.Network/virtualNetworks/"
        f"{name}-vnet"
    )


def subnet_id(name: str, subscription: str = GUEST, subnet: str = "clients") -> str:
    return f"{network_id(name, subscription)}/subnets/{subnet}"


def cluster(name: str, **more: Any) -> dict[str, Any]:
    return {"id": cluster_id(name), **more}


def consumer(name: str, *, dns: Given | None = None, **more: Any) -> dict[str, Any]:
    """A consumer with a network and a zone of its own."""
    return {"subnet_id": subnet_id(name), "dns": {"resource_group": name, **(dns or {})}, **more}


def zone_id(name: str, subscription: str = GUEST, group: str = "hub") -> str:
    return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/privateDnsZones/{name}"


def frontend_id(name: str, subscription: str = OWNER, group: str = "adx") -> str:
    return (
        f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/loadBalancers/{name}"
        "/frontendIPConfigurations/public"
    )


def described(name: str, region: str = "westus", roles: Sequence[Role] = ROLES) -> dict[str, Any]:
    """A cluster's facts as its owner writes them."""
    return {
        "location": region,
        "subnet_id": f"{network_id(name, OWNER, 'adx')}/subnets/adx",
        "services": {
            role: {"host": hosts(name, region)[role], "frontend_id": frontend_id(f"{name}-{role}")} for role in roles
        },
    }


def handed(name: str, region: str = "westus", roles: Sequence[Role] = ROLES) -> dict[str, Any]:
    """What the owner of a cluster hands over."""
    return {
        "version": 1,
        "cluster": cluster_id(name, ELSEWHERE),
        "location": region,
        "zone": f"privatelink.{region}.kusto.windows.net",
        "request_message": "for the data team",
        "services": {
            role: {
                "alias": f"pls-{name}-{role}.{ELSEWHERE}.{region}.azure.privatelinkservice",
                "records": [{"host": hosts(name, region)[role], "name": hosts(name, region)[role].partition(".")[0]}],
            }
            for role in roles
        },
    }


def hosts(name: str, region: str = "westus") -> dict[Role, str]:
    """What clients of a cluster ask for."""
    domain = f"{name.lower()}.{region}.kusto.windows.net"
    return {"engine": domain, "ingestion": f"ingest-{domain}"}


def handed_over(**more: Any) -> dict[str, Any]:
    """Somebody else's cluster, reached from the network `analytics`."""
    return {
        "hand_overs": {"theirs": {"inline": handed("theirs")}},
        "consumers": {"analytics": consumer("analytics", **more)},
    }


def clusters_and_consumers(clusters: int, consumers: int) -> dict[str, Any]:
    """N clusters x M consumers."""
    return {
        "clusters": {f"cluster{number}": cluster(f"cluster{number}") for number in range(clusters)},
        "consumers": {f"consumer{number}": consumer(f"consumer{number}") for number in range(consumers)},
    }


def small() -> dict[str, Any]:
    """The source document's example: `myadx`, reached from the network `analytics`."""
    return {"clusters": {"myadx": cluster("myadx")}, "consumers": {"analytics": consumer("analytics")}}


def facts_of(settings: Settings, regions: Mapping[str, str] | None = None) -> Facts:
    """What Azure would tell of everything that the settings name; clusters are in West US unless it is said."""
    clusters = {
        key: _cluster_facts(settings, key, (regions or {}).get(key, "westus"))
        for key, each in sorted(settings.clusters.items())
        if not each.described
    }
    balancers: dict[tuple[str, Role], LoadBalancerFacts | Unreadable] = {
        (key, role): _balancer(key, each, role) for key, each in clusters.items() for role in ROLES
    }
    hand_overs: dict[str, HandOver | Unreadable] = {
        key: each.inline or HandOver.model_validate(handed(each.cluster or key, (regions or {}).get(key, "westus")))
        for key, each in sorted(settings.hand_overs.items())
    }
    return Facts(clusters, balancers, _networks(settings, clusters), hand_overs)


def _networks(settings: Settings, clusters: Mapping[str, ClusterFacts]) -> dict[str, NetworkFacts]:
    subnets = [(each.subnet_id, "westus", CLIENTS) for each in settings.consumers.values()]
    subnets += [(each.subnet_id, each.location, NAT_RANGE) for each in clusters.values() if each.subnet_id]
    nat = [each.nat.subnet_id for each in settings.clusters.values()]
    subnets += [(each, "westus", NAT_RANGE) for each in nat if each]
    found: dict[str, NetworkFacts] = {}
    for each, location, prefix in subnets:
        known = found.get(each.network.key, NetworkFacts(location, {}))
        subnet = SubnetFacts(service_policies_enabled=False, delegated_to=None, prefixes=(prefix,))
        found[each.network.key] = replace(known, subnets={**known.subnets, each.name.lower(): subnet})
    return found


def _cluster_facts(settings: Settings, key: str, region: str) -> ClusterFacts:
    id = settings.clusters[key].home
    ip = f"/subscriptions/{id.subscription}/resourceGroups/adx/providers/Microsoft.Network/publicIPAddresses/{key}"
    return ClusterFacts(
        location=region,
        hosts=hosts(id.name, region),
        subnet_id=SubnetId.parse(f"{network_id(key, id.subscription, 'adx')}/subnets/adx"),
        public_ip_ids={role: PublicAddressId.parse(f"{ip}-{role}") for role in ROLES},
    )


def _balancer(key: str, facts: ClusterFacts, role: Role) -> LoadBalancerFacts:
    id = f"/subscriptions/{OWNER}/resourceGroups/adx/providers/Microsoft.Network/loadBalancers/{key}-{role}"
    public = FrontendFacts(FrontendId.parse(f"{id}/frontendIPConfigurations/public"), facts.public_ip_ids[role])
    return LoadBalancerFacts(LoadBalancerId.parse(id), facts.location, "Standard", (public,))


def frontend(balancer: str, name: str, public_ip: str | None = None) -> FrontendFacts:
    """A frontend by the names of its load balancer and itself; `public_ip` is the id or the name of its address."""
    address = f"{_NETWORK}/publicIPAddresses/{public_ip}" if public_ip and "/" not in public_ip else public_ip
    return FrontendFacts(
        FrontendId.parse(f"{_NETWORK}/loadBalancers/{balancer}/frontendIPConfigurations/{name}"),
        PublicAddressId.read(address),
    )


_NETWORK = f"/subscriptions/{OWNER}/resourceGroups/adx/providers/Microsoft.Network"


def cluster_facts(facts: Facts, key: str) -> ClusterFacts:
    found = facts.clusters[key]
    assert isinstance(found, ClusterFacts)
    return found


def balancer_facts(facts: Facts, key: str, role: Role) -> LoadBalancerFacts:
    found = facts.load_balancers[key, role]
    assert isinstance(found, LoadBalancerFacts)
    return found


def with_balancer(facts: Facts, key: str, role: Role, found: LoadBalancerFacts | Unreadable) -> Facts:
    return replace(facts, load_balancers={**facts.load_balancers, (key, role): found})


def with_cluster(facts: Facts, key: str, found: ClusterFacts | Unreadable) -> Facts:
    return replace(facts, clusters={**facts.clusters, key: found})


def with_network(facts: Facts, id: str, found: NetworkFacts | Unreadable) -> Facts:
    return replace(facts, networks={**facts.networks, id.lower(): found})


def with_subnet(facts: Facts, id: str, found: SubnetFacts) -> Facts:
    subnet = SubnetId.parse(id)
    network = facts.networks[subnet.network.key]
    assert isinstance(network, NetworkFacts)
    subnets = {**network.subnets, subnet.name.lower(): found}
    return with_network(facts, subnet.network.key, replace(network, subnets=subnets))


def service_facts(settings: Settings, key: str, node: ServiceNode, *connections: ConnectionFacts) -> ServiceFacts:
    """A service as Azure has it once a node is deployed."""
    return ServiceFacts(
        id=names.service_id(settings, key, node.target),
        location=node.place.location,
        frontend_id=node.frontend_id,
        nat_subnet_id=node.nat_subnet_id,
        nat_addresses=node.nat_addresses,
        connections=connections,
    )


def with_service(facts: Facts, found: ServiceFacts) -> Facts:
    return replace(facts, services={**facts.services, found.id.key: found})


def connection(endpoint_id: str, state: str = "Approved") -> ConnectionFacts:
    """How a service lists an endpoint."""
    id = EndpointId.parse(endpoint_id)
    return ConnectionFacts(f"{id.name}.0f1e2d3c", id, state)


def endpoint_id(name: str, subscription: str = ELSEWHERE, group: str = "partner") -> str:
    return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/privateEndpoints/{name}"


def approved(settings: Settings, facts: Facts, state: str | Unreadable = "Approved") -> Facts:
    """The same facts when the owners of all clusters that are handed over have answered."""
    ids = [
        names.endpoint_id(settings, key, consumer, role).key
        for key in settings.hand_overs
        for consumer in settings.consumers_of(key)
        for role in ROLES
    ]
    found = state if isinstance(state, Unreadable) else EndpointFacts(state)
    return replace(facts, endpoints=dict.fromkeys(ids, found))


def plan_settings(given: Given) -> Topology:
    """The topology of settings for which Azure has everything they name."""
    settings = parse(given)
    return plan(settings, facts_of(settings))


def problems_of(given: Given, facts: Facts | None = None) -> dict[str, Problem]:
    """What is wrong with settings, by path (the first thing of each); nothing, where they can be planned."""
    try:
        settings = parse(given)
        plan(settings, facts or facts_of(settings))
    except SettingsError as error:
        problems = error.problems
    else:
        return {}
    assert len({(each.path, each.message) for each in problems}) == len(problems), "one problem is told twice"
    assert all(each.remedy and each.path and each.message for each in problems)
    return {each.path: each for each in reversed(problems)}


def only_problem(given: Given, facts: Facts | None = None) -> Problem:
    """The one thing that is wrong."""
    [found] = problems_of(given, facts).values()
    return found
