"""Microsoft.Network: virtual networks, subnets, public addresses, load balancers and network interfaces."""

from __future__ import annotations

import ipaddress
import uuid
from collections.abc import Iterator

from .errors import bad_request, unparsable
from .ids import ResourceId
from .resource_type import (
    ResourceType,
    Scope,
    inner_name,
    items,
    linked_id,
    properties,
    referenced,
    required_link,
)
from .store import Json

SUBNETS = "Microsoft.Network/virtualNetworks/subnets"
NETWORK_INTERFACES = "Microsoft.Network/networkInterfaces"
LOAD_BALANCERS = "Microsoft.Network/loadBalancers"
PRIVATE_LINK_SERVICES = "Microsoft.Network/privateLinkServices"
PRIVATE_ENDPOINTS = "Microsoft.Network/privateEndpoints"

# Where the sandbox takes public addresses from: a range that is kept for tests (RFC 2544).
_PUBLIC = ipaddress.ip_network("198.18.0.0/15")


class VirtualNetwork(ResourceType):
    type = "Microsoft.Network/virtualNetworks"

    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json:
        wanted = {inner_name(each).lower(): each for each in items(body, "subnets")}
        for subnet in scope.store.children(id.key, SUBNETS):
            if subnet.body["name"].lower() not in wanted:
                scope.delete(ResourceId.parse(subnet.id))
        if not old:
            # Subnets need a network to be put in.
            scope.store.put(id.text, self.type, {"location": body["location"]}, ())
        for subnet in wanted.values():
            scope.put(id.child("subnets", subnet["name"]), subnet)
        return {
            "properties": {
                "provisioningState": "Succeeded",
                "resourceGuid": properties(old)["resourceGuid"] if old else str(uuid.uuid4()),
                "addressSpace": properties(body).get("addressSpace"),
                "enableDdosProtection": False,
            }
        }

    def view(self, scope: Scope, id: ResourceId, body: Json) -> Json:
        subnets = [scope.get(ResourceId.parse(each.id)) for each in scope.store.children(id.key, SUBNETS)]
        return {**body, "properties": {**properties(body), "subnets": subnets, "virtualNetworkPeerings": []}}

    def delete(self, scope: Scope, id: ResourceId, body: Json) -> None:
        for subnet in scope.store.children(id.key, SUBNETS):
            scope.delete(ResourceId.parse(subnet.id))


_KEPT_OF_SUBNETS = ("natGateway", "networkSecurityGroup", "routeTable", "serviceEndpoints", "defaultOutboundAccess")


class Subnet(ResourceType):
    type = SUBNETS
    located = False

    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json:
        given = properties(body)
        services = scope.store.referrers(id.key, PRIVATE_LINK_SERVICES)
        policies = given.get("privateLinkServiceNetworkPolicies") or "Enabled"
        if policies == "Enabled" and services:
            raise bad_request(
                "PrivateLinkServiceNetworkPoliciesCannotBeEnabledOnPrivateLinkServiceSubnet",
                f"Private link service network policies cannot be enabled on private link service subnet {id.text}.",
            )
        return {
            "properties": {
                "provisioningState": "Succeeded",
                **_prefix(id, given),
                **{name: given[name] for name in _KEPT_OF_SUBNETS if name in given},
                "delegations": [
                    {
                        "name": inner_name(each),
                        "id": f"{id.text}/delegations/{each['name']}",
                        "type": f"{self.type}/delegations",
                        "properties": {"provisioningState": "Succeeded", **properties(each)},
                    }
                    for each in items(body, "delegations")
                ],
                "privateEndpointNetworkPolicies": given.get("privateEndpointNetworkPolicies") or "Disabled",
                "privateLinkServiceNetworkPolicies": policies,
            }
        }

    def view(self, scope: Scope, id: ResourceId, body: Json) -> Json:
        computed: Json = {}
        if users := [{"id": each["id"]} for each in _users(scope, id.key)]:
            computed["ipConfigurations"] = users
        if endpoints := [{"id": each.id} for each in scope.store.referrers(id.key, PRIVATE_ENDPOINTS)]:
            computed["privateEndpoints"] = endpoints
        return {**body, "properties": {**properties(body), **computed}}

    def delete(self, scope: Scope, id: ResourceId, body: Json) -> None:
        for user in _users(scope, id.key):
            raise bad_request(
                "InUseSubnetCannotBeDeleted",
                f"Subnet {id.name} is in use by {user['id']} and cannot be deleted. In order to delete the subnet, "
                "delete all the resources within the subnet. See aka.ms/deletesubnet.",
            )


class PublicIPAddress(ResourceType):
    type = "Microsoft.Network/publicIPAddresses"

    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json:
        return {
            "sku": body.get("sku") or {"name": "Standard", "tier": "Regional"},
            "properties": {
                "provisioningState": "Succeeded",
                "resourceGuid": properties(old)["resourceGuid"] if old else str(uuid.uuid4()),
                "publicIPAllocationMethod": "Static",
                "publicIPAddressVersion": "IPv4",
                "ipAddress": properties(old)["ipAddress"] if old else self._free(scope),
                **properties(body),
            },
        }

    def _free(self, scope: Scope) -> str:
        used = {properties(each.body)["ipAddress"] for each in scope.store.of_type(self.type)}
        return next(str(each) for each in _PUBLIC.hosts() if str(each) not in used)


class LoadBalancer(ResourceType):
    type = LOAD_BALANCERS

    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json:
        kept = {each["name"]: properties(each) for each in items(old, "frontendIPConfigurations")} if old else {}
        taken: set[str] = set()
        frontends = [
            self._frontend(scope, id, each, kept.get(inner_name(each), {}), taken)
            for each in items(body, "frontendIPConfigurations")
        ]
        return {
            "sku": body.get("sku") or {"name": "Standard", "tier": "Regional"},
            "properties": {
                "provisioningState": "Succeeded",
                "resourceGuid": properties(old)["resourceGuid"] if old else str(uuid.uuid4()),
                "frontendIPConfigurations": frontends,
                "backendAddressPools": items(body, "backendAddressPools"),
                "loadBalancingRules": items(body, "loadBalancingRules"),
                "probes": items(body, "probes"),
                "inboundNatRules": items(body, "inboundNatRules"),
            },
        }

    def _frontend(self, scope: Scope, id: ResourceId, frontend: Json, kept: Json, taken: set[str]) -> Json:
        wanted = properties(frontend)
        if target := linked_id(wanted, "publicIPAddress"):
            referenced(scope, target, id)
        inside: Json = {}
        if linked_id(wanted, "subnet"):
            inside = {"privateIPAddress": _address(scope, id, wanted, kept, taken)}
        return {
            "name": inner_name(frontend),
            "id": f"{id.text}/frontendIPConfigurations/{frontend['name']}",
            "type": f"{self.type}/frontendIPConfigurations",
            "properties": {
                "provisioningState": "Succeeded",
                "privateIPAllocationMethod": "Static" if wanted.get("privateIPAddress") else "Dynamic",
                **wanted,
                **inside,
            },
        }

    def refers_to(self, body: Json) -> list[str]:
        links = [linked_id(properties(each), "subnet") for each in items(body, "frontendIPConfigurations")]
        return [link for link in links if link]

    def delete(self, scope: Scope, id: ResourceId, body: Json) -> None:
        for frontend in items(body, "frontendIPConfigurations"):
            for service in scope.store.referrers(frontend["id"], PRIVATE_LINK_SERVICES):
                raise bad_request(
                    "CannotDeleteLoadBalancerWithPrivateLinkService",
                    f"Cannot delete load balancer {id.text} since it is referenced by private link service "
                    f"{service.id}. Please delete private link service prior to deleting load balancer.",
                )


class NetworkInterface(ResourceType):
    """A network interface; those of private link services and endpoints are made and deleted by their owners."""

    type = NETWORK_INTERFACES

    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json:
        kept = {each["name"]: properties(each) for each in items(old, "ipConfigurations")} if old else {}
        taken: set[str] = set()
        configurations = [
            _configuration(scope, id, each, kept.get(inner_name(each), {}), taken)
            for each in items(body, "ipConfigurations")
        ]
        owner = {
            name: properties(body)[name]
            for name in ("privateEndpoint", "privateLinkService")
            if name in properties(body)
        }
        return {
            "properties": {
                "provisioningState": "Succeeded",
                "resourceGuid": properties(old)["resourceGuid"] if old else str(uuid.uuid4()),
                "ipConfigurations": configurations,
                "enableAcceleratedNetworking": False,
                "enableIPForwarding": False,
                "nicType": "Standard",
                **owner,
            }
        }

    def refers_to(self, body: Json) -> list[str]:
        return [str(linked_id(properties(each), "subnet")) for each in items(body, "ipConfigurations")]

    def delete(self, scope: Scope, id: ResourceId, body: Json) -> None:
        for owner in ("privateEndpoint", "privateLinkService"):
            holder = linked_id(properties(body), owner)
            if holder and scope.store.get(holder) is not None:
                raise bad_request("NicInUse", f"Network Interface {id.text} is used by existing resource {holder}.")


def _configuration(scope: Scope, id: ResourceId, given: Json, kept: Json, taken: set[str]) -> Json:
    wanted = properties(given)
    primary = not taken
    return {
        "name": given["name"],
        "id": f"{id.text}/ipConfigurations/{given['name']}",
        "type": f"{NETWORK_INTERFACES}/ipConfigurations",
        "properties": {
            "provisioningState": "Succeeded",
            "privateIPAddress": _address(scope, id, wanted, kept, taken),
            "privateIPAllocationMethod": "Static" if wanted.get("privateIPAddress") else "Dynamic",
            "subnet": {"id": required_link(wanted, "subnet")},
            "primary": wanted.get("primary", primary),
            "privateIPAddressVersion": "IPv4",
            **{name: wanted[name] for name in ("privateLinkConnectionProperties",) if name in wanted},
        },
    }


def _prefix(id: ResourceId, given: Json) -> Json:
    """A subnet's range as it was given: one `addressPrefix`, or `addressPrefixes`."""
    found = {name: given[name] for name in ("addressPrefix", "addressPrefixes") if given.get(name)}
    try:
        for prefix in found.get("addressPrefixes") or [found["addressPrefix"]]:
            ipaddress.ip_network(prefix)
    except (KeyError, TypeError, ValueError):
        raise bad_request(
            "InvalidCIDRNotation", f"The address prefix of subnet {id.text} is missing or has an invalid CIDR notation."
        ) from None
    return found


def _users(scope: Scope, subnet: str) -> Iterator[Json]:
    """The IP configurations in a subnet: of network interfaces, and the frontends of internal load balancers."""
    for type, name in ((NETWORK_INTERFACES, "ipConfigurations"), (LOAD_BALANCERS, "frontendIPConfigurations")):
        for holder in scope.store.referrers(subnet, type):
            for each in items(holder.body, name):
                if str(linked_id(properties(each), "subnet")).lower() == subnet.lower():
                    yield each


def _address(scope: Scope, id: ResourceId, wanted: Json, kept: Json, taken: set[str]) -> str:
    """The address of an IP configuration: the one that it has, the one that it wants, or the first that is free."""
    subnet, static, has = required_link(wanted, "subnet"), wanted.get("privateIPAddress"), kept.get("privateIPAddress")
    stays = has and static in (None, "", has) and str(linked_id(kept, "subnet")).lower() == subnet.lower()
    address = str(has) if stays else _free(scope, id, subnet, static, taken)
    taken.add(address)
    return address


def _free(scope: Scope, id: ResourceId, subnet: str, wanted: str | None, taken: set[str]) -> str:
    """An address of the subnet: the one that is wanted, or the first that nobody has."""
    given = properties(referenced(scope, subnet, id).body)
    prefix = ipaddress.ip_network(given.get("addressPrefix") or given["addressPrefixes"][0])
    # The first four addresses and the last are Azure's own in every subnet.
    reserved = {*(prefix[offset] for offset in range(4)), prefix[-1]}
    used = {ipaddress.ip_address(each) for each in taken} | {
        ipaddress.ip_address(properties(each)["privateIPAddress"]) for each in _users(scope, subnet)
    }
    if not wanted:
        for address in prefix:
            if address not in reserved and address not in used:
                return str(address)
        raise bad_request("SubnetIsFull", f"Subnet {subnet} does not have enough capacity for 1 IP addresses.")
    try:
        address = ipaddress.ip_address(wanted)
    except ValueError:
        raise unparsable() from None
    if address not in prefix:
        raise bad_request(
            "PrivateIPAddressNotInSubnet",
            f"Private static IP address {wanted} does not belong to the range of subnet prefix {prefix}.",
        )
    if address in reserved:
        raise bad_request(
            "PrivateIPAddressInReservedRange",
            f"Private static IP address {wanted} falls within reserved IP range of subnet prefix {prefix}.",
        )
    if address in used:
        raise bad_request(
            "PrivateIPAddressIsAllocated", f"IP configuration {id.text} is using the private IP {wanted}."
        )
    return wanted


TYPES = (VirtualNetwork(), Subnet(), PublicIPAddress(), LoadBalancer(), NetworkInterface())
