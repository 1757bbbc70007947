"""Microsoft.Storage/storageAccounts/privateEndpointConnections: which services of an account an endpoint reaches."""

from __future__ import annotations

import uuid
from typing import Any

from ...rules import OWN_CHOICE, Rule
from ..bodies import Json, properties, region_name
from ..clouds import cloud_of
from ..endpoint_members import Member
from ..errors import Rejection
from ..references import REFERENCE_NOT_FOUND, find_referenced
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager
from ..store import Stored
from ..type_names import STORAGE_ACCOUNT_CONNECTIONS, STORAGE_ACCOUNTS
from .connections import NO_GROUP_ID, ConnectionType
from .storage_accounts import list_hosts

_RECORDED = (
    "Azure/azure-cli, command_modules/storage/tests/latest/recordings/test_storage_account_private_endpoint.yaml"
)

ONE_GROUP_ID = Rejection(
    says="A connection to a storage account has only one group id",
    source="DFE-Digital/terraform-azurerm-container-apps-hosting#352",
    code="OnlyOneGroupIdPermitted",
    message="Private link service connection {connection} has the following group Ids: {groups}. Only one group Id is "
    "permitted when connecting to a first-party resource ({target}).",
)
UNKNOWN_GROUP_ID = Rejection(
    says="The group id is a service of the account's kind, in lower case; with `_secondary`, a service that is "
    "readable in the second region (RA-GRS, RA-GZRS). A general-purpose v1 account has no group ids",
    source="Azure/azure-cli#16750 (code and text, of upper case); MicrosoftDocs/azure-docs, articles/storage/common/"
    f"storage-private-endpoints.md (v1, the second region); that code and text are the same there is an {OWN_CHOICE}",
    code="InvalidValuesForRequestParameters",
    message="Call to Microsoft.Storage/storageAccounts failed. Error message: Values for request parameters are "
    "invalid: GroupId: {group}.",
)
DECIDED = Rejection(
    says="A connection goes from Pending to Approved or Rejected, and from Approved to Rejected; a second approval is "
    "rejected",
    source=_RECORDED,
    code="InvalidValuesForRequestParameters",
    message="Values for request parameters are invalid: privateLinkServiceConnectionState.status.",
)
OWNERS_SIDE = Rule(
    says="On the account's side, a connection is named `<account>.<a guid of its own>`, and has no etag and an "
    "`actionRequired`; one that Azure approves at once has the description `Auto-Approved`",
    source=_RECORDED,
)


class StorageAccountConnection(ConnectionType):
    """One connection as the owner of a storage account sees it."""

    type = STORAGE_ACCOUNT_CONNECTIONS
    target = STORAGE_ACCOUNTS
    auto_approval_description = "Auto-Approved"
    action = "actionRequired"

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        stored = properties(body)
        state = dict(stored["privateLinkServiceConnectionState"])
        state[self.action] = state.pop("actionsRequired")
        return {
            **{name: body[name] for name in ("id", "name", "type")},
            "properties": {
                **{name: stored[name] for name in ("provisioningState", "privateEndpoint")},
                "privateLinkServiceConnectionState": state,
            },
        }

    def check_decision(self, arm: ResourceManager, id: ResourceId, old_status: str, status: str) -> None:
        if status not in ("Approved", "Rejected") or old_status in (status, "Rejected"):
            raise DECIDED()

    def check_group_ids(self, connection: Json, requested: list[Any]) -> list[str]:
        if not requested:
            raise NO_GROUP_ID(connection=connection["id"])
        if len(requested) > 1:
            target = properties(connection)["privateLinkServiceId"]
            raise ONE_GROUP_ID(connection=connection["id"], groups=", ".join(map(str, requested)), target=target)
        return [str(requested[0])]

    def find_target(
        self, arm: ResourceManager, endpoint: ResourceId, connection: Json, location: str, *, automatic: bool
    ) -> Stored:
        requested = properties(connection)
        account = find_referenced(arm, str(requested["privateLinkServiceId"]), endpoint)
        if cloud_of(account.body["location"]) is not cloud_of(region_name(location)):
            raise REFERENCE_NOT_FOUND(target=account.id, source=endpoint.text)
        (group,) = requested["groupIds"]
        if group not in list_hosts(account.body):
            raise UNKNOWN_GROUP_ID(group=group)
        return account

    def list_members(self, arm: ResourceManager, target: Stored, group: str) -> list[Member]:
        return [Member(group, (list_hosts(target.body)[group],))]

    def name_connection(self, target: ResourceId, endpoint: ResourceId, guid: str) -> str:
        return f"{target.name}.{uuid.uuid4()}"
