"""Conflicts between stacks: one object in Azure that two of them would create, each with its own state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...problems import Problem
from ...topology.records import ClusterNode, Topology, ZoneNode


@dataclass(frozen=True)
class _Object:
    """An object that a stack creates."""

    id: str
    words: str
    """What the stack does with it."""
    path: str
    """The setting that asks for it."""
    zone: str = ""
    """The id of the zone that it is in, if the stack creates that as well."""


def find_conflicts(stacks: Mapping[str, Topology]) -> Iterator[Problem]:
    """Yield each object that several stacks would create, at the setting of the later stack."""
    first: dict[str, tuple[str, _Object]] = {}
    for name, topology in stacks.items():
        for made in _objects(topology):
            other_name, other = first.setdefault(made.id, (name, made))
            # The links of a zone that both create follow from the zone.
            if other_name != name and not (made.zone and made.zone == other.zone):
                message = f"{made.words} in stack {name}, and so does {other.path} in stack {other_name}"
                yield Problem(made.path, message, _remedy(made.words))


def _remedy(words: str) -> str:
    if words.startswith("creates the zone"):
        return "create it once, in `zones`, and remove `dns.resource_group` here"
    if words.startswith("links"):
        return "remove one of the two: Azure links a network to one zone of a name only"
    return "remove one of the two, or give each its own name"


def _objects(topology: Topology) -> Iterator[_Object]:
    for cluster in topology.clusters.values():
        yield from _objects_of_cluster(cluster)
    for zone in topology.zones.values():
        yield from _objects_of_zone(topology, zone)


def _objects_of_cluster(cluster: ClusterNode) -> Iterator[_Object]:
    path = f"clusters.{cluster.key}"
    if cluster.id is not None and not cluster.is_handed_over:
        yield _Object(f"cluster {cluster.id.key}", f"publishes the cluster {cluster.id.name}", f"{path}.id")
    for service in cluster.services.values():
        yield _Object(service.id.key, f"creates the private link service {service.name}", path)
    for endpoint in cluster.endpoints:
        words = f"creates the private endpoint {endpoint.name}"
        yield _Object(endpoint.id.key, words, f"consumers.{endpoint.consumer}")


def _objects_of_zone(topology: Topology, zone: ZoneNode) -> Iterator[_Object]:
    if not zone.exists:
        yield _Object(zone.id.key, f"creates the zone {zone.name}", _path_of_zone(topology, zone))
    for link in zone.links:
        words = f"links the network {link.network_id.name} to a zone {zone.name}"
        made_zone = "" if zone.exists else zone.id.key
        yield _Object(f"link {zone.name.lower()} {link.network_id.key}", words, link.path, made_zone)


def _path_of_zone(topology: Topology, zone: ZoneNode) -> str:
    """The setting that creates a zone: of the first consumer that has names in it, or of its links."""
    for cluster in topology.clusters.values():
        for endpoint in cluster.endpoints:
            if zone.key in endpoint.zones:
                return f"consumers.{endpoint.consumer}.dns"
    return zone.links[0].path.rpartition(".links.")[0] if zone.links else "zones"
