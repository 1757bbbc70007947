"""Microsoft.Network/virtualNetworks: address spaces, and the subnets and peerings in the body of a network."""

from __future__ import annotations

import ipaddress
import uuid

from ...rules import OWN_CHOICE, Rule
from ..address_prefixes import check_notation, check_subnet_inside, read_address_pools
from ..bodies import Json, properties, read_flag, read_object
from ..errors import Rejection
from ..nested_objects import read_named_objects
from ..network_names import check_name
from ..private_addresses import read_prefixes
from ..references import read_link
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType
from ..type_names import SUBNETS, VIRTUAL_NETWORK_PEERINGS, VIRTUAL_NETWORKS
from .virtual_network_peerings import put_peerings

NO_ADDRESS_SPACE = Rejection(
    says="A virtual network has an address space",
    source="Azure/bicep#2576; the code is an own choice",
    code="VirtualNetworkAddressSpaceMissing",
    message="AddressSpace of the virtual network {network} does not have any address prefixes in addressPrefixes "
    "array. AddressSpace and prefixes must be specified within properties object.",
)
FORBIDDEN_SPACE = Rejection(
    says="An address space contains no multicast, broadcast, loopback or link-local addresses, nor 168.63.129.16",
    source="MicrosoftDocs/azure-docs, articles/virtual-network/virtual-networks-faq.md; code and text are an "
    f"{OWN_CHOICE}",
    code="AddressPrefixNotAllowed",
    message="Address prefix {prefix} of virtual network {network} is in a range that Azure keeps for itself.",
)
SPACE_OVERLAPS = Rejection(
    says="The prefixes of an address space do not overlap",
    source="MicrosoftDocs/azure-docs, articles/virtual-network/virtual-networks-faq.md; code and text are an "
    f"{OWN_CHOICE}",
    code="AddressPrefixesOverlap",
    message="Address prefix {prefix} of virtual network {network} overlaps with another of its address prefixes.",
)
INVALID_DNS_SERVER = Rejection(
    says="A DNS server of a virtual network is an IP address",
    source="Azure/azure-cli#28294",
    code="NetcfgInvalidIPAddress",
    message="IP address is not valid '{address}'.",
)
SUBNETS_LEFT_ALONE = Rule(
    says="A PUT of a network without `subnets` keeps its subnets; a PUT with an empty list deletes them",
    source="Azure Networking Blog, 'Azure Virtual Network now supports updates without subnet property' (API version "
    "2023-09-01 and later)",
)

_KEPT = ("bgpCommunities", "encryption", "flowTimeoutInMinutes", "ipAllocations")
_DDOS_PLANS = "Microsoft.Network/ddosProtectionPlans"
_FORBIDDEN = [
    ipaddress.ip_network(prefix)
    for prefix in ("224.0.0.0/4", "255.255.255.255/32", "127.0.0.0/8", "169.254.0.0/16", "168.63.129.16/32")
]


class VirtualNetwork(ResourceType):
    type = VIRTUAL_NETWORKS

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        check_name(id.name, 2, 64)
        requested = properties(body)
        subnets = read_named_objects(id, body, "subnets")
        new: Json = {
            "properties": {
                "provisioningState": "Succeeded",
                "resourceGuid": properties(old)["resourceGuid"] if old else str(uuid.uuid4()),
                "addressSpace": {
                    "addressPrefixes": _read_address_space(id, requested),
                    **read_address_pools(read_object(requested, "addressSpace")),
                },
                "privateEndpointVNetPolicies": requested.get("privateEndpointVNetPolicies") or "Disabled",
                "enableDdosProtection": read_flag(requested, "enableDdosProtection"),
                **({"enableVmProtection": True} if requested.get("enableVmProtection") else {}),
                **{name: requested[name] for name in _KEPT if requested.get(name) is not None},
                **_read_dhcp_options(requested),
                **read_link(arm, requested, "ddosProtectionPlan", _DDOS_PLANS, id, body["location"]),
            }
        }
        peerings = read_named_objects(id, body, "virtualNetworkPeerings")
        # Subnets and peerings are put into a stored network, with its new address space.
        arm.store.put(id.text, self.type, {**(old or {"location": body["location"]}), **new}, ())
        if requested.get("subnets") is not None:
            _put_subnets(arm, id, subnets)
        if requested.get("virtualNetworkPeerings") is not None:
            put_peerings(arm, id, peerings)
        for subnet in arm.store.children(id.key, SUBNETS):
            check_subnet_inside(id, ResourceId.parse(subnet.id), read_prefixes(subnet.body), new)
        return new

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        nested = {
            name: [arm.get(ResourceId.parse(child.id)) for child in arm.store.children(id.key, type)]
            for name, type in (("subnets", SUBNETS), ("virtualNetworkPeerings", VIRTUAL_NETWORK_PEERINGS))
        }
        return {**body, "properties": {**properties(body), **nested}}

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        for subnet in arm.store.children(id.key, SUBNETS):
            arm.delete(ResourceId.parse(subnet.id))
        for peering in arm.store.children(id.key, VIRTUAL_NETWORK_PEERINGS):
            arm.store.delete(peering.id)


def _put_subnets(arm: ResourceManager, network: ResourceId, subnets: list[Json]) -> None:
    names = {subnet["name"].lower() for subnet in subnets}
    for old_subnet in arm.store.children(network.key, SUBNETS):
        if old_subnet.body["name"].lower() not in names:
            arm.delete(ResourceId.parse(old_subnet.id))
    for subnet in subnets:
        arm.put(network.child("subnets", subnet["name"]), subnet)


def _read_address_space(id: ResourceId, requested: Json) -> list[str]:
    prefixes: list[str] = read_object(requested, "addressSpace").get("addressPrefixes") or []
    if not prefixes:
        raise NO_ADDRESS_SPACE(network=id.text)
    for prefix in prefixes:
        check_notation(id, prefix)
    ranges = [ipaddress.ip_network(prefix) for prefix in prefixes]
    for position, address_range in enumerate(ranges):
        if any(address_range.overlaps(forbidden) for forbidden in _FORBIDDEN):
            raise FORBIDDEN_SPACE(prefix=address_range, network=id.text)
        if any(address_range.overlaps(other) for other in ranges[:position]):
            raise SPACE_OVERLAPS(prefix=address_range, network=id.text)
    return prefixes


def _read_dhcp_options(requested: Json) -> Json:
    if requested.get("dhcpOptions") is None:
        return {}
    options: Json = {"dnsServers": [], **read_object(requested, "dhcpOptions")}
    for server in options["dnsServers"] or ():
        try:
            ipaddress.ip_address(server)
        except ValueError:
            raise INVALID_DNS_SERVER(address=server) from None
    return {"dhcpOptions": options}
