"""Targets of approvals: how the connections to a private link service, and to a native cluster, are found and put."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import pulumi

from ..facts import lookups
from ..facts.answers import connections_of
from ..facts.records import ConnectionFacts
from ..resource_ids import ClusterId
from .context import Context
from .private_link_service import Service, look_up_service

_APPROVED = {"status": "Approved", "description": "Approved by adx-private-link"}


_AT_REST = ("Succeeded", "Failed", "Canceled")
"""Provisioning states of a cluster without a running operation (Azure/azure-rest-api-specs, azure-kusto)."""


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
        is_busy = (answer.provisioning_state or "Succeeded") not in _AT_REST
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
