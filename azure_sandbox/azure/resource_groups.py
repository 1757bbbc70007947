"""Microsoft.Resources/resourceGroups."""

from .errors import AzureError
from .ids import ResourceId
from .resource_type import ResourceType, Scope, group_not_found
from .store import Json


class ResourceGroup(ResourceType):
    type = "Microsoft.Resources/resourceGroups"

    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json:
        return {"properties": {"provisioningState": "Succeeded"}}

    def view(self, scope: Scope, id: ResourceId, body: Json) -> Json:
        return {name: value for name, value in body.items() if name != "etag"}

    def delete(self, scope: Scope, id: ResourceId, body: Json) -> None:
        # What has no location of its own goes with its parent, or keeps it from going.
        remaining = [
            each
            for each in scope.store.within(id.key)
            if "location" in each.body or ResourceId.parse(each.id).parent is None
        ]
        while remaining:
            # Azure finds the order by trying: what others of the group still hold goes in a later round.
            refused: dict[str, AzureError] = {}
            for each in remaining:
                try:
                    with scope.store.undone_on_failure():
                        scope.delete(ResourceId.parse(each.id))
                except AzureError as error:
                    refused[each.id] = error
            if len(refused) == len(remaining):
                raise next(iter(refused.values()))
            remaining = [each for each in remaining if each.id in refused]

    def missing(self, id: ResourceId) -> AzureError:
        return group_not_found(id)


TYPES = (ResourceGroup(),)
