"""The private addresses of a subnet: who has which, and which is next."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from ..rules import Rule
from .bodies import CANNOT_PARSE, Json, linked_id, properties, read_objects, read_required_id
from .errors import Refusal
from .references import find_referenced
from .resource_ids import ResourceId
from .resource_type import ResourceManager
from .type_names import LOAD_BALANCERS, NETWORK_INTERFACES

SUBNET_FULL = Refusal(
    says="A subnet gives out no more addresses than it has: the first four and the last of each range are Azure's own",
    source="MicrosoftDocs/azure-docs, articles/virtual-network/virtual-networks-faq.md; MicrosoftDocs/azure-docs#88211"
    "; Azure/karpenter-provider-azure#734",
    code="SubnetIsFull",
    message="Subnet {subnet} with address prefix {prefixes} does not have enough capacity for 1 IP addresses.",
)
NOT_IN_SUBNET = Refusal(
    says="A static address lies in the subnet",
    source="hashicorp/terraform-provider-azurerm#4225",
    code="PrivateIPAddressNotInSubnet",
    message="Private static IP address {address} does not belong to the range of subnet prefix {prefixes}.",
)
RESERVED = Refusal(
    says="A static address is none of the five that Azure reserves in a subnet",
    source="MicrosoftDocs/azure-docs, articles/virtual-network/virtual-networks-faq.md; "
    "hashicorp/terraform-provider-azurerm#4225",
    code="PrivateIPAddressInReservedRange",
    message="Private static IP address {address} falls within reserved IP range of subnet prefix {prefixes}.",
)
ALLOCATED = Refusal(
    says="A static address is nobody else's",
    source="MicrosoftDocs, azure-databases-docs: "
    "how-to-networking-servers-deployed-public-access-add-private-endpoint.md",
    code="PrivateIPAddressIsAllocated",
    message="IP configuration {configuration} is using the private IP address {address} which is already allocated to "
    "resource {holder}.",
)
NEXT_FREE = Rule(
    says="A dynamic address is the lowest that is free, kept for the life of its IP configuration and given out again "
    "afterwards",
    source="MicrosoftDocs/azure-docs, articles/virtual-network/ip-services/private-ip-addresses.md",
)

ALLOCATION_METHODS = ("Dynamic", "Static")
_USES = ((NETWORK_INTERFACES, "ipConfigurations"), (LOAD_BALANCERS, "frontendIPConfigurations"))


def list_ip_configurations(arm: ResourceManager, subnet: str) -> Iterator[Json]:
    """The IP configurations in a subnet: of network interfaces, and the frontends of internal load balancers."""
    for type, name in _USES:
        for holder in arm.store.referrers(subnet, type):
            for each in read_objects(holder.body, name):
                if str(linked_id(properties(each), "subnet")).lower() == subnet.lower():
                    yield each


def read_prefixes(subnet: Json) -> list[str]:
    """A subnet's ranges, however they were given."""
    given = properties(subnet)
    return list(given.get("addressPrefixes") or [given["addressPrefix"]])


class Allocation:
    """Addresses for the IP configurations of one resource, one after the other."""

    def __init__(self, arm: ResourceManager, owner: ResourceId) -> None:
        self._arm = arm
        self._owner = owner
        self._taken: dict[str, str] = {}

    def address(self, configuration: str, wanted: Json, kept: Json) -> str:
        """The address that an IP configuration has, the one that it wants, or the first that is free."""
        subnet, static = read_required_id(wanted, "subnet"), wanted.get("privateIPAddress")
        has, held_in = kept.get("privateIPAddress"), str(linked_id(kept, "subnet"))
        stays = has and static in (None, "", has) and held_in.lower() == subnet.lower()
        address = str(has) if stays else self._new(configuration, subnet, static)
        self._taken[address] = configuration
        return address

    def _new(self, configuration: str, subnet: str, static: str | None) -> str:
        ranges = [
            each
            for each in map(ipaddress.ip_network, read_prefixes(find_referenced(self._arm, subnet, self._owner).body))
            if isinstance(each, ipaddress.IPv4Network)
        ]
        reserved = {address for each in ranges for address in (*(each[offset] for offset in range(4)), each[-1])}
        used = {
            **{properties(each)["privateIPAddress"]: each["id"] for each in list_ip_configurations(self._arm, subnet)},
            **self._taken,
        }
        shown = ", ".join(map(str, ranges))
        if not static:
            for each in ranges:
                for address in each:
                    if address not in reserved and str(address) not in used:
                        return str(address)
            raise SUBNET_FULL(subnet=subnet, prefixes=shown)
        try:
            address = ipaddress.IPv4Address(static)
        except ValueError:
            raise CANNOT_PARSE() from None
        if not any(address in each for each in ranges):
            raise NOT_IN_SUBNET(address=static, prefixes=shown)
        if address in reserved:
            raise RESERVED(address=static, prefixes=shown)
        if static in used:
            raise ALLOCATED(configuration=configuration, address=static, holder=used[static])
        return static
