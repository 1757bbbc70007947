"""Azure's clouds: public, US Government and China, each with its own regions and host names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..rules import OWN_CHOICE
from .bodies import region_name
from .errors import Rejection

OTHER_CLOUD = Rejection(
    says="A subscription is in one cloud, the cloud of its first resource group, and cannot use regions of another",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/troubleshooting/common-deployment-errors.md; "
    f"that the group decides the cloud is an {OWN_CHOICE}",
    code="LocationNotAvailableForResourceType",
    message="The provided location '{location}' is not available for resource type '{type}'. List of available regions "
    "for the resource type is '{regions}'.",
)
UNKNOWN_REGION = Rejection(
    says="A location is one of Azure's regions; only private DNS uses `global`",
    source="MicrosoftDocs/azure-docs#4981; Azure/azure-cli#4231",
    code="LocationNotAvailableForResourceType",
    message="The provided location '{location}' is not available for resource type '{type}'. List of available regions "
    "for the resource type is '{regions}'.",
)
UNKNOWN_REGION_OF_GROUP = Rejection(
    says="The location of a resource group is one of Azure's regions",
    source="Azure/azure-service-operator, test/ (the code), and people's failed deployments (the text)",
    code="LocationNotAvailableForResourceGroup",
    message="The provided location '{location}' is not available for resource group. List of available regions is "
    "'{regions}'.",
)


@dataclass(frozen=True)
class Cloud:
    """One of Azure's clouds."""

    name: str
    kusto_suffix: str
    """The suffix of the host names of clusters."""
    region_prefixes: tuple[str, ...]
    """The prefixes of its regions' names; empty for the public cloud."""
    regions: Mapping[str, str]
    """Its regions: names with display names."""
    storage_suffix: str
    """The suffix of the host names of storage accounts."""


def _named(*display_names: str) -> dict[str, str]:
    """The display names of regions, by name."""
    return {region_name(display_name): display_name for display_name in display_names}


# Suffixes: wellKnownKustoEndpoints.json of azure-kusto-data.
# Regions: `az account list-locations`, and Microsoft's list of Azure regions, including those for early updates.
PUBLIC = Cloud(
    "public",
    "kusto.windows.net",
    (),
    _named(
        *("Australia Central", "Australia Central 2", "Australia East", "Australia Southeast", "Austria East"),
        *("Belgium Central", "Brazil South", "Brazil Southeast", "Brazil US", "Canada Central", "Canada East"),
        *("Central India", "Central US", "Central US EUAP", "Chile Central", "Denmark East", "East Asia", "East US"),
        *("East US 2", "East US 2 EUAP", "East US STG", "France Central", "France South", "Germany North"),
        *("Germany West Central", "Indonesia Central", "Israel Central", "Israel Northwest", "Italy North"),
        *("Japan East", "Japan West", "Jio India Central", "Jio India West", "Korea Central", "Korea South"),
        *("Malaysia South", "Malaysia West", "Mexico Central", "New Zealand North", "North Central US"),
        *("North Europe", "Norway East", "Norway West", "Poland Central", "Qatar Central", "Saudi Arabia East"),
        *("South Africa North", "South Africa West", "South Central US", "South Central US 2"),
        *("South Central US STG", "Southeast Asia", "Southeast US", "Southeast US 3", "Southeast US 5"),
        *("South India", "Southwest US", "Spain Central", "Sweden Central", "Sweden South", "Switzerland North"),
        *("Switzerland West", "Taiwan North", "Taiwan Northwest", "UAE Central", "UAE North", "UK South", "UK West"),
        *("West Central US", "West Europe", "West India", "West US", "West US 2", "West US 3"),
    ),
    "core.windows.net",
)

US_GOVERNMENT = Cloud(
    "usgovernment",
    "kusto.usgovcloudapi.net",
    ("usgov", "usdod"),
    _named("USDoD Central", "USDoD East", "USGov Arizona", "USGov Iowa", "USGov Texas", "USGov Virginia"),
    "core.usgovcloudapi.net",
)

CHINA = Cloud(
    "china",
    "kusto.chinacloudapi.cn",
    ("china",),
    _named("China East", "China East 2", "China East 3", "China North", "China North 2", "China North 3"),
    "core.chinacloudapi.cn",
)


def cloud_of(region: str) -> Cloud:
    """The cloud of a region, by the region's name."""
    return next((cloud for cloud in (US_GOVERNMENT, CHINA) if region.startswith(cloud.region_prefixes)), PUBLIC)
