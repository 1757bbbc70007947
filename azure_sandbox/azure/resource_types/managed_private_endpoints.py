"""Microsoft.Kusto/Clusters/ManagedPrivateEndpoints: private endpoints that a cluster has to its sources of data."""

from __future__ import annotations

import uuid

from ...rules import OWN_CHOICE, Rule
from ..bodies import Json, properties, region_name
from ..endpoint_state import list_connections
from ..errors import AzureError, Rejection
from ..references import NOT_IN_SANDBOX
from ..resource_ids import ResourceId, parent_of
from ..resource_type import ResourceManager, ResourceType, without_etag
from ..store import Stored
from ..system_data import record_change
from ..type_names import CLUSTERS, EVENT_HUBS_NAMESPACES, MANAGED_PRIVATE_ENDPOINTS, STORAGE_ACCOUNTS
from .cluster_states import require_running
from .private_endpoint_targets import connect

_GUIDE = "MicrosoftDocs/dataexplorer-docs, data-explorer/security-network-managed-private-endpoint-create.md"
_MIGRATION = "MicrosoftDocs/dataexplorer-docs, data-explorer/security-network-migrate-vnet-to-private-endpoint.md"
_RECORDED = "Azure/azure-powershell, src/Kusto/Kusto.Autorest/test/New-AzKustoManagedPrivateEndpoint.Recording.json"
_TERRAFORM = "hashicorp/terraform-provider-azurerm, kusto_cluster_managed_private_endpoint"

NOT_FOUND = Rejection(
    says="The error for a managed private endpoint that does not exist has Kusto's own text",
    source="Azure/azure-cli-extensions, src/kusto/azext_kusto/tests/latest/recordings/test_kusto_Scenario.yaml (of "
    f"other resources of a cluster); that it is the same here is an {OWN_CHOICE}",
    status=404,
    code="ResourceNotFound",
    message="The resource with identifier '{id}' is not found.",
)
MISSING_PROPERTY = Rejection(
    says="A managed private endpoint has a `privateLinkResourceId` and a `groupId`",
    source=f"Azure/azure-rest-api-specs, specification/azure-kusto (required); code and text are an {OWN_CHOICE}",
    code="InvalidManagedPrivateEndpoint",
    message="[BadRequest] Managed private endpoint '{endpoint}' has no {name}.",
)
TARGET_NOT_FOUND = Rejection(
    says="A managed private endpoint connects only to a resource that exists",
    source=f"{OWN_CHOICE}: code and text",
    code="ManagedPrivateEndpointResourceNotFound",
    message="[BadRequest] Managed private endpoint '{endpoint}' cannot connect to '{target}', which does not exist.",
)
WRONG_GROUP = Rejection(
    says="The group id of a managed private endpoint fits the type of its target: `blob` or `dfs` of a storage "
    "account, `namespace` of an Event Hubs namespace, `cluster` of another cluster",
    source=f"{_GUIDE}; code and text are an {OWN_CHOICE}",
    code="InvalidManagedPrivateEndpointGroupId",
    message="[BadRequest] Managed private endpoint '{endpoint}' has the group id '{group}'. Resources of type '{type}' "
    "have: {groups}.",
)
WRONG_REGION = Rejection(
    says="A managed private endpoint to a resource in another region names this region",
    source=f"{_GUIDE}; that another region is rejected, code and text are an {OWN_CHOICE}",
    code="InvalidManagedPrivateEndpointRegion",
    message="[BadRequest] Managed private endpoint '{endpoint}' has the region '{region}', and its target '{target}' "
    "is in '{expected}'.",
)
TARGET_NOT_REGISTERED = Rejection(
    says="The subscription of the target is registered for Microsoft.Network (`unregistered` in a world file)",
    source=f"{_GUIDE}; the text is an {OWN_CHOICE}",
    status=409,
    code="MissingSubscriptionRegistration",
    message="The subscription '{subscription}' is not registered to use namespace 'Microsoft.Network'.",
)
CANNOT_CHANGE = Rejection(
    says="The target, the group id and the region of a managed private endpoint cannot change; the request message can",
    source=f"{_TERRAFORM} (it replaces the resource); that Azure rejects the change, code and text are an {OWN_CHOICE}",
    code="ManagedPrivateEndpointCannotBeChanged",
    message="[BadRequest] The {name} of managed private endpoint '{endpoint}' cannot change from '{old}' to '{new}'.",
)
SHAPE = Rule(
    says="A managed private endpoint is named `<cluster>/<name>`, has neither location nor etag, and shows nothing of "
    "its connection: it is `Succeeded` while the owner of the target has not approved it",
    source=_RECORDED,
)
CONNECTION = Rule(
    says="A managed private endpoint creates a connection on its target. The private endpoint behind it has the same "
    "name and is in a subscription of Microsoft's; the description is the request message. A later request message "
    "does not change it. The connection goes with the managed private endpoint",
    source=f"{_GUIDE} (the screenshot of the approval); the subscription, and that the description stays, are an "
    f"{OWN_CHOICE}",
)
APPROVED_AT_ONCE = Rule(
    says="The connection is approved at once if the caller has `privateEndpointConnectionsApproval/action` on the "
    "target; else it is Pending",
    source=_GUIDE,
)
INJECTED = Rule(
    says="An injected cluster takes managed private endpoints, and their connections can be approved; they have no "
    "effect before the cluster has left its network",
    source=_MIGRATION,
)

_GROUPS = {
    STORAGE_ACCOUNTS.lower(): ("blob", "dfs"),
    EVENT_HUBS_NAMESPACES.lower(): ("namespace",),
    CLUSTERS.lower(): ("cluster",),
}
_TARGET, _GROUP, _REGION = "privateLinkResourceId", "groupId", "privateLinkResourceRegion"


class ManagedPrivateEndpoint(ResourceType):
    type = MANAGED_PRIVATE_ENDPOINTS
    located = False

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        require_running(arm, ResourceId.parse(parent_of(id.text)), "update managed private endpoints")
        requested = {
            name: str(value)
            for name in (_TARGET, _REGION, _GROUP, "requestMessage")
            if (value := properties(body).get(name)) is not None
        }
        has_failed = old is not None and properties(old)["provisioningState"] == "Failed"
        if old is None or (has_failed and not list_connections(arm, endpoint_of(id))):
            self._connect(arm, id, requested)
        else:
            _check_unchanged(id, requested, properties(old))
        return {
            "systemData": record_change(old, arm.caller),
            "properties": {**requested, "provisioningState": "Succeeded"},
        }

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        return {**without_etag(body), "name": "/".join(id.names)}

    def missing_error(self, id: ResourceId) -> AzureError:
        return NOT_FOUND(id=id.text)

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        for connection in list_connections(arm, endpoint_of(id)):
            arm.delete(ResourceId.parse(connection.id))

    def _connect(self, arm: ResourceManager, id: ResourceId, requested: Json) -> None:
        cluster = arm.store.get(id.key.rsplit("/", 2)[0])
        assert cluster is not None  # Azure Resource Manager has looked for the parent.
        location = region_name(cluster.body["location"])
        target = _find_target(arm, id, requested, location)
        link = {"privateLinkServiceId": target.id, "groupIds": [requested[_GROUP]]}
        if message := requested.get("requestMessage"):
            link["requestMessage"] = message
        target_id = ResourceId.parse(target.id)
        automatic = arm.may(f"{target_id.type}/privateEndpointConnectionsApproval/action", target_id)
        connection = {"id": f"{endpoint_of(id).text}/privateLinkServiceConnections/{id.name}", "properties": link}
        connect(arm, endpoint_of(id), str(uuid.uuid4()), location, connection, automatic=automatic)


def endpoint_of(managed: ResourceId) -> ResourceId:
    """The private endpoint behind a managed one, in a subscription of Microsoft's."""
    subscription = uuid.uuid5(uuid.NAMESPACE_URL, managed.key.rsplit("/", 2)[0])
    group = f"/subscriptions/{subscription}/resourceGroups/{managed.names[0]}"
    return ResourceId.parse(f"{group}/providers/Microsoft.Network/privateEndpoints/{managed.name}")


def _find_target(arm: ResourceManager, id: ResourceId, requested: Json, location: str) -> Stored:
    for name in (_TARGET, _GROUP):
        if not requested.get(name):
            raise MISSING_PROPERTY(endpoint=id.name, name=name)
    try:
        target_id = ResourceId.parse(requested[_TARGET])
    except ValueError:
        raise TARGET_NOT_FOUND(endpoint=id.name, target=requested[_TARGET]) from None
    groups = _GROUPS.get(target_id.type.lower())
    if groups is None:
        raise NOT_IN_SANDBOX(type=target_id.type, target=target_id.text, source=id.text)
    target = arm.store.get(target_id.key)
    if target is None:
        raise TARGET_NOT_FOUND(endpoint=id.name, target=target_id.text)
    if requested[_GROUP] not in groups:
        raise WRONG_GROUP(endpoint=id.name, group=requested[_GROUP], type=target_id.type, groups=", ".join(groups))
    region, expected = requested.get(_REGION, ""), region_name(target.body["location"])
    if region_name(region) not in ({expected, ""} if location == expected else {expected}):
        raise WRONG_REGION(endpoint=id.name, region=region, target=target.id, expected=expected)
    if f"{target_id.subscription}/Microsoft.Network".lower() in arm.store.unregistered():
        raise TARGET_NOT_REGISTERED(subscription=target_id.subscription)
    return target


def _check_unchanged(id: ResourceId, requested: Json, old: Json) -> None:
    for name in (_TARGET, _GROUP, _REGION):
        before, after = str(old.get(name, "")), str(requested.get(name, ""))
        same = region_name(before) == region_name(after) if name == _REGION else before.lower() == after.lower()
        if not same:
            raise CANNOT_CHANGE(name=name, endpoint=id.name, old=before, new=after)
