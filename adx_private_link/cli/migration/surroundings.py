"""What surrounds a cluster in Azure, read through `az`: connections, its subnet and addresses, and locks."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from ...next_steps import find_missing_action
from ...outputs import ClusterOutput
from ...resource_ids import ResourceId
from .. import azure_cli
from ..azure_cli import AzureRejection
from ..cluster_changes.connections import list_connections
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
    unread: Sequence[str] = ()
    """What the user of `az` may not read, in words, with the missing action where Azure names it."""


class _Frontend(BaseModel):
    id: str = ""


class _ServiceEndpoint(BaseModel):
    service: str = ""


class _Properties(BaseModel):
    """Of a service, a subnet and a public address."""

    frontends: list[_Frontend] = Field(default_factory=list[_Frontend], alias="loadBalancerFrontendIpConfigurations")
    service_endpoints: list[_ServiceEndpoint] = Field(default_factory=list[_ServiceEndpoint], alias="serviceEndpoints")
    address: str = Field(default="", alias="ipAddress")


class _LockProperties(BaseModel):
    level: str = ""


class _Lock(BaseModel):
    id: str = ""
    properties: _LockProperties = _LockProperties()


def read_surroundings(live: LiveCluster, network: NetworkConfiguration, output: ClusterOutput) -> Surroundings:
    """
    Read what surrounds a cluster.

    What the user of `az` may not read is named only: it is for the plan, and the move does not need it.

    Raises:
        CommandError: `az` is not installed.
    """
    own = list_connections(live.properties)
    services = {_name(service.id): _read(service.id) for service in output.services.values()}
    parts = {id: _read(id) for id in (network.subnet_id, *map(str, network.addresses))}
    found = {id: _parse(answer) for id, answer in parts.items() if not isinstance(answer, AzureRejection)}
    connected = {connection.endpoint.id.lower(): ITSELF for connection in own}
    answers = {**services, **{_name(id): answer for id, answer in parts.items()}}
    unread = [
        _unread(name, answer)
        for name, answer in answers.items()
        if isinstance(answer, AzureRejection) and not answer.not_found
    ]
    locks: list[Lock] = []
    for group in _groups(network):
        try:
            locks += _read_locks(network, group)
        except AzureRejection as error:
            unread.append(_unread(f"locks of {_name(group)}", error))
    detached: list[str] = []
    for name, answer in services.items():
        if isinstance(answer, AzureRejection):
            continue
        connected |= {connection.endpoint.id.lower(): name for connection in list_connections(answer)}
        if not _parse(answer).frontends:
            detached.append(name)
    return Surroundings(
        connections={connection.endpoint.id.lower(): connection.state.status for connection in own},
        connected=connected,
        detached=detached,
        service_endpoints=[endpoint.service for part in found.values() for endpoint in part.service_endpoints],
        addresses=[part.address for part in found.values() if part.address],
        missing=[id for id, answer in parts.items() if isinstance(answer, AzureRejection) and answer.not_found],
        locks=locks,
        unread=unread,
    )


def _name(id: str) -> str:
    return id.rsplit("/", 1)[-1]


def _unread(name: str, error: AzureRejection) -> str:
    return f"{name} (`{action}`)" if (action := find_missing_action(error.reason)) else name


def _read(id: str) -> Mapping[str, Any] | AzureRejection:
    """Read the properties of an object."""
    try:
        return azure_cli.get(id).get("properties") or {}
    except AzureRejection as error:
        return error


def _parse(properties: Mapping[str, Any]) -> _Properties:
    try:
        return _Properties.model_validate(properties)
    except ValidationError:
        return _Properties()


def _objects(network: NetworkConfiguration) -> list[ResourceId]:
    """What Azure changes or deletes by id."""
    return [id for id in (network.cluster, network.subnet, *network.addresses) if id]


def _groups(network: NetworkConfiguration) -> Collection[str]:
    """The resource groups of these objects."""
    groups = (id.text.partition("/providers/")[0] for id in _objects(network))
    return {group.lower(): group for group in groups}.values()


def _read_locks(network: NetworkConfiguration, group: str) -> Iterator[Lock]:
    """The locks in a group of what Azure changes or deletes: the objects, their load balancers, and the groups."""
    locked = {*map(str.lower, _groups(network)), *(id.key for id in _objects(network))}
    balancers = f"-{network.cluster.name}-".lower()
    for answer in azure_cli.list_of(f"{group}/providers/Microsoft.Authorization/locks"):
        lock = _Lock.model_validate(answer)
        scope = lock.id.lower().partition("/providers/microsoft.authorization/")[0]
        is_balancer = "/loadbalancers/ku" in scope and balancers in scope
        if scope in locked or is_balancer:
            yield Lock(lock.id, lock.properties.level)
