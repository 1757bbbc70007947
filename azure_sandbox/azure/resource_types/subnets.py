"""Microsoft.Network/virtualNetworks/subnets: ranges, network policies, delegations, and what keeps a subnet in use."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from ...rules import OWN_CHOICE, Rule
from ..address_prefixes import check_notation, check_subnet_inside, read_address_pools
from ..bodies import Json, linked_id, properties, read_choice, read_objects
from ..clouds import PUBLIC, cloud_of
from ..errors import AzureError, Rejection
from ..nested_objects import complete_object, read_named_objects, show_etags
from ..network_names import check_name
from ..private_addresses import list_ip_configurations, read_prefixes
from ..references import read_link
from ..resource_ids import ResourceId, parent_of
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

NO_PREFIX = Rejection(
    says="A subnet has an address prefix",
    source="Azure/NoOpsAccelerator#106",
    code="AddressPrefixStringCannotBeNullOrEmpty",
    message="Address prefix string for resource {subnet} cannot be null or empty.",
)
INVALID_SUBNET = Rejection(
    says="A subnet is at least as large as /29",
    source="MicrosoftDocs/azure-docs, articles/virtual-network/virtual-networks-faq.md; hashicorp/terraform-provider-"
    "azurerm#10826 has the code and text, for subnets that are not valid in general",
    code="NetcfgInvalidSubnet",
    message="Subnet '{subnet}' is not valid in virtual network '{network}'.",
)
SUBNETS_OVERLAP = Rejection(
    says="The subnets of a network do not overlap",
    source="MicrosoftDocs/azure-docs#123869",
    code="NetcfgSubnetRangesOverlap",
    message="Subnet '{subnet}' is not valid because its IP address range overlaps with that of an existing subnet "
    "'{other}' in virtual network '{network}'.",
)
PREFIX_IN_USE = Rejection(
    says="The range of a subnet with an address in use cannot change, not even to a larger one",
    source="People's deployments that resized a subnet in use (`az network vnet subnet update --address-prefixes`)",
    code="InUsePrefixCannotBeDeleted",
    message="IpPrefix {prefix} on Subnet {subnet} has active allocations and cannot be deleted.",
)
SUBNET_IN_USE = Rejection(
    says="A subnet in use cannot be deleted, nor can its network",
    source="hashicorp/terraform-provider-azurerm and the page that the text points to, aka.ms/deletesubnet",
    code="InUseSubnetCannotBeDeleted",
    message="Subnet {subnet} is in use by {user} and cannot be deleted. In order to delete the subnet, delete all the "
    "resources within the subnet. See aka.ms/deletesubnet.",
)
POLICIES_NEEDED_OFF = Rejection(
    says="The private link service network policies of a subnet cannot be enabled while a service has its NAT "
    "addresses in it",
    source="kubernetes-sigs/cloud-provider-azure and others name the code; the text is an own choice, after that for "
    "private endpoints",
    code="PrivateLinkServiceNetworkPoliciesCannotBeEnabledOnPrivateLinkServiceSubnet",
    message="Private link service network policies cannot be enabled on private link service subnet {subnet}.",
)
ENDPOINT_POLICIES_NEEDED_OFF = Rejection(
    says="In the clouds of the US Government and of China, the private endpoint network policies of a subnet cannot be "
    "enabled while it has endpoints",
    source="hashicorp/terraform-provider-azurerm and others name code and text (until 2022 in the public cloud too)",
    code="PrivateEndpointNetworkPoliciesCannotBeEnabledOnPrivateEndpointSubnet",
    message="Private endpoint network policies cannot be enabled on private endpoint subnet {subnet}.",
)
ENDPOINTS_FORBID_DELEGATION = Rejection(
    says="A subnet with private endpoints cannot be delegated to a service",
    source=OWN_CHOICE,
    code="SubnetDelegationsCannotChangeWhenSubnetUsedByResource",
    message="Delegations of subnet {subnet} cannot be changed: it is used by private endpoint {endpoint}.",
)
SUBNET_NOT_FOUND = Rejection(
    says="The error for a subnet that does not exist names its id",
    source="kubernetes-sigs/cloud-provider-azure, pkg/azclient/subnetclient/testdata",
    status=404,
    code="NotFound",
    message="Resource {id} not found.",
)
DEFAULT_POLICIES = Rule(
    says="By default a subnet has private link service network policies enabled and private endpoint network policies "
    "disabled; in the public cloud, endpoints are accepted with either",
    source="MicrosoftDocs/azure-docs, articles/private-link/disable-private-link-service-network-policy.md and "
    "disable-private-endpoint-network-policy.md",
)
SUBNET_ETAG = Rule(
    says="A subnet has the etag of its network: a change of one subnet changes the etag of all",
    source="Azure/azure-cli, command_modules/network/tests/latest/recordings/test_network_private_link_service.yaml",
)

_KEPT = ("defaultOutboundAccess", "ipAllocations", "serviceEndpoints", "sharingScope")
_LINKS = {
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
        requested = properties(body)
        range_properties = _read_range(id, requested)
        self._check_range(arm, id, read_prefixes({"properties": range_properties}), old)
        service_policies = read_choice(requested, "privateLinkServiceNetworkPolicies", _SERVICE_POLICIES, "Enabled")
        endpoint_policies = read_choice(requested, "privateEndpointNetworkPolicies", _ENDPOINT_POLICIES, "Disabled")
        if service_policies == "Enabled" and arm.store.referrers(id.key, PRIVATE_LINK_SERVICES):
            raise POLICIES_NEEDED_OFF(subnet=id.text)
        endpoints = arm.store.referrers(id.key, PRIVATE_ENDPOINTS)
        if endpoints and endpoint_policies != "Disabled" and cloud_of(endpoints[0].body["location"]) is not PUBLIC:
            raise ENDPOINT_POLICIES_NEEDED_OFF(subnet=id.text)
        delegations = read_named_objects(id, body, "delegations")
        for delegation in delegations:
            check_delegation(id.text, delegation)
        location = _network_of(arm, id)["location"]
        links: Json = {}
        for name, type in _LINKS.items():
            links |= read_link(arm, requested, name, type, id, location)
        for policy in read_objects(body, "serviceEndpointPolicies"):
            read_link(arm, {"policy": policy}, "policy", _ENDPOINT_POLICY, id, location)
        if delegations and endpoints:
            raise ENDPOINTS_FORBID_DELEGATION(subnet=id.text, endpoint=endpoints[0].id)
        self._touch_network(arm, id)
        return {
            "properties": {
                "provisioningState": "Succeeded",
                **range_properties,
                **read_address_pools(requested),
                **links,
                **{name: requested[name] for name in _KEPT if requested.get(name) is not None},
                "delegations": [
                    complete_object(id, self.type, "delegations", delegation, properties(delegation))
                    for delegation in delegations
                ],
                "privateEndpointNetworkPolicies": endpoint_policies,
                "privateLinkServiceNetworkPolicies": service_policies,
            }
        }

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        computed: Json = {}
        configurations = [{"id": configuration["id"]} for configuration in list_ip_configurations(arm, id.key)]
        if configurations:
            computed["ipConfigurations"] = configurations
        if endpoints := [{"id": endpoint.id} for endpoint in arm.store.referrers(id.key, PRIVATE_ENDPOINTS)]:
            computed["privateEndpoints"] = endpoints
        network = _network_of(arm, id)
        answer = show_etags({**body, "etag": network.get("etag")}, ["delegations"])
        return {**answer, "properties": {**properties(answer), **computed}}

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        for configuration in list_ip_configurations(arm, id.key):
            raise SUBNET_IN_USE(subnet=id.name, user=configuration["id"])
        self._touch_network(arm, id)

    def referenced_ids(self, body: Json) -> list[str]:
        links = [linked_id(properties(body), name) for name in _LINKS]
        return [link for link in links if link]

    def missing_error(self, id: ResourceId) -> AzureError:
        return SUBNET_NOT_FOUND(id=id.text)

    def _check_range(self, arm: ResourceManager, id: ResourceId, prefixes: list[str], old: Json | None) -> None:
        network_id = ResourceId.parse(parent_of(id.text))
        for prefix in prefixes:
            if ipaddress.ip_network(prefix).num_addresses < 8:
                raise INVALID_SUBNET(subnet=id.name, network=network_id.name)
        check_subnet_inside(network_id, id, prefixes, _network_of(arm, id))
        for other in arm.store.children(network_id.key, self.type):
            if other.id.lower() != id.key and _overlap(prefixes, read_prefixes(other.body)):
                raise SUBNETS_OVERLAP(subnet=id.name, other=other.body["name"], network=network_id.name)
        for removed_prefix in [prefix for prefix in read_prefixes(old) if prefix not in prefixes] if old else []:
            removed_range = ipaddress.ip_network(removed_prefix)
            for configuration in list_ip_configurations(arm, id.key):
                if ipaddress.ip_address(properties(configuration)["privateIPAddress"]) in removed_range:
                    raise PREFIX_IN_USE(prefix=removed_prefix, subnet=id.name)

    def _touch_network(self, arm: ResourceManager, subnet: ResourceId) -> None:
        """Give the network of a subnet another etag."""
        network = _network_of(arm, subnet)
        arm.store.put(parent_of(subnet.text), VIRTUAL_NETWORKS, {**network, "etag": self.new_etag()}, ())


def _network_of(arm: ResourceManager, subnet: ResourceId) -> Json:
    stored = arm.store.get(parent_of(subnet.key))
    return stored.body if stored else {}


def _read_range(id: ResourceId, requested: Json) -> Json:
    """The property with a subnet's range: `addressPrefix` or `addressPrefixes`."""
    range_properties = {name: requested[name] for name in ("addressPrefix", "addressPrefixes") if requested.get(name)}
    if not range_properties:
        raise NO_PREFIX(subnet=id.text)
    for prefix in read_prefixes({"properties": range_properties}):
        check_notation(id, prefix)
    return range_properties


def _overlap(prefixes: Iterable[str], others: Iterable[str]) -> bool:
    ranges = [ipaddress.ip_network(other) for other in others]
    return any(ipaddress.ip_network(prefix).overlaps(other) for prefix in prefixes for other in ranges)
