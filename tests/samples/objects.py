"""Objects of a graph, with their names and places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from adx_private_link.errors import SettingsError
from adx_private_link.program import plan
from adx_private_link.topology.records import ApprovalNode, EndpointNode, Place, Topology, ZoneNode

from .random_stacks import Stack


@dataclass(frozen=True)
class Object:
    """An object that the graph creates in Azure, with its logical and its physical name."""

    kind: str
    logical_name: str
    place: tuple[str, ...]
    name: str


def objects(planned: Topology) -> Iterator[Object]:
    """All objects that a graph creates, with physical names in lower case because Azure ignores their case."""
    for node in planned.clusters.values():
        yield Object("AdxPrivateLink", node.name, (), node.name)
        for service in node.services.values():
            yield Object("service", service.logical_name, _place(service.place), service.name.lower())
        for external in node.external_approvals:
            yield _approval(external.approval)
        for endpoint in node.endpoints:
            yield from _endpoint(endpoint, planned)
    for key, zone in planned.zones.items():
        yield from _zone(key, zone)


def _endpoint(endpoint: EndpointNode, planned: Topology) -> Iterator[Object]:
    place = _place(endpoint.place)
    yield Object("endpoint", endpoint.logical_name, place, endpoint.name.lower())
    if endpoint.interface_name:
        # The network interface is a part of the endpoint in Pulumi.
        yield Object("network interface", endpoint.logical_name, place, endpoint.interface_name.lower())
    if endpoint.approval:
        yield _approval(endpoint.approval)
    for record in endpoint.records:
        yield Object("record", record.logical_name, _zone_place(planned.zones[record.zone]), record.name.lower())


def _zone(key: str, zone: ZoneNode) -> Iterator[Object]:
    if not zone.exists:
        yield Object("zone", key, (zone.subscription, zone.resource_group.lower()), zone.name.lower())
    for link in zone.links:
        yield Object("link", link.logical_name, _zone_place(zone), link.name.lower())


def _approval(approval: ApprovalNode) -> Object:
    return Object("approval", approval.logical_name, _place(approval.place), approval.name.lower())


def _place(place: Place) -> tuple[str, ...]:
    return (place.subscription, place.resource_group.lower())


def _zone_place(zone: ZoneNode) -> tuple[str, ...]:
    return (zone.subscription, zone.resource_group.lower(), zone.name.lower())


def endpoints(planned: Topology) -> list[EndpointNode]:
    return [endpoint for node in planned.clusters.values() for endpoint in node.endpoints]


def plan_if_possible(stack: Stack) -> Topology:
    """The graph of a stack, or an empty graph when the stack has problems."""
    try:
        return plan(stack.settings, stack.facts)
    except SettingsError:
        return Topology({}, {})
