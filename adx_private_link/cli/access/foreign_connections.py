"""Foreign connections: connections to a stack's private link services and native clusters that others created."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import BaseModel, Field, ValidationError

from ...resource_ids import ClusterId, ServiceId
from ..errors import CommandError
from ..pulumi.other_objects import CLUSTER, read_others
from ..pulumi.stack_copy import stack_copy
from ..pulumi.state import ExportedState, Resource
from ..tool_output import PULUMI_REMEDY, unexpected_output

SERVICE = "azure-native:network:PrivateLinkService"
_ENDPOINT = "azure-native:network:PrivateEndpoint"
_OF_SERVICE = "azure-native:network:PrivateLinkServicePrivateEndpointConnection"
_OF_CLUSTER = "azure-native:kusto:PrivateEndpointConnection"


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


class _TargetOutputs(BaseModel):
    connections: list[_Connection] = Field(default_factory=list[_Connection], alias="privateEndpointConnections")


@dataclass(frozen=True)
class ForeignConnection:
    """A connection to a service or a native cluster that the stack did not create."""

    target: Resource
    connection: _Connection


def find_foreign_connections(stack: str, state: ExportedState, targets: Iterable[Resource]) -> list[ForeignConnection]:
    """
    Find the foreign connections of services and clusters in Azure.

    A copy of the state is refreshed, not the stack's own.

    Raises:
        CommandError: A cluster cannot be read, or does not exist.
    """
    own_endpoints = {resource.id.lower() for resource in state.deployment.resources if resource.type == _ENDPOINT}
    clusters = [target for target in targets if target.type == CLUSTER]
    urns = [target.urn for target in targets if target.type == SERVICE]
    with stack_copy(stack, state) as copy:
        read: list[Resource] = []
        if urns:
            copy.refresh(only=urns)
            read += [resource for resource in copy.export_state().deployment.resources if resource.urn in urns]
        answers = read_others(copy, clusters)
    for cluster in clusters:
        if (answer := answers.get(cluster.id.lower())) is None:
            raise CommandError(
                f"Cluster {cluster.id} cannot be read. Check that it exists, and that the identity of `pulumi` has the "
                "Reader role on it (docs/reference/rights.md)."
            )
        read.append(answer)
    return [
        ForeignConnection(target, connection)
        for target in read
        for connection in read_connections(target)
        if connection.endpoint.id.lower() not in own_endpoints
    ]


def read_connections(target: Resource) -> list[_Connection]:
    """
    Read the connections of a service or a cluster from its outputs.

    Raises:
        CommandError: The provider answered in another form.
    """
    try:
        return _TargetOutputs.model_validate(target.outputs).connections
    except ValidationError as error:
        raise unexpected_output(f"Azure, asked by Pulumi for {target.id},", error, PULUMI_REMEDY) from None


def build_connections_state(state: ExportedState, connections: Iterable[ForeignConnection]) -> ExportedState:
    """Build a state that has only these connections, the stack itself, and its providers."""
    kept = [resource for resource in state.deployment.resources if resource.type.startswith("pulumi:")]
    return state.with_resources([*kept, *(_build_resource(connection, kept[0]) for connection in connections)])


def _build_resource(foreign: ForeignConnection, stack: Resource) -> Resource:
    target, connection = foreign.target, foreign.connection
    if target.type == CLUSTER:
        type, cluster = _OF_CLUSTER, ClusterId.parse(target.id)
        path = {
            "resourceGroupName": cluster.resource_group,
            "clusterName": cluster.name,
            "privateEndpointConnectionName": connection.name,
        }
    else:
        type, service = _OF_SERVICE, ServiceId.parse(target.id)
        path = {
            "resourceGroupName": service.resource_group,
            "serviceName": service.name,
            "peConnectionName": connection.name,
        }
    return Resource(
        urn=f"{stack.urn.rsplit('::', 2)[0]}::{type}::{connection.name}",
        type=type,
        custom=True,
        id=connection.id,
        inputs=path,
        outputs=path,
        parent=stack.urn,
        provider=target.provider,
    )
