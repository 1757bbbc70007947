"""The resource types that the sandbox's provider supports."""

from __future__ import annotations

from .resource_spec import ResourceSpec, TextLimits

_GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
_NETWORK = f"{_GROUP}/providers/Microsoft.Network"
_NAME = r"^[-\w\._\(\)]+$"
_GROUP_NAME = {"resourceGroupName": TextLimits(1, 90, _NAME)}

RESOURCE_SPECS = {
    spec.token: spec
    for spec in (
        ResourceSpec(
            "azure-native:resources:ResourceGroup",
            _GROUP,
            "random",
            frozenset(["location"]),
            flattened=False,
            requires_location=True,
            long_running=False,
            text_limits=_GROUP_NAME,
        ),
        ResourceSpec(
            "azure-native:resources:Deployment",
            f"{_GROUP}/providers/Microsoft.Resources/deployments/{{deploymentName}}",
            "random",
            flattened=False,
            defaults_location=False,
            text_limits={**_GROUP_NAME, "deploymentName": TextLimits(1, 64, _NAME)},
        ),
        ResourceSpec(
            "azure-native:network:VirtualNetwork",
            f"{_NETWORK}/virtualNetworks/{{virtualNetworkName}}",
            "random",
            frozenset(["location"]),
            kept_when_unset=("subnets", "virtualNetworkPeerings"),
        ),
        ResourceSpec(
            "azure-native:network:Subnet",
            f"{_NETWORK}/virtualNetworks/{{virtualNetworkName}}/subnets/{{subnetName}}",
            "copy",
        ),
        ResourceSpec(
            "azure-native:network:PublicIPAddress",
            f"{_NETWORK}/publicIPAddresses/{{publicIpAddressName}}",
            "random",
            frozenset(["location", "publicIPAddressVersion", "publicIPPrefix", "sku"]),
        ),
        ResourceSpec(
            "azure-native:network:LoadBalancer",
            f"{_NETWORK}/loadBalancers/{{loadBalancerName}}",
            "random",
            kept_when_unset=("backendAddressPools", "inboundNatRules"),
        ),
        ResourceSpec(
            "azure-native:network:NetworkInterface", f"{_NETWORK}/networkInterfaces/{{networkInterfaceName}}", "random"
        ),
        ResourceSpec(
            "azure-native:network:ApplicationSecurityGroup",
            f"{_NETWORK}/applicationSecurityGroups/{{applicationSecurityGroupName}}",
            "random",
        ),
        ResourceSpec(
            "azure-native:network:NetworkSecurityGroup",
            f"{_NETWORK}/networkSecurityGroups/{{networkSecurityGroupName}}",
            "random",
            kept_when_unset=("securityRules",),
        ),
        ResourceSpec(
            "azure-native:network:RouteTable",
            f"{_NETWORK}/routeTables/{{routeTableName}}",
            "random",
            kept_when_unset=("routes",),
        ),
        ResourceSpec(
            "azure-native:network:VirtualNetworkPeering",
            f"{_NETWORK}/virtualNetworks/{{virtualNetworkName}}/virtualNetworkPeerings/{{virtualNetworkPeeringName}}",
            "copy",
        ),
        ResourceSpec(
            "azure-native:network:PrivateLinkService", f"{_NETWORK}/privateLinkServices/{{serviceName}}", "random"
        ),
        ResourceSpec(
            "azure-native:network:PrivateLinkServicePrivateEndpointConnection",
            f"{_NETWORK}/privateLinkServices/{{serviceName}}/privateEndpointConnections/{{peConnectionName}}",
            "copy",
            long_running=False,
        ),
        ResourceSpec(
            "azure-native:network:PrivateEndpoint",
            f"{_NETWORK}/privateEndpoints/{{privateEndpointName}}",
            "random",
            frozenset(["subnet"]),
        ),
        ResourceSpec(
            "azure-native:network:PrivateDnsZoneGroup",
            f"{_NETWORK}/privateEndpoints/{{privateEndpointName}}/privateDnsZoneGroups/{{privateDnsZoneGroupName}}",
            "copy",
        ),
        ResourceSpec(
            "azure-native:privatedns:PrivateZone",
            f"{_NETWORK}/privateDnsZones/{{privateZoneName}}",
            "random",
            frozenset(["location"]),
        ),
        ResourceSpec(
            "azure-native:privatedns:VirtualNetworkLink",
            f"{_NETWORK}/privateDnsZones/{{privateZoneName}}/virtualNetworkLinks/{{virtualNetworkLinkName}}",
            "copy",
            frozenset(["location"]),
        ),
        ResourceSpec(
            "azure-native:privatedns:PrivateRecordSet",
            f"{_NETWORK}/privateDnsZones/{{privateZoneName}}/{{recordType}}/{{relativeRecordSetName}}",
            "copy",
            item_keys={"aRecords": "ipv4Address", "aaaaRecords": "ipv6Address"},
            long_running=False,
        ),
        ResourceSpec(
            "azure-native:authorization:ManagementLockByScope",
            "/{scope}/providers/Microsoft.Authorization/locks/{lockName}",
            "random",
            long_running=False,
            id_parameters=frozenset(["scope"]),
        ),
        ResourceSpec(
            "azure-native:authorization:RoleAssignment",
            "/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
            "uuid",
            frozenset(["principalId", "roleDefinitionId"]),
            long_running=False,
            id_parameters=frozenset(["scope"]),
        ),
        ResourceSpec(
            "azure-native:monitor:ActionGroup",
            f"{_GROUP}/providers/Microsoft.Insights/actionGroups/{{actionGroupName}}",
            "random",
            long_running=False,
        ),
        ResourceSpec(
            "azure-native:monitor:DiagnosticSetting",
            "/{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}",
            "random",
            long_running=False,
            id_parameters=frozenset(["resourceUri"]),
        ),
        ResourceSpec(
            "azure-native:monitor:MetricAlert",
            f"{_GROUP}/providers/Microsoft.Insights/metricAlerts/{{ruleName}}",
            "random",
            long_running=False,
        ),
        ResourceSpec(
            "azure-native:storage:StorageAccount",
            f"{_GROUP}/providers/Microsoft.Storage/storageAccounts/{{accountName}}",
            "random",
            frozenset(["location"]),
            text_limits={**_GROUP_NAME, "accountName": TextLimits(3, 24, "^[a-z0-9]+$")},
        ),
        ResourceSpec(
            "azure-native:eventhub:Namespace",
            f"{_GROUP}/providers/Microsoft.EventHub/namespaces/{{namespaceName}}",
            "random",
            frozenset(["location"]),
            # Connections are resources of their own, too, which a request for the namespace leaves alone.
            kept_when_unset=("privateEndpointConnections",),
            text_limits=_GROUP_NAME,
        ),
        ResourceSpec(
            "azure-native:kusto:Cluster",
            f"{_GROUP}/providers/Microsoft.Kusto/clusters/{{clusterName}}",
            "random",
            frozenset(["location"]),
            requires_location=True,
            text_limits=_GROUP_NAME,
        ),
        ResourceSpec(
            "azure-native:kusto:PrivateEndpointConnection",
            f"{_GROUP}/providers/Microsoft.Kusto/clusters/{{clusterName}}/privateEndpointConnections/"
            "{privateEndpointConnectionName}",
            "copy",
            text_limits=_GROUP_NAME,
        ),
        ResourceSpec(
            "azure-native:kusto:ManagedPrivateEndpoint",
            f"{_GROUP}/providers/Microsoft.Kusto/clusters/{{clusterName}}/managedPrivateEndpoints/"
            "{managedPrivateEndpointName}",
            "copy",
            text_limits=_GROUP_NAME,
        ),
    )
}


def spec_of_getter(token: str) -> ResourceSpec | None:
    """The resource type that a getter reads: `azure-native:network:getSubnet` reads `azure-native:network:Subnet`."""
    module, _, function = token.rpartition(":")
    return RESOURCE_SPECS.get(f"{module}:{function.removeprefix('get')}") if function.startswith("get") else None
