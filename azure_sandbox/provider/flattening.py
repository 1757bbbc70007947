"""Flattening: ARM keeps a resource's own settings below `properties`, the provider beside its name and location."""

from __future__ import annotations

from ..azure import Json

# What ARM keeps beside `properties`; everything else of a flattened type is inside.
_BESIDE = frozenset(
    [
        "etag",
        "extendedLocation",
        "id",
        "identity",
        "kind",
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

# Nested types that ARM wraps in `properties`, as it wraps resources.
_FLATTENED = frozenset(
    [
        "eventhub:PrivateEndpointConnection",
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
        "storage:PrivateEndpointConnection",
    ]
)


def is_flattened(module: str, type: str) -> bool:
    """Whether ARM wraps a nested type in `properties`."""
    return f"{module}:{type.removesuffix('Response')}" in _FLATTENED


def nest(flat: Json) -> Json:
    """Moves what ARM keeps below `properties` back into it."""
    beside = {name: value for name, value in flat.items() if name in _BESIDE}
    inside = {name: value for name, value in flat.items() if name not in _BESIDE}
    return {**beside, "properties": inside} if inside else beside


def flatten(body: Json) -> Json:
    """Moves what is below `properties` to the top."""
    beside = {name: value for name, value in body.items() if name != "properties"}
    return {**(body.get("properties") or {}), **beside}
