"""Conflicts: two parts of a graph that would overwrite each other, or that Azure rejects together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..facts.deployed_names import find_endpoint_keys
from ..facts.records import Facts
from ..naming.azure import MOST_OF_ENDPOINT, Keyed, naming_key
from ..naming.hosts import KUSTO
from ..problems import Problem
from ..settings import Settings
from .planning import Planning
from .records import ClusterNode, EndpointNode, Topology

_LONGEST_NAMES = {"private endpoint": MOST_OF_ENDPOINT}
_STORAGE = "the storage accounts"
_LONGEST_OTHERWISE = 80
"""The most characters of a name (MicrosoftDocs/azure-docs, resource-name-rules.md)."""


def find_conflicts(planning: Planning, topology: Topology) -> Iterator[Problem]:
    """Yield a problem for each part of a graph that Azure would reject, or that would overwrite another part."""
    yield from _check_naming_keys(planning.settings)
    yield from _check_frontends(topology)
    yield from _check_native_clusters(planning.settings, topology)
    yield from _check_addresses(topology)
    yield from _check_names(planning.facts, topology)
    yield from _check_records(planning, topology)
    yield from _check_links(topology)


def _check_naming_keys(settings: Settings) -> Iterator[Problem]:
    """Names are derived from keys: two clusters, or two consumers, with one key would be one object."""
    kinds: tuple[dict[str, Mapping[str, Keyed]], ...] = (
        {"clusters": settings.clusters, "hand_overs": settings.hand_overs},
        {"consumers": settings.consumers, "external_consumers": settings.external_consumers},
    )
    for sections in kinds:
        holders: dict[str, tuple[str, Keyed]] = {}
        for section, objects in sections.items():
            for key, value in sorted(objects.items()):
                path = f"{section}.{key}"
                other_path, other = holders.setdefault(naming_key(key, value).lower(), (path, value))
                if other_path != path:
                    yield Problem(
                        f"{path}.formerly" if value.formerly else path,
                        f"would have the same names as {other_path}, which "
                        + ("had this key first" if other.formerly else "has this key"),
                        "write the key that this one had when it was created, or remove the setting"
                        if value.formerly
                        else "choose a key that these settings neither use nor name in `formerly`",
                        value.formerly,
                    )


def _check_addresses(topology: Topology) -> Iterator[Problem]:
    """A static address belongs to one object in the whole network."""
    holders: dict[tuple[str, str], str] = {}
    for cluster in topology.clusters.values():
        addresses = [
            (service.nat_subnet_id.network, address, f"clusters.{cluster.key}.services.{target}.nat_addresses")
            for target, service in cluster.services.items()
            for address in service.nat_addresses
        ]
        addresses += [
            (
                endpoint.subnet_id.network,
                endpoint.address,
                f"consumers.{endpoint.consumer}.endpoints.{cluster.key}.{endpoint.target}.address",
            )
            for endpoint in cluster.endpoints
        ]
        for network, address, path in addresses:
            if address is None:
                continue
            holder = holders.setdefault((network.key, address), path)
            if holder != path:
                yield Problem(path, f"is the address of {holder} as well", "write another one", address)


def _check_native_clusters(settings: Settings, topology: Topology) -> Iterator[Problem]:
    """Two keys of one native cluster would have two endpoints for the same names."""
    holders: dict[str, str] = {}
    for cluster in topology.clusters.values():
        if cluster.id is None or "cluster" not in cluster.hosts or cluster.key in settings.hand_overs:
            continue
        holder = holders.setdefault(cluster.id.key, cluster.key)
        if holder != cluster.key:
            yield Problem(
                f"clusters.{cluster.key}.id",
                f"is the cluster of clusters.{holder} as well",
                "correct the id, or remove one of the two",
                str(cluster.id),
            )


def _check_frontends(topology: Topology) -> Iterator[Problem]:
    """A frontend has one private link service (PrivateLinkServiceCannotReference…DifferentPrivateLinkService)."""
    holders: dict[str, tuple[ClusterNode, str]] = {}
    for cluster in topology.clusters.values():
        for service in cluster.services.values():
            if service.frontend_id is None:
                continue
            path = f"clusters.{cluster.key}.services.{service.target}.frontend"
            first, holder = holders.setdefault(service.frontend_id.key, (cluster, path))
            if first is not cluster and first.id and first.id.is_same(cluster.id):
                yield Problem(
                    f"clusters.{cluster.key}.id",
                    f"is the cluster of clusters.{first.key} as well; Azure accepts one private link service for "
                    "each of its frontends",
                    "correct the id, or remove one of the two",
                    str(cluster.id),
                )
            elif holder != path:
                yield Problem(
                    path,
                    f"is the frontend of {holder} as well; Azure accepts one private link service for each",
                    "remove one of the two, or give it another frontend",
                    str(service.frontend_id),
                )


def _check_names(facts: Facts, topology: Topology) -> Iterator[Problem]:
    """Two resources of one type cannot have the same name in one place, and the length of names is limited."""
    holders: dict[tuple[str, str, str], str] = {}
    deployed = find_endpoint_keys(facts.networks)
    for kind, name, place, path in _list_names(topology):
        longest = _LONGEST_NAMES.get(kind, _LONGEST_OTHERWISE)
        id = f"{place}/providers/Microsoft.Network/privateEndpoints/{name}"
        if len(name) > longest and id.lower() not in deployed:
            message = f"would be the name of a {kind}, {len(name)} characters long; Azure accepts {longest}"
            yield Problem(path, message, "write a shorter one", name)
        holder = holders.setdefault((kind, place.lower(), name.lower()), path)
        if holder != path:
            message = f"is the name of another {kind} in {place}: {holder}"
            yield Problem(path, message, "give one of them another name", name)


def _list_names(topology: Topology) -> Iterator[tuple[str, str, str, str]]:
    """Yield each name that settings can set: the resource's kind, the name, its place, and the path of the setting."""
    for cluster in topology.clusters.values():
        for service in cluster.services.values():
            path = f"clusters.{cluster.key}.services.{service.target}.name"
            yield "private link service", service.name, str(service.place), path
        for endpoint in cluster.endpoints:
            path = f"consumers.{endpoint.consumer}.endpoints.{cluster.key}.{endpoint.target}"
            yield "private endpoint", endpoint.name, str(endpoint.place), f"{path}.name"
            if endpoint.interface_name:
                yield "network interface", endpoint.interface_name, str(endpoint.place), f"{path}.interface_name"
    for zone in topology.zones.values():
        for link in zone.links:
            yield "virtual network link", link.name, zone.key, f"{link.path}.name"


def _check_records(planning: Planning, topology: Topology) -> Iterator[Problem]:
    """
    Two endpoints that write one record would overwrite each other's addresses.

    Endpoints that publish nothing yet count too: an approval must not turn valid settings into invalid ones.
    """
    settings = planning.settings
    hosts_of_consumers: dict[tuple[str, str], list[str]] = {}
    hosts_of_clusters: dict[tuple[str, str, str], list[str]] = {}
    for record in _collect_records(planning, topology):
        first_consumer, *other_consumers = sorted(record.clusters)
        for consumer in other_consumers:
            hosts_of_consumers.setdefault((first_consumer, consumer), []).append(record.host)
        for consumer, clusters in record.clusters.items():
            first_cluster, *other_clusters = clusters.values()
            for cluster in other_clusters:
                hosts_of_clusters.setdefault((consumer, first_cluster, cluster), []).append(record.host)
    for (first, other), hosts in hosts_of_consumers.items():
        yield Problem(
            f"consumers.{other}.dns",
            f"is the zone of consumers.{first} as well, and both would write the records of {_list_hosts(hosts)}",
            _remedy_for_two_writers(settings, first, other, shares_storage=any(_STORAGE in host for host in hosts)),
        )
    for (consumer, first, other), hosts in hosts_of_clusters.items():
        yield Problem(
            _cluster_path(settings, other),
            f"has the host names {_list_hosts(hosts)}, and {_cluster_path(settings, first)} the same records in "
            f"consumers.{consumer}.dns",
            f"let consumers.{consumer}.clusters name one of the two only",
        )


@dataclass
class _WrittenRecord:
    """A record of a zone, and the endpoints that write it."""

    host: str
    clusters: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    """The clusters of the endpoints, by consumer and by the endpoint's logical name."""


def _collect_records(planning: Planning, topology: Topology) -> Iterable[_WrittenRecord]:
    records: dict[tuple[str, str], _WrittenRecord] = {}
    for cluster in topology.clusters.values():
        for endpoint in cluster.endpoints:
            for zone_name, name, host in _list_records(cluster, endpoint):
                zone = planning.zone_key(endpoint.consumer, zone_name)
                if zone is None:
                    continue
                key = zone, name.lower()
                record = records.get(key) or records.setdefault(key, _WrittenRecord(host))
                record.clusters.setdefault(endpoint.consumer, {})[endpoint.logical_name] = cluster.key
    return records.values()


def _list_records(cluster: ClusterNode, endpoint: EndpointNode) -> Iterator[tuple[str, str, str]]:
    """Yield the records that an endpoint publishes: the zone's name, the record's name, and the host in words."""
    # Of the targets of one cluster, one at a time publishes its own names.
    hosts = () if endpoint.idle in ("prepared", "left") else cluster.hosts[endpoint.target]
    for host in hosts:
        yield host.zone, host.record, host.name
    for content, zone in endpoint.zone_names.items():
        if content != KUSTO:
            # The names of storage accounts are known after the update. All endpoints of a cluster have the same ones.
            yield zone, f"{_STORAGE} of {cluster.id}", f"{_STORAGE} of {cluster.key} ({content})"


def _list_hosts(hosts: Sequence[str]) -> str:
    """List the first two host names, and count the others."""
    return ", ".join(hosts[:2]) + (f" and {len(hosts) - 2} more" if len(hosts) > 2 else "")


def _cluster_path(settings: Settings, cluster: str) -> str:
    return f"{'clusters' if cluster in settings.clusters else 'hand_overs'}.{cluster}"


def _remedy_for_two_writers(settings: Settings, first: str, other: str, *, shares_storage: bool) -> str:
    if settings.consumers[first].subnet_id.network.is_same(settings.consumers[other].subnet_id.network):
        return (
            "remove one of the two: clients of one network share its endpoints; or let them name different `clusters`"
        )
    if shares_storage:
        return (
            "one endpoint serves several networks: remove one consumer and link its network to the other's zones "
            f"(consumers.{first}.dns.links, or `link_existing` for existing zones)"
        )
    return (
        "give each its own `resource_group`; or remove one consumer and link its network to the other's zone "
        f"(consumers.{first}.dns.links)"
    )


def _check_links(topology: Topology) -> Iterator[Problem]:
    """A network can have one link to zones of the same name."""
    links: dict[tuple[str, str], tuple[str, str]] = {}
    for zone in topology.zones.values():
        for link in zone.links:
            first, first_zone = links.setdefault((zone.name.lower(), link.network_id.key), (link.path, zone.key))
            if first != link.path:
                other = "the same zone" if first_zone == zone.key else "another zone of the same name"
                yield Problem(
                    link.path,
                    f"links a network that {first} links to {other} ({zone.name}) already",
                    "remove one of the two (`links: {}` for no link at all)",
                    str(link.network_id),
                )
