"""Microsoft.Kusto/Clusters/AttachedDatabaseConfigurations: databases of a leader that a cluster follows."""

from __future__ import annotations

from ...rules import OWN_CHOICE, Rule
from ..bodies import CANNOT_PARSE, Json, properties
from ..errors import Rejection
from ..references import find_referenced
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType, without_etag
from ..type_names import ATTACHED_DATABASE_CONFIGURATIONS, CLUSTERS

_FOLLOWER = "MicrosoftDocs/dataexplorer-docs, data-explorer/follower.md"

SAME_REGION = Rejection(
    says="A cluster follows databases of a cluster in its own region",
    source=f"{_FOLLOWER}; code and text are an own choice",
    code="InvalidAttachedDatabaseConfiguration",
    message="Cluster {follower} cannot follow {leader}, which is not a cluster in the same region.",
)
SHAPE = Rule(
    says="An attached database configuration names the leader and a database, or `*` for all",
    source=f"{_FOLLOWER}; Azure/azure-rest-api-specs, specification/azure-kusto; that the databases are not looked up "
    f"is an {OWN_CHOICE}",
)


class AttachedDatabaseConfiguration(ResourceType):
    type = ATTACHED_DATABASE_CONFIGURATIONS

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        requested = properties(body)
        leader_id, database = requested.get("clusterResourceId"), requested.get("databaseName")
        if not isinstance(leader_id, str) or not database:
            raise CANNOT_PARSE()
        leader = find_referenced(arm, leader_id, id)
        follower = arm.store.get(id.key.rsplit("/", 2)[0])
        assert follower is not None  # Azure Resource Manager has looked for the parent.
        is_cluster = leader.type == CLUSTERS.lower()
        if not is_cluster or leader.body["location"] != follower.body["location"] or leader.id == follower.id:
            raise SAME_REGION(follower=follower.id, leader=leader.id)
        return {
            "properties": {
                "databaseName": database,
                "clusterResourceId": leader.id,
                "attachedDatabaseNames": [] if database == "*" else [database],
                "defaultPrincipalsModificationKind": requested.get("defaultPrincipalsModificationKind", "Union"),
                "provisioningState": "Succeeded",
            }
        }

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        return without_etag({**body, "name": "/".join(id.names)})

    def referenced_ids(self, body: Json) -> list[str]:
        return [properties(body)["clusterResourceId"]]
