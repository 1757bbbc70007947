"""Sample settings, and facts of an Azure in which they can be deployed."""

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
"""A subscription of another team."""

CLIENTS = IPv4Network("10.1.0.0/24")
"""The address range of a consumer's subnet."""
NAT_RANGE = IPv4Network("10.0.0.0/24")
"""The address range of a NAT subnet."""

WrittenSettings = Mapping[str, Any]
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


def consumer(name: str, *, dns: WrittenSettings | None = None, **more: Any) -> dict[str, Any]:
    """A consumer with a network and a zone of its own."""
    return {"subnet_id": subnet_id(name), "dns": {"resource_group": name, **(dns or {})}, **more}


def resource_group_id(name: str, subscription: str = GUEST) -> str:
    return f"/subscriptions/{subscription}/resourceGroups/{name}"


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


def hand_over(name: str, region: str = "westus", roles: Sequence[Role] = ROLES) -> dict[str, Any]:
    """Return the hand-over of a cluster."""
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
    """The host names of a cluster, by role."""
    domain = f"{name.lower()}.{region}.kusto.windows.net"
    return {"engine": domain, "ingestion": f"ingest-{domain}"}


def handed_over(**more: Any) -> dict[str, Any]:
    """Settings with another team's cluster and the consumer `analytics`."""
    return {
        "hand_overs": {"theirs": {"inline": hand_over("theirs")}},
        "consumers": {"analytics": consumer("analytics", **more)},
    }


def clusters_and_consumers(clusters: int, consumers: int) -> dict[str, Any]:
    """Settings with N clusters and M consumers."""
    return {
        "clusters": {f"cluster{number}": cluster(f"cluster{number}") for number in range(clusters)},
        "consumers": {f"consumer{number}": consumer(f"consumer{number}") for number in range(consumers)},
    }


def small() -> dict[str, Any]:
    """Settings with the cluster `myadx` and the consumer `analytics`, as in Microsoft's document."""
    return {"clusters": {"myadx": cluster("myadx")}, "consumers": {"analytics": consumer("analytics")}}


def facts_of(settings: Settings, regions: Mapping[str, str] | None = None) -> Facts:
    """Facts of all objects in the settings; clusters are in West US by default."""
    clusters = {
        key: _cluster_facts(settings, key, (regions or {}).get(key, "westus"))
        for key, cluster_settings in sorted(settings.clusters.items())
        if not cluster_settings.described
    }
    balancers: dict[tuple[str, Role], LoadBalancerFacts | Unreadable] = {
        (key, role): _balancer(key, facts, role) for key, facts in clusters.items() for role in ROLES
    }
    hand_overs: dict[str, HandOver | Unreadable] = {
        key: source.inline
        or HandOver.model_validate(hand_over(source.cluster or key, (regions or {}).get(key, "westus")))
        for key, source in sorted(settings.hand_overs.items())
    }
    return Facts(clusters, balancers, _networks(settings, clusters), hand_overs)


def _networks(settings: Settings, clusters: Mapping[str, ClusterFacts]) -> dict[str, NetworkFacts]:
    subnets = [(consumer.subnet_id, "westus", CLIENTS) for consumer in settings.consumers.values()]
    subnets += [(facts.subnet_id, facts.location, NAT_RANGE) for facts in clusters.values() if facts.subnet_id]
    nat_subnet_ids = [cluster_settings.nat.subnet_id for cluster_settings in settings.clusters.values()]
    subnets += [(subnet_id, "westus", NAT_RANGE) for subnet_id in nat_subnet_ids if subnet_id]
    networks: dict[str, NetworkFacts] = {}
    for id, location, prefix in subnets:
        network = networks.get(id.network.key, NetworkFacts(location, {}))
        subnet = SubnetFacts(service_policies_enabled=False, delegated_to=None, prefixes=(prefix,))
        networks[id.network.key] = replace(network, subnets={**network.subnets, id.name.lower(): subnet})
    return networks


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
    """A frontend of a load balancer; `public_ip` is the id or the name of its address."""
    address = f"{_NETWORK}/publicIPAddresses/{public_ip}" if public_ip and "/" not in public_ip else public_ip
    return FrontendFacts(
        FrontendId.parse(f"{_NETWORK}/loadBalancers/{balancer}/frontendIPConfigurations/{name}"),
        PublicAddressId.read(address),
    )


_NETWORK = f"/subscriptions/{OWNER}/resourceGroups/adx/providers/Microsoft.Network"


def cluster_facts(facts: Facts, key: str) -> ClusterFacts:
    cluster = facts.clusters[key]
    assert isinstance(cluster, ClusterFacts)
    return cluster


def balancer_facts(facts: Facts, key: str, role: Role) -> LoadBalancerFacts:
    balancer = facts.load_balancers[key, role]
    assert isinstance(balancer, LoadBalancerFacts)
    return balancer


def with_balancer(facts: Facts, key: str, role: Role, balancer: LoadBalancerFacts | Unreadable) -> Facts:
    return replace(facts, load_balancers={**facts.load_balancers, (key, role): balancer})


def with_cluster(facts: Facts, key: str, cluster: ClusterFacts | Unreadable) -> Facts:
    return replace(facts, clusters={**facts.clusters, key: cluster})


def with_network(facts: Facts, id: str, network: NetworkFacts | Unreadable) -> Facts:
    return replace(facts, networks={**facts.networks, id.lower(): network})


def with_subnet(facts: Facts, id: str, subnet_facts: SubnetFacts) -> Facts:
    subnet = SubnetId.parse(id)
    network = facts.networks[subnet.network.key]
    assert isinstance(network, NetworkFacts)
    subnets = {**network.subnets, subnet.name.lower(): subnet_facts}
    return with_network(facts, subnet.network.key, replace(network, subnets=subnets))


def service_facts(settings: Settings, key: str, node: ServiceNode, *connections: ConnectionFacts) -> ServiceFacts:
    """The facts of a service after its node is deployed."""
    return ServiceFacts(
        id=names.service_id(settings, key, node.target),
        location=node.place.location,
        frontend_id=node.frontend_id,
        nat_subnet_id=node.nat_subnet_id,
        nat_addresses=node.nat_addresses,
        connections=connections,
    )


def with_service(facts: Facts, service: ServiceFacts) -> Facts:
    return replace(facts, services={**facts.services, service.id.key: service})


def connection(endpoint_id: str, state: str = "Approved") -> ConnectionFacts:
    """A connection as a service lists it."""
    id = EndpointId.parse(endpoint_id)
    return ConnectionFacts(f"{id.name}.0f1e2d3c", id, state)


def endpoint_id(name: str, subscription: str = ELSEWHERE, group: str = "partner") -> str:
    return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/privateEndpoints/{name}"


def with_endpoint_states(settings: Settings, facts: Facts, state: str | Unreadable = "Approved") -> Facts:
    """Facts with the state of every endpoint to a handed over cluster."""
    ids = [
        names.endpoint_id(settings, key, consumer, role).key
        for key in settings.hand_overs
        for consumer in settings.consumers_of(key)
        for role in ROLES
    ]
    endpoint = state if isinstance(state, Unreadable) else EndpointFacts(state)
    return replace(facts, endpoints=dict.fromkeys(ids, endpoint))


def plan_settings(settings: WrittenSettings) -> Topology:
    """The topology of settings for which Azure has everything they name."""
    parsed = parse(settings)
    return plan(parsed, facts_of(parsed))


def problems_of(settings: WrittenSettings, facts: Facts | None = None) -> dict[str, Problem]:
    """Problems with settings, the first one of each path; empty when they can be planned."""
    try:
        parsed = parse(settings)
        plan(parsed, facts or facts_of(parsed))
    except SettingsError as error:
        problems = error.problems
    else:
        return {}
    assert len({(problem.path, problem.message) for problem in problems}) == len(problems), (
        "a problem is reported twice"
    )
    assert all(problem.remedy and problem.path and problem.message for problem in problems)
    return {problem.path: problem for problem in reversed(problems)}


def only_problem(settings: WrittenSettings, facts: Facts | None = None) -> Problem:
    """The only problem with settings."""
    [problem] = problems_of(settings, facts).values()
    return problem
