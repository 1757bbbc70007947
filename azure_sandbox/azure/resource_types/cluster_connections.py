"""Microsoft.Kusto/Clusters/privateEndpointConnections: connections to Kusto clusters, and decisions on them."""

from __future__ import annotations

import uuid
from typing import Any

from ...rules import OWN_CHOICE, Rule
from ..bodies import Json, properties, region_name
from ..clouds import cloud_of
from ..cluster_members import list_members
from ..endpoint_members import CLUSTER_GROUP, Member
from ..errors import AzureError, Rejection
from ..references import REFERENCE_NOT_FOUND, find_referenced
from ..resource_ids import ResourceId, parent_of
from ..resource_type import ResourceManager
from ..store import Stored
from ..switches import APPROVAL_AGAIN, INJECTED_TARGET
from ..system_data import record_change
from ..type_names import CLUSTER_CONNECTIONS, CLUSTERS
from .cluster_networks import is_injected
from .cluster_states import require_running
from .connections import NO_GROUP_ID, ConnectionType

_SCENARIO = "Azure/azure-cli-extensions, src/kusto/azext_kusto/tests/latest/recordings/test_kusto_Scenario.yaml"
_RECORDED = "Azure/azure-powershell, src/Kusto/Kusto.Autorest/test/New-AzKustoPrivateEndpointConnection.Recording.json"

ONE_GROUP = Rejection(
    says="The only group id of a cluster is `cluster`",
    source="MicrosoftDocs/dataexplorer-docs, data-explorer/security-network-private-endpoint-create.md; code and text "
    f"are an {OWN_CHOICE}",
    code="InvalidGroupId",
    message="Private link service connection {connection} has the group ids [{groups}]. A cluster has only the group "
    "id 'cluster'.",
)
TRANSITION = Rejection(
    says="The owner of a cluster approves or rejects a connection, and can reject an approved one. Rejected is final",
    source=f"{_RECORDED} (an approved one is rejected); MicrosoftDocs/azure-docs#115121 (a rejected one is not "
    f"approved, of all targets); code and text are an {OWN_CHOICE}",
    code="InvalidPrivateEndpointConnectionState",
    message="Private endpoint connection {connection} cannot go from {old_status} to {status}.",
)
CONNECTION_NOT_FOUND = Rejection(
    says="The error for a connection that a cluster does not have has a text of its own",
    source=f"{_SCENARIO} (of a database and its likes)",
    status=404,
    code="ResourceNotFound",
    message="The resource with identifier '{id}' is not found.",
)
INJECTED = Rejection(
    says="A cluster in a virtual network takes no private endpoints (`switch injected-target refuse`)",
    source="MicrosoftDocs/dataexplorer-docs, data-explorer/security-network-private-endpoint.md; code and text are an "
    f"{OWN_CHOICE}",
    code="PrivateEndpointNotSupportedForInjectedCluster",
    message="Private endpoint {endpoint} cannot connect to cluster {cluster}: it is injected in a virtual network.",
)
PREPARED = Rule(
    says="An endpoint to a cluster in a virtual network can be created and approved before the cluster leaves it. It "
    "has addresses, and a zone group writes its records at once, although it has no effect yet",
    source="MicrosoftDocs/dataexplorer-docs, data-explorer/security-network-migrate-vnet-to-private-endpoint.md; that "
    f"addresses and records do not wait for the migration is an {OWN_CHOICE}",
)
PUT_ANSWER = Rule(
    says="The answer to the PUT of a decision is unlike the GET after it: its name begins with the cluster's, and its "
    "`properties` have the decision in `properties` of their own and the state `Accepted`",
    source=_RECORDED,
)
OWNERS_SIDE = Rule(
    says="On the cluster's side, a connection is named `<endpoint>-<a guid of its own>` and has a `groupId`, but no "
    "etag. It is in the cluster's own `privateEndpointConnections`, too. One that Azure approves at once has an empty "
    "description; after a decision, `actionsRequired` is null. The etag of the cluster stays",
    source=f"{_SCENARIO}; {_RECORDED}",
)


class ClusterConnection(ConnectionType):
    """One connection as the owner of a cluster sees it."""

    type = CLUSTER_CONNECTIONS
    target = CLUSTERS
    auto_approval_description = ""

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        stored = properties(body)
        return {
            **{name: body[name] for name in ("name", "type", "id")},
            "properties": {
                "provisioningState": stored["provisioningState"],
                "groupId": CLUSTER_GROUP,
                "privateEndpoint": stored["privateEndpoint"],
                "privateLinkServiceConnectionState": stored["privateLinkServiceConnectionState"],
            },
        }

    def put_answer(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        spelt = f"{parent_of(id.text)}/PrivateEndpointConnections/{id.name}"
        state = properties(body)["privateLinkServiceConnectionState"]
        decision = {name: state[name] for name in ("status", "description")}
        return {
            "id": spelt,
            "name": "/".join(id.names),
            "type": f"{CLUSTERS}/PrivateEndpointConnections",
            "properties": {
                "properties": {"privateLinkServiceConnectionState": decision},
                "id": spelt,
                "systemData": record_change(None, arm.caller),
                "provisioningState": "Accepted",
            },
        }

    def missing_error(self, id: ResourceId) -> AzureError:
        return CONNECTION_NOT_FOUND(id=id.text)

    def read_action(self, state: Json) -> None:
        return None

    def check_decision(self, arm: ResourceManager, id: ResourceId, old_status: str, status: str) -> None:
        require_running(arm, ResourceId.parse(parent_of(id.text)), "update private endpoint connections")
        impossible = [("Rejected", "Approved")]
        if APPROVAL_AGAIN.read(arm.store) == "refuse":
            impossible.append(("Approved", "Approved"))
        if status not in ("Approved", "Rejected") or (old_status, status) in impossible:
            raise TRANSITION(connection=id.text, old_status=old_status, status=status)

    def check_group_ids(self, connection: Json, requested: list[Any]) -> list[str]:
        if not requested:
            raise NO_GROUP_ID(connection=connection["id"])
        if requested != [CLUSTER_GROUP]:
            raise ONE_GROUP(connection=connection["id"], groups=", ".join(map(str, requested)))
        return [CLUSTER_GROUP]

    def find_target(
        self, arm: ResourceManager, endpoint: ResourceId, connection: Json, location: str, *, automatic: bool
    ) -> Stored:
        cluster = find_referenced(arm, str(properties(connection)["privateLinkServiceId"]), endpoint)
        if cloud_of(region_name(cluster.body["location"])) is not cloud_of(region_name(location)):
            raise REFERENCE_NOT_FOUND(target=cluster.id, source=endpoint.text)
        if is_injected(cluster.body) and INJECTED_TARGET.read(arm.store) == "refuse":
            raise INJECTED(endpoint=endpoint.text, cluster=cluster.id)
        require_running(arm, ResourceId.parse(cluster.id), "connect private endpoints")
        return cluster

    def list_members(self, arm: ResourceManager, target: Stored, group: str) -> list[Member]:
        return list_members(arm.store, target)

    def name_connection(self, target: ResourceId, endpoint: ResourceId, guid: str) -> str:
        return f"{endpoint.name}-{uuid.uuid4()}"
