"""
What the azure-native provider knows of each resource type: its path, its properties, what replaces it.

Property names and types are those of the SDK (`azure_native.json`, introspected from the version that it names).
Paths, naming and replacement follow the provider's generated metadata and `replacement.go`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

_GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
_NETWORK = f"{_GROUP}/providers/Microsoft.Network"
_PARAMETER = re.compile(r"\{(\w+)\}")

# Properties that ARM keeps beside `properties`; everything else of a flattened type lies inside it.
BESIDE_PROPERTIES = frozenset(
    [
        "etag",
        "extendedLocation",
        "id",
        "identity",
        "location",
        "managedBy",
        "name",
        "sku",
        "systemData",
        "tags",
        "type",
        "zones",
    ]
)

# Nested types that ARM wraps in `properties`, as it does with resources.
_FLATTENED = frozenset(
    [
        "kusto:PrivateEndpointConnection",
        "network:ApplicationGatewayBackendAddressPool",
        "network:ApplicationGatewayIPConfiguration",
        "network:ApplicationSecurityGroup",
        "network:BackendAddressPool",
        "network:Delegation",
        "network:FlowLog",
        "network:FrontendIPConfiguration",
        "network:InboundNatPool",
        "network:InboundNatRule",
        "network:IPConfiguration",
        "network:IPConfigurationProfile",
        "network:LoadBalancerBackendAddress",
        "network:LoadBalancingRule",
        "network:NatGateway",
        "network:NetworkInterface",
        "network:NetworkInterfaceIPConfiguration",
        "network:NetworkInterfaceTapConfiguration",
        "network:NetworkSecurityGroup",
        "network:OutboundRule",
        "network:PrivateDnsZoneConfig",
        "network:PrivateEndpoint",
        "network:PrivateEndpointConnection",
        "network:PrivateEndpointIPConfiguration",
        "network:PrivateLinkService",
        "network:PrivateLinkServiceConnection",
        "network:PrivateLinkServiceIpConfiguration",
        "network:Probe",
        "network:PublicIPAddress",
        "network:ResourceNavigationLink",
        "network:Route",
        "network:RouteTable",
        "network:SecurityRule",
        "network:ServiceAssociationLink",
        "network:ServiceEndpointPolicy",
        "network:ServiceEndpointPolicyDefinition",
        "network:Subnet",
        "network:VirtualNetworkPeering",
        "network:VirtualNetworkPeeringVirtualNetwork",
        "network:VirtualNetworkTap",
    ]
)


@dataclass(frozen=True)
class ResourceSpec:
    """One resource type of the provider."""

    token: str
    path: str
    naming: Literal["random", "copy"]
    """How a missing name is made: the logical name with a random suffix, or the logical name as it is."""
    force_new: frozenset[str] = frozenset()
    """Body properties whose change replaces the resource; path parameters always do."""
    flattened: bool = True
    """Whether the provider lifts ARM's `properties` to the top."""
    kept_when_unset: tuple[str, ...] = ()
    """Sub-resource arrays that an update leaves as they are when the program does not set them."""
    needs_location: bool = False
    """Whether the provider itself misses a location; Azure misses it of any other type."""
    identified_by: Mapping[str, str] = field(default_factory=dict[str, str])
    """Arrays whose items are matched by a property instead of their position."""

    @property
    def module(self) -> str:
        return self.token.split(":")[1]

    @property
    def path_parameters(self) -> list[str]:
        return [each for each in _PARAMETER.findall(self.path) if each != "subscriptionId"]

    @property
    def name_parameter(self) -> str:
        return self.path_parameters[-1]

    @property
    def inputs(self) -> dict[str, str]:
        return _described(self.token)["inputs"]

    @property
    def outputs(self) -> dict[str, str]:
        return _described(self.token)["outputs"]

    @property
    def body_inputs(self) -> dict[str, str]:
        return {name: type for name, type in self.inputs.items() if name not in self.path_parameters}

    @property
    def required(self) -> list[str]:
        return [*_described(self.token)["required"], *(["location"] if self.needs_location else [])]

    @property
    def api_version(self) -> str:
        return _described(self.token)["apiVersion"]


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
        ),
        ResourceSpec(
            "azure-native:resources:Deployment",
            f"{_GROUP}/providers/Microsoft.Resources/deployments/{{deploymentName}}",
            "random",
            flattened=False,
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
            "azure-native:network:PrivateLinkService", f"{_NETWORK}/privateLinkServices/{{serviceName}}", "random"
        ),
        ResourceSpec(
            "azure-native:network:PrivateLinkServicePrivateEndpointConnection",
            f"{_NETWORK}/privateLinkServices/{{serviceName}}/privateEndpointConnections/{{peConnectionName}}",
            "copy",
        ),
        ResourceSpec(
            "azure-native:network:PrivateEndpoint",
            f"{_NETWORK}/privateEndpoints/{{privateEndpointName}}",
            "random",
            frozenset(["subnet"]),
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
        ),
        ResourceSpec(
            "azure-native:kusto:Cluster",
            f"{_GROUP}/providers/Microsoft.Kusto/clusters/{{clusterName}}",
            "random",
            frozenset(["location"]),
            needs_location=True,
        ),
    )
}


def getter(token: str) -> ResourceSpec | None:
    """`azure-native:network:getSubnet` -> the resource type that it reads."""
    module, _, function = token.rpartition(":")
    return RESOURCES.get(f"{module}:{function.removeprefix('get')}") if function.startswith("get") else None


def type_properties(module: str, type: str) -> dict[str, str] | None:
    """The properties of a nested type; None for plain values."""
    return _schema()["types"].get(f"{module}:{type}")


def is_flattened(module: str, type: str) -> bool:
    return f"{module}:{type.removesuffix('Response')}" in _FLATTENED


def _described(token: str) -> Any:
    return _schema()["resources"][token]


@cache
def _schema() -> Any:
    return json.loads(files("azure_sandbox.provider").joinpath("azure_native.json").read_text())
