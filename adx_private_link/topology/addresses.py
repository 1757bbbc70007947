"""
The addresses of subnets: whether there are enough of them, and who gets which.

Azure reserves the first four and the last address of each range, and assigns the lowest free one to whatever asks for a
dynamic address (MicrosoftDocs/azure-docs, articles/virtual-network/virtual-networks-faq.md and ip-services/private-ip-
addresses.md; #88211). Full subnets fail in the middle of an update (`SubnetIsFull`), taken addresses for ever after
(`PrivateIPAddressIsAllocated`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from ..facts.records import FormerEndpoint, NetworkFacts, ServiceFacts, SubnetFacts
from ..problems import Problem
from ..resource_ids import EndpointId, SubnetId
from .planning import Planning
from .records import ClusterNode, EndpointNode, ServiceNode, Topology

_RESERVED = 5


@dataclass
class _Subnet:
    """One subnet, and what the stack puts into it."""

    id: SubnetId
    facts: SubnetFacts
    asking: Counter[str] = field(default_factory=Counter[str])
    """How many addresses more than it has each side needs, by the setting that names the subnet."""
    leaving: int = 0
    """How many addresses become free before others are assigned: of resources that get another name."""
    nat: Counter[str] = field(default_factory=Counter[str])
    """How many dynamic NAT addresses are assigned in this update, by cluster key."""
    static: dict[str, EndpointNode] = field(default_factory=dict[str, EndpointNode])
    """The endpoints with a static address that are created in this update, by the setting that has the address."""


def subnet_problems(planning: Planning, graph: Topology) -> Iterator[Problem]:
    """Whatever of the graph finds no address in its subnet, or not the one that it is to have."""
    subnets = _subnets(planning, graph)
    holders = {(each.subnet_id, each.address): each for each in _held(planning, subnets)}
    for subnet in subnets.values():
        yield from _capacity(subnet)
        for path, endpoint in subnet.static.items():
            yield from _held_by_another(path, endpoint, holders.get((subnet.id.key, str(endpoint.address))))
            yield from _within_reach_of_services(path, endpoint, subnet)


def _subnets(planning: Planning, graph: Topology) -> Mapping[str, _Subnet]:
    found: dict[str, _Subnet] = {}
    for cluster in graph.clusters.values():
        for service in cluster.services.values():
            if subnet := _subnet(planning, found, service.nat_subnet_id):
                _add_service(planning, subnet, cluster, service)
        for endpoint in cluster.endpoints:
            if subnet := _subnet(planning, found, endpoint.subnet_id):
                _add_endpoint(planning, subnet, cluster, endpoint)
    return found


def _subnet(planning: Planning, found: dict[str, _Subnet], id: str) -> _Subnet | None:
    """A subnet that is known; what is wrong with one that is not, is reported elsewhere."""
    if id.lower() not in found:
        parsed = SubnetId.parse(id)
        network = planning.facts.network(parsed.network)
        facts = network.subnets.get(parsed.name.lower()) if isinstance(network, NetworkFacts) else None
        if facts is None or not facts.prefixes:
            return None
        found[id.lower()] = _Subnet(parsed, facts)
    return found[id.lower()]


def _add_service(planning: Planning, subnet: _Subnet, cluster: ClusterNode, service: ServiceNode) -> None:
    more = len(service.nat_addresses) - service.deployed_addresses
    if more > 0:
        subnet.asking[f"clusters.{cluster.key}.nat.subnet_id"] += more
    dynamic = service.nat_addresses[service.deployed_addresses :].count(None)
    if dynamic:
        subnet.nat[cluster.key] += dynamic
    former = planning.former_services.get((cluster.key, service.role))
    renamed = planning.facts.services.get(former) if former else None
    is_renamed = former != f"{service.place}/providers/Microsoft.Network/privateLinkServices/{service.name}".lower()
    if is_renamed and isinstance(renamed, ServiceFacts) and renamed.nat_subnet_id.lower() == subnet.id.key:
        subnet.leaving += len(renamed.nat_addresses)


def _add_endpoint(planning: Planning, subnet: _Subnet, cluster: ClusterNode, endpoint: EndpointNode) -> None:
    if endpoint.address:
        path = f"consumers.{endpoint.consumer}.endpoints.{cluster.key}.{endpoint.target_name}.address"
        subnet.static[path] = endpoint
    if _exists(endpoint, subnet):
        return
    subnet.asking[f"consumers.{endpoint.consumer}.subnet_id"] += 1
    if planning.former_endpoints.get((cluster.key, endpoint.consumer, endpoint.target_name)) in (
        subnet.facts.endpoint_ids
    ):
        subnet.leaving += 1


def _exists(endpoint: EndpointNode, subnet: _Subnet) -> bool:
    known = subnet.facts.endpoint_ids
    place = endpoint.place
    return bool(known) and EndpointId.of(place.subscription, place.resource_group, endpoint.name).key in known


def _capacity(subnet: _Subnet) -> Iterator[Problem]:
    """What an update adds to a subnet fits into it; what it deletes goes last."""
    size = sum(max(0, each.num_addresses - _RESERVED) for each in subnet.facts.prefixes)
    free, needed = max(0, size - subnet.facts.used) + subnet.leaving, subnet.asking.total()
    if needed <= free:
        return
    path, *others = sorted(subnet.asking)
    listed = ", ".join(f"{each}: {subnet.asking[each]}" for each in (path, *others))
    ranges = ", ".join(map(str, subnet.facts.prefixes))
    yield Problem(
        path,
        f"has too few addresses: {needed} more are needed"
        + (f" ({listed})" if others else "")
        + f", and {free} of {size} in {ranges} are free (Azure reserves {_RESERVED} of each range)",
        "give a larger subnet, or another one to some of them; deletions free their addresses only in the next update",
        str(subnet.id),
    )


# Static addresses


@dataclass(frozen=True)
class _Holder:
    """An endpoint of this stack, the address that it has, and where."""

    subnet_id: str
    address: str
    endpoint: FormerEndpoint


def _held(planning: Planning, subnets: Mapping[str, _Subnet]) -> Iterator[_Holder]:
    """The addresses that the last update left, of endpoints that still exist."""
    for each in planning.facts.former.endpoints:
        if each.address:
            for subnet in subnets.values():
                if subnet.static and each.id.key in subnet.facts.endpoint_ids:
                    yield _Holder(subnet.id.key, each.address, each)


def _held_by_another(path: str, endpoint: EndpointNode, holder: _Holder | None) -> Iterator[Problem]:
    if holder is None:
        return
    held = holder.endpoint
    if path == f"consumers.{held.consumer}.endpoints.{held.cluster}.{held.role}.address":
        return
    if held.id.key == EndpointId.of(endpoint.place.subscription, endpoint.place.resource_group, endpoint.name).key:
        return
    yield Problem(
        path,
        f"is the address of private endpoint {held.id.name} (consumers.{held.consumer}, {held.cluster}, {held.role}), "
        "which keeps it until it is deleted or replaced",
        "write another address; or move that endpoint to one of its own first, in an update before this one",
        endpoint.address,
    )


def _within_reach_of_services(path: str, endpoint: EndpointNode, subnet: _Subnet) -> Iterator[Problem]:
    """A service comes before the endpoints that connect to it: its dynamic addresses are assigned first."""
    if not subnet.nat or _exists(endpoint, subnet):
        return
    reach = subnet.facts.used + subnet.nat.total()
    usable = [(each, each.num_addresses - _RESERVED) for each in subnet.facts.prefixes]
    wanted, before, first_safe = IPv4Address(str(endpoint.address)), 0, None
    place = None
    for prefix, size in usable:
        if wanted in prefix:
            place = before + int(wanted) - int(prefix[4])
        if first_safe is None and before <= reach < before + size:
            first_safe = prefix[4 + reach - before]
        before += size
    if place is None or place >= reach:
        return
    clusters = ", ".join(f"clusters.{key}" for key in sorted(subnet.nat))
    yield Problem(
        path,
        f"can be assigned to a service first: the NAT addresses of {clusters} are in the same subnet, and Azure "
        "chooses them from the lowest free address on",
        "write `services.ROLE.nat_addresses` for these services"
        + (f", or an address from {first_safe} on" if first_safe else ""),
        endpoint.address,
    )
