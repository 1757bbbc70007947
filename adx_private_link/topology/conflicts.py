"""Conflicts: two parts of a graph that would overwrite each other, or that Azure rejects together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..facts.deployed_names import find_endpoint_keys
from ..facts.records import Facts
from ..naming.azure import MOST_OF_ENDPOINT, Keyed, naming_key
from ..problems import Problem
from ..settings import Settings
from .planning import Planning
from .records import ClusterNode, Topology

_MOST = {"private endpoint": MOST_OF_ENDPOINT}
_MOST_OF_OTHERS = 80
"""Characters in a name (MicrosoftDocs/azure-docs, resource-name-rules.md)."""


def conflicts(planning: Planning, topology: Topology) -> Iterator[Problem]:
    """Yield everything in a graph that Azure would reject, or that would overwrite another part of it."""
    yield from _naming_keys(planning.settings)
    yield from _frontends(topology)
    yield from _addresses(topology)
    yield from _names(planning.facts, topology)
    yield from _records(planning, topology)
    yield from _links(topology)


def _naming_keys(settings: Settings) -> Iterator[Problem]:
    """Names are made from keys: two clusters, or two consumers, of one key would be one object."""
    kinds: tuple[dict[str, Mapping[str, Keyed]], ...] = (
        {"clusters": settings.clusters, "hand_overs": settings.hand_overs},
        {"consumers": settings.consumers, "external_consumers": settings.external_consumers},
    )
    for sections in kinds:
        holders: dict[str, tuple[str, Keyed]] = {}
        for section, objects in sections.items():
            for key, value in sorted(objects.items()):
                path = f"{section}.{key}"
                holder, holding = holders.setdefault(naming_key(key, value).lower(), (path, value))
                if holder != path:
                    yield Problem(
                        f"{path}.formerly" if value.formerly else path,
                        f"would have the same names as {holder}, which {'had' if holding.formerly else 'has'} this key"
                        + (" first" if holding.formerly else ""),
                        "write the key under which this one was created, or leave it out"
                        if value.formerly
                        else "give it a key that nothing in these settings has or had",
                        value.formerly,
                    )


def _addresses(topology: Topology) -> Iterator[Problem]:
    """One object has a static address, in the whole network."""
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


def _frontends(topology: Topology) -> Iterator[Problem]:
    """One private link service a frontend (PrivateLinkServiceCannotReference…DifferentPrivateLinkService)."""
    holders: dict[str, tuple[ClusterNode, str]] = {}
    for cluster in topology.clusters.values():
        for service in cluster.services.values():
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


def _names(facts: Facts, topology: Topology) -> Iterator[Problem]:
    """Two resources of one type cannot share a name in one place, and names have a limited length."""
    holders: dict[tuple[str, str, str], str] = {}
    deployed = find_endpoint_keys(facts.networks)
    for kind, name, place, path in _named(topology):
        most = _MOST.get(kind, _MOST_OF_OTHERS)
        id = f"{place}/providers/Microsoft.Network/privateEndpoints/{name}"
        if len(name) > most and id.lower() not in deployed:
            message = f"would be the name of a {kind}, {len(name)} characters long; Azure accepts {most}"
            yield Problem(path, message, "write a shorter one", name)
        holder = holders.setdefault((kind, place.lower(), name.lower()), path)
        if holder != path:
            message = f"is the name of another {kind} in {place}: {holder}"
            yield Problem(path, message, "give one of them another name", name)


def _named(topology: Topology) -> Iterator[tuple[str, str, str, str]]:
    """Everything whose name the settings can give: (kind, name, place, the setting that names it)."""
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


def _records(planning: Planning, topology: Topology) -> Iterator[Problem]:
    """
    Two endpoints that write one record would overwrite each other's.

    Endpoints that publish nothing yet count as well: an approval must not turn valid settings into invalid ones.
    """
    settings = planning.settings
    hosts_of_consumers: dict[tuple[str, str], list[str]] = {}
    hosts_of_clusters: dict[tuple[str, str, str], list[str]] = {}
    for record in _written_records(planning, topology):
        one, *others = sorted(record.clusters)
        for other in others:
            hosts_of_consumers.setdefault((one, other), []).append(record.host)
        for consumer, clusters in record.clusters.items():
            first, *more = clusters.values()
            for cluster in more:
                hosts_of_clusters.setdefault((consumer, first, cluster), []).append(record.host)
    for (one, other), shared in hosts_of_consumers.items():
        yield Problem(
            f"consumers.{other}.dns",
            f"is the zone of consumers.{one} as well, and both would write the records of {_list_hosts(shared)}",
            _remedy_for_two_writers(settings, one, other),
        )
    for (consumer, one, other), shared in hosts_of_clusters.items():
        yield Problem(
            _path(settings, other),
            f"has the host names {_list_hosts(shared)}, and {_path(settings, one)} the same records in "
            f"consumers.{consumer}.dns",
            f"let consumers.{consumer}.clusters name one of the two only",
        )


@dataclass
class _WrittenRecord:
    """A record of a zone, and the endpoints that write it."""

    host: str
    clusters: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    """The clusters of the endpoints, by consumer and by the endpoint's logical name."""


def _written_records(planning: Planning, topology: Topology) -> Iterable[_WrittenRecord]:
    records: dict[tuple[str, str], _WrittenRecord] = {}
    for cluster in topology.clusters.values():
        for endpoint in cluster.endpoints:
            for host in cluster.hosts[endpoint.target]:
                zone = planning.zone_key(endpoint.consumer, host.zone)
                if zone is not None:
                    key = zone, host.record.lower()
                    record = records.setdefault(key, _WrittenRecord(host.name))
                    record.clusters.setdefault(endpoint.consumer, {})[endpoint.logical_name] = cluster.key
    return records.values()


def _list_hosts(hosts: Sequence[str]) -> str:
    """The first of them; each cluster has two, and more."""
    return ", ".join(hosts[:2]) + (f" and {len(hosts) - 2} more" if len(hosts) > 2 else "")


def _path(settings: Settings, cluster: str) -> str:
    return f"{'clusters' if cluster in settings.clusters else 'hand_overs'}.{cluster}"


def _remedy_for_two_writers(settings: Settings, one: str, other: str) -> str:
    if settings.consumers[one].subnet_id.network.key == settings.consumers[other].subnet_id.network.key:
        return (
            "remove one of the two: clients of one network share its endpoints; or let them name different `clusters`"
        )
    return (
        "give each its own `resource_group`; or remove one consumer and link its network to the other's zone "
        f"(consumers.{one}.dns.links)"
    )


def _links(topology: Topology) -> Iterator[Problem]:
    """Azure links a network to one zone of a name only, and only once."""
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
