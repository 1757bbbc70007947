"""Managed private endpoints now: their connections are read on their targets, because nothing else shows them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from pydantic import Field

from ...facts.managed_connections import find_connection
from ...facts.records import ConnectionFacts
from ...outputs import ClusterOutput
from ...resource_ids import EndpointId
from ...settings import parse_managed_target
from ..pulumi.other_objects import OtherObjects
from ..pulumi.state import Resource, value_in
from .deployed import APPROVED, UNKNOWN, ManagedAccess, managed_access

MANAGED_ENDPOINT = "azure-native:kusto:ManagedPrivateEndpoint"
_DELETED, _GONE = "deleted", "Disconnected"


class LiveManagedAccess(ManagedAccess):
    """A managed private endpoint, with its connection as its target has it now."""

    is_well: bool
    """Whether the connection is approved, or its target cannot be read."""
    connection_id: str = Field(default="", exclude=True)
    """The id of its connection on the target; empty where there is none."""


@dataclass(frozen=True)
class _Connection:
    """A connection on a target, with its id."""

    id: str
    facts: ConnectionFacts


def managed_targets(
    clusters: Mapping[str, ClusterOutput],
    deployed: Sequence[Resource],
    others: OtherObjects,
    read: Container[str],
) -> Iterator[Resource]:
    """Yield the targets of managed private endpoints, without those that were read already (ids in lower case)."""
    provider = next((resource.provider for resource in deployed if resource.type == MANAGED_ENDPOINT), "")
    found = {access.target.lower(): access.target for access in managed_access(clusters)}
    for key, target in found.items():
        if key not in read and provider:
            yield others.managed_target(parse_managed_target(target), provider)


def compare_managed(
    clusters: Mapping[str, ClusterOutput],
    deployed: Sequence[Resource],
    refreshed: Iterable[Resource],
    targets: Mapping[str, Resource | None],
) -> list[LiveManagedAccess]:
    """
    Compare the managed private endpoints in the outputs of a stack with what Azure has.

    Args:
        clusters: The outputs.
        deployed: The resources in the stack's state.
        refreshed: The same after a refresh.
        targets: Their targets by id in lower case, as far as they can be read; None for one that does not exist.
    """
    existing = {resource.urn for resource in refreshed}
    by_id = {resource.id.lower(): resource for resource in deployed if resource.type == MANAGED_ENDPOINT}
    accesses: list[LiveManagedAccess] = []
    for access in managed_access(clusters):
        resource = by_id.get(clusters[access.cluster].managed_endpoints[access.key].id.lower())
        if resource is None or resource.urn not in existing:
            connection = _Connection("", ConnectionFacts("", None, _DELETED))
        else:
            connection = _connection(resource, access.target.lower(), targets)
        state = connection.facts.state
        accesses.append(
            LiveManagedAccess(
                **{**access.model_dump(), "connection": state},
                is_well=state in (APPROVED, UNKNOWN),
                connection_id=connection.id,
            )
        )
    return accesses


def _connection(resource: Resource, target: str, targets: Mapping[str, Resource | None]) -> _Connection:
    if target not in targets:
        return _Connection("", ConnectionFacts("", None, UNKNOWN))
    answer = targets[target]
    listed = {connection.facts: connection for connection in _connections(answer)} if answer else {}
    name, message = (str(resource.inputs.get(name, "")) for name in ("managedPrivateEndpointName", "requestMessage"))
    found = find_connection([*listed], name, message)
    return listed[found] if found else _Connection("", ConnectionFacts("", None, _GONE))


def _connections(target: Resource) -> Iterator[_Connection]:
    """The connections in a target's outputs; of some types the provider flattens them, or the target itself."""
    listed = target.output("privateEndpointConnections") or target.output("properties", "privateEndpointConnections")
    for item in cast("list[object]", listed) if isinstance(listed, list) else ():
        content = value_in(item, "properties") or item
        state = value_in(content, "privateLinkServiceConnectionState")
        endpoint, id = value_in(value_in(content, "privateEndpoint"), "id"), value_in(item, "id")
        facts = ConnectionFacts(
            name=str(id).rpartition("/")[2],
            endpoint_id=EndpointId.read(str(endpoint)),
            state=str(value_in(state, "status") or "Pending"),
            description=str(value_in(state, "description") or ""),
        )
        yield _Connection(str(id), facts)
