"""Microsoft.Network/virtualNetworks/subnets."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from ...rules import OWN_CHOICE, Rule
from ..address_prefixes import address_pools, check_notation, check_subnet_inside
from ..bodies import Json, linked_id, properties, read_choice, read_objects
from ..clouds import PUBLIC, cloud_of
from ..errors import AzureError, Refusal
from ..nested_objects import complete_object, read_named_objects, show_etags
from ..network_names import check_name
from ..private_addresses import list_ip_configurations, read_prefixes
from ..references import read_link
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType
from ..subnet_delegations import check_delegation
from ..type_names import (
    NETWORK_SECURITY_GROUPS,
    PRIVATE_ENDPOINTS,
    PRIVATE_LINK_SERVICES,
    ROUTE_TABLES,
    SUBNETS,
    VIRTUAL_NETWORKS,
)

NO_PREFIX = Refusal(
    says="A subnet has a range of its own",
    source="Azure/NoOpsAccelerator#106",
    code="AddressPrefixStringCannotBeNullOrEmpty",
    message="Address prefix string for resource {subnet} cannot be null or empty.",
)
INVALID_SUBNET = Refusal(
    says="No subnet is smaller than /29",
    source="MicrosoftDocs/azure-docs, articles/virtual-network/virtual-networks-faq.md; hashicorp/terraform-provider-"
    "azurerm#10826 has the code and text, for subnets that are not valid in general",
    code="NetcfgInvalidSubnet",
    message="Subnet '{subnet}' is not valid in virtual network '{network}'.",
)
SUBNETS_OVERLAP = Refusal(
    says="The subnets of a network do not overlap",
    source="MicrosoftDocs/azure-docs#123869",
    code="NetcfgSubnetRangesOverlap",
    message="Subnet '{subnet}' is not valid because its IP address range overlaps with that of an existing subnet "
    "'{other}' in virtual network '{network}'.",
)
PREFIX_IN_USE = Refusal(
    says="The range of a subnet does not change while anything has an address of it, not even to a larger one",
    source="People's deployments that resized a subnet in use (`az network vnet subnet update --address-prefixes`)",
    code="InUsePrefixCannotBeDeleted",
    message="IpPrefix {prefix} on Subnet {subnet} has active allocations and cannot be deleted.",
)
SUBNET_IN_USE = Refusal(
    says="A subnet in use stays, and so does its network",
    source="hashicorp/terraform-provider-azurerm and the page that the text points to, aka.ms/deletesubnet",
    code="InUseSubnetCannotBeDeleted",
    message="Subnet {subnet} is in use by {user} and cannot be deleted. In order to delete the subnet, delete all the "
    "resources within the subnet. See aka.ms/deletesubnet.",
)
POLICIES_NEEDED_OFF = Refusal(
    says="The private link service network policies of a subnet stay disabled while a service has its NAT addresses "
    "there",
    source="kubernetes-sigs/cloud-provider-azure and others name the code; the text is an own choice, after that for "
    "private endpoints",
    code="PrivateLinkServiceNetworkPoliciesCannotBeEnabledOnPrivateLinkServiceSubnet",
    message="Private link service network policies cannot be enabled on private link service subnet {subnet}.",
)
ENDPOINT_POLICIES_NEEDED_OFF = Refusal(
    says="In the clouds of the US Government and of China, a subnet's private endpoint network policies stay disabled "
    "while endpoints are there",
    source="hashicorp/terraform-provider-azurerm and others name code and text (until 2022 in the public cloud too)",
    code="PrivateEndpointNetworkPoliciesCannotBeEnabledOnPrivateEndpointSubnet",
    message="Private endpoint network policies cannot be enabled on private endpoint subnet {subnet}.",
)
ENDPOINTS_FORBID_DELEGATION = Refusal(
    says="A subnet with private endpoints cannot be delegated to a service",
    source=OWN_CHOICE,
    code="SubnetDelegationsCannotChangeWhenSubnetUsedByResource",
    message="Delegations of subnet {subnet} cannot be changed: it is used by private endpoint {endpoint}.",
)
SUBNET_NOT_FOUND = Refusal(
    says="A subnet that is not there is told by its id",
    source="kubernetes-sigs/cloud-provider-azure, pkg/azclient/subnetclient/testdata",
    status=404,
    code="NotFound",
    message="Resource {id} not found.",
)
DEFAULT_POLICIES = Rule(
    says="A subnet that says nothing has private link service network policies enabled and private endpoint ones "
    "disabled; in the public cloud, endpoints are accepted with either",
    source="MicrosoftDocs/azure-docs, articles/private-link/disable-private-link-service-network-policy.md and "
    "disable-private-endpoint-network-policy.md",
)
SUBNET_ETAG = Rule(
    says="A subnet shows the etag of its network: a change of one subnet is a change of them all",
    source="Azure/azure-cli, command_modules/network/tests/latest/recordings/test_network_private_link_service.yaml",
)
_KEPT_OF_SUBNETS = (
    "defaultOutboundAccess",
    "ipAllocations",
    "serviceEndpoints",
    "sharingScope",
)
_LINKS_OF_SUBNETS = {
    "natGateway": "Microsoft.Network/natGateways",
    "networkSecurityGroup": NETWORK_SECURITY_GROUPS,
    "routeTable": ROUTE_TABLES,
}
_ENDPOINT_POLICY = "Microsoft.Network/serviceEndpointPolicies"
_SERVICE_POLICIES = ("Enabled", "Disabled")
_ENDPOINT_POLICIES = (*_SERVICE_POLICIES, "NetworkSecurityGroupEnabled", "RouteTableEnabled")


class Subnet(ResourceType):
    type = SUBNETS
    located = False

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        check_name(id.name)
        given = properties(body)
        ranges = _ranges(id, given)
        self._check_ranges(arm, id, read_prefixes({"properties": ranges}), old)
        service_policies = read_choice(given, "privateLinkServiceNetworkPolicies", _SERVICE_POLICIES, "Enabled")
        endpoint_policies = read_choice(given, "privateEndpointNetworkPolicies", _ENDPOINT_POLICIES, "Disabled")
        if service_policies == "Enabled" and arm.store.referrers(id.key, PRIVATE_LINK_SERVICES):
            raise POLICIES_NEEDED_OFF(subnet=id.text)
        endpoints = arm.store.referrers(id.key, PRIVATE_ENDPOINTS)
        if endpoints and endpoint_policies != "Disabled" and cloud_of(endpoints[0].body["location"]) is not PUBLIC:
            raise ENDPOINT_POLICIES_NEEDED_OFF(subnet=id.text)
        delegations = read_named_objects(id, body, "delegations")
        for each in delegations:
            check_delegation(id.text, each)
        location = _network(arm, id)["location"]
        links: Json = {}
        for name, type in _LINKS_OF_SUBNETS.items():
            links |= read_link(arm, given, name, type, id, location)
        for each in read_objects(body, "serviceEndpointPolicies"):
            read_link(arm, {"policy": each}, "policy", _ENDPOINT_POLICY, id, location)
        if delegations and endpoints:
            raise ENDPOINTS_FORBID_DELEGATION(subnet=id.text, endpoint=endpoints[0].id)
        self._touch_network(arm, id)
        return {
            "properties": {
                "provisioningState": "Succeeded",
                **ranges,
                **address_pools(given),
                **links,
                **{name: given[name] for name in _KEPT_OF_SUBNETS if given.get(name) is not None},
                "delegations": [
                    complete_object(id, self.type, "delegations", each, properties(each)) for each in delegations
                ],
                "privateEndpointNetworkPolicies": endpoint_policies,
                "privateLinkServiceNetworkPolicies": service_policies,
            }
        }

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        computed: Json = {}
        if used := [{"id": each["id"]} for each in list_ip_configurations(arm, id.key)]:
            computed["ipConfigurations"] = used
        if endpoints := [{"id": each.id} for each in arm.store.referrers(id.key, PRIVATE_ENDPOINTS)]:
            computed["privateEndpoints"] = endpoints
        network = _network(arm, id)
        shown = show_etags({**body, "etag": network.get("etag")}, ["delegations"])
        return {**shown, "properties": {**properties(shown), **computed}}

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        for user in list_ip_configurations(arm, id.key):
            raise SUBNET_IN_USE(subnet=id.name, user=user["id"])
        self._touch_network(arm, id)

    def referenced_ids(self, body: Json) -> list[str]:
        links = [linked_id(properties(body), each) for each in _LINKS_OF_SUBNETS]
        return [each for each in links if each]

    def missing_error(self, id: ResourceId) -> AzureError:
        return SUBNET_NOT_FOUND(id=id.text)

    def _check_ranges(self, arm: ResourceManager, id: ResourceId, wanted: list[str], old: Json | None) -> None:
        network_id = ResourceId.parse(id.text.rsplit("/", 2)[0])
        for each in wanted:
            if ipaddress.ip_network(each).num_addresses < 8:
                raise INVALID_SUBNET(subnet=id.name, network=network_id.name)
        check_subnet_inside(network_id, id, wanted, _network(arm, id))
        for other in arm.store.children(network_id.key, self.type):
            if other.id.lower() != id.key and _overlap(wanted, read_prefixes(other.body)):
                raise SUBNETS_OVERLAP(subnet=id.name, other=other.body["name"], network=network_id.name)
        for gone in [each for each in read_prefixes(old) if each not in wanted] if old else []:
            addresses = [properties(each)["privateIPAddress"] for each in list_ip_configurations(arm, id.key)]
            if any(ipaddress.ip_address(each) in ipaddress.ip_network(gone) for each in addresses):
                raise PREFIX_IN_USE(prefix=gone, subnet=id.name)

    def _touch_network(self, arm: ResourceManager, id: ResourceId) -> None:
        network = _network(arm, id)
        arm.store.put(id.text.rsplit("/", 2)[0], VIRTUAL_NETWORKS, {**network, "etag": self.new_etag()}, ())


def _network(arm: ResourceManager, subnet: ResourceId) -> Json:
    stored = arm.store.get(subnet.key.rsplit("/", 2)[0])
    return stored.body if stored else {}


def _ranges(id: ResourceId, given: Json) -> Json:
    """A subnet's range as it was given: one `addressPrefix`, or `addressPrefixes`."""
    found = {name: given[name] for name in ("addressPrefix", "addressPrefixes") if given.get(name)}
    if not found:
        raise NO_PREFIX(subnet=id.text)
    for each in read_prefixes({"properties": found}):
        check_notation(id, each)
    return found


def _overlap(some: Iterable[str], others: Iterable[str]) -> bool:
    ranges = [ipaddress.ip_network(each) for each in others]
    return any(ipaddress.ip_network(each).overlaps(other) for each in some for other in ranges)
