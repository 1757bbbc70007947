"""What surrounds a cluster in Azure, read through `az`: connections, its subnet and addresses, and locks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, Field, ValidationError

from ...outputs import ClusterOutput
from ...resource_ids import ResourceId
from .. import azure_cli
from ..cluster_changes.live_cluster import LiveCluster
from ..cluster_changes.network import NetworkConfiguration

ITSELF = "the cluster"
"""What an endpoint connects to that does not connect to a service."""


@dataclass(frozen=True)
class Lock:
    """A management lock."""

    id: str
    level: str
    """`ReadOnly` or `CanNotDelete`."""


@dataclass(frozen=True)
class Surroundings:
    """What surrounds a cluster."""

    connections: Mapping[str, str]
    """The states of the cluster's own connections, by the endpoint's id in lower case."""
    connected: Mapping[str, str]
    """What each endpoint (id in lower case) connects to: the name of a service, or `ITSELF`."""
    detached: Sequence[str]
    """The names of services that have no frontend of a load balancer."""
    service_endpoints: Sequence[str]
    """The services that the cluster's subnet has service endpoints for."""
    addresses: Sequence[str]
    """The public addresses that the cluster has in its network."""
    missing: Sequence[str]
    """The subnet and public addresses of the configuration that do not exist."""
    locks: Sequence[Lock]


class _Reference(BaseModel):
    id: str = ""


class _State(BaseModel):
    status: str = "Pending"


class _ConnectionProperties(BaseModel):
    endpoint: _Reference = Field(default=_Reference(), alias="privateEndpoint")
    state: _State = Field(default=_State(), alias="privateLinkServiceConnectionState")


class _Connection(BaseModel):
    properties: _ConnectionProperties = _ConnectionProperties()


class _ServiceEndpoint(BaseModel):
    service: str = ""


class _LockProperties(BaseModel):
    level: str = ""


class _Lock(BaseModel):
    id: str = ""
    properties: _LockProperties = _LockProperties()


class _Properties(BaseModel):
    connections: list[_Connection] = Field(default_factory=list[_Connection], alias="privateEndpointConnections")
    service_endpoints: list[_ServiceEndpoint] = Field(default_factory=list[_ServiceEndpoint], alias="serviceEndpoints")
    address: str = Field(default="", alias="ipAddress")
    frontends: list[_Reference] = Field(default_factory=list[_Reference], alias="loadBalancerFrontendIpConfigurations")


def read_surroundings(live: LiveCluster, network: NetworkConfiguration, output: ClusterOutput) -> Surroundings:
    """
    Read what surrounds a cluster.

    What the user of `az` may not read is left out: it is for the plan, and the move does not need it.

    Raises:
        CommandError: `az` is not installed.
    """
    own = _parse(live.properties).connections
    connected = {connection.properties.endpoint.id.lower(): ITSELF for connection in own}
    services = {name: read for id in output.services.values() if (read := _read(id.id)) and (name := _name(id.id))}
    for name, service in services.items():
        for connection in service.connections:
            connected[connection.properties.endpoint.id.lower()] = name
    subnet, addresses = _read(network.subnet_id), {str(id): _read(str(id)) for id in network.addresses}
    return Surroundings(
        connections={
            connection.properties.endpoint.id.lower(): connection.properties.state.status for connection in own
        },
        connected=connected,
        detached=[name for name, service in services.items() if not service.frontends],
        service_endpoints=[endpoint.service for endpoint in subnet.service_endpoints] if subnet else [],
        addresses=[address.address for address in addresses.values() if address and address.address],
        missing=[id for id in (network.subnet_id, *addresses) if _is_missing(id)],
        locks=list(_read_locks(network)),
    )


def _name(id: str) -> str:
    return id.rsplit("/", 1)[-1]


def _read(id: str) -> _Properties | None:
    try:
        return _parse(azure_cli.get(id).get("properties") or {})
    except azure_cli.AzureRejection:
        return None


def _is_missing(id: str) -> bool:
    try:
        azure_cli.get(id)
    except azure_cli.AzureRejection as error:
        return error.not_found
    return False


def _parse(properties: Mapping[str, object]) -> _Properties:
    try:
        return _Properties.model_validate(properties)
    except ValidationError:
        return _Properties()


def _read_locks(network: NetworkConfiguration) -> Iterator[Lock]:
    """The locks of what Azure changes or deletes: the cluster, its load balancers, and the groups that they are in."""
    ids: list[ResourceId | None] = [network.cluster, network.subnet, *network.addresses]
    groups = {group.lower(): group for id in ids if id for group in [id.text.partition("/providers/")[0]]}
    locked = {*groups, *(id.key for id in ids if id)}
    balancers = f"-{network.cluster.name}-".lower()
    for group in groups.values():
        try:
            answers = azure_cli.list_of(f"{group}/providers/Microsoft.Authorization/locks")
        except azure_cli.AzureRejection:
            continue
        for answer in answers:
            lock = _Lock.model_validate(answer)
            scope = lock.id.lower().partition("/providers/microsoft.authorization/")[0]
            is_balancer = "/loadbalancers/ku" in scope and balancers in scope
            if scope in locked or is_balancer:
                yield Lock(lock.id, lock.properties.level)
