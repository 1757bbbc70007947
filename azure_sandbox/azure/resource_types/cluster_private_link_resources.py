"""Microsoft.Kusto/Clusters/PrivateLinkResources: the members of a cluster, and the zones of their names."""

from __future__ import annotations

from typing import NoReturn

from ...rules import OWN_CHOICE, Rule
from ..bodies import Json
from ..cluster_members import list_members
from ..endpoint_members import CLUSTER_GROUP, recommended_zone
from ..errors import Rejection
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType
from ..type_names import CLUSTERS

MEMBERS_AND_ZONES = Rule(
    says="A cluster has one private link resource, `cluster`, with the names of its members and of the private DNS "
    "zones that they need. A list spells its properties with small first letters, and a GET with capital ones",
    source="Azure/azure-powershell, src/Kusto/Kusto.Autorest/test/Get-AzKustoPrivateLinkResource.Recording.json",
)
READ_ONLY = Rejection(
    says="Private link resources are read-only",
    source=f"Azure/azure-rest-api-specs, specification/azure-kusto (no PUT); code and text are an {OWN_CHOICE}",
    status=405,
    code="HttpMethodNotAllowed",
    message="The requested resource {id} does not support http method 'PUT'.",
)


class ClusterPrivateLinkResource(ResourceType):
    type = f"{CLUSTERS}/PrivateLinkResources"
    located = False

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> NoReturn:
        raise READ_ONLY(id=id.text)

    def computed(self, arm: ResourceManager, id: ResourceId) -> Json | None:
        if id.name.lower() != CLUSTER_GROUP:
            return None
        (listed,) = self.list_computed(arm, id.spell_type(self.type))
        capitals = {
            name if name == "provisioningState" else f"{name[0].upper()}{name[1:]}": value
            for name, value in listed["properties"].items()
        }
        extra = {"etag": '""', "location": "DummyLocation", "displayName": CLUSTER_GROUP}
        return {**listed, **extra, "properties": capitals}

    def list_computed(self, arm: ResourceManager, id: ResourceId) -> list[Json]:
        assert id.parent is not None
        cluster = arm.store.get(id.parent.key)
        assert cluster is not None  # Azure Resource Manager has looked for the parent.
        members = list_members(arm.store, cluster)
        zones = dict.fromkeys(recommended_zone(fqdn, CLUSTER_GROUP) for member in members for fqdn in member.fqdns)
        name = f"{cluster.body['name']}/{CLUSTER_GROUP}"
        return [
            {
                "id": f"{cluster.id}/PrivateLinkResources/{CLUSTER_GROUP}",
                "name": name,
                "type": self.type,
                "location": arm.get(id.parent)["location"],
                "properties": {
                    "groupId": CLUSTER_GROUP,
                    "requiredMembers": [member.name for member in members],
                    "requiredZoneNames": list(zones),
                    "provisioningState": "Succeeded",
                },
            }
        ]
