"""Foreign connections: connections to a stack's private link services that the stack did not create."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import BaseModel, Field, ValidationError

from ...resource_ids import ServiceId
from ..errors import CommandError
from ..pulumi.stack_copy import stack_copy
from ..pulumi.state import ExportedState, Resource
from ..tool_output import PULUMI_REMEDY, unexpected_output

SERVICE = "azure-native:network:PrivateLinkService"
_ENDPOINT = "azure-native:network:PrivateEndpoint"
_CONNECTION = "azure-native:network:PrivateLinkServicePrivateEndpointConnection"


class _Reference(BaseModel):
    id: str = ""


class _State(BaseModel):
    status: str = "Pending"


class _Connection(BaseModel):
    """A connection in the outputs of a service."""

    id: str
    name: str
    endpoint: _Reference = Field(default=_Reference(), alias="privateEndpoint")
    state: _State = Field(default=_State(), alias="privateLinkServiceConnectionState")


class _ServiceOutputs(BaseModel):
    connections: list[_Connection] = Field(default_factory=list[_Connection], alias="privateEndpointConnections")


@dataclass(frozen=True)
class ForeignConnection:
    """A connection to a service of the stack that the stack did not create."""

    service: Resource
    connection: _Connection


def find_service(name: str, state: ExportedState) -> Resource:
    """
    Find a private link service of a stack by its name or id.

    Raises:
        CommandError: The stack has no such service, or several of this name.
    """
    services = {resource.id.lower(): resource for resource in state.deployment.resources if resource.type == SERVICE}
    matching = [service for id, service in services.items() if name.lower() in (id, id.rsplit("/", 1)[-1])]
    if len(matching) == 1:
        return matching[0]
    ids = "\n  ".join(sorted(service.id for service in services.values())) or "none"
    problem = (
        "is the name of several private link services" if matching else "is not a private link service of the stack"
    )
    raise CommandError(f"{name} {problem}. Give one of these ids:\n  {ids}")


def find_foreign_connections(stack: str, state: ExportedState, services: Iterable[Resource]) -> list[ForeignConnection]:
    """Find the foreign connections of services in Azure; a copy of the state is refreshed, not the stack's own."""
    urns = [service.urn for service in services]
    own_endpoints = {resource.id.lower() for resource in state.deployment.resources if resource.type == _ENDPOINT}
    with stack_copy(stack, state) as copy:
        copy.refresh(only=urns)
        refreshed = [resource for resource in copy.export_state().deployment.resources if resource.urn in urns]
    return [
        ForeignConnection(service, connection)
        for service in refreshed
        for connection in read_connections(service)
        if connection.endpoint.id.lower() not in own_endpoints
    ]


def read_connections(service: Resource) -> list[_Connection]:
    """
    Read the connections of a service from its outputs.

    Raises:
        CommandError: The provider answered in another form.
    """
    try:
        return _ServiceOutputs.model_validate(service.outputs).connections
    except ValidationError as error:
        raise unexpected_output(f"Azure, asked by Pulumi for {service.id},", error, PULUMI_REMEDY) from None


def build_connections_state(state: ExportedState, connections: Iterable[ForeignConnection]) -> ExportedState:
    """Build a state that has only these connections, the stack itself, and its providers."""
    kept = [resource for resource in state.deployment.resources if resource.type.startswith("pulumi:")]
    return state.with_resources([*kept, *(_build_resource(connection, kept[0]) for connection in connections)])


def _build_resource(foreign: ForeignConnection, stack: Resource) -> Resource:
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
