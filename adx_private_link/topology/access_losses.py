"""Who loses access when a cluster is locked down: services with a way in at its public address, and destinations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..settings import AccessSetting, ClusterSettings


@dataclass(frozen=True)
class _WayIn:
    """A service that reaches clusters at their public address."""

    name: str
    tag: str | None
    """The service tag that lets it in; None where no list of addresses does."""


_WAYS_IN = (
    _WayIn("the Power BI service", "PowerBI"),
    _WayIn("Power Automate and Logic Apps", "AzureConnectors"),
    _WayIn("Azure Managed Grafana", "Grafana"),
    _WayIn("the public runtime of Data Factory", "DataFactory"),
    _WayIn("cross-service queries of Log Analytics and Application Insights", None),
)
"""
Services that need a gateway or a managed private endpoint of their own once the public address is closed.

Sources: MicrosoftDocs/dataexplorer-docs#1246 (Power Automate, Power BI, Data Factory) and query-monitor-data.md
(cross-service queries, which do not work with private link or a list of addresses either);
Azure/bicep-registry-modules#6810 (the tag Grafana); MicrosoftDocs/azure-docs, service-tags-overview.md (the others).
"""
_ALL_OF_AZURE = "azurecloud"
"""The service tag of all addresses of Azure's data centres (service-tags-overview.md)."""


def find_losses(setting: AccessSetting, cluster: ClusterSettings) -> list[str]:
    """Return who loses access once a setting is applied to a cluster that is open."""
    match setting:
        case "trusted_tenants":
            return _losses_by_tenants(cluster.trusted_tenants)
        case "outbound":
            return _losses_by_outbound(cluster)
        case "public_access":
            return _losses_by_public_access(cluster.public_access)


def _losses_by_public_access(access: Literal["open", "closed"] | list[str] | None) -> list[str]:
    if access == "closed":
        return ["every client at its public address", *(way.name for way in _WAYS_IN)]
    if not isinstance(access, list):
        return []
    tags = {entry.lower().partition(".")[0] for entry in access}
    ways = [way.name for way in _WAYS_IN if not (way.tag and {way.tag.lower(), _ALL_OF_AZURE} & tags)]
    return ["every client whose address is not in the list", *ways]


def _losses_by_outbound(cluster: ClusterSettings) -> list[str]:
    if cluster.outbound in ("open", None):
        return []
    return ["the cluster's own connections to other destinations (external tables, exports, callouts, other clusters)"]


def _losses_by_tenants(trusted: Literal["own", "all"] | list[str] | None) -> list[str]:
    match trusted:
        case "own":
            return ["every user of another tenant, whatever role it has"]
        case list():
            return ["every user of a tenant that is not in the list, whatever role it has"]
        case _:
            return []
