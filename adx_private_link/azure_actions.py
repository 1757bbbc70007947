"""
The actions that Azure checks before it does what this library asks for, with the identities that need each.

One truth: custom roles (`rights`), next steps after a rejection, and `docs/reference/rights.md` follow from this table.
Names are those that Azure lists (MicrosoftDocs/azure-docs, articles/role-based-access-control/permissions), because
Azure rejects a custom role with any other (`InvalidActionOrNotAction`). They have no case.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

Identity = Literal["preview", "deploy-service", "deploy-consumer", "dns", "migration", "lock-down"]
"""What an identity of a team is for."""
IDENTITIES: tuple[Identity, ...] = get_args(Identity)

_PROVIDER = "pulumi-azure-native, provider/pkg/azure/client_azcore.go (a create reads first), and each look-up"
_PRIVATE_LINK = "MicrosoftDocs/azure-docs, articles/private-link/rbac-permissions.md"
_NETWORKING = "MicrosoftDocs/azure-docs, articles/role-based-access-control/permissions/networking.md"
_MANAGEMENT = "MicrosoftDocs/azure-docs, articles/role-based-access-control/permissions/management-and-governance.md"
_ANALYTICS = "MicrosoftDocs/azure-docs, articles/role-based-access-control/permissions/analytics.md"
_MONITOR = "MicrosoftDocs/azure-docs, articles/role-based-access-control/permissions/monitor.md"
_STORAGE = "MicrosoftDocs/azure-docs, articles/role-based-access-control/permissions/storage.md"
_INTERNET_OF_THINGS = "MicrosoftDocs/azure-docs, articles/role-based-access-control/permissions/internet-of-things.md"
_SECURITY = "MicrosoftDocs/azure-docs, articles/role-based-access-control/permissions/security.md"
_DATABASES = "MicrosoftDocs/azure-docs, articles/role-based-access-control/permissions/databases.md"
_MIGRATION = "MicrosoftDocs/dataexplorer-docs, security-network-migrate-vnet-to-private-endpoint.md"
_ZONES = "hashicorp/terraform-provider-azurerm#10556; Azure/data-landing-zone#203"


@dataclass(frozen=True)
class Action:
    """An action that Azure checks, why this library needs it, and who does."""

    name: str
    """As roles name it, such as `Microsoft.Network/privateEndpoints/write`."""
    reason: str
    """What needs it, as the rest of a sentence that begins with `to`."""
    source: str
    identities: tuple[Identity, ...]
    """The identities that need it, where the settings ask for what it is for."""


_DEPLOY: tuple[Identity, ...] = ("deploy-service", "deploy-consumer", "dns")
_CHANGE: tuple[Identity, ...] = ("migration", "lock-down")

# Of every identity

READ_PERMISSIONS = Action(
    "Microsoft.Authorization/permissions/read",
    "ask which rights are missing (`adx-private-link rights --check`)",
    _MANAGEMENT,
    IDENTITIES,
)
READ_GROUP = Action(
    "Microsoft.Resources/subscriptions/resourceGroups/read",
    "find the resource groups that the settings name",
    f"{_MANAGEMENT}; MicrosoftDocs/azure-docs#79235",
    ("preview", *_DEPLOY),
)

# Clusters

READ_CLUSTER = Action(
    "Microsoft.Kusto/clusters/read",
    "read the cluster's host names, network and connections",
    _ANALYTICS,
    ("preview", "deploy-service", *_CHANGE),
)
WRITE_CLUSTER = Action(
    "Microsoft.Kusto/clusters/write",
    "change single properties of the cluster (a PATCH)",
    f"{_ANALYTICS}; {_MIGRATION}",
    _CHANGE,
)
WRITE_CLUSTER_CONNECTION = Action(
    "Microsoft.Kusto/clusters/privateEndpointConnections/write",
    "approve connections to the cluster, also those of managed private endpoints of other clusters",
    _ANALYTICS,
    ("deploy-service",),
)
APPROVE_ON_CLUSTER = Action(
    "Microsoft.Kusto/clusters/privateEndpointConnectionsApproval/action",
    "connect to the cluster with `approval: resource_id`",
    f"{_PRIVATE_LINK} (the form of the action); Azure's list of Microsoft.Kusto does not have it",
    ("deploy-consumer",),
)
READ_ADDRESS = Action(
    "Microsoft.Network/publicIPAddresses/read",
    "name the public addresses that clients lose in the plan of a move",
    _NETWORKING,
    ("migration",),
)
JOIN_ADDRESS = Action(
    "Microsoft.Network/publicIPAddresses/join/action",
    "move the cluster out of its network and back, with its public IP addresses",
    f"{_NETWORKING}; {_MIGRATION}",
    ("migration",),
)

# Private link services

READ_BALANCER = Action(
    "Microsoft.Network/loadBalancers/read",
    "find the frontends of the cluster's load balancers",
    _PRIVATE_LINK,
    ("preview", "deploy-service"),
)
JOIN_FRONTEND = Action(
    "Microsoft.Network/loadBalancers/frontendIPConfigurations/join/action",
    "put private link services on the frontends",
    _NETWORKING,
    ("deploy-service",),
)
READ_SERVICE = Action(
    "Microsoft.Network/privateLinkServices/read",
    "read the services' aliases and connections",
    f"{_PRIVATE_LINK}; {_PROVIDER}",
    ("preview", "deploy-service", "migration"),
)
WRITE_SERVICE = Action(
    "Microsoft.Network/privateLinkServices/write", "create and update services", _PRIVATE_LINK, ("deploy-service",)
)
DELETE_SERVICE = Action(
    "Microsoft.Network/privateLinkServices/delete", "replace and delete services", _NETWORKING, ("deploy-service",)
)
WRITE_SERVICE_CONNECTION = Action(
    "Microsoft.Network/privateLinkServices/privateEndpointConnections/write",
    "approve connections to services",
    _PRIVATE_LINK,
    ("deploy-service",),
)
APPROVE_ON_SERVICE = Action(
    "Microsoft.Network/privateLinkServices/PrivateEndpointConnectionsApproval/action",
    "approve connections to services, and to connect to them with `approval: resource_id`",
    f"{_NETWORKING} (approve or reject); MicrosoftDocs/SupportArticles-docs, troubleshoot private endpoints (its "
    "articles disagree about which of the two actions an approval needs)",
    ("deploy-service", "deploy-consumer"),
)

# Approvals

READ_DEPLOYMENT = Action(
    "Microsoft.Resources/deployments/read",
    "read the deployments that approve connections",
    f"{_PRIVATE_LINK}; {_PROVIDER}",
    ("preview", "deploy-service"),
)
WRITE_DEPLOYMENT = Action(
    "Microsoft.Resources/deployments/write", "approve connections by deployments", _PRIVATE_LINK, ("deploy-service",)
)
DELETE_DEPLOYMENT = Action(
    "Microsoft.Resources/deployments/delete",
    "delete the deployments that approve connections",
    _PRIVATE_LINK,
    ("deploy-service",),
)
READ_DEPLOYMENT_STATUS = Action(
    "Microsoft.Resources/deployments/operationStatuses/read",
    "wait for the deployments that approve connections",
    "Azure-Samples/azure-search-openai-demo#848",
    ("deploy-service",),
)

# Managed private endpoints

READ_MANAGED_ENDPOINT = Action(
    "Microsoft.Kusto/clusters/managedPrivateEndpoints/read",
    "read the clusters' managed private endpoints",
    f"{_ANALYTICS}; {_PROVIDER}",
    ("preview", "deploy-service"),
)
WRITE_MANAGED_ENDPOINT = Action(
    "Microsoft.Kusto/clusters/managedPrivateEndpoints/write",
    "create and update managed private endpoints",
    _ANALYTICS,
    ("deploy-service",),
)
DELETE_MANAGED_ENDPOINT = Action(
    "Microsoft.Kusto/clusters/managedPrivateEndpoints/delete",
    "replace and delete managed private endpoints",
    _ANALYTICS,
    ("deploy-service",),
)
READ_STORAGE = Action(
    "Microsoft.Storage/storageAccounts/read",
    "read the regions and connections of storage accounts that clusters read from",
    f"{_STORAGE}; {_PROVIDER}",
    ("preview", "deploy-service"),
)
WRITE_STORAGE_CONNECTION = Action(
    "Microsoft.Storage/storageAccounts/privateEndpointConnections/write",
    "approve connections of managed private endpoints to storage accounts",
    _STORAGE,
    ("deploy-service",),
)
READ_EVENT_HUBS = Action(
    "Microsoft.EventHub/namespaces/read",
    "read the regions and connections of Event Hubs namespaces that clusters read from",
    f"{_ANALYTICS}; {_PROVIDER}",
    ("preview", "deploy-service"),
)
WRITE_EVENT_HUBS_CONNECTION = Action(
    "Microsoft.EventHub/namespaces/privateEndpointConnections/write",
    "approve connections of managed private endpoints to Event Hubs namespaces",
    _ANALYTICS,
    ("deploy-service",),
)
READ_IOT_HUB = Action(
    "Microsoft.Devices/iotHubs/read",
    "read the regions and connections of IoT hubs that clusters read from",
    f"{_INTERNET_OF_THINGS}; {_PROVIDER}",
    ("preview", "deploy-service"),
)
WRITE_IOT_HUB_CONNECTION = Action(
    "Microsoft.Devices/iotHubs/privateEndpointConnections/write",
    "approve connections of managed private endpoints to IoT hubs",
    _INTERNET_OF_THINGS,
    ("deploy-service",),
)
READ_VAULT = Action(
    "Microsoft.KeyVault/vaults/read",
    "read the regions and connections of key vaults that clusters read from",
    f"{_SECURITY}; {_PROVIDER}",
    ("preview", "deploy-service"),
)
WRITE_VAULT_CONNECTION = Action(
    "Microsoft.KeyVault/vaults/privateEndpointConnections/write",
    "approve connections of managed private endpoints to key vaults",
    _SECURITY,
    ("deploy-service",),
)
READ_SQL = Action(
    "Microsoft.Sql/servers/read",
    "read the regions and connections of SQL servers that clusters read from",
    f"{_DATABASES}; {_PROVIDER}",
    ("preview", "deploy-service"),
)
WRITE_SQL_CONNECTION = Action(
    "Microsoft.Sql/servers/privateEndpointConnections/write",
    "approve connections of managed private endpoints to SQL servers",
    _DATABASES,
    ("deploy-service",),
)

# Networks

READ_NETWORK = Action(
    "Microsoft.Network/virtualNetworks/read",
    "read the region, the subnets and their network policies",
    _PRIVATE_LINK,
    ("preview", "deploy-service", "deploy-consumer"),
)
READ_SUBNET = Action(
    "Microsoft.Network/virtualNetworks/subnets/read",
    "name the service endpoints that stop working in the plan of a move",
    _NETWORKING,
    ("migration",),
)
JOIN_SUBNET = Action(
    "Microsoft.Network/virtualNetworks/subnets/join/action",
    "use addresses of the subnet",
    _PRIVATE_LINK,
    ("deploy-service", "deploy-consumer", "migration"),
)
JOIN_NETWORK = Action(
    "Microsoft.Network/virtualNetworks/join/action",
    "link the network to zones",
    f"{_NETWORKING}; Private DNS Zone Contributor has it (built-in-roles/networking.md)",
    ("dns",),
)
JOIN_SECURITY_GROUP = Action(
    "Microsoft.Network/applicationSecurityGroups/joinIpConfiguration/action",
    "add endpoints to application security groups",
    _NETWORKING,
    ("deploy-consumer",),
)

# Private endpoints

READ_ENDPOINT = Action(
    "Microsoft.Network/privateEndpoints/read",
    "read the endpoints' connections and network interfaces",
    f"{_PRIVATE_LINK}; {_PROVIDER}",
    ("preview", "deploy-consumer"),
)
WRITE_ENDPOINT = Action(
    "Microsoft.Network/privateEndpoints/write", "create and update endpoints", _PRIVATE_LINK, ("deploy-consumer",)
)
DELETE_ENDPOINT = Action(
    "Microsoft.Network/privateEndpoints/delete", "replace and delete endpoints", _NETWORKING, ("deploy-consumer",)
)
READ_INTERFACE = Action(
    "Microsoft.Network/networkInterfaces/read",
    "read the endpoints' addresses",
    _NETWORKING,
    ("preview", "deploy-consumer"),
)
READ_ZONE_GROUP = Action(
    "Microsoft.Network/privateEndpoints/privateDnsZoneGroups/read",
    "read the endpoints' zone groups",
    f"{_NETWORKING}; {_PROVIDER}",
    ("preview", "deploy-consumer"),
)
WRITE_ZONE_GROUP = Action(
    "Microsoft.Network/privateEndpoints/privateDnsZoneGroups/write",
    "create and update zone groups",
    _NETWORKING,
    ("deploy-consumer",),
)
DELETE_ZONE_GROUP = Action(
    "Microsoft.Network/privateEndpoints/privateDnsZoneGroups/delete",
    "replace and delete zone groups",
    "Azure/azure-cli#15010 (Azure checks it; its list of actions did not have it in 2022)",
    ("deploy-consumer",),
)
JOIN_ZONE = Action(
    "Microsoft.Network/privateDnsZones/join/action",
    "let Azure write the names of zone groups into the zone, at each update again",
    f"{_NETWORKING}; {_ZONES}",
    ("deploy-consumer",),
)

# Private DNS

READ_ZONE = Action(
    "Microsoft.Network/privateDnsZones/read",
    "find out whether the zones exist",
    f"{_NETWORKING}; {_PROVIDER}",
    ("preview", "dns"),
)
WRITE_ZONE = Action("Microsoft.Network/privateDnsZones/write", "create and update zones", _NETWORKING, ("dns",))
DELETE_ZONE = Action("Microsoft.Network/privateDnsZones/delete", "delete zones", _NETWORKING, ("dns",))
READ_RECORD = Action(
    "Microsoft.Network/privateDnsZones/A/read",
    "read records, also those that others have written into a shared zone",
    f"{_NETWORKING}; {_PROVIDER}",
    ("preview", "dns"),
)
WRITE_RECORD = Action("Microsoft.Network/privateDnsZones/A/write", "create and update records", _NETWORKING, ("dns",))
DELETE_RECORD = Action(
    "Microsoft.Network/privateDnsZones/A/delete", "replace and delete records", _NETWORKING, ("dns",)
)
READ_LINK = Action(
    "Microsoft.Network/privateDnsZones/virtualNetworkLinks/read",
    "read the zones' virtual network links",
    f"{_NETWORKING}; {_PROVIDER}",
    ("preview", "dns"),
)
WRITE_LINK = Action(
    "Microsoft.Network/privateDnsZones/virtualNetworkLinks/write", "create and update links", _NETWORKING, ("dns",)
)
DELETE_LINK = Action(
    "Microsoft.Network/privateDnsZones/virtualNetworkLinks/delete", "replace and delete links", _NETWORKING, ("dns",)
)
READ_DNS_STATUS = Action(
    "Microsoft.Network/privateDnsOperationStatuses/read",
    "wait for zones and links",
    f"{_NETWORKING}; Private DNS Zone Contributor has it (built-in-roles/networking.md)",
    ("dns",),
)

# Locks

READ_LOCK = Action(
    "Microsoft.Authorization/locks/read",
    "read locks",
    f"{_MANAGEMENT}; {_PROVIDER}",
    ("preview", "deploy-service", "dns", "migration"),
)
WRITE_LOCK = Action(
    "Microsoft.Authorization/locks/write", "lock services and zones", _MANAGEMENT, ("deploy-service", "dns")
)
DELETE_LOCK = Action(
    "Microsoft.Authorization/locks/delete",
    "unlock services and zones that the stack deletes",
    _MANAGEMENT,
    ("deploy-service", "dns"),
)

# Azure Monitor

READ_ALERT = Action(
    "Microsoft.Insights/metricAlerts/read",
    "read the alerts on services and endpoints",
    f"{_MONITOR}; {_PROVIDER}",
    ("preview", "deploy-service", "deploy-consumer"),
)
WRITE_ALERT = Action(
    "Microsoft.Insights/metricAlerts/write",
    "create and update alerts",
    _MONITOR,
    ("deploy-service", "deploy-consumer"),
)
DELETE_ALERT = Action(
    "Microsoft.Insights/metricAlerts/delete",
    "replace and delete alerts",
    _MONITOR,
    ("deploy-service", "deploy-consumer"),
)
READ_ACTION_GROUP = Action(
    "Microsoft.Insights/actionGroups/read",
    "find the action group, and let alerts notify it",
    f"{_MONITOR}; Azure/azure-monitor-baseline-alerts#416 (Azure's error)",
    ("preview", "deploy-service", "deploy-consumer"),
)
READ_DIAGNOSTICS = Action(
    "Microsoft.Insights/diagnosticSettings/read",
    "read the clusters' diagnostic settings",
    f"{_MONITOR}; {_PROVIDER}",
    ("preview", "deploy-service"),
)
WRITE_DIAGNOSTICS = Action(
    "Microsoft.Insights/diagnosticSettings/write",
    "create and update diagnostic settings",
    _MONITOR,
    ("deploy-service",),
)
DELETE_DIAGNOSTICS = Action(
    "Microsoft.Insights/diagnosticSettings/delete",
    "replace and delete diagnostic settings",
    _MONITOR,
    ("deploy-service",),
)
SEND_TO_WORKSPACE = Action(
    "Microsoft.OperationalInsights/workspaces/sharedKeys/action",
    "send logs and metrics to the Log Analytics workspace, at each update again",
    "JimGBritt/AzurePolicy#17 (Azure's error); MicrosoftDocs/azure-docs, articles/azure-monitor/logs/manage-access.md",
    ("deploy-service",),
)
SEND_TO_STORAGE = Action(
    "Microsoft.Storage/storageAccounts/listKeys/action",
    "send logs and metrics to the storage account, at each update again",
    f"{_STORAGE}; MicrosoftDocs/azure-docs#80159",
    ("deploy-service",),
)
SEND_TO_EVENT_HUB = Action(
    "Microsoft.EventHub/namespaces/authorizationRules/listkeys/action",
    "send logs and metrics to the Event Hubs namespace, at each update again",
    f"{_ANALYTICS}; CDCgov/prime-reportstream#7678 (Azure's error)",
    ("deploy-service",),
)


def list_actions() -> Iterator[Action]:
    """Yield all actions, in the order of this file."""
    yield from (value for value in globals().values() if isinstance(value, Action))


def find_action(name: str) -> Action | None:
    """Return an action by its name in any case; None for one that this library does not need."""
    return next((action for action in list_actions() if action.name.lower() == name.lower()), None)
