"""The address prefixes of virtual networks and subnets: their notation, and subnets inside their network."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from ..rules import Rule
from .bodies import Json, properties, read_object
from .errors import Refusal
from .resource_ids import ResourceId

INVALID_PREFIX = Refusal(
    says="A range is written in CIDR notation",
    source="Azure/azure-service-operator#997",
    code="InvalidAddressPrefixFormat",
    message="Address prefix {prefix} of resource {resource} is not formatted correctly. It should follow CIDR "
    "notation, for example 10.0.0.0/24.",
)
INVALID_CIDR = Refusal(
    says="A range has no bits beyond its prefix",
    source="People's deployments of a misaligned subnet through azurerm_subnet",
    code="InvalidCIDRNotation",
    message="The address prefix {prefix} in resource {resource} has an invalid CIDR notation. For the given prefix "
    "length, the address prefix should be {meant}.",
)
SUBNET_OUTSIDE = Refusal(
    says="A subnet lies in its network's address space, which cannot shrink below its subnets",
    source="MicrosoftDocs/azure-docs#123869",
    code="NetcfgSubnetRangeOutsideVnet",
    message="Subnet '{subnet}' is not valid because its IP address range is outside the IP address range of virtual "
    "network '{network}'.",
)
POOLS_WHEN_ASKED = Rule(
    says="`ipamPoolPrefixAllocations` is there only when a body asks for pools",
    source="kubernetes-sigs/cloud-provider-azure, pkg/azclient/virtualnetworkclient/testdata, subnetclient/testdata; "
    "the Azure CLI's recordings of API version 2024-03-01 have an empty list",
)


def address_pools(given: Json) -> Json:
    """The pools that addresses come from, where a body asks for any."""
    name = "ipamPoolPrefixAllocations"
    return {name: given[name]} if given.get(name) else {}


def check_notation(id: ResourceId, prefix: str) -> None:
    try:
        meant = ipaddress.ip_network(prefix, strict=False)
        complete = "/" in prefix
    except (TypeError, ValueError):
        raise INVALID_PREFIX(prefix=prefix, resource=id.text) from None
    if not complete:
        raise INVALID_PREFIX(prefix=prefix, resource=id.text)
    if ipaddress.ip_address(prefix.partition("/")[0]) != meant.network_address:
        raise INVALID_CIDR(prefix=prefix, resource=id.text, meant=meant)


def check_subnet_inside(network_id: ResourceId, subnet: ResourceId, wanted: Iterable[str], network: Json) -> None:
    space = [ipaddress.ip_network(each) for each in read_object(properties(network), "addressSpace")["addressPrefixes"]]
    for each in map(ipaddress.ip_network, wanted):
        if not any(each.version == whole.version and each.subnet_of(whole) for whole in space):  # pyright: ignore[reportArgumentType]
            raise SUBNET_OUTSIDE(subnet=subnet.name, network=network_id.name)
