"""Microsoft.Network: virtual networks, subnets, public addresses, load balancers and network interfaces."""

from __future__ import annotations

import ipaddress
import uuid

from .errors import AzureError, bad_request
from .ids import ResourceId
from .resource_type import (
    ResourceType,
    Scope,
    inner_name,
    items,
    linked_id,
    properties,
    referenced,
)
from .store import Json

SUBNETS = "Microsoft.Network/virtualNetworks/subnets"
NETWORK_INTERFACES = "Microsoft.Network/networkInterfaces"
LOAD_BALANCERS = "Microsoft.Network/loadBalancers"
PRIVATE_LINK_SERVICES = "Microsoft.Network/privateLinkServices"
PRIVATE_ENDPOINTS = "Microsoft.Network/privateEndpoints"


class VirtualNetwork(ResourceType):
    type = "Microsoft.Network/virtualNetworks"

    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json:
        for subnet in items(body, "subnets"):
            scope.store.put(id.text, self.type, {"location": body["location"]}, ())
            scope.put(id.child("subnets", inner_name(subnet)), subnet)
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
                "addressPrefix": given.get("addressPrefix"),
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
        if configurations := [
            {"id": configuration["id"]}
            for interface in scope.store.referrers(id.key, NETWORK_INTERFACES)
            for configuration in items(interface.body, "ipConfigurations")
        ]:
            computed["ipConfigurations"] = configurations
        if endpoints := [{"id": each.id} for each in scope.store.referrers(id.key, PRIVATE_ENDPOINTS)]:
            computed["privateEndpoints"] = endpoints
        return {**body, "properties": {**properties(body), **computed}}

    def delete(self, scope: Scope, id: ResourceId, body: Json) -> None:
        for interface in scope.store.referrers(id.key, NETWORK_INTERFACES):
            user = items(interface.body, "ipConfigurations")[0]["id"]
            raise bad_request(
                "InUseSubnetCannotBeDeleted",
                f"Subnet {id.name} is in use by {user} and cannot be deleted. In order to delete the subnet, delete "
                "all the resources within the subnet. See aka.ms/deletesubnet.",
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
                **properties(body),
            },
        }


class LoadBalancer(ResourceType):
    type = LOAD_BALANCERS

    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json:
        frontends = [self._frontend(scope, id, each) for each in items(body, "frontendIPConfigurations")]
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

    def _frontend(self, scope: Scope, id: ResourceId, frontend: Json) -> Json:
        for link in ("publicIPAddress", "subnet"):
            if target := linked_id(properties(frontend), link):
                referenced(scope, target, id)
        return {
            "name": inner_name(frontend),
            "id": f"{id.text}/frontendIPConfigurations/{frontend['name']}",
            "type": f"{self.type}/frontendIPConfigurations",
            "properties": {
                "provisioningState": "Succeeded",
                "privateIPAllocationMethod": "Dynamic",
                **properties(frontend),
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
        kept = {each["name"]: each for each in items(old, "ipConfigurations")} if old else {}
        taken: set[str] = set()
        configurations: list[Json] = []
        for each in items(body, "ipConfigurations"):
            configuration = _configuration(scope, id, each, kept.get(inner_name(each)), taken)
            taken.add(properties(configuration)["privateIPAddress"])
            configurations.append(configuration)
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


def _configuration(scope: Scope, id: ResourceId, given: Json, kept: Json | None, taken: set[str]) -> Json:
    wanted = properties(given)
    subnet = str(linked_id(wanted, "subnet"))
    static = wanted.get("privateIPAddress")
    before = properties(kept) if kept else {}
    if static:
        address = (
            str(static) if before.get("privateIPAddress") == static else _free(scope, id, subnet, str(static), taken)
        )
    else:
        address = before.get("privateIPAddress") or _free(scope, id, subnet, None, taken)
    return {
        "name": given["name"],
        "id": f"{id.text}/ipConfigurations/{given['name']}",
        "type": f"{NETWORK_INTERFACES}/ipConfigurations",
        "properties": {
            "provisioningState": "Succeeded",
            "privateIPAddress": address,
            "privateIPAllocationMethod": "Static" if static else "Dynamic",
            "subnet": {"id": subnet},
            "primary": wanted.get("primary", not taken),
            "privateIPAddressVersion": "IPv4",
            **{name: wanted[name] for name in ("privateLinkConnectionProperties",) if name in wanted},
        },
    }


def _free(scope: Scope, id: ResourceId, subnet: str, wanted: str | None, taken: set[str]) -> str:
    """An address of the subnet: the one that is wanted, or the first that nobody has."""
    prefix = ipaddress.ip_network(str(properties(referenced(scope, subnet, id).body)["addressPrefix"]))
    # The first four addresses and the last are Azure's own in every subnet.
    reserved = {*(prefix[offset] for offset in range(4)), prefix[-1]}
    used = {ipaddress.ip_address(each) for each in taken} | {
        ipaddress.ip_address(str(address))
        for type in (NETWORK_INTERFACES, LOAD_BALANCERS)
        for holder in scope.store.referrers(subnet, type)
        for name in ("ipConfigurations", "frontendIPConfigurations")
        for each in items(holder.body, name)
        if (address := properties(each).get("privateIPAddress"))
        and str(linked_id(properties(each), "subnet")).lower() == subnet.lower()
    }
    if wanted is None:
        for address in prefix:
            if address not in reserved and address not in used:
                return str(address)
        raise bad_request("SubnetIsFull", f"Subnet {subnet} does not have enough capacity for 1 IP addresses.")
    address = ipaddress.ip_address(wanted)
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
        raise AzureError(
            400, "PrivateIPAddressIsAllocated", f"IP configuration {id.text} is using the private IP {wanted}."
        )
    return wanted


TYPES = (VirtualNetwork(), Subnet(), PublicIPAddress(), LoadBalancer(), NetworkInterface())
