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
    message="The provided location '{location}' is not available for resource type '{type}'. List of available regions "
    "for the resource type is '{regions}'.",
)
UNKNOWN_REGION = Refusal(
    says="A location is one of Azure's regions; `global` is for private DNS alone",
    source="MicrosoftDocs/azure-docs#4981; Azure/azure-cli#4231",
    code="LocationNotAvailableForResourceType",
    message="The provided location '{location}' is not available for resource type '{type}'. List of available regions "
    "for the resource type is '{regions}'.",
)
UNKNOWN_REGION_OF_GROUP = Refusal(
    says="So is that of a resource group",
    source="Azure/azure-service-operator, test/ (the code), and people's failed deployments (the text)",
    code="LocationNotAvailableForResourceGroup",
    message="The provided location '{location}' is not available for resource group. List of available regions is "
    "'{regions}'.",
)


@dataclass(frozen=True)
class Cloud:
    """One of Azure's clouds."""

    name: str
    kusto: str
    """What the host names of its clusters end in."""
    begins: tuple[str, ...]
    """What the names of its regions begin with; empty for all the others."""
    regions: frozenset[str]
    storage: str
    """What the host names of its storage accounts end in."""


# Suffixes: wellKnownKustoEndpoints.json of azure-kusto-data.
# Regions: `az account list-locations`, and Microsoft's list of Azure regions, those for early updates included.
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
    return next((each for each in (US_GOVERNMENT, CHINA) if region.startswith(each.begins)), PUBLIC)
