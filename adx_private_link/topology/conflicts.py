"""What two parts of a graph would take from each other, or Azure from both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..facts.deployed_names import endpoints_in
from ..facts.records import Facts
from ..naming import azure as names
from ..problems import Problem
from ..settings import Settings
from .planning import Planning
from .records import ClusterNode, Topology
from .zones import zone_key

_MOST = {"private endpoint": names.MOST_OF_ENDPOINT}
_MOST_OF_OTHERS = 80
"""Characters in a name (MicrosoftDocs/azure-docs, resource-name-rules.md)."""


def conflicts(planning: Planning, graph: Topology) -> Iterator[Problem]:
    """Everything in a graph that Azure would refuse, or that would overwrite something else of it."""
    yield from _lasting_keys(planning.settings)
    yield from _frontends(graph)
    yield from _addresses(graph)
    yield from _names(planning.facts, graph)
    yield from _records(planning, graph)
    yield from _links(graph)


def _lasting_keys(settings: Settings) -> Iterator[Problem]:
    """Names are made from keys: two clusters, or two consumers, of one name would be one object."""
    sides: tuple[dict[str, Mapping[str, names.Named]], ...] = (
        {"clusters": settings.clusters, "hand_overs": settings.hand_overs},
        {"consumers": settings.consumers, "external_consumers": settings.external_consumers},
    )
    for side in sides:
        taken: dict[str, tuple[str, names.Named]] = {}
        for section, objects in side.items():
            for key, given in sorted(objects.items()):
                path = f"{section}.{key}"
                holder, holding = taken.setdefault(names.lasting(key, given).lower(), (path, given))
                if holder != path:
                    yield Problem(
                        f"{path}.formerly" if given.formerly else path,
                        f"would have the names of {holder}, which {'was' if holding.formerly else 'is'} called so"
                        + (" first" if holding.formerly else ""),
                        "write the key under which it was made first itself, or leave it out"
                        if given.formerly
                        else "give it another key, one that nothing here had before",
                        given.formerly,
                    )


def _addresses(graph: Topology) -> Iterator[Problem]:
    """A static address is one object's, in the whole network."""
    taken: dict[tuple[str, str], str] = {}
    for cluster in graph.clusters.values():
        given = [
            (service.nat_subnet_id.rsplit("/", 2)[0], address, f"clusters.{cluster.key}.services.{role}.nat_addresses")
            for role, service in cluster.services.items()
            for address in service.nat_addresses
        ]
        given += [
            (
                each.network_id,
                each.address,
                f"consumers.{each.consumer}.endpoints.{cluster.key}.{each.target_name}.address",
            )
            for each in cluster.endpoints
        ]
        for network, address, path in given:
            if address is None:
                continue
            holder = taken.setdefault((network.lower(), address), path)
            if holder != path:
                yield Problem(path, f"is the address of {holder} as well", "write another one", address)


def _frontends(graph: Topology) -> Iterator[Problem]:
    """One private link service a frontend (PrivateLinkServiceCannotReference…DifferentPrivateLinkService)."""
    taken: dict[str, tuple[ClusterNode, str]] = {}
    for cluster in graph.clusters.values():
        for service in cluster.services.values():
            path = f"clusters.{cluster.key}.services.{service.role}.frontend"
            first, holder = taken.setdefault(service.frontend_id.lower(), (cluster, path))
            if first is not cluster and first.id and cluster.id and first.id.lower() == cluster.id.lower():
                yield Problem(
                    f"clusters.{cluster.key}.id",
                    f"is the cluster of clusters.{first.key} as well; Azure takes one private link service for each of "
                    "its frontends",
                    "correct the id, or remove one of the two",
                    cluster.id,
                )
            elif holder != path:
                yield Problem(
                    path,
                    f"is the frontend of {holder} as well; Azure takes one private link service for each",
                    "remove one of the two, or give it another frontend",
                    service.frontend_id,
                )


def _names(facts: Facts, graph: Topology) -> Iterator[Problem]:
    """Two resources of one type cannot share a name in one place, and names have a limited length."""
    taken: dict[tuple[str, str, str], str] = {}
    deployed = endpoints_in(facts.networks)
    for kind, name, place, path in _named(graph):
        most = _MOST.get(kind, _MOST_OF_OTHERS)
        id = f"{place}/providers/Microsoft.Network/privateEndpoints/{name}"
        if len(name) > most and id.lower() not in deployed:
            message = f"would be the name of a {kind}, {len(name)} characters long; Azure takes {most}"
            yield Problem(path, message, "write a shorter one", name)
        holder = taken.setdefault((kind, place.lower(), name.lower()), path)
        if holder != path:
            message = f"is the name of another {kind} in {place}: {holder}"
            yield Problem(path, message, "give one of them another name", name)


def _named(graph: Topology) -> Iterator[tuple[str, str, str, str]]:
    """Everything whose name can be given: (kind, name, where, the setting that names it)."""
    for cluster in graph.clusters.values():
        for service in cluster.services.values():
            path = f"clusters.{cluster.key}.services.{service.role}.name"
            yield "private link service", service.name, str(service.place), path
        for endpoint in cluster.endpoints:
            path = f"consumers.{endpoint.consumer}.endpoints.{cluster.key}.{endpoint.target_name}"
            yield "private endpoint", endpoint.name, str(endpoint.place), f"{path}.name"
            if endpoint.interface_name:
                yield "network interface", endpoint.interface_name, str(endpoint.place), f"{path}.interface_name"
    for zone in graph.zones.values():
        for link in zone.links:
            yield "virtual network link", link.name, zone.key, f"{link.path}.name"


def _records(planning: Planning, graph: Topology) -> Iterator[Problem]:
    """
    Two endpoints that write one record would take it from each other.

    That goes for those that publish nothing yet as well: an approval must not turn good settings into wrong ones.
    """
    settings = planning.settings
    hosts: dict[tuple[str, str], str] = {}
    # By record and consumer: the clusters of its endpoints.
    writers: dict[tuple[str, str], dict[str, dict[str, str]]] = {}
    for cluster in graph.clusters.values():
        for endpoint in cluster.endpoints:
            zone = planning.zone(endpoint.consumer, cluster.zone_name)
            for record in cluster.records[endpoint.target_name] if zone else ():
                key = zone_key(zone) if zone else "", record.name.lower()
                hosts.setdefault(key, record.host)
                writers.setdefault(key, {}).setdefault(endpoint.consumer, {})[endpoint.logical_name] = cluster.key
    of_consumers: dict[tuple[str, str], list[str]] = {}
    of_clusters: dict[tuple[str, str, str], list[str]] = {}
    for key, consumers in writers.items():
        one, *others = sorted(consumers)
        for other in others:
            of_consumers.setdefault((one, other), []).append(hosts[key])
        for consumer, endpoints in consumers.items():
            first, *more = endpoints.values()
            for cluster in more:
                of_clusters.setdefault((consumer, first, cluster), []).append(hosts[key])
    for (one, other), met in of_consumers.items():
        yield Problem(
            f"consumers.{other}.dns",
            f"is the zone of consumers.{one} as well, and both would write the records of {_some(met)}",
            _remedy_for_two_writers(settings, one, other),
        )
    for (consumer, one, other), met in of_clusters.items():
        yield Problem(
            _path(settings, other),
            f"has the host names {_some(met)}, and {_path(settings, one)} the same records in consumers.{consumer}.dns",
            f"let consumers.{consumer}.clusters name one of the two only",
        )


def _some(hosts: Sequence[str]) -> str:
    """The first of them; there are two for each cluster, and more."""
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


def _links(graph: Topology) -> Iterator[Problem]:
    """Azure links a network to one zone of a name only, and only once."""
    linked: dict[tuple[str, str], tuple[str, str]] = {}
    for zone in graph.zones.values():
        for link in zone.links:
            first, first_zone = linked.setdefault((zone.name.lower(), link.network_id.lower()), (link.path, zone.key))
            if first != link.path:
                other = "the same zone" if first_zone == zone.key else "another zone of the same name"
                yield Problem(
                    link.path,
                    f"links a network that {first} links to {other} ({zone.name}) already",
                    "remove one of the two (`links: {}` for no link at all)",
                    link.network_id,
                )
