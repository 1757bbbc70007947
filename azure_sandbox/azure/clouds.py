"""Azure's clouds: public, US Government and China, each with its own regions and host names."""

from __future__ import annotations

from dataclasses import dataclass

from ..rules import OWN_CHOICE
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
    regions: frozenset[str]
    storage_suffix: str
    """The suffix of the host names of storage accounts."""


# Suffixes: wellKnownKustoEndpoints.json of azure-kusto-data.
# Regions: `az account list-locations`, and Microsoft's list of Azure regions, including those for early updates.
_PUBLIC_REGIONS = """
australiacentral australiacentral2 australiaeast australiasoutheast austriaeast belgiumcentral brazilsouth
brazilsoutheast brazilus canadacentral canadaeast centralindia centralus centraluseuap chilecentral denmarkeast
eastasia eastus eastus2 eastus2euap eastusstg francecentral francesouth germanynorth germanywestcentral
indonesiacentral israelcentral israelnorthwest italynorth japaneast japanwest jioindiacentral jioindiawest
koreacentral koreasouth malaysiasouth malaysiawest mexicocentral newzealandnorth northcentralus northeurope
norwayeast norwaywest polandcentral qatarcentral saudiarabiaeast southafricanorth southafricawest
southcentralus southcentralus2 southcentralusstg southeastasia southeastus southeastus3 southeastus5
southindia southwestus spaincentral swedencentral swedensouth switzerlandnorth switzerlandwest taiwannorth
taiwannorthwest uaecentral uaenorth uksouth ukwest westcentralus westeurope westindia westus westus2 westus3
"""
PUBLIC = Cloud(
    "public",
    "kusto.windows.net",
    (),
    frozenset(_PUBLIC_REGIONS.split()),
    "core.windows.net",
)

US_GOVERNMENT = Cloud(
    "usgovernment",
    "kusto.usgovcloudapi.net",
    ("usgov", "usdod"),
    frozenset(["usdodcentral", "usdodeast", "usgovarizona", "usgoviowa", "usgovtexas", "usgovvirginia"]),
    "core.usgovcloudapi.net",
)

CHINA = Cloud(
    "china",
    "kusto.chinacloudapi.cn",
    ("china",),
    frozenset(["chinaeast", "chinaeast2", "chinaeast3", "chinanorth", "chinanorth2", "chinanorth3"]),
    "core.chinacloudapi.cn",
)


def cloud_of(region: str) -> Cloud:
    """The cloud of a region, by the region's name."""
    return next((cloud for cloud in (US_GOVERNMENT, CHINA) if region.startswith(cloud.region_prefixes)), PUBLIC)
