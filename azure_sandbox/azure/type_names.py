"""Names of the resource types that refer to each other."""

RESOURCE_GROUPS = "Microsoft.Resources/resourceGroups"
VIRTUAL_NETWORKS = "Microsoft.Network/virtualNetworks"
SUBNETS = f"{VIRTUAL_NETWORKS}/subnets"
VIRTUAL_NETWORK_PEERINGS = f"{VIRTUAL_NETWORKS}/virtualNetworkPeerings"
PUBLIC_IP_ADDRESSES = "Microsoft.Network/publicIPAddresses"
NETWORK_SECURITY_GROUPS = "Microsoft.Network/networkSecurityGroups"
ROUTE_TABLES = "Microsoft.Network/routeTables"
LOAD_BALANCERS = "Microsoft.Network/loadBalancers"
NETWORK_INTERFACES = "Microsoft.Network/networkInterfaces"
PRIVATE_LINK_SERVICES = "Microsoft.Network/privateLinkServices"
PRIVATE_LINK_SERVICE_CONNECTIONS = f"{PRIVATE_LINK_SERVICES}/privateEndpointConnections"
CLUSTERS = "Microsoft.Kusto/Clusters"
ATTACHED_DATABASE_CONFIGURATIONS = f"{CLUSTERS}/AttachedDatabaseConfigurations"
CLUSTER_CONNECTIONS = f"{CLUSTERS}/privateEndpointConnections"
MANAGED_PRIVATE_ENDPOINTS = f"{CLUSTERS}/ManagedPrivateEndpoints"
EVENT_HUBS_NAMESPACES = "Microsoft.EventHub/namespaces"
EVENT_HUBS_CONNECTIONS = f"{EVENT_HUBS_NAMESPACES}/privateEndpointConnections"
ACTION_GROUPS = "Microsoft.Insights/actionGroups"
DIAGNOSTIC_SETTINGS = "Microsoft.Insights/diagnosticSettings"
METRIC_ALERTS = "Microsoft.Insights/metricAlerts"
LOG_ANALYTICS_WORKSPACES = "Microsoft.OperationalInsights/workspaces"
STORAGE_ACCOUNTS = "Microsoft.Storage/storageAccounts"
STORAGE_ACCOUNT_CONNECTIONS = f"{STORAGE_ACCOUNTS}/privateEndpointConnections"
PRIVATE_ENDPOINTS = "Microsoft.Network/privateEndpoints"
PRIVATE_DNS_ZONE_GROUPS = f"{PRIVATE_ENDPOINTS}/privateDnsZoneGroups"
PRIVATE_DNS_ZONES = "Microsoft.Network/privateDnsZones"
VIRTUAL_NETWORK_LINKS = f"{PRIVATE_DNS_ZONES}/virtualNetworkLinks"
CNAME_RECORD_SETS = f"{PRIVATE_DNS_ZONES}/CNAME"
SOA_RECORD_SETS = f"{PRIVATE_DNS_ZONES}/SOA"
RECORD_SETS = tuple(f"{PRIVATE_DNS_ZONES}/{kind}" for kind in ("A", "AAAA", "CNAME", "MX", "PTR", "SOA", "SRV", "TXT"))
CONNECTION_TYPES = (
    PRIVATE_LINK_SERVICE_CONNECTIONS,
    CLUSTER_CONNECTIONS,
    STORAGE_ACCOUNT_CONNECTIONS,
    EVENT_HUBS_CONNECTIONS,
)
LOCKS = "Microsoft.Authorization/locks"
ROLE_ASSIGNMENTS = "Microsoft.Authorization/roleAssignments"
ROLE_DEFINITIONS = "Microsoft.Authorization/roleDefinitions"
