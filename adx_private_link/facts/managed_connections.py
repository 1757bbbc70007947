"""The connection of a managed private endpoint, among those that its target lists."""

from __future__ import annotations

from collections.abc import Sequence

from ..naming.managed_endpoints import is_request_message
from .records import ConnectionFacts


def find_connection(connections: Sequence[ConnectionFacts], name: str, message: str) -> ConnectionFacts | None:
    """
    Find the connection of a managed private endpoint; of several a living one.

    Its private endpoint is in a subscription of Microsoft's, and only its name is known (MicrosoftDocs,
    dataexplorer-docs, security-network-managed-private-endpoint-create.md). An endpoint of another cluster may have the
    same name, so the message decides. Where Azure or the owner has decided, the description may be another one.

    Args:
        connections: The connections that the target lists.
        name: The name of the managed private endpoint.
        message: Its request message.
    """
    possible = [
        connection
        for connection in connections
        if connection.endpoint_id
        and connection.endpoint_id.name.lower() == name.lower()
        and (connection.description == message or _has_other_words(connection))
    ]
    ranked = sorted(possible, key=lambda connection: (connection.is_dead, connection.description != message))
    return ranked[0] if ranked else None


def _has_other_words(connection: ConnectionFacts) -> bool:
    """Whether a decision has changed its description."""
    return connection.state != "Pending" and not is_request_message(connection.description)
