"""The resource types of the sandbox's provider."""

from __future__ import annotations

from .schema import ResourceSpec, Text

_GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
_NETWORK = f"{_GROUP}/providers/Microsoft.Network"
_NAME = r"^[-\w\._\(\)]+$"
_GROUP_NAME = {"resourceGroupName": Text(1, 90, _NAME)}

RESOURCES = {
    spec.token: spec
    for spec in (
        ResourceSpec(
            "azure-native:resources:ResourceGroup",
            _GROUP,
            "random",
            frozenset(["location"]),
            flattened=False,
            needs_location=True,
            long_running=False,
            texts=_GROUP_NAME,
        ),
        ResourceSpec(
            "azure-native:resources:Deployment",
            f"{_GROUP}/providers/Microsoft.Resources/deployments/{{deploymentName}}",
            "random",
            flattened=False,
            takes_location=False,
            texts={**_GROUP_NAME, "deploymentName": Text(1, 64, _NAME)},
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
            identified_by={"aRecords": "ipv4Address", "aaaaRecords": "ipv6Address"},
            long_running=False,
        ),
        ResourceSpec(
            "azure-native:authorization:ManagementLockByScope",
            "/{scope}/providers/Microsoft.Authorization/locks/{lockName}",
            "random",
            long_running=False,
            sub_paths=frozenset(["scope"]),
        ),
        ResourceSpec(
            "azure-native:authorization:RoleAssignment",
            "/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
            "uuid",
            frozenset(["principalId", "roleDefinitionId"]),
            long_running=False,
            sub_paths=frozenset(["scope"]),
        ),
        ResourceSpec(
            "azure-native:storage:StorageAccount",
            f"{_GROUP}/providers/Microsoft.Storage/storageAccounts/{{accountName}}",
            "random",
            frozenset(["location"]),
            texts={**_GROUP_NAME, "accountName": Text(3, 24, "^[a-z0-9]+$")},
        ),
        ResourceSpec(
            "azure-native:kusto:Cluster",
            f"{_GROUP}/providers/Microsoft.Kusto/clusters/{{clusterName}}",
            "random",
            frozenset(["location"]),
            needs_location=True,
            texts=_GROUP_NAME,
        ),
    )
}


def getter(token: str) -> ResourceSpec | None:
    """`azure-native:network:getSubnet` -> the resource type that it reads."""
    module, _, function = token.rpartition(":")
    return RESOURCES.get(f"{module}:{function.removeprefix('get')}") if function.startswith("get") else None
