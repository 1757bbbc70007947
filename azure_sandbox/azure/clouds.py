"""The clouds that Azure consists of: each has regions, subscriptions and host names of its own."""

from __future__ import annotations

from dataclasses import dataclass

from ..rules import OWN_CHOICE
from .errors import Refusal

OTHER_CLOUD = Refusal(
    says="A subscription is in one cloud, that of its first resource group: it has no regions of another",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/troubleshooting/common-deployment-errors.md; "
    f"that the group tells the cloud is an {OWN_CHOICE}",
    code="LocationNotAvailableForResourceType",
    message="The provided location '{location}' is not available for resource type '{type}'.",
)


@dataclass(frozen=True)
class Cloud:
    """One of Azure's clouds."""

    name: str
    kusto: str
    """What the host names of its clusters end in."""
    regions: tuple[str, ...]
    """What the names of its regions begin with."""


# Suffixes: wellKnownKustoEndpoints.json of azure-kusto-data.
PUBLIC = Cloud("public", "kusto.windows.net", ())
US_GOVERNMENT = Cloud("usgovernment", "kusto.usgovcloudapi.net", ("usgov", "usdod"))
CHINA = Cloud("china", "kusto.chinacloudapi.cn", ("china",))


def cloud_of(region: str) -> Cloud:
    return next((each for each in (US_GOVERNMENT, CHINA) if region.startswith(each.regions)), PUBLIC)
