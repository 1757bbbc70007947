"""The address prefixes of virtual networks and subnets: their notation, and subnets inside their network."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from ..rules import Rule
from .bodies import Json, properties, read_object
from .errors import Rejection
from .resource_ids import ResourceId

INVALID_PREFIX = Rejection(
    says="An address prefix is in CIDR notation",
    source="Azure/azure-service-operator#997",
    code="InvalidAddressPrefixFormat",
    message="Address prefix {prefix} of resource {resource} is not formatted correctly. It should follow CIDR "
    "notation, for example 10.0.0.0/24.",
)
INVALID_CIDR = Rejection(
    says="An address prefix has no host bits",
    source="People's deployments of a misaligned subnet through azurerm_subnet",
    code="InvalidCIDRNotation",
    message="The address prefix {prefix} in resource {resource} has an invalid CIDR notation. For the given prefix "
    "length, the address prefix should be {aligned}.",
)
SUBNET_OUTSIDE = Rejection(
    says="A subnet is inside its network's address space, which cannot shrink below its subnets",
    source="MicrosoftDocs/azure-docs#123869",
    code="NetcfgSubnetRangeOutsideVnet",
    message="Subnet '{subnet}' is not valid because its IP address range is outside the IP address range of virtual "
    "network '{network}'.",
)
POOLS_WHEN_ASKED = Rule(
    says="`ipamPoolPrefixAllocations` is present only if the body sets it",
    source="kubernetes-sigs/cloud-provider-azure, pkg/azclient/virtualnetworkclient/testdata, subnetclient/testdata; "
    "the Azure CLI's recordings of API version 2024-03-01 have an empty list",
)


def list_address_prefixes(network: Json) -> list[str]:
    """The prefixes of the address space of a virtual network."""
    return read_object(properties(network), "addressSpace")["addressPrefixes"]


def read_address_pools(requested: Json) -> Json:
    """The pools of addresses that a body asks for; empty if it asks for none."""
    name = "ipamPoolPrefixAllocations"
    return {name: requested[name]} if requested.get(name) else {}


def check_notation(id: ResourceId, prefix: str) -> None:
    """Reject a prefix of a network or subnet that is not in CIDR notation."""
    try:
        network = ipaddress.ip_network(prefix, strict=False)
        has_length = "/" in prefix
    except (TypeError, ValueError):
        raise INVALID_PREFIX(prefix=prefix, resource=id.text) from None
    if not has_length:
        raise INVALID_PREFIX(prefix=prefix, resource=id.text)
    if ipaddress.ip_address(prefix.partition("/")[0]) != network.network_address:
        raise INVALID_CIDR(prefix=prefix, resource=id.text, aligned=network)


def check_subnet_inside(network_id: ResourceId, subnet: ResourceId, prefixes: Iterable[str], network: Json) -> None:
    """Reject a subnet outside the address space of its network."""
    space = [ipaddress.ip_network(prefix) for prefix in list_address_prefixes(network)]
    for prefix in map(ipaddress.ip_network, prefixes):
        # `subnet_of` rejects prefixes of another version, which the types cannot say of the two that are compared.
        if not any(prefix.version == outer.version and prefix.subnet_of(outer) for outer in space):  # pyright: ignore[reportArgumentType]
            raise SUBNET_OUTSIDE(subnet=subnet.name, network=network_id.name)
