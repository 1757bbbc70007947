"""Targets of approvals: how the connections to a private link service, a cluster and so on are found and put."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import pulumi

from ..facts import lookups
from ..facts.answers import connections_of
from ..facts.managed_targets import managed_target, managed_target_of
from ..facts.records import AT_REST, ConnectionFacts, ManagedTargetFacts
from ..resource_ids import ClusterId, EventHubsNamespaceId, IotHubId, ResourceId, SqlServerId, StorageAccountId, VaultId
from ..settings import ManagedTargetId
from .context import Context
from .private_link_service import Service, look_up_service

_APPROVED = {"status": "Approved", "description": "Approved by adx-private-link"}


@dataclass(frozen=True)
class ListedConnections:
    """What a target lists."""

    connections: Sequence[ConnectionFacts]
    is_busy: bool = False
    """Whether an operation on the target is running, during which Azure rejects an approval."""


@dataclass(frozen=True)
class ApprovalTarget:
    """What the connections that are approved lead to."""

    type: str
    api_version: str
    parameter: str
    """Its parameter in the template."""
    label: str
    """The target in words, for messages."""
    name: pulumi.Input[str]
    approved_state: Mapping[str, str]
    list_connections: Callable[[str, Context], Awaitable[ListedConnections]]
    """Lists its connections; the name is known as soon as the target exists."""
    cluster: ClusterId | None = None
    """The cluster that takes one write at a time; None for a private link service."""


def service_target(service: Service) -> ApprovalTarget:
    """Return a private link service of this stack as the target of approvals."""

    async def list_connections(name: str, context: Context) -> ListedConnections:
        answer = await look_up_service(service.node, name, context)
        return ListedConnections(connections_of(answer.private_endpoint_connections))

    return ApprovalTarget(
        type="Microsoft.Network/privateLinkServices",
        api_version="2024-05-01",
        parameter="service",
        label=f"private link service {service.node.name}",
        name=service.resource.name,
        approved_state={**_APPROVED, "actionsRequired": "None"},
        list_connections=list_connections,
    )


def cluster_target(id: ClusterId) -> ApprovalTarget:
    """Return a native cluster as the target of approvals. It lists its connections itself."""

    async def list_connections(_: str, context: Context) -> ListedConnections:
        answer = await context.look_up(lookups.cluster(id), f"Cluster {id.name}")
        is_busy = (answer.provisioning_state or "Succeeded") not in AT_REST
        return ListedConnections(connections_of(answer.private_endpoint_connections), is_busy)

    return ApprovalTarget(
        type="Microsoft.Kusto/clusters",
        api_version="2024-04-13",
        parameter="cluster",
        label=f"cluster {id.name}",
        name=id.name,
        # Only these two can be written (Azure/azure-rest-api-specs, specification/azure-kusto).
        approved_state=_APPROVED,
        list_connections=list_connections,
        cluster=id,
    )


API_VERSIONS: Mapping[type[ResourceId], str] = {
    StorageAccountId: "2024-01-01",
    EventHubsNamespaceId: "2024-01-01",
    IotHubId: "2023-06-30",
    VaultId: "2024-11-01",
    SqlServerId: "2023-08-01",
}
"""Of the connections of other targets than services and clusters: those of azure-native 3.29.0."""


def target_of_managed_endpoint(id: ManagedTargetId, message: str) -> ApprovalTarget:
    """
    Return what a managed private endpoint connects to as the target of its approval.

    The description of an approved connection stays the request message: it is found by it from then on, too.
    """
    approved = {"status": "Approved", "description": message}
    if isinstance(id, ClusterId):
        return replace(cluster_target(id), parameter="target", approved_state=approved)
    label = f"{id.kind.partition(' ')[2]} {id.name}"

    async def list_connections(_: str, context: Context) -> ListedConnections:
        facts = managed_target_of(id, await context.look_up(managed_target(id), f"{label[0].upper()}{label[1:]}"))
        assert isinstance(facts, ManagedTargetFacts)
        return ListedConnections(facts.connections)

    return ApprovalTarget(
        type="/".join(id.types),
        api_version=API_VERSIONS[type(id)],
        parameter="target",
        label=label,
        name=id.name,
        approved_state=approved,
        list_connections=list_connections,
    )
