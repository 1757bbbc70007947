"""Microsoft.Network/privateLinkServices/privateEndpointConnections: connections to services, and decisions on them."""

from __future__ import annotations

from typing import Any

from ...rules import OWN_CHOICE, Rule
from ..bodies import Json, properties
from ..endpoint_members import Member
from ..errors import Rejection
from ..resource_ids import ResourceId, parent_of
from ..resource_type import ResourceManager
from ..store import Stored
from ..type_names import PRIVATE_LINK_SERVICE_CONNECTIONS, PRIVATE_LINK_SERVICES
from .connections import ConnectionType
from .private_link_service_visibility import find_visible_service, is_listed, listed_subscriptions

_RECORDED = "Azure/azure-cli, command_modules/network/tests/latest/recordings/test_network_private_endpoints.yaml"
_TROUBLESHOOTING = "MicrosoftDocs/SupportArticles-docs, support/azure/private-link/troubleshoot-private-endpoint-"

NO_GROUP_IDS = Rejection(
    says="A connection to a private link service has no group ids",
    source=f"{_RECORDED} never has any; that they are rejected is an own choice",
    code="PrivateLinkServiceConnectionGroupIdsNotAllowed",
    message="Private link service connection {connection} to a private link service must not have group ids.",
)
TOO_MANY_CONNECTIONS = Rejection(
    says="A service has at most 1,000 connections",
    source=f"{_TROUBLESHOOTING}creation-failed.md; code and text are an own choice",
    code="PrivateEndpointConnectionsPerPrivateLinkServiceLimitReached",
    message="The maximum number of private endpoint connections, {most}, is reached on private link service {service}.",
)
TRANSITION = Rejection(
    says="A connection goes from Pending to Approved or Rejected, and from Approved to Rejected; Rejected is final",
    source="Azure/azure-cli, command_modules/network/tests/latest/recordings/test_network_private_endpoints.yaml has "
    "the transitions that are allowed; that there are no others, and code and text, are an own choice",
    code="PrivateEndpointConnectionStateTransitionNotAllowed",
    message="Private endpoint connection {connection} cannot go from {old_status} to {status}.",
)
SERVICE_ETAG = Rule(
    says="A connection has the etag of its service, which changes with each new, decided or deleted connection; the "
    "`linkIdentifier` of a connection has nine digits",
    source="Azure/azure-cli, command_modules/network/tests/latest/recordings/test_network_private_endpoints.yaml",
)

DECISION = Rule(
    says="A decision on a connection to a service needs the right to write connections, and the right to approve on "
    "the service",
    source=f"{_TROUBLESHOOTING}permission-denied.md and {_TROUBLESHOOTING}pending-approval.md name one of the two "
    f"each; that Azure asks for both is an {OWN_CHOICE}",
)
APPROVAL_ACTION = f"{PRIVATE_LINK_SERVICES}/PrivateEndpointConnectionsApproval/action"
MOST_CONNECTIONS_OF_A_SERVICE = 1000


class PrivateLinkServiceConnection(ConnectionType):
    """One connection as the owner of a private link service sees it."""

    type = PRIVATE_LINK_SERVICE_CONNECTIONS
    target = PRIVATE_LINK_SERVICES
    auto_approval_description = "Auto Approved"

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        service = arm.store.get(parent_of(id.key))
        return {**body, "etag": service.body["etag"]} if service else body

    def linked_actions(self, id: ResourceId, body: Json) -> list[tuple[str, str]]:
        return [(APPROVAL_ACTION, parent_of(id.text))]

    def check_decision(self, arm: ResourceManager, id: ResourceId, old_status: str, status: str) -> None:
        is_possible = status in ("Approved", "Rejected") and old_status in (status, "Pending", "Approved")
        if not is_possible:
            raise TRANSITION(connection=id.text, old_status=old_status, status=status)

    def check_group_ids(self, connection: Json, requested: list[Any]) -> list[str]:
        if requested:
            raise NO_GROUP_IDS(connection=connection["id"])
        return []

    def find_target(
        self, arm: ResourceManager, endpoint: ResourceId, connection: Json, location: str, *, automatic: bool
    ) -> Stored:
        target = str(properties(connection)["privateLinkServiceId"])
        service = find_visible_service(arm, endpoint, target, location, automatic=automatic)
        if len(arm.store.children(service.id, self.type)) >= MOST_CONNECTIONS_OF_A_SERVICE:
            raise TOO_MANY_CONNECTIONS(service=service.id, most=MOST_CONNECTIONS_OF_A_SERVICE)
        return service

    def approves_at_once(self, target: Stored, subscription: str) -> bool:
        return is_listed(subscription, listed_subscriptions(properties(target.body), "autoApproval"))

    def list_members(self, arm: ResourceManager, target: Stored, group: str) -> list[Member]:
        return [Member()]

    def touch_target(self, arm: ResourceManager, connection: ResourceId) -> None:
        arm.store.set_etag(parent_of(connection.text), self.new_etag())

    def name_connection(self, target: ResourceId, endpoint: ResourceId, guid: str) -> str:
        return f"{endpoint.name}.{guid}"
