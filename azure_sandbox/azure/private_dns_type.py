"""What the resource types of private DNS have in common: ids in lower case, tags of their own, and no region."""

from __future__ import annotations

from typing import Any, Literal

from ..rules import Rule
from .bodies import Json
from .clouds import Cloud
from .errors import AzureError, OperationFailed, Rejection
from .resource_ids import ResourceId
from .resource_type import ResourceType
from .tags import keep_dns_tags

GLOBAL_ONLY = Rejection(
    says="The location of zones and links is `global`",
    source="Azure/azure-cli, command_modules/privatedns/tests/latest/recordings; pulumi-azure-native gives them the "
    "stack's region unless the program sets another one",
    code="LocationNotAvailableForResourceType",
    message="The provided location '{location}' is not available for resource type '{type}'. List of available regions "
    "for the resource type is 'global'.",
)
LOWER_CASE = Rule(
    says="Azure answers ids and names of zones, links and record sets in lower case, including the resource group; the "
    "id of a link's network keeps its spelling",
    source="kubernetes-sigs/cloud-provider-azure, pkg/azclient/virtualnetworklinkclient/testdata (recorded); "
    "Azure/azure-rest-api-specs#6641, #10933; hashicorp/terraform-provider-azurerm#5985, #2077 (zone names, of public "
    "zones)",
)

_STATUSES = "Microsoft.Network/privateDnsOperationStatuses"


class PrivateDnsType(ResourceType):
    """A resource type of private DNS."""

    def spell_id(self, id: ResourceId) -> ResourceId:
        return super().spell_id(id).lower_names()

    def read_tags(self, requested: Any) -> Json:
        return keep_dns_tags(requested)

    def check_region(self, location: str, cloud: Cloud) -> None:
        """Accept any location. The types that have one call `check_global`."""

    def status_id(self, id: ResourceId, verb: Literal["write", "delete"]) -> ResourceId | None:
        # Such as kubernetes-sigs/cloud-provider-azure, pkg/azclient/virtualnetworklinkclient/testdata. A record set is
        # written at once.
        return id.sibling(_STATUSES, "status") if self.long_running else None

    def demanded_etag(self, body: Json) -> str | None:
        return None


def check_global(type: str, body: Json) -> None:
    """Refuse a zone or link in a region."""
    if body["location"] != "global":
        raise GLOBAL_ONLY(location=body["location"], type=type)


def failed_operation(error: AzureError) -> OperationFailed:
    """The same error for an operation that Azure accepted first."""
    return OperationFailed(error.status, error.code, error.message)
