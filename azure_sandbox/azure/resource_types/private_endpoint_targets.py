"""What private endpoints connect to: private link services, and storage accounts."""

from __future__ import annotations

import uuid

from ..rules import OWN_CHOICE
from .bodies import properties, region
from .errors import Refusal
from .resource_ids import ResourceId
from .resource_type import Scope
from .resource_types import connections, storage_connections
from .resource_types.connections import PrivateEndpointConnection, listed, touch
from .store import Json, Stored

NO_SUCH_TARGETS = Refusal(
    says="Azure takes endpoints of other targets, such as vaults and clusters; the sandbox lacks them and says so",
    source=OWN_CHOICE,
    code="NotInSandbox",
    message="The sandbox has no targets of type {type} for private endpoints, only {known}: {endpoint} cannot "
    "connect to {target} here.",
)

_GATEWAYS = "microsoft.network/applicationgateways"
_SERVICE = PrivateEndpointConnection()
_KINDS = {each.target.lower(): each for each in (*connections.TYPES, *storage_connections.TYPES)}


def known_kind(target: str) -> PrivateEndpointConnection | None:
    """How endpoints connect to a target; None for an alias, and for what is no target of the sandbox."""
    try:
        return _KINDS.get(ResourceId.parse(target).type.lower())
    except ValueError:
        return None


def kind_of(endpoint: ResourceId, target: str) -> PrivateEndpointConnection:
    """How an endpoint connects to its target. Aliases are a service's, which refuses whatever else is no target."""
    if kind := known_kind(target):
        return kind
    try:
        type = ResourceId.parse(target).type
    except ValueError:
        return _SERVICE
    if not type.lower().startswith("microsoft.network/") or type.lower() == _GATEWAYS:
        known = ", ".join(each.target for each in _KINDS.values())
        raise NO_SUCH_TARGETS(type=type, known=known, endpoint=endpoint.text, target=target)
    return _SERVICE


def connect(scope: Scope, id: ResourceId, guid: str, location: str, connection: Json, *, automatic: bool) -> Stored:
    """Makes the connection of an endpoint to its target, which is the answer."""
    given = properties(connection)
    kind = kind_of(id, str(given["privateLinkServiceId"]))
    target = kind.find(scope, id, connection, location, automatic=automatic)
    approved = listed(properties(target.body), "autoApproval")
    if automatic or {id.subscription.lower(), "*"} & set(approved):
        status, description = "Approved", kind.approved_at_once
    else:
        status, description = "Pending", given.get("requestMessage") or ""
    owner = ResourceId.parse(target.id)
    seen = owner.child("privateEndpointConnections", kind.name(owner, id, guid))
    body = {
        "name": seen.name,
        "id": seen.text,
        "etag": kind.etag(),
        "type": kind.type,
        "properties": {
            "provisioningState": "Succeeded",
            "privateEndpoint": {"id": id.text},
            "privateEndpointLocation": region(location),
            "privateLinkServiceConnectionState": {
                "status": status,
                "description": description,
                "actionsRequired": "None",
            },
            "linkIdentifier": str(10**8 + uuid.UUID(guid).int % (9 * 10**8)),
        },
    }
    scope.store.put(seen.text, kind.type, body, kind.refers_to(body))
    touch(scope, seen)
    return target
