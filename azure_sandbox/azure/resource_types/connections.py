"""
Connections between private endpoints and their targets, whatever the target is.

Endpoints create connections, and the owner of the target decides on them. A connection is one stored resource below its
target. What the endpoint shows of it is computed from there, so that the two sides never disagree.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

from ...rules import OWN_CHOICE, Rule
from ..bodies import CANNOT_PARSE, Json, linked_id, properties, read_object
from ..endpoint_members import Member
from ..errors import Rejection
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType
from ..store import Stored
from .private_dns_zone_groups import update_records

_TROUBLESHOOTING = "MicrosoftDocs/SupportArticles-docs, support/azure/private-link/troubleshoot-private-endpoint-"

UNKNOWN_CONNECTION = Rejection(
    says="An owner decides only on connections that endpoints have created",
    source=OWN_CHOICE,
    status=404,
    code="ResourceNotFound",
    message="The Resource '{resource}' under resource group '{group}' was not found. For more details please go to "
    "https://aka.ms/ARMResourceNotFoundFix",
)
NO_GROUP_ID = Rejection(
    says="A connection to a cluster or a storage account has a group id",
    source="Azure/azure-cli#15136, hashicorp/terraform-provider-azurerm#9051 (a storage account); that a cluster gives "
    f"the same answer is an {OWN_CHOICE}",
    code="MissingParameterOnPrivateLinkServiceConnection",
    message="Private link service connection {connection} is missing required parameter 'group Id'.",
)
APPROVED_AT_ONCE = Rule(
    says="Azure approves at once an automatic connection, and a manual one of a subscription in the auto-approval "
    "list. Any other connection is Pending, with the request message as its description. A later change of the list "
    "does not approve pending connections",
    source=f"{_TROUBLESHOOTING}pending-approval.md; Azure/azure-powershell, src/Network/Network.Test/SessionRecords, "
    "TestStoragePrivateEndpoint (empty; the answer to the PUT alone, which is still `Updating`, has `Awaiting "
    "Approval`); that the list counts for manual connections is hashicorp/terraform-provider-azurerm's acceptance "
    "tests",
)
ONE_STATE = Rule(
    says="Both sides of a connection show the same state; on the owner's side its name is `<endpoint>.<the endpoint's "
    "guid>`",
    source="Azure/azure-cli, command_modules/network/tests/latest/recordings/test_network_private_endpoints.yaml",
)


class ConnectionType(ResourceType):
    """One connection as the owner of its target sees it."""

    located = False
    target: ClassVar[str]
    """The type of the target."""
    auto_approval_description: ClassVar[str]
    """The description of a connection that Azure approves at once."""
    action: ClassVar[str] = "actionsRequired"
    """The property with the action that the consumer has to take, on the owner's side."""

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        if old is None:
            raise UNKNOWN_CONNECTION(resource=id.full_name, group=id.resource_group)
        state = read_object(properties(body), "privateLinkServiceConnectionState")
        status = state.get("status")
        if not isinstance(status, str):
            raise CANNOT_PARSE()
        self.check_decision(arm, id, properties(old)["privateLinkServiceConnectionState"]["status"], status)
        self.touch_target(arm, id)
        update_records(arm, _endpoint_of(old), approved=status == "Approved")
        return {
            "properties": {
                **properties(old),
                "privateLinkServiceConnectionState": {
                    "status": status,
                    "description": state.get("description") or "",
                    "actionsRequired": self.read_action(state),
                },
            }
        }

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        self.touch_target(arm, id)
        update_records(arm, _endpoint_of(body), approved=False)

    def referenced_ids(self, body: Json) -> list[str]:
        return [_endpoint_of(body).text]

    def touch_target(self, arm: ResourceManager, connection: ResourceId) -> None:
        """Give the target another etag where a change of a connection changes its target."""

    def read_action(self, state: Json) -> str | None:
        """The action that the consumer has to take after a decision."""
        return state.get(self.action) or "None"

    @abstractmethod
    def check_decision(self, arm: ResourceManager, id: ResourceId, old_status: str, status: str) -> None:
        """Reject a change of state that an owner cannot make."""

    @abstractmethod
    def check_group_ids(self, connection: Json, requested: list[Any]) -> list[str]:
        """The group ids of an endpoint's connection: the parts of the target that it connects to."""

    @abstractmethod
    def find_target(
        self, arm: ResourceManager, endpoint: ResourceId, connection: Json, location: str, *, automatic: bool
    ) -> Stored:
        """The target of an endpoint's connection. Raises `AzureError` if the endpoint may not connect to it."""

    def approves_at_once(self, target: Stored, subscription: str) -> bool:
        """Whether the target approves a manual connection of an endpoint of this subscription by itself."""
        return False

    @abstractmethod
    def list_members(self, arm: ResourceManager, target: Stored, group: str) -> list[Member]:
        """The members of a group id of the target."""

    @abstractmethod
    def name_connection(self, target: ResourceId, endpoint: ResourceId, guid: str) -> str:
        """The name of a new connection of the endpoint with this guid."""


def _endpoint_of(connection: Json) -> ResourceId:
    return ResourceId.parse(str(linked_id(properties(connection), "privateEndpoint")))
