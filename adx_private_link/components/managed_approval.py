"""The approval of a managed private endpoint's connection, by the owner of its target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import pulumi
from pulumi_azure_native import kusto, resources

from ..facts import lookups
from ..facts.managed_connections import find_connection
from ..facts.records import ConnectionFacts
from ..topology.records import ApprovalNode, ManagedEndpointNode
from .approval_targets import ApprovalTarget, ListedConnections
from .connection_approval import make_deployment
from .context import Context
from .one_at_a_time import last_write, wait_for
from .waiting import WAIT, poll


def make_managed_approval(
    node: ApprovalNode,
    managed: ManagedEndpointNode,
    target: ApprovalTarget,
    resource: kusto.ManagedPrivateEndpoint,
    context: Context,
) -> resources.Deployment:
    """
    Register the approval of the connection of a managed private endpoint.

    The deployment puts a connection that waits. A storage account rejects the approval of an approved one (Azure/
    azure-cli, test_storage_account_private_endpoint.yaml), which Azure or its owner may have approved. One that
    the deployment has put already stays among its parameters, so that the next preview does not differ.
    """
    before = last_write(target.cluster) if target.cluster else ()

    async def connections(_: str) -> list[str]:
        await wait_for(before)
        return await _Approval(node, managed, target, context).connections()

    return make_deployment(node, target, resource.id.apply(connections), context)


@dataclass(frozen=True)
class _Approval:
    """The look-ups of one approval."""

    node: ApprovalNode
    managed: ManagedEndpointNode
    target: ApprovalTarget
    context: Context

    async def connections(self) -> list[str]:
        """Return the names of the connections that the deployment puts, or has put."""
        put = await self._connections_put()
        if self.managed.is_lost:
            listed = await self._look()
        else:
            awaited = f"{self.target.label} to list the connection of {self.managed.id.name}, and to accept an approval"
            listed = await poll(self._look, self._is_ready, awaited)
            if not self._is_listed(listed) and not pulumi.runtime.is_dry_run():
                self._fail()
        return sorted(connection.name for connection in self._own(listed) if self._is_put(connection, put))

    async def _look(self) -> ListedConnections:
        return await self.target.list_connections(self.managed.target.name, self.context)

    def _is_ready(self, listed: ListedConnections) -> bool:
        waits = any(connection.state == "Pending" for connection in self._own(listed))
        return self._is_listed(listed) and not (listed.is_busy and waits)

    def _is_listed(self, listed: ListedConnections) -> bool:
        return find_connection(listed.connections, self.managed.id.name, self.managed.request_message) is not None

    def _own(self, listed: ListedConnections) -> Iterator[ConnectionFacts]:
        """The connections that can only be those of this managed private endpoint."""
        for connection in listed.connections:
            if find_connection([connection], self.managed.id.name, self.managed.request_message):
                yield connection

    def _is_put(self, connection: ConnectionFacts, put: frozenset[str]) -> bool:
        return connection.state == "Pending" or (connection.name.lower() in put and not connection.is_dead)

    async def _connections_put(self) -> frozenset[str]:
        """The names (lower case) that the deployment has put; none where it has failed, or Azure no longer has it."""
        place, name = self.node.place, self.node.name
        look_up = lookups.deployment(place.subscription, place.resource_group, name)
        answer = await self.context.find(look_up, f"Deployment {name}")
        if answer is None or answer.properties.provisioning_state != "Succeeded":
            return frozenset()
        return frozenset(name.lower() for name in _names_in(answer.properties.parameters))

    def _fail(self) -> None:
        name = self.managed.id.name
        raise pulumi.RunError(
            f"{self.target.label[0].upper()}{self.target.label[1:]} lists no connection of managed private endpoint "
            f"{name} after {WAIT:.0f} s. If its owner has removed it, replace the managed private endpoint: `pulumi up "
            f"--replace '**{self.managed.logical_name}'`. Otherwise run `pulumi up` again."
        )


def _names_in(parameters: Any) -> list[str]:
    """The connections among the parameters of a deployment, as Azure shows them."""
    if not isinstance(parameters, Mapping):
        return []
    connections = cast("Mapping[str, Any]", parameters).get("connections")
    names = cast("Mapping[str, Any]", connections).get("value") if isinstance(connections, Mapping) else None
    return [name for name in cast("list[Any]", names) if isinstance(name, str)] if isinstance(names, list) else []
