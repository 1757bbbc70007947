"""Microsoft.Resources/resourceGroups."""

from .ids import ResourceId
from .resource_type import ResourceType, Scope
from .store import Json


class ResourceGroup(ResourceType):
    type = "Microsoft.Resources/resourceGroups"

    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json:
        return {"properties": {"provisioningState": "Succeeded"}}

    def view(self, scope: Scope, id: ResourceId, body: Json) -> Json:
        return {name: value for name, value in body.items() if name != "etag"}

    def delete(self, scope: Scope, id: ResourceId, body: Json) -> None:
        for each in scope.store.within(id.key):
            scope.delete(ResourceId.parse(each.id))


TYPES = (ResourceGroup(),)
