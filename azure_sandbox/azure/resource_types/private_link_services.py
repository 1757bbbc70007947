"""Microsoft.Network/privateLinkServices: what a service publishes, its NAT addresses, alias and lists."""

from __future__ import annotations

import ipaddress
import uuid

from ...rules import Rule
from ..bodies import Json, linked_id, properties, read_choice, read_flag, read_objects, read_required_id, region_name
from ..errors import Rejection
from ..nested_objects import complete_object, objects_by_name, read_named_objects, show_etags
from ..network_names import check_name
from ..private_addresses import ALLOCATION_METHODS
from ..references import find_linked, find_linked_object, parse_ids
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType
from ..store import Stored
from ..type_names import (
    LOAD_BALANCERS,
    NETWORK_INTERFACES,
    PRIVATE_LINK_SERVICE_CONNECTIONS,
    PRIVATE_LINK_SERVICES,
    SUBNETS,
)
from .load_balancers import NAT_RULES_AND_SERVICE, has_nat_rules
from .network_interfaces import delete_owned_interface, put_owned_interface
from .private_link_service_visibility import ALIAS_SUFFIX, listed_subscriptions

_LIMITS = (
    "MicrosoftDocs/azure-docs, includes/azure-subscription-limits (private link limits); the code is an own choice"
)

_OVERVIEW = "MicrosoftDocs/azure-docs, articles/private-link/private-link-service-overview.md"
_RECORDED = "Azure/azure-cli, command_modules/network/tests/latest/recordings/test_network_private_link_service.yaml"
_PROVIDER = "hashicorp/terraform-provider-azurerm, internal/services/network/private_link_service_resource.go"

ONE_TARGET = Rejection(
    says="A service publishes either a frontend of a load balancer or an address (`destinationIPAddress`)",
    source=f"{_PROVIDER} (ExactlyOneOf); code and text are an own choice",
    code="PrivateLinkServiceMustHaveOneDestination",
    message="Private link service {service} must reference either a load balancer frontend IP configuration or a "
    "destination IP address.",
)
ONE_FRONTEND = Rejection(
    says="A service publishes one frontend",
    source="Azure/azure-cli#29305",
    code="InvalidNumberOfPrivateLinkServiceLoadBalancerFrontendIpConfigurationsSpecified",
    message="Cannot have more than one load balancer frontend IP configuration on the private link service. Private "
    "link service {service} has {count} load balancer frontend IP configurations specified.",
)
FRONTEND_TAKEN = Rejection(
    says="A frontend is published by at most one service",
    source="MicrosoftDocs/SupportArticles-docs, support/azure/private-link/troubleshoot-private-link-scale-limits-"
    "reached.md; the text is an own choice",
    code="PrivateLinkServiceCannotReferenceFrontendIpConfigurationReferencedByDifferentPrivateLinkService",
    message="Private link service {service} cannot reference frontend IP configuration {frontend} that is referenced "
    "by a different private link service {other}.",
)
STANDARD_BALANCER = Rejection(
    says="The load balancer of a service is Standard",
    source=f"{_OVERVIEW}; code and text are an own choice",
    code="PrivateLinkServiceRequiresStandardLoadBalancer",
    message="Private link service {service} cannot reference load balancer {balancer}: it is not of sku Standard.",
)
TOO_MANY_SERVICES = Rejection(
    says="A load balancer has at most 8 services",
    source=_LIMITS,
    code="PrivateLinkServicesPerLoadBalancerLimitReached",
    message="Load balancer {balancer} cannot be referenced by more than {most} private link services.",
)
TOO_MANY_IN_SUBSCRIPTION = Rejection(
    says="A subscription has at most 800 services, and at most 10 in a region that publish an address",
    source=f"{_LIMITS}; MicrosoftDocs/azure-docs, articles/private-link/configure-private-link-service-direct-"
    "connect.md",
    code="PrivateLinkServicesPerSubscriptionLimitReached",
    message="Private link service {service} cannot be created: subscription {subscription} has {most} of them.",
)
TARGET_CANNOT_CHANGE = Rejection(
    says="The frontend of a service cannot change, nor can the service change between a frontend and an address",
    source="MicrosoftDocs/azure-docs#121302; hashicorp/terraform-provider-azurerm#12249; code and text are an own "
    "choice",
    code="PrivateLinkServiceLoadBalancerFrontendIpConfigurationsCannotBeChanged",
    message="Load balancer frontend IP configurations of private link service {service} cannot be changed.",
)
DESTINATION_NEEDS_PAIRS = Rejection(
    says="A service that publishes an IPv4 address has an even number of NAT addresses",
    source="MicrosoftDocs/azure-docs, articles/private-link/configure-private-link-service-direct-connect.md; code and "
    "text are an own choice",
    code="PrivateLinkServiceInvalidDirectConnectConfiguration",
    message="Private link service {service} with destination IP address {address} must have an even number of IP "
    "configurations and a valid IPv4 destination.",
)
POLICIES_ENABLED = Rejection(
    says="The subnet of a service's NAT addresses has its private link service network policies disabled",
    source="hashicorp/terraform-provider-azurerm#25258; "
    "MicrosoftDocs/azure-docs, articles/private-link/disable-private-link-service-network-policy.md",
    code="PrivateLinkServiceCannotBeCreatedInSubnetThatHasNetworkPoliciesEnabled",
    message="Private link service {service} cannot be created in a subnet {subnet} since it has private link service "
    "network policies enabled.",
)
NAT_COUNT = Rejection(
    says="A service has 1 to 8 NAT addresses, all IPv4",
    source=_LIMITS,
    code="PrivateLinkServiceInvalidIpConfigurations",
    message="Private link service {service} must have 1 to {most} IPv4 IP configurations.",
)
NAT_METHOD = Rejection(
    says="A NAT address is `Static` if and only if the body sets it",
    source=f"{_PROVIDER} and Azure/azure-cli (both always say so); that anything else is refused, code and text are an "
    "own choice",
    code="PrivateLinkServiceIpConfigurationAllocationMethodInvalid",
    message="IP configuration {configuration} of private link service {service} has the allocation method {method}, "
    "which does not fit its address '{address}'.",
)
NAT_PRIMARY = Rejection(
    says="Exactly one NAT address is primary, by default the first one, and it cannot change",
    source=f"{_PROVIDER} and its acceptance tests; code and text are an own choice",
    code="PrivateLinkServicePrimaryIpConfigurationInvalid",
    message="Private link service {service} must have exactly one primary IP configuration, which cannot be changed.",
)
NAT_KEPT = Rejection(
    says="A NAT address cannot be removed, moved to another subnet, or changed from static to dynamic",
    source=f"{_OVERVIEW}; {_PROVIDER}; code and text are an own choice",
    code="PrivateLinkServiceIpConfigurationCannotBeChanged",
    message="IP configuration {configuration} cannot be removed, moved to another subnet or made dynamic.",
)
APPROVAL_NOT_VISIBLE = Rejection(
    says="The auto-approval subscriptions are among the visibility subscriptions",
    source="MicrosoftDocs/azure-docs, articles/private-link/private-link-service-overview.md; code and text are an own "
    "choice",
    code="PrivateLinkServiceAutoApprovalMustBeSubsetOfVisibility",
    message="Auto-approval subscriptions of private link service {service} must be among its visibility subscriptions.",
)
TOO_MANY_SUBSCRIPTIONS = Rejection(
    says="Visibility and auto-approval list at most 100 subscriptions each",
    source=_LIMITS,
    code="PrivateLinkServiceSubscriptionLimitReached",
    message="Private link service {service} lists more than {most} subscriptions in {list}.",
)
HAS_CONNECTIONS = Rejection(
    says="A service with connected endpoints cannot be deleted",
    source="hashicorp/terraform-provider-azurerm#18328; kubernetes-sigs/cloud-provider-azure#2125",
    code="PrivateLinkServiceWithPrivateEndpointConnectionsCannotBeDeleted",
    message="Private link service {service} cannot be deleted since it has {count} private endpoint connection. Please "
    "delete all private endpoint connections before deleting the private link service.",
)
ALIAS = Rule(
    says="A service's alias is `<name>.<guid>.<region>.azure.privatelinkservice`, with its name in lower case; updates "
    "keep the alias, the `resourceGuid` and the interface",
    source=f"{_OVERVIEW}; Azure/azure-rest-api-specs#20289",
)
UNSET_IS_ABSENT = Rule(
    says="Without a value, `visibility`, `autoApproval` and `tags` are absent, and so is a dynamic NAT address",
    source=_RECORDED,
)
FRONTEND_SPELLING = Rule(
    says="A frontend's id is answered in the spelling of its load balancer (`frontendIPConfigurations`), without other "
    "properties",
    source=f"{_RECORDED}; Azure/azure-libraries-for-net#1290",
)

MOST_NAT_ADDRESSES = 8
MOST_SERVICES_OF_A_BALANCER = 8
MOST_SERVICES_OF_A_SUBSCRIPTION = 800
MOST_OF_ADDRESSES_IN_A_REGION = 10
MOST_SUBSCRIPTIONS = 100
_FRONTENDS = "loadBalancerFrontendIpConfigurations"


class PrivateLinkService(ResourceType):
    type = PRIVATE_LINK_SERVICES

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        check_name(id.name)
        requested = properties(body)
        old_properties = properties(old) if old else {}
        _check_lists(id, requested)
        destination = self._read_destination(arm, id, body)
        if not old:
            self._check_limits(arm, id, destination, body["location"])
        elif _frontend_ids(destination) != _frontend_ids(old_properties):
            raise TARGET_CANNOT_CHANGE(service=id.text)
        configurations = self._complete_nat_configurations(arm, id, body, old)
        if address := destination.get("destinationIPAddress"):
            _check_destination_address(id, str(address), len(configurations))
        interfaces = old_properties.get("networkInterfaces") or [
            {"id": id.sibling(NETWORK_INTERFACES, f"{id.name}.nic.{uuid.uuid4()}").text}
        ]
        owner = {"privateLinkService": {"id": id.text}}
        put_owned_interface(arm, ResourceId.parse(interfaces[0]["id"]), body["location"], owner, configurations)
        new_alias = f"{id.name.lower()}.{uuid.uuid4()}.{body['location']}{ALIAS_SUFFIX}"
        return {
            "properties": {
                "provisioningState": "Succeeded",
                "resourceGuid": old_properties.get("resourceGuid") or str(uuid.uuid4()),
                "alias": old_properties.get("alias") or new_alias,
                "fqdns": requested.get("fqdns") or [],
                **{name: requested[name] for name in ("visibility", "autoApproval") if requested.get(name) is not None},
                "enableProxyProtocol": read_flag(requested, "enableProxyProtocol"),
                **destination,
                "ipConfigurations": configurations,
                "networkInterfaces": interfaces,
            }
        }

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        answer = show_etags(body, ["ipConfigurations"])
        connections = [
            {**connection.body, "etag": body["etag"]}
            for connection in arm.store.children(id.key, PRIVATE_LINK_SERVICE_CONNECTIONS)
            if not arm.store.is_hidden(connection.id)
        ]
        return {**answer, "properties": {**properties(answer), "privateEndpointConnections": connections}}

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        if connections := arm.store.children(id.key, PRIVATE_LINK_SERVICE_CONNECTIONS):
            raise HAS_CONNECTIONS(service=id.text, count=len(connections))
        delete_owned_interface(arm, body)

    def referenced_ids(self, body: Json) -> list[str]:
        configurations = read_objects(body, "ipConfigurations")
        return [
            properties(body)["alias"],
            *(frontend["id"] for frontend in read_objects(body, _FRONTENDS)),
            *(str(linked_id(properties(configuration), "subnet")) for configuration in configurations),
        ]

    def linked_actions(self, id: ResourceId, body: Json) -> list[tuple[str, str]]:
        frontends = [str(frontend.get("id")) for frontend in read_objects(body, _FRONTENDS)]
        configurations = read_objects(body, "ipConfigurations")
        subnets = [linked_id(properties(configuration), "subnet") for configuration in configurations]
        return [
            *(("Microsoft.Network/virtualNetworks/subnets/join/action", subnet) for subnet in parse_ids(subnets)),
            *(
                ("Microsoft.Network/loadBalancers/frontendIPConfigurations/join/action", frontend)
                for frontend in parse_ids(frontends)
            ),
        ]

    def late_keys(self, arm: ResourceManager, id: ResourceId, body: Json) -> list[str]:
        return [properties(body)["alias"]]

    def _read_destination(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        """The properties with what the service publishes: a frontend or an address."""
        frontends, address = read_objects(body, _FRONTENDS), properties(body).get("destinationIPAddress")
        if bool(frontends) == bool(address):
            raise ONE_TARGET(service=id.text)
        if len(frontends) > 1:
            raise ONE_FRONTEND(service=id.name, count=len(frontends))
        links = [self._read_frontend(arm, id, str(frontend.get("id")), body["location"]) for frontend in frontends]
        return {_FRONTENDS: links, **({"destinationIPAddress": address} if address else {})}

    def _read_frontend(self, arm: ResourceManager, id: ResourceId, target: str, location: str) -> Json:
        balancer, frontend = find_linked_object(arm, target, f"{LOAD_BALANCERS}/frontendIPConfigurations", id, location)
        frontend_id = str(frontend["id"])
        if balancer.body["sku"]["name"] != "Standard":
            raise STANDARD_BALANCER(service=id.text, balancer=balancer.id)
        if has_nat_rules(balancer.body, frontend_id):
            raise NAT_RULES_AND_SERVICE(service=id.text, frontend=frontend_id)
        for other in self._other_services(arm, id, [frontend_id]):
            raise FRONTEND_TAKEN(service=id.text, frontend=frontend_id, other=other.id)
        all_frontends = [sibling["id"] for sibling in read_objects(balancer.body, "frontendIPConfigurations")]
        if len(self._other_services(arm, id, all_frontends)) >= MOST_SERVICES_OF_A_BALANCER:
            raise TOO_MANY_SERVICES(balancer=balancer.id, most=MOST_SERVICES_OF_A_BALANCER)
        return {"id": frontend_id}

    def _check_limits(self, arm: ResourceManager, id: ResourceId, destination: Json, location: str) -> None:
        prefix = f"/subscriptions/{id.subscription.lower()}/"
        services = [stored.body for stored in arm.store.of_type(self.type) if stored.id.lower().startswith(prefix)]
        with_address = [
            service
            for service in services
            if properties(service).get("destinationIPAddress")
            and region_name(service["location"]) == region_name(location)
        ]
        limits = [(services, MOST_SERVICES_OF_A_SUBSCRIPTION)]
        if destination.get("destinationIPAddress"):
            limits.append((with_address, MOST_OF_ADDRESSES_IN_A_REGION))
        for existing_services, most in limits:
            if len(existing_services) >= most:
                raise TOO_MANY_IN_SUBSCRIPTION(service=id.text, subscription=id.subscription, most=most)

    def _other_services(self, arm: ResourceManager, id: ResourceId, frontends: list[str]) -> list[Stored]:
        """The other services that publish one of these frontends."""
        services = [service for frontend in frontends for service in arm.store.referrers(frontend, self.type)]
        return [service for service in services if service.id.lower() != id.key]

    def _complete_nat_configurations(
        self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None
    ) -> list[Json]:
        requested = read_named_objects(id, body, "ipConfigurations")
        versions = {properties(configuration).get("privateIPAddressVersion") or "IPv4" for configuration in requested}
        if not 1 <= len(requested) <= MOST_NAT_ADDRESSES or versions != {"IPv4"}:
            raise NAT_COUNT(service=id.text, most=MOST_NAT_ADDRESSES)
        primaries = {
            configuration["name"].lower() for configuration in requested if properties(configuration).get("primary")
        }
        if all(properties(configuration).get("primary") is None for configuration in requested):
            primaries = {requested[0]["name"].lower()}
        completed = {
            configuration["name"].lower(): self._complete_nat_configuration(
                arm, id, configuration, body["location"], primary=configuration["name"].lower() in primaries
            )
            for configuration in requested
        }
        old_configurations = objects_by_name(old, "ipConfigurations")
        old_primaries = {
            name for name, configuration in old_configurations.items() if properties(configuration)["primary"]
        }
        if len(primaries) != 1 or (old and primaries != old_primaries):
            raise NAT_PRIMARY(service=id.text)
        for name, old_configuration in old_configurations.items():
            if name not in completed or not _may_become(properties(old_configuration), properties(completed[name])):
                raise NAT_KEPT(configuration=old_configuration["id"])
        return list(completed.values())

    def _complete_nat_configuration(
        self, arm: ResourceManager, id: ResourceId, configuration: Json, location: str, *, primary: bool
    ) -> Json:
        requested = properties(configuration)
        subnet = find_linked(arm, read_required_id(requested, "subnet"), SUBNETS, id, location)
        if properties(subnet.body)["privateLinkServiceNetworkPolicies"] == "Enabled":
            raise POLICIES_ENABLED(service=id.text, subnet=subnet.id)
        address = requested.get("privateIPAddress")
        method = read_choice(requested, "privateIPAllocationMethod", ALLOCATION_METHODS, "Dynamic")
        if method != ("Static" if address else "Dynamic"):
            raise NAT_METHOD(configuration=configuration["name"], service=id.text, method=method, address=address or "")
        stored_properties = {
            **({"privateIPAddress": address} if address else {}),
            "privateIPAllocationMethod": method,
            "subnet": {"id": subnet.id},
            "primary": primary,
            "privateIPAddressVersion": "IPv4",
        }
        return complete_object(id, self.type, "ipConfigurations", configuration, stored_properties)


def _check_lists(id: ResourceId, requested: Json) -> None:
    visible, approved = (listed_subscriptions(requested, name) for name in ("visibility", "autoApproval"))
    for name, subscriptions in (("visibility", visible), ("autoApproval", approved)):
        if len(subscriptions) > MOST_SUBSCRIPTIONS:
            raise TOO_MANY_SUBSCRIPTIONS(service=id.text, most=MOST_SUBSCRIPTIONS, list=name)
    if "*" not in visible and not set(approved) <= set(visible):
        raise APPROVAL_NOT_VISIBLE(service=id.text)


def _frontend_ids(destination: Json) -> tuple[str, ...]:
    """What cannot change of a destination: the ids of its frontends. An address, without frontends, can."""
    return tuple(frontend["id"].lower() for frontend in destination[_FRONTENDS])


def _check_destination_address(id: ResourceId, address: str, nat_addresses: int) -> None:
    try:
        ipaddress.IPv4Address(address)
        is_valid = nat_addresses % 2 == 0
    except ValueError:
        is_valid = False
    if not is_valid:
        raise DESTINATION_NEEDS_PAIRS(service=id.text, address=address)


def _may_become(old: Json, new: Json) -> bool:
    """Whether a NAT configuration may change this way: its subnet stays, and a static address stays static."""
    if str(linked_id(old, "subnet")).lower() != str(linked_id(new, "subnet")).lower():
        return False
    return "privateIPAddress" not in old or "privateIPAddress" in new
