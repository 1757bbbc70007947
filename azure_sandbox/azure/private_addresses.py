"""Private addresses in a subnet: which are in use, and which one a new IP configuration gets."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from itertools import chain

from ..rules import Rule
from .bodies import CANNOT_PARSE, Json, linked_id, properties, read_objects, read_required_id
from .errors import Rejection
from .references import find_referenced
from .resource_ids import ResourceId
from .resource_type import ResourceManager
from .type_names import LOAD_BALANCERS, NETWORK_INTERFACES

SUBNET_FULL = Rejection(
    says="A full subnet has no address left; Azure reserves the first four addresses and the last one of each range",
    source="MicrosoftDocs/azure-docs, articles/virtual-network/virtual-networks-faq.md; MicrosoftDocs/azure-docs#88211"
    "; Azure/karpenter-provider-azure#734",
    code="SubnetIsFull",
    message="Subnet {subnet} with address prefix {prefixes} does not have enough capacity for {count} IP addresses.",
)
NOT_IN_SUBNET = Rejection(
    says="A static address is in the range of the subnet",
    source="hashicorp/terraform-provider-azurerm#4225",
    code="PrivateIPAddressNotInSubnet",
    message="Private static IP address {address} does not belong to the range of subnet prefix {prefixes}.",
)
RESERVED = Rejection(
    says="A static address is not one of the five that Azure reserves",
    source="MicrosoftDocs/azure-docs, articles/virtual-network/virtual-networks-faq.md; "
    "hashicorp/terraform-provider-azurerm#4225",
    code="PrivateIPAddressInReservedRange",
    message="Private static IP address {address} falls within reserved IP range of subnet prefix {prefixes}.",
)
ALLOCATED = Rejection(
    says="A static address is not in use",
    source="MicrosoftDocs, azure-databases-docs: "
    "how-to-networking-servers-deployed-public-access-add-private-endpoint.md",
    code="PrivateIPAddressIsAllocated",
    message="IP configuration {configuration} is using the private IP address {address} which is already allocated to "
    "resource {holder}.",
)
NEXT_FREE = Rule(
    says="A dynamic address is the lowest free one; the IP configuration keeps it until it is deleted",
    source="MicrosoftDocs/azure-docs, articles/virtual-network/ip-services/private-ip-addresses.md",
)

ALLOCATION_METHODS = ("Dynamic", "Static")
_HOLDERS = ((NETWORK_INTERFACES, "ipConfigurations"), (LOAD_BALANCERS, "frontendIPConfigurations"))


def list_ip_configurations(arm: ResourceManager, subnet: str) -> Iterator[Json]:
    """The IP configurations in a subnet: those of network interfaces, and the frontends of internal load balancers."""
    for type, list_name in _HOLDERS:
        for holder in arm.store.referrers(subnet, type):
            for configuration in read_objects(holder.body, list_name):
                if str(linked_id(properties(configuration), "subnet")).lower() == subnet.lower():
                    yield configuration


def read_prefixes(subnet: Json) -> list[str]:
    """The ranges of a subnet, from `addressPrefixes` or from `addressPrefix`."""
    subnet_properties = properties(subnet)
    return list(subnet_properties.get("addressPrefixes") or [subnet_properties["addressPrefix"]])


class Allocation:
    """Addresses for the IP configurations of one resource, one after the other."""

    def __init__(self, arm: ResourceManager, owner: ResourceId, count: int = 1) -> None:
        """`count` is the number of addresses that the resource needs at once, for the error of a full subnet."""
        self._arm = arm
        self._owner = owner
        self._count = count
        self._used: dict[str, dict[str, str]] = {}
        self._candidates: dict[str, Iterator[ipaddress.IPv4Address]] = {}
        """The addresses of each subnet from the first one that can still be free."""
        self._allocated: dict[str, str] = {}

    def allocate(self, configuration_id: str, requested: Json, old: Json) -> str:
        """The address of an IP configuration: the old one if it stays, else the requested one, else the first free."""
        subnet, static = read_required_id(requested, "subnet"), requested.get("privateIPAddress")
        old_address, old_subnet = old.get("privateIPAddress"), str(linked_id(old, "subnet"))
        stays = old_address and static in (None, "", old_address) and old_subnet.lower() == subnet.lower()
        address = str(old_address) if stays else self._find_address(configuration_id, subnet, static)
        self._allocated[address] = configuration_id
        return address

    def _find_address(self, configuration_id: str, subnet: str, static: str | None) -> str:
        prefixes = read_prefixes(find_referenced(self._arm, subnet, self._owner).body)
        networks = [ipaddress.ip_network(prefix) for prefix in prefixes]
        ranges = [network for network in networks if isinstance(network, ipaddress.IPv4Network)]
        reserved = {network[offset] for network in ranges for offset in (0, 1, 2, 3, -1)}
        used = {**self._list_used(subnet), **self._allocated}
        shown = ", ".join(map(str, ranges))
        if not static:
            for address in self._candidates.setdefault(subnet, chain(*ranges)):
                if address not in reserved and str(address) not in used:
                    return str(address)
            raise SUBNET_FULL(subnet=subnet, prefixes=shown, count=self._count)
        try:
            address = ipaddress.IPv4Address(static)
        except ValueError:
            raise CANNOT_PARSE() from None
        if not any(address in network for network in ranges):
            raise NOT_IN_SUBNET(address=static, prefixes=shown)
        if address in reserved:
            raise RESERVED(address=static, prefixes=shown)
        if static in used:
            raise ALLOCATED(configuration=configuration_id, address=static, holder=used[static])
        return static

    def _list_used(self, subnet: str) -> dict[str, str]:
        """The addresses in use, with the IP configurations that have them."""
        if subnet not in self._used:
            self._used[subnet] = {
                properties(configuration)["privateIPAddress"]: configuration["id"]
                for configuration in list_ip_configurations(self._arm, subnet)
            }
        return self._used[subnet]
