"""Microsoft.Network/privateLinkServices."""

from __future__ import annotations

import ipaddress
import uuid

from ...rules import Rule
from ..bodies import Json, linked_id, properties, read_choice, read_flag, read_objects, read_required_id, region_name
from ..errors import Refusal
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
from .connections import listed_subscriptions
from .load_balancers import NAT_RULES_AND_SERVICE, has_nat_rules
from .network_interfaces import delete_owned_interface, put_owned_interface
from .private_link_service_connections import ALIAS_SUFFIX

_LIMITS = (
    "MicrosoftDocs/azure-docs, includes/azure-subscription-limits (private link limits); the code is an own choice"
)
_OVERVIEW = "MicrosoftDocs/azure-docs, articles/private-link/private-link-service-overview.md"
_RECORDED = "Azure/azure-cli, command_modules/network/tests/latest/recordings/test_network_private_link_service.yaml"
_PROVIDER = "hashicorp/terraform-provider-azurerm, internal/services/network/private_link_service_resource.go"

ONE_TARGET = Refusal(
    says="A service publishes a frontend of a load balancer or an address (`destinationIPAddress`), exactly one of "
    "them",
    source=f"{_PROVIDER} (ExactlyOneOf); code and text are an own choice",
    code="PrivateLinkServiceMustHaveOneDestination",
    message="Private link service {service} must reference either a load balancer frontend IP configuration or a "
    "destination IP address.",
)
ONE_FRONTEND = Refusal(
    says="A service publishes one frontend",
    source="Azure/azure-cli#29305",
    code="InvalidNumberOfPrivateLinkServiceLoadBalancerFrontendIpConfigurationsSpecified",
    message="Cannot have more than one load balancer frontend IP configuration on the private link service. Private "
    "link service {service} has {count} load balancer frontend IP configurations specified.",
)
FRONTEND_TAKEN = Refusal(
    says="Two services never publish one frontend",
    source="MicrosoftDocs/SupportArticles-docs, support/azure/private-link/troubleshoot-private-link-scale-limits-"
    "reached.md; the text is an own choice",
    code="PrivateLinkServiceCannotReferenceFrontendIpConfigurationReferencedByDifferentPrivateLinkService",
    message="Private link service {service} cannot reference frontend IP configuration {frontend} that is referenced "
    "by a different private link service {other}.",
)
STANDARD_BALANCER = Refusal(
    says="A service takes a Standard load balancer",
    source=f"{_OVERVIEW}; code and text are an own choice",
    code="PrivateLinkServiceRequiresStandardLoadBalancer",
    message="Private link service {service} cannot reference load balancer {balancer}: it is not of sku Standard.",
)
TOO_MANY_SERVICES = Refusal(
    says="A load balancer has at most 8 services",
    source=_LIMITS,
    code="PrivateLinkServicesPerLoadBalancerLimitReached",
    message="Load balancer {balancer} cannot be referenced by more than {most} private link services.",
)
TOO_MANY_IN_SUBSCRIPTION = Refusal(
    says="A subscription has at most 800 services, and in a region 10 of them that publish an address",
    source=f"{_LIMITS}; MicrosoftDocs/azure-docs, articles/private-link/configure-private-link-service-direct-"
    "connect.md",
    code="PrivateLinkServicesPerSubscriptionLimitReached",
    message="Private link service {service} cannot be created: subscription {subscription} has {most} of them.",
)
TARGET_CANNOT_CHANGE = Refusal(
    says="A service keeps its frontend, and never changes between a frontend and an address",
    source="MicrosoftDocs/azure-docs#121302; hashicorp/terraform-provider-azurerm#12249; code and text are an own "
    "choice",
    code="PrivateLinkServiceLoadBalancerFrontendIpConfigurationsCannotBeChanged",
    message="Load balancer frontend IP configurations of private link service {service} cannot be changed.",
)
DESTINATION_NEEDS_PAIRS = Refusal(
    says="A service of an address has its NAT addresses in pairs; the address is an IPv4 address",
    source="MicrosoftDocs/azure-docs, articles/private-link/configure-private-link-service-direct-connect.md; code and "
    "text are an own choice",
    code="PrivateLinkServiceInvalidDirectConnectConfiguration",
    message="Private link service {service} with destination IP address {address} must have an even number of IP "
    "configurations and a valid IPv4 destination.",
)
POLICIES_ENABLED = Refusal(
    says="The subnet of a service's NAT addresses has its private link service network policies disabled",
    source="hashicorp/terraform-provider-azurerm#25258; "
    "MicrosoftDocs/azure-docs, articles/private-link/disable-private-link-service-network-policy.md",
    code="PrivateLinkServiceCannotBeCreatedInSubnetThatHasNetworkPoliciesEnabled",
    message="Private link service {service} cannot be created in a subnet {subnet} since it has private link service "
    "network policies enabled.",
)
NAT_COUNT = Refusal(
    says="A service has 1 to 8 NAT addresses, all IPv4",
    source=_LIMITS,
    code="PrivateLinkServiceInvalidIpConfigurations",
    message="Private link service {service} must have 1 to {most} IPv4 IP configurations.",
)
NAT_METHOD = Refusal(
    says="A NAT address that is given is `Static`, and `Static` is only one that is given",
    source=f"{_PROVIDER} and Azure/azure-cli (both always say so); that anything else is refused, code and text are an "
    "own choice",
    code="PrivateLinkServiceIpConfigurationAllocationMethodInvalid",
    message="IP configuration {configuration} of private link service {service} has the allocation method {method}, "
    "which does not fit its address '{address}'.",
)
NAT_PRIMARY = Refusal(
    says="Exactly one NAT address is the primary one, and stays it; the first one if none says so",
    source=f"{_PROVIDER} and its acceptance tests; code and text are an own choice",
    code="PrivateLinkServicePrimaryIpConfigurationInvalid",
    message="Private link service {service} must have exactly one primary IP configuration, which cannot be changed.",
)
NAT_KEPT = Refusal(
    says="A NAT address is not removed, not moved to another subnet, and not made dynamic once it is static",
    source=f"{_OVERVIEW}; {_PROVIDER}; code and text are an own choice",
    code="PrivateLinkServiceIpConfigurationCannotBeChanged",
    message="IP configuration {configuration} cannot be removed, moved to another subnet or made dynamic.",
)
APPROVAL_NOT_VISIBLE = Refusal(
    says="Only those are approved automatically who can see the service",
    source="MicrosoftDocs/azure-docs, articles/private-link/private-link-service-overview.md; code and text are an own "
    "choice",
    code="PrivateLinkServiceAutoApprovalMustBeSubsetOfVisibility",
    message="Auto-approval subscriptions of private link service {service} must be among its visibility subscriptions.",
)
TOO_MANY_SUBSCRIPTIONS = Refusal(
    says="Visibility and auto-approval name at most 100 subscriptions each",
    source=_LIMITS,
    code="PrivateLinkServiceSubscriptionLimitReached",
    message="Private link service {service} lists more than {most} subscriptions in {list}.",
)
HAS_CONNECTIONS = Refusal(
    says="A service stays while endpoints are connected to it",
    source="hashicorp/terraform-provider-azurerm#18328; kubernetes-sigs/cloud-provider-azure#2125",
    code="PrivateLinkServiceWithPrivateEndpointConnectionsCannotBeDeleted",
    message="Private link service {service} cannot be deleted since it has {count} private endpoint connection. Please "
    "delete all private endpoint connections before deleting the private link service.",
)
ALIAS = Rule(
    says="A service's alias is `<name>.<guid>.<region>.azure.privatelinkservice`, its name in lower case; it stays "
    "over updates, as do its other guid and its interface's",
    source=f"{_OVERVIEW}; Azure/azure-rest-api-specs#20289",
)
UNSET_IS_ABSENT = Rule(
    says="`visibility`, `autoApproval` and `tags` that were never set are absent, and so is a dynamic NAT address",
    source=_RECORDED,
)
FRONTEND_SPELLING = Rule(
    says="A frontend's id comes back as its load balancer spells it (`frontendIPConfigurations`), with nothing beside "
    "it",
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
        given = properties(body)
        before = properties(old) if old else {}
        _check_lists(id, given)
        target = self._target(arm, id, body)
        if not old:
            self._check_room(arm, id, target, body["location"])
        elif _published(target) != _published(before):
            raise TARGET_CANNOT_CHANGE(service=id.text)
        configurations = self._nat_configurations(arm, id, body, old)
        if address := target.get("destinationIPAddress"):
            _check_destination(id, str(address), len(configurations))
        interfaces = before.get("networkInterfaces") or [
            {"id": id.sibling(NETWORK_INTERFACES, f"{id.name}.nic.{uuid.uuid4()}").text}
        ]
        owner = {"privateLinkService": {"id": id.text}}
        put_owned_interface(arm, ResourceId.parse(interfaces[0]["id"]), body["location"], owner, configurations)
        return {
            "properties": {
                "provisioningState": "Succeeded",
                "resourceGuid": before.get("resourceGuid") or str(uuid.uuid4()),
                "alias": before.get("alias") or f"{id.name.lower()}.{uuid.uuid4()}.{body['location']}{ALIAS_SUFFIX}",
                "fqdns": given.get("fqdns") or [],
                **{name: given[name] for name in ("visibility", "autoApproval") if given.get(name) is not None},
                "enableProxyProtocol": read_flag(given, "enableProxyProtocol"),
                **target,
                "ipConfigurations": configurations,
                "networkInterfaces": interfaces,
            }
        }

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        shown = show_etags(body, ["ipConfigurations"])
        connections = [
            {**each.body, "etag": body["etag"]}
            for each in arm.store.children(id.key, PRIVATE_LINK_SERVICE_CONNECTIONS)
            if not arm.store.lags(each.id)
        ]
        return {**shown, "properties": {**properties(shown), "privateEndpointConnections": connections}}

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        if connections := arm.store.children(id.key, PRIVATE_LINK_SERVICE_CONNECTIONS):
            raise HAS_CONNECTIONS(service=id.text, count=len(connections))
        delete_owned_interface(arm, body)

    def referenced_ids(self, body: Json) -> list[str]:
        return [
            properties(body)["alias"],
            *(each["id"] for each in read_objects(body, _FRONTENDS)),
            *(str(linked_id(properties(each), "subnet")) for each in read_objects(body, "ipConfigurations")),
        ]

    def linked_actions(self, id: ResourceId, body: Json) -> list[tuple[str, str]]:
        frontends = [str(each.get("id")) for each in read_objects(body, _FRONTENDS)]
        subnets = [linked_id(properties(each), "subnet") for each in read_objects(body, "ipConfigurations")]
        return [
            *(("Microsoft.Network/virtualNetworks/subnets/join/action", each) for each in parse_ids(subnets)),
            *(
                ("Microsoft.Network/loadBalancers/frontendIPConfigurations/join/action", each)
                for each in parse_ids(frontends)
            ),
        ]

    def late_keys(self, arm: ResourceManager, id: ResourceId, body: Json) -> list[str]:
        return [properties(body)["alias"]]

    def _target(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        """What the service publishes: a frontend, or an address."""
        frontends, address = read_objects(body, _FRONTENDS), properties(body).get("destinationIPAddress")
        if bool(frontends) == bool(address):
            raise ONE_TARGET(service=id.text)
        if len(frontends) > 1:
            raise ONE_FRONTEND(service=id.name, count=len(frontends))
        return {
            _FRONTENDS: [self._frontend(arm, id, str(each.get("id")), body["location"]) for each in frontends],
            **({"destinationIPAddress": address} if address else {}),
        }

    def _frontend(self, arm: ResourceManager, id: ResourceId, wanted: str, location: str) -> Json:
        balancer, frontend = find_linked_object(arm, wanted, f"{LOAD_BALANCERS}/frontendIPConfigurations", id, location)
        found = str(frontend["id"])
        if balancer.body["sku"]["name"] != "Standard":
            raise STANDARD_BALANCER(service=id.text, balancer=balancer.id)
        if has_nat_rules(balancer.body, found):
            raise NAT_RULES_AND_SERVICE(service=id.text, frontend=found)
        for other in self._others(arm, id, [found]):
            raise FRONTEND_TAKEN(service=id.text, frontend=found, other=other.id)
        frontends = [each["id"] for each in read_objects(balancer.body, "frontendIPConfigurations")]
        if len(self._others(arm, id, frontends)) >= MOST_SERVICES_OF_A_BALANCER:
            raise TOO_MANY_SERVICES(balancer=balancer.id, most=MOST_SERVICES_OF_A_BALANCER)
        return {"id": found}

    def _check_room(self, arm: ResourceManager, id: ResourceId, target: Json, location: str) -> None:
        subscription = f"/subscriptions/{id.subscription.lower()}/"
        present = [each.body for each in arm.store.of_type(self.type) if each.id.lower().startswith(subscription)]
        of_addresses = [
            each
            for each in present
            if properties(each).get("destinationIPAddress") and region_name(each["location"]) == region_name(location)
        ]
        limits = [(present, MOST_SERVICES_OF_A_SUBSCRIPTION)]
        if target.get("destinationIPAddress"):
            limits.append((of_addresses, MOST_OF_ADDRESSES_IN_A_REGION))
        for found, most in limits:
            if len(found) >= most:
                raise TOO_MANY_IN_SUBSCRIPTION(service=id.text, subscription=id.subscription, most=most)

    def _others(self, arm: ResourceManager, id: ResourceId, frontends: list[str]) -> list[Stored]:
        """The other services that publish one of these frontends."""
        found = [service for each in frontends for service in arm.store.referrers(each, self.type)]
        return [each for each in found if each.id.lower() != id.key]

    def _nat_configurations(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> list[Json]:
        wanted = read_named_objects(id, body, "ipConfigurations")
        versions = {properties(each).get("privateIPAddressVersion") or "IPv4" for each in wanted}
        if not 1 <= len(wanted) <= MOST_NAT_ADDRESSES or versions != {"IPv4"}:
            raise NAT_COUNT(service=id.text, most=MOST_NAT_ADDRESSES)
        primaries = {each["name"].lower() for each in wanted if properties(each).get("primary")}
        if all(properties(each).get("primary") is None for each in wanted):
            primaries = {wanted[0]["name"].lower()}
        made = [
            self._nat_configuration(arm, id, each, body["location"], primary=each["name"].lower() in primaries)
            for each in wanted
        ]
        before = objects_by_name(old, "ipConfigurations")
        was_primary = {name for name, each in before.items() if properties(each)["primary"]}
        if len(primaries) != 1 or (old and primaries != was_primary):
            raise NAT_PRIMARY(service=id.text)
        now = {each["name"].lower(): properties(each) for each in made}
        for name, each in before.items():
            if not _is_kept(properties(each), now.get(name)):
                raise NAT_KEPT(configuration=each["id"])
        return made

    def _nat_configuration(
        self, arm: ResourceManager, id: ResourceId, given: Json, location: str, *, primary: bool
    ) -> Json:
        wanted = properties(given)
        target = read_required_id(wanted, "subnet")
        subnet = find_linked(arm, target, SUBNETS, id, location)
        if properties(subnet.body)["privateLinkServiceNetworkPolicies"] == "Enabled":
            raise POLICIES_ENABLED(service=id.text, subnet=subnet.id)
        static, method = (
            wanted.get("privateIPAddress"),
            read_choice(wanted, "privateIPAllocationMethod", ALLOCATION_METHODS, "Dynamic"),
        )
        if method != ("Static" if static else "Dynamic"):
            raise NAT_METHOD(configuration=given["name"], service=id.text, method=method, address=static or "")
        shown = {
            **({"privateIPAddress": static} if static else {}),
            "privateIPAllocationMethod": method,
            "subnet": {"id": subnet.id},
            "primary": primary,
            "privateIPAddressVersion": "IPv4",
        }
        return complete_object(id, self.type, "ipConfigurations", given, shown)


def _check_lists(id: ResourceId, given: Json) -> None:
    visible, approved = (listed_subscriptions(given, name) for name in ("visibility", "autoApproval"))
    for name, entries in (("visibility", visible), ("autoApproval", approved)):
        if len(entries) > MOST_SUBSCRIPTIONS:
            raise TOO_MANY_SUBSCRIPTIONS(service=id.text, most=MOST_SUBSCRIPTIONS, list=name)
    if "*" not in visible and not set(approved) <= set(visible):
        raise APPROVAL_NOT_VISIBLE(service=id.text)


def _published(target: Json) -> tuple[str, ...]:
    """What cannot change of a service's target: its frontends, or that it is an address."""
    return tuple(each["id"].lower() for each in target[_FRONTENDS])


def _check_destination(id: ResourceId, address: str, nat_addresses: int) -> None:
    try:
        ipaddress.IPv4Address(address)
        odd = nat_addresses % 2 == 1
    except ValueError:
        odd = True
    if odd:
        raise DESTINATION_NEEDS_PAIRS(service=id.text, address=address)


def _is_kept(before: Json, now: Json | None) -> bool:
    """Whether a NAT address stays what it was; only a static one may become another static one."""
    if now is None or str(linked_id(before, "subnet")).lower() != str(linked_id(now, "subnet")).lower():
        return False
    return "privateIPAddress" not in before or "privateIPAddress" in now
