"""Microsoft.EventHub/namespaces/privateEndpointConnections: connections to namespaces, and decisions on them."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlsplit

from ...rules import OWN_CHOICE, Rule
from ..bodies import Json, properties
from ..endpoint_members import Member
from ..errors import Rejection
from ..references import find_referenced
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager
from ..store import Stored
from ..type_names import EVENT_HUBS_CONNECTIONS, EVENT_HUBS_NAMESPACES
from .connections import ConnectionType

_GUIDE = "MicrosoftDocs/dataexplorer-docs, data-explorer/security-network-managed-private-endpoint-create.md"

ONE_GROUP = Rejection(
    says="The only group id of an Event Hubs namespace is `namespace`",
    source=f"MicrosoftDocs/azure-docs, articles/private-link/private-endpoint-overview.md; code and text are an "
    f"{OWN_CHOICE}",
    code="InvalidGroupId",
    message="Private link service connection {connection} has the group ids [{groups}]. An Event Hubs namespace has "
    "only the group id 'namespace'.",
)
TRANSITION = Rejection(
    says="The owner of a namespace approves or rejects a connection, and can reject an approved one",
    source=f"{OWN_CHOICE}, after connections to other targets",
    code="InvalidPrivateEndpointConnectionState",
    message="Private endpoint connection {connection} cannot go from {old_status} to {status}.",
)
OWNERS_SIDE = Rule(
    says="On the namespace's side, the name of a connection is a guid. It has no group id",
    source=f"{_GUIDE} (the screenshot of the approval)",
)


class EventHubsConnection(ConnectionType):
    """One connection as the owner of a namespace sees it."""

    type = EVENT_HUBS_CONNECTIONS
    target = EVENT_HUBS_NAMESPACES
    auto_approval_description = "Auto-Approved"

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        stored = properties(body)
        state = stored["privateLinkServiceConnectionState"]
        return {
            **{name: body[name] for name in ("id", "name", "type")},
            "properties": {
                "provisioningState": stored["provisioningState"],
                "privateEndpoint": stored["privateEndpoint"],
                "privateLinkServiceConnectionState": {name: state[name] for name in ("status", "description")},
            },
        }

    def check_decision(self, arm: ResourceManager, id: ResourceId, old_status: str, status: str) -> None:
        if status not in ("Approved", "Rejected") or (old_status, status) == ("Rejected", "Approved"):
            raise TRANSITION(connection=id.text, old_status=old_status, status=status)

    def check_group_ids(self, connection: Json, requested: list[Any]) -> list[str]:
        if requested != ["namespace"]:
            raise ONE_GROUP(connection=connection["id"], groups=", ".join(map(str, requested)))
        return ["namespace"]

    def find_target(
        self, arm: ResourceManager, endpoint: ResourceId, connection: Json, location: str, *, automatic: bool
    ) -> Stored:
        return find_referenced(arm, str(properties(connection)["privateLinkServiceId"]), endpoint)

    def list_members(self, arm: ResourceManager, target: Stored, group: str) -> list[Member]:
        return [Member(group, (urlsplit(str(properties(target.body)["serviceBusEndpoint"])).hostname or "",))]

    def name_connection(self, target: ResourceId, endpoint: ResourceId, guid: str) -> str:
        return str(uuid.uuid4())
