"""Microsoft.Resources/resourceGroups: names, locations, and the deletion of a group with its resources."""

from __future__ import annotations

import re
import uuid

from ...rules import OWN_CHOICE
from ..bodies import Json
from ..clouds import UNKNOWN_REGION_OF_GROUP, Cloud, cloud_of
from ..errors import AzureError, OperationFailed, Rejection
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType, group_not_found_error, without_etag
from ..store import Stored
from ..type_names import RESOURCE_GROUPS

BAD_NAME = Rejection(
    says="A group's name consists of letters of any language, digits, `-`, `.`, `(`, `)` and `_`",
    source="Azure/azure-cli#14481",
    code="InvalidResourceGroup",
    message="The provided resource group name '{name}' has these invalid characters: '{characters}'. The name can only "
    "be a letter, digit, '-', '.', '(', ')' or '_'. For more details, visit "
    "https://aka.ms/ResourceGroupNamingRestrictions .",
)
BAD_LENGTH = Rejection(
    says="A group's name has at most 90 characters, and does not end in a period",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/management/resource-name-rules.md; the text is "
    "an own choice",
    code="InvalidResourceGroup",
    message="The provided resource group name '{name}' has more than 90 characters or ends in a period.",
)
MOVED = Rejection(
    says="A group cannot move to another location",
    source="Azure/azure-cli#22242; trailofbits/algo#1814",
    status=409,
    code="InvalidResourceGroupLocation",
    message="Invalid resource group location '{location}'. The Resource group already exists in location '{old}'.",
)
DELETION_BLOCKED = Rejection(
    says="A group is deleted with its resources, in an order that their dependencies allow. A resource that another "
    "group needs stays, and so does the group; all other resources are deleted",
    source=f"Azure/bicep-registry-modules#1607; that the status of the operation has the error is an {OWN_CHOICE}",
    status=200,
    code="ResourceGroupDeletionBlocked",
    message="Deletion of resource group '{group}' failed as resources with identifiers '{resources}' could not be "
    "deleted. The provisioning state of the resource group will be rolled back. The tracking Id is '{tracking}'. "
    "Please check audit logs for more details. {reason}",
)

_INVALID = re.compile(r"[^\w().-]")


class ResourceGroup(ResourceType):
    type = RESOURCE_GROUPS

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        if invalid := _INVALID.findall(id.name):
            raise BAD_NAME(name=id.name, characters="".join(invalid))
        if len(id.name) > 90 or id.name.endswith("."):
            raise BAD_LENGTH(name=id.name)
        return {"properties": {"provisioningState": "Succeeded"}}

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        return without_etag(body)

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        # A nested resource without a location is deleted with its parent, or blocks the deletion of its parent.
        remaining = [
            resource
            for resource in arm.store.within(id.key)
            if "location" in resource.body or ResourceId.parse(resource.id).parent is None
        ]
        while remaining:
            # Azure finds the order by trying: a resource that another one still needs is deleted in a later round.
            failures: list[tuple[Stored, AzureError]] = []
            for resource in remaining:
                try:
                    with arm.store.undone_on_failure():
                        arm.delete(ResourceId.parse(resource.id))
                except AzureError as error:
                    failures.append((resource, error))
            if len(failures) == len(remaining):
                raise _blocked_error(id, failures)
            remaining = [resource for resource, _ in failures]

    def missing_error(self, id: ResourceId) -> AzureError:
        return group_not_found_error(id)

    def check_region(self, location: str, cloud: Cloud) -> None:
        if cloud_of(location) is cloud and location not in cloud.regions:
            raise UNKNOWN_REGION_OF_GROUP(location=location, regions=",".join(sorted(cloud.regions)))
        super().check_region(location, cloud)

    def moved_error(self, id: ResourceId, old: str, location: str) -> AzureError:
        return MOVED(location=location, old=old)


def _blocked_error(id: ResourceId, failures: list[tuple[Stored, AzureError]]) -> OperationFailed:
    names = ", ".join(ResourceId.parse(resource.id).full_name for resource, _ in failures)
    error = DELETION_BLOCKED(group=id.name, resources=names, tracking=uuid.uuid4(), reason=failures[0][1].message)
    return OperationFailed(error.status, error.code, error.message)
