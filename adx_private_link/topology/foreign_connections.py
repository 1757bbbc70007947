"""
Connections of other stacks and teams to a service, and the protection that they need.

Azure deletes no service that has connections (PrivateLinkServiceWithPrivateEndpointConnectionsCannotBeDeleted), and
nothing in the graph removes connections of other stacks. So what would delete or replace such a service is rejected
before anything is touched, and `pulumi destroy` is stopped by Pulumi's own protection.
"""

from __future__ import annotations

from ..facts.records import ConnectionFacts, ServiceFacts, TargetFacts, Unreadable
from ..naming.accesses import TargetId
from .planning import Planning


def foreign_connections(planning: Planning, id: TargetId, target: TargetFacts) -> list[ConnectionFacts]:
    """Return the connections of a target that are not this stack's: they keep Azure from deleting a service."""
    return [connection for connection in target.connections if not planning.is_own(connection, id)]


def needs_protection(planning: Planning, service: ServiceFacts | Unreadable | None) -> bool:
    """
    Whether foreign connections protect a service, though no setting asks for it.

    `pulumi destroy` runs no program that could see them; Pulumi's protection stops it before anything is touched.
    """
    return isinstance(service, ServiceFacts) and bool(foreign_connections(planning, service.id, service))


def report_foreign_connections(planning: Planning, path: str, service: ServiceFacts, what: str, otherwise: str) -> None:
    """Reject what would happen to a service (`what`) while it has foreign connections."""
    connections = foreign_connections(planning, service.id, service)
    if not connections:
        return
    names = (f"{connection.endpoint_id or connection.name} ({connection.state})" for connection in connections)
    listed = ", ".join(names)
    planning.report(
        path,
        f"{what}; Azure does not delete it while it has connections that are not this stack's: {listed}",
        f"{otherwise}; or let their owners delete their endpoints; or cut them off: `adx-private-link release "
        f"{service.id}`",
        str(service.id),
    )
