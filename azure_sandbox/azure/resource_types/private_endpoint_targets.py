"""Targets of private endpoints (private link services, clusters, storage accounts), and the creation of connections."""

from __future__ import annotations

import uuid

from ...rules import OWN_CHOICE
from ..bodies import Json, properties, region_name
from ..endpoint_members import Member, group_of
from ..errors import Rejection
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager
from ..switches import APPROVAL_BY_RIGHTS
from .cluster_connections import ClusterConnection
from .connections import ConnectionType
from .event_hubs_connections import EventHubsConnection
from .private_link_service_connections import PrivateLinkServiceConnection
from .storage_account_connections import StorageAccountConnection

NO_SUCH_TARGETS = Rejection(
    says="The sandbox lacks other targets of Azure's, such as vaults, and rejects endpoints to them",
    source=OWN_CHOICE,
    code="NotInSandbox",
    message="The sandbox has no targets of type {type} for private endpoints: {endpoint} cannot connect to {target}. "
    "It has: {known}.",
)

_APPLICATION_GATEWAYS = "microsoft.network/applicationgateways"
_TO_SERVICE = PrivateLinkServiceConnection()
_CONNECTION_TYPES: dict[str, ConnectionType] = {
    connection_type.target.lower(): connection_type
    for connection_type in (_TO_SERVICE, ClusterConnection(), StorageAccountConnection(), EventHubsConnection())
}


def known_connection_type(target: str) -> ConnectionType | None:
    """The connection type of a target; None for an alias, and for a type that the sandbox has no endpoints for."""
    try:
        return _CONNECTION_TYPES.get(ResourceId.parse(target).type.lower())
    except ValueError:
        return None


def connection_type_of(endpoint: ResourceId, target: str) -> ConnectionType:
    """The connection type of an endpoint's target. Invalid targets get the type of a service, which rejects them."""
    if connection_type := known_connection_type(target):
        return connection_type
    try:
        type = ResourceId.parse(target).type
    except ValueError:
        return _TO_SERVICE
    if not type.lower().startswith("microsoft.network/") or type.lower() == _APPLICATION_GATEWAYS:
        known = ", ".join(connection_type.target for connection_type in _CONNECTION_TYPES.values())
        raise NO_SUCH_TARGETS(type=type, known=known, endpoint=endpoint.text, target=target)
    return _TO_SERVICE


def connect(
    arm: ResourceManager, endpoint: ResourceId, guid: str, location: str, connection: Json, *, automatic: bool
) -> list[Member]:
    """Create the connection of an endpoint to its target. Returns the members of the target that it connects to."""
    requested = properties(connection)
    connection_type = connection_type_of(endpoint, str(requested["privateLinkServiceId"]))
    target = connection_type.find_target(arm, endpoint, connection, location, automatic=automatic)
    by_rights = automatic and APPROVAL_BY_RIGHTS.read(arm.store) == "approves"
    if by_rights or connection_type.approves_at_once(target, endpoint.subscription):
        status, description = "Approved", connection_type.auto_approval_description
    else:
        status, description = "Pending", requested.get("requestMessage") or ""
    target_id = ResourceId.parse(target.id)
    name = connection_type.name_connection(target_id, endpoint, guid)
    id = target_id.child("privateEndpointConnections", name)
    body = {
        "name": id.name,
        "id": id.text,
        "etag": connection_type.new_etag(),
        "type": connection_type.type,
        "properties": {
            "provisioningState": "Succeeded",
            "privateEndpoint": {"id": endpoint.text},
            "privateEndpointLocation": region_name(location),
            "privateLinkServiceConnectionState": {
                "status": status,
                "description": description,
                "actionsRequired": "None",
            },
            "linkIdentifier": str(10**8 + uuid.UUID(guid).int % (9 * 10**8)),
        },
    }
    arm.store.put(id.text, connection_type.type, body, connection_type.referenced_ids(body))
    connection_type.touch_target(arm, id)
    return connection_type.list_members(arm, target, group_of(connection))
