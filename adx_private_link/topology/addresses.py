"""
The addresses of subnets: whether a subnet has enough of them, and whether static addresses are free.

Azure reserves the first four and the last address of each range, and assigns the lowest free one as a dynamic address
(MicrosoftDocs/azure-docs, articles/virtual-network/virtual-networks-faq.md and ip-services/private-ip-addresses.md;
#88211). A full subnet makes an update fail halfway (`SubnetIsFull`), and a taken address makes every later update fail
too (`PrivateIPAddressIsAllocated`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from ..facts.records import FormerEndpoint, ServiceFacts, SubnetFacts
from ..problems import Problem
from ..resource_ids import SubnetId
from .planning import Planning
from .records import ADDRESSES_OF_CLUSTER, ClusterNode, EndpointNode, ServiceNode, Topology

_RESERVED = 5
_SMALLEST_FOR_CLUSTER = 16
_ROOMY_FOR_CLUSTER = 32
"""
Addresses of a subnet with an endpoint of a native cluster: /28 at least, with room for more storage accounts
(MicrosoftDocs, dataexplorer-docs, security-network-private-endpoint.md). A subnet with an endpoint cannot be resized.
"""


def check_address(planning: Planning, path: str, text: str, subnet: SubnetFacts, id: SubnetId) -> None:
    """Check that a static address is in its subnet, and that Azure does not reserve it."""
    # The first four and the last of each prefix (MicrosoftDocs, virtual-networks-faq.md, "restrictions on IP
    # addresses"); codes PrivateIPAddressNotInSubnet and PrivateIPAddressInReservedRange.
    address = IPv4Address(text)
    prefix = next((prefix for prefix in subnet.prefixes if address in prefix), None)
    if prefix is None:
        ranges = ", ".join(map(str, subnet.prefixes)) or "none that is known"
        planning.report(path, f"is not in subnet {id.name} ({ranges})", "write an address of the subnet", text)
    elif address < prefix[4] or address == prefix.broadcast_address:
        planning.report(
            path,
            f"is reserved by Azure: the first four addresses and the last address of {prefix} cannot be used",
            f"write an address from {prefix[4]} to {prefix[-2]}",
            text,
        )


def small_subnet_warning(planning: Planning, endpoint: EndpointNode) -> str | None:
    """Return the warning of an endpoint of a native cluster whose subnet has no room for more addresses."""
    facts = planning.facts.subnet(endpoint.subnet_id)
    if facts is None or endpoint.addresses == 1 or not _SMALLEST_FOR_CLUSTER <= _size(facts) < _ROOMY_FOR_CLUSTER:
        return None
    former = next((left for left in planning.facts.former.endpoints if left.id.is_same(endpoint.id)), None)
    taken = max(endpoint.addresses, len(former.addresses) if former else 0)
    return (
        f"consumers.{endpoint.consumer}: subnet {endpoint.subnet_id.name} has {_size(facts)} addresses, of which Azure "
        f"keeps {_RESERVED}. The endpoint {endpoint.name} takes {taken}, and more when Azure adds storage accounts to "
        "the cluster; if they run out, queued ingestion fails, and a replaced endpoint gets none. Use a subnet of /27 "
        "or larger: a change replaces the endpoint."
    )


def _size(subnet: SubnetFacts) -> int:
    return sum(prefix.num_addresses for prefix in subnet.prefixes)


@dataclass
class _Subnet:
    """One subnet, with the stack's demand for its addresses."""

    id: SubnetId
    facts: SubnetFacts
    needed: Counter[str] = field(default_factory=Counter[str])
    """The number of additional addresses, by the setting that names the subnet."""
    clusters: set[str] = field(default_factory=set[str])
    """The settings by which new endpoints of native clusters are in it."""
    freed: int = 0
    """The number of addresses that become free before others are assigned: of resources that get another name."""
    nat: Counter[str] = field(default_factory=Counter[str])
    """The number of dynamic NAT addresses that are assigned in this update, by cluster key."""
    static: dict[str, EndpointNode] = field(default_factory=dict[str, EndpointNode])
    """The endpoints with a static address, by the setting of the address."""


def find_address_problems(planning: Planning, topology: Topology) -> Iterator[Problem]:
    """Yield a problem for each subnet with too few addresses, and for each static address that is taken."""
    subnets = _collect_subnets(planning, topology)
    holders = {(holder.subnet_key, holder.address): holder for holder in _find_holders(planning, subnets)}
    for subnet in subnets.values():
        yield from _check_size(subnet)
        yield from _check_capacity(subnet)
        for path, endpoint in subnet.static.items():
            holder = holders.get((subnet.id.key, str(endpoint.address)))
            yield from _check_held_by_endpoint(path, endpoint, holder)
            yield from _check_free_of_services(path, endpoint, subnet)


def _collect_subnets(planning: Planning, topology: Topology) -> Mapping[str, _Subnet]:
    subnets: dict[str, _Subnet] = {}
    for cluster in topology.clusters.values():
        for service in cluster.services.values():
            if subnet := _find_subnet(planning, subnets, service.nat_subnet_id):
                _add_service(planning, subnet, cluster, service)
        for endpoint in cluster.endpoints:
            if subnet := _find_subnet(planning, subnets, endpoint.subnet_id):
                _add_endpoint(planning, subnet, cluster, endpoint)
    return subnets


def _find_subnet(planning: Planning, subnets: dict[str, _Subnet], id: SubnetId) -> _Subnet | None:
    """Return a subnet; None if it is not known, which the check of its consumer or cluster reports."""
    if id.key not in subnets:
        facts = planning.facts.subnet(id)
        if facts is None or not facts.prefixes:
            return None
        subnets[id.key] = _Subnet(id, facts)
    return subnets[id.key]


def _add_service(planning: Planning, subnet: _Subnet, cluster: ClusterNode, service: ServiceNode) -> None:
    more = len(service.nat_addresses) - service.deployed_addresses
    if more > 0:
        subnet.needed[f"clusters.{cluster.key}.nat.subnet_id"] += more
    dynamic = service.nat_addresses[service.deployed_addresses :].count(None)
    if dynamic:
        subnet.nat[cluster.key] += dynamic
    former = planning.former_services.get((cluster.key, service.target))
    renamed = planning.facts.services.get(former) if former and former != service.id.key else None
    if isinstance(renamed, ServiceFacts) and subnet.id.is_same(renamed.nat_subnet_id):
        subnet.freed += len(renamed.nat_addresses)


def _add_endpoint(planning: Planning, subnet: _Subnet, cluster: ClusterNode, endpoint: EndpointNode) -> None:
    if endpoint.address:
        path = f"consumers.{endpoint.consumer}.endpoints.{cluster.key}.{endpoint.target}.address"
        subnet.static[path] = endpoint
    if _exists(endpoint, subnet):
        return
    setting = f"consumers.{endpoint.consumer}.subnet_id"
    subnet.needed[setting] += endpoint.addresses
    if endpoint.addresses > 1:
        subnet.clusters.add(setting)
    former = planning.former_endpoints.get((cluster.key, endpoint.consumer, endpoint.target))
    if former in subnet.facts.endpoint_keys:
        # One of a native cluster frees more, but not before the new one is created.
        subnet.freed += 1


def _exists(endpoint: EndpointNode, subnet: _Subnet) -> bool:
    keys = subnet.facts.endpoint_keys
    return bool(keys) and endpoint.id.key in keys


def _check_size(subnet: _Subnet) -> Iterator[Problem]:
    """Report a subnet that is too small for an endpoint of a native cluster, and cannot grow with it."""
    size = _size(subnet.facts)
    if size >= _SMALLEST_FOR_CLUSTER:
        return
    for setting in sorted(subnet.clusters):
        yield Problem(
            setting,
            f"has {size} addresses, and the endpoint of a native cluster takes {ADDRESSES_OF_CLUSTER} at first and "
            f"{_RESERVED} are Azure's own; a subnet with endpoints cannot be resized",
            "use a subnet of /28 at least, better /27",
            str(subnet.id),
        )


def _check_capacity(subnet: _Subnet) -> Iterator[Problem]:
    """Report a subnet that is too small for an update, which adds resources before it deletes others."""
    size = sum(max(0, prefix.num_addresses - _RESERVED) for prefix in subnet.facts.prefixes)
    free, needed = max(0, size - subnet.facts.used) + subnet.freed, subnet.needed.total()
    if needed <= free:
        return
    path, *others = sorted(subnet.needed)
    listed = ", ".join(f"{setting}: {subnet.needed[setting]}" for setting in (path, *others))
    ranges = ", ".join(map(str, subnet.facts.prefixes))
    yield Problem(
        path,
        f"has too few addresses: {needed} more are needed"
        + (f" ({listed})" if others else "")
        + f", and {free} of {size} in {ranges} are free (Azure reserves {_RESERVED} of each range)",
        "use a larger subnet, or another one for some of them; deletions free their addresses only in the next update",
        str(subnet.id),
    )


# Static addresses


@dataclass(frozen=True)
class _Holder:
    """An endpoint of this stack, with its address and its subnet."""

    subnet_key: str
    address: str
    endpoint: FormerEndpoint


def _find_holders(planning: Planning, subnets: Mapping[str, _Subnet]) -> Iterator[_Holder]:
    """Yield the endpoints that the last update left with an address and that still exist."""
    for endpoint in planning.facts.former.endpoints:
        for subnet in subnets.values() if endpoint.addresses else ():
            if subnet.static and endpoint.id.key in subnet.facts.endpoint_keys:
                yield from (_Holder(subnet.id.key, address, endpoint) for address in sorted(endpoint.addresses))


def _check_held_by_endpoint(path: str, endpoint: EndpointNode, holder: _Holder | None) -> Iterator[Problem]:
    """Report an address that another endpoint holds."""
    if holder is None:
        return
    other = holder.endpoint
    if path == f"consumers.{other.consumer}.endpoints.{other.cluster}.{other.target}.address":
        return
    if other.id.is_same(endpoint.id):
        return
    yield Problem(
        path,
        f"is the address of private endpoint {other.id.name} (consumers.{other.consumer}, {other.cluster}, "
        f"{other.target}), which keeps it until it is deleted or replaced",
        "write another address; or move that endpoint to one of its own first, in an update before this one",
        endpoint.address,
    )


def _check_free_of_services(path: str, endpoint: EndpointNode, subnet: _Subnet) -> Iterator[Problem]:
    """Report an address that a service can get first, because services are created before endpoints."""
    if not subnet.nat or _exists(endpoint, subnet):
        return
    reach = subnet.facts.used + subnet.nat.total()
    address, before, first_safe = IPv4Address(str(endpoint.address)), 0, None
    position = None
    for prefix in subnet.facts.prefixes:
        size = prefix.num_addresses - _RESERVED
        if address in prefix:
            position = before + int(address) - int(prefix[4])
        if first_safe is None and before <= reach < before + size:
            first_safe = prefix[4 + reach - before]
        before += size
    if position is None or position >= reach:
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
