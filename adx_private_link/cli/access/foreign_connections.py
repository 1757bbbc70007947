"""Connections to a stack's private link services that the stack has not made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import BaseModel, Field, ValidationError

from ...resource_ids import ServiceId
from ..errors import CommandError
from ..pulumi.stack_copy import stack_copy
from ..pulumi.state import ExportedState, Resource

_SERVICE = "azure-native:network:PrivateLinkService"
_ENDPOINT = "azure-native:network:PrivateEndpoint"
_CONNECTION = "azure-native:network:PrivateLinkServicePrivateEndpointConnection"


class _Reference(BaseModel):
    id: str = ""


class _State(BaseModel):
    status: str = "Pending"


class _Listed(BaseModel):
    """A connection as a service lists it."""

    id: str
    name: str
    endpoint: _Reference = Field(default=_Reference(), alias="privateEndpoint")
    state: _State = Field(default=_State(), alias="privateLinkServiceConnectionState")


class _Answer(BaseModel):
    connections: list[_Listed] = Field(default_factory=list[_Listed], alias="privateEndpointConnections")


@dataclass(frozen=True)
class ForeignConnection:
    """A connection that the stack has not made, to a service that it has."""

    service: Resource
    connection: _Listed


def service_named(wanted: str, state: ExportedState) -> Resource:
    found = {each.id.lower(): each for each in state.deployment.resources if each.type == _SERVICE}
    matching = [each for id, each in found.items() if wanted.lower() in (id, id.rsplit("/", 1)[-1])]
    if len(matching) == 1:
        return matching[0]
    ids = "\n  ".join(sorted(each.id for each in found.values())) or "none"
    problem = (
        "is the name of several private link services" if matching else "is not a private link service of the stack"
    )
    raise CommandError(f"{wanted} {problem}. Give one of these ids:\n  {ids}")


def foreign_connections(name: str, state: ExportedState, services: Iterable[Resource]) -> list[ForeignConnection]:
    """Asked of Azure on a copy of the state, so that the stack's own stays as it is."""
    urns = [each.urn for each in services]
    own = {each.id.lower() for each in state.deployment.resources if each.type == _ENDPOINT}
    with stack_copy(name, state) as copy:
        copy.refresh(only=urns)
        there = [each for each in copy.export_state().deployment.resources if each.urn in urns]
    return [
        ForeignConnection(service, connection)
        for service in there
        for connection in _connections(service)
        if connection.endpoint.id.lower() not in own
    ]


def _connections(service: Resource) -> list[_Listed]:
    try:
        return _Answer.model_validate(service.outputs).connections
    except ValidationError as error:
        raise CommandError(f"Azure gave an unexpected answer for {service.id}: {error}") from None


def state_of_connections(state: ExportedState, foreign: Iterable[ForeignConnection]) -> ExportedState:
    """A state that has nothing but the connections, with the providers that reach them."""
    kept = [each for each in state.deployment.resources if each.type.startswith("pulumi:")]
    return state.with_resources([*kept, *(_connection_resource(each, kept[0]) for each in foreign)])


def _connection_resource(foreign: ForeignConnection, stack: Resource) -> Resource:
    service, connection = ServiceId.parse(foreign.service.id), foreign.connection
    path = {
        "resourceGroupName": service.resource_group,
        "serviceName": service.name,
        "peConnectionName": connection.name,
    }
    return Resource(
        urn=f"{stack.urn.rsplit('::', 2)[0]}::{_CONNECTION}::{connection.name}",
        type=_CONNECTION,
        custom=True,
        id=connection.id,
        inputs=path,
        outputs=path,
        parent=stack.urn,
        provider=foreign.service.provider,
    )
