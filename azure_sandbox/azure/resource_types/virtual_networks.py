"""Microsoft.Network/virtualNetworks."""

from __future__ import annotations

import ipaddress
import uuid

from ...rules import OWN_CHOICE, Rule
from ..address_prefixes import address_pools, check_notation, check_subnet_inside
from ..bodies import Json, properties, read_flag, read_object
from ..errors import Refusal
from ..nested_objects import read_named_objects
from ..network_names import check_name
from ..private_addresses import read_prefixes
from ..references import read_link
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType
from ..type_names import (
    SUBNETS,
    VIRTUAL_NETWORK_PEERINGS,
    VIRTUAL_NETWORKS,
)
from . import virtual_network_peerings

NO_ADDRESS_SPACE = Refusal(
    says="A virtual network has an address space",
    source="Azure/bicep#2576; the code is an own choice",
    code="VirtualNetworkAddressSpaceMissing",
    message="AddressSpace of the virtual network {network} does not have any address prefixes in addressPrefixes "
    "array. AddressSpace and prefixes must be specified within properties object.",
)
FORBIDDEN_SPACE = Refusal(
    says="An address space holds no multicast, broadcast, loopback or link-local addresses, nor 168.63.129.16",
    source="MicrosoftDocs/azure-docs, articles/virtual-network/virtual-networks-faq.md; code and text are an "
    f"{OWN_CHOICE}",
    code="AddressPrefixNotAllowed",
    message="Address prefix {prefix} of virtual network {network} is in a range that Azure keeps for itself.",
)
SPACE_OVERLAPS = Refusal(
    says="The prefixes of an address space do not overlap",
    source="MicrosoftDocs/azure-docs, articles/virtual-network/virtual-networks-faq.md; code and text are an "
    f"{OWN_CHOICE}",
    code="AddressPrefixesOverlap",
    message="Address prefix {prefix} of virtual network {network} overlaps with another of its address prefixes.",
)
INVALID_DNS_SERVER = Refusal(
    says="A DNS server of a virtual network is an IP address",
    source="Azure/azure-cli#28294",
    code="NetcfgInvalidIPAddress",
    message="IP address is not valid '{address}'.",
)
SUBNETS_LEFT_ALONE = Rule(
    says="A PUT of a network without `subnets` leaves its subnets alone; one with an empty list deletes them all",
    source="Azure Networking Blog, 'Azure Virtual Network now supports updates without subnet property' (API version "
    "2023-09-01 and later)",
)
_KEPT_OF_NETWORKS = (
    "bgpCommunities",
    "encryption",
    "flowTimeoutInMinutes",
    "ipAllocations",
)
_DDOS_PLANS = "Microsoft.Network/ddosProtectionPlans"
_FORBIDDEN = [
    ipaddress.ip_network(each)
    for each in ("224.0.0.0/4", "255.255.255.255/32", "127.0.0.0/8", "169.254.0.0/16", "168.63.129.16/32")
]


class VirtualNetwork(ResourceType):
    type = VIRTUAL_NETWORKS

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        check_name(id.name, 2, 64)
        given = properties(body)
        wanted = read_named_objects(id, body, "subnets")
        new: Json = {
            "properties": {
                "provisioningState": "Succeeded",
                "resourceGuid": properties(old)["resourceGuid"] if old else str(uuid.uuid4()),
                "addressSpace": {
                    "addressPrefixes": _address_space(id, given),
                    **address_pools(read_object(given, "addressSpace")),
                },
                "privateEndpointVNetPolicies": given.get("privateEndpointVNetPolicies") or "Disabled",
                "enableDdosProtection": read_flag(given, "enableDdosProtection"),
                **({"enableVmProtection": True} if given.get("enableVmProtection") else {}),
                **{name: given[name] for name in _KEPT_OF_NETWORKS if given.get(name) is not None},
                **_dhcp_options(given),
                **read_link(arm, given, "ddosProtectionPlan", _DDOS_PLANS, id, body["location"]),
            }
        }
        peered = read_named_objects(id, body, "virtualNetworkPeerings")
        # Subnets and peerings need a network to be put in, with the address space that it is to have.
        arm.store.put(id.text, self.type, {**(old or {"location": body["location"]}), **new}, ())
        if given.get("subnets") is not None:
            self._put_subnets(arm, id, wanted)
        if given.get("virtualNetworkPeerings") is not None:
            virtual_network_peerings.put_peerings(arm, id, peered)
        for subnet in arm.store.children(id.key, SUBNETS):
            check_subnet_inside(id, ResourceId.parse(subnet.id), read_prefixes(subnet.body), new)
        return new

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        within = {
            name: [arm.get(ResourceId.parse(each.id)) for each in arm.store.children(id.key, type)]
            for name, type in (("subnets", SUBNETS), ("virtualNetworkPeerings", VIRTUAL_NETWORK_PEERINGS))
        }
        return {**body, "properties": {**properties(body), **within}}

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        for subnet in arm.store.children(id.key, SUBNETS):
            arm.delete(ResourceId.parse(subnet.id))
        for peering in arm.store.children(id.key, VIRTUAL_NETWORK_PEERINGS):
            arm.store.delete(peering.id)

    @staticmethod
    def _put_subnets(arm: ResourceManager, id: ResourceId, wanted: list[Json]) -> None:
        names = {each["name"].lower() for each in wanted}
        for subnet in arm.store.children(id.key, SUBNETS):
            if subnet.body["name"].lower() not in names:
                arm.delete(ResourceId.parse(subnet.id))
        for subnet in wanted:
            arm.put(id.child("subnets", subnet["name"]), subnet)


def _address_space(id: ResourceId, given: Json) -> list[str]:
    space: list[str] = read_object(given, "addressSpace").get("addressPrefixes") or []
    if not space:
        raise NO_ADDRESS_SPACE(network=id.text)
    for each in space:
        check_notation(id, each)
    ranges = [ipaddress.ip_network(each) for each in space]
    for position, each in enumerate(ranges):
        if any(each.overlaps(other) for other in _FORBIDDEN):
            raise FORBIDDEN_SPACE(prefix=each, network=id.text)
        if any(each.overlaps(other) for other in ranges[:position]):
            raise SPACE_OVERLAPS(prefix=each, network=id.text)
    return space


def _dhcp_options(given: Json) -> Json:
    if given.get("dhcpOptions") is None:
        return {}
    options: Json = {"dnsServers": [], **read_object(given, "dhcpOptions")}
    for each in options["dnsServers"] or ():
        try:
            ipaddress.ip_address(each)
        except ValueError:
            raise INVALID_DNS_SERVER(address=each) from None
    return {"dhcpOptions": options}
