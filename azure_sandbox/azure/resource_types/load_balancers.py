"""Microsoft.Network/loadBalancers: frontends and their addresses; rules, probes and pools as requested."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from ...rules import OWN_CHOICE, Rule
from ..bodies import Json, linked_id, properties, read_choice, read_object, read_objects
from ..errors import Rejection
from ..nested_objects import complete_object, objects_by_name, read_named_objects, show_etags
from ..network_names import check_name
from ..private_addresses import ALLOCATION_METHODS, Allocation
from ..references import REFERENCE_NOT_FOUND, find_linked
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType
from ..type_names import LOAD_BALANCERS, PRIVATE_LINK_SERVICES, PUBLIC_IP_ADDRESSES, SUBNETS
from .public_ip_addresses import PUBLIC_ADDRESS_TWICE, TIERS, check_free

BOTH_SUBNET_AND_PUBLIC = Rejection(
    says="A frontend has a private or a public address, not both",
    source="hashicorp/terraform-provider-azurerm#1622",
    code="FrontendIPConfigHasBothSubnetAndPublicIP",
    message="Frontend IP Configuration {frontend} must not reference both a Subnet and a Public IP Address.",
)
NEITHER_SUBNET_NOR_PUBLIC = Rejection(
    says="A frontend has a private or a public address",
    source="ernestio/ernest#480",
    code="FrontendIPConfigHasNoSubnetOrPublicIP",
    message="Frontend IP Configuration {frontend} must reference either a Subnet or a Public IP Address.",
)
SKUS_DIFFER = Rejection(
    says="A load balancer and its public addresses have the same sku",
    source="Azure/terraform-azurerm-loadbalancer#32",
    code="PublicIPAndLBSkuDoNotMatch",
    message="{sku} sku load balancer {balancer} cannot reference {other} sku publicIP {address}.",
)
SKU_CANNOT_CHANGE = Rejection(
    says="The sku of a load balancer cannot change",
    source=OWN_CHOICE,
    code="LoadBalancerSkuCannotBeChanged",
    message="The sku of load balancer {balancer} cannot be changed from {before} to {after}.",
)
FRONTEND_IN_USE = Rejection(
    says="A frontend that a private link service publishes cannot be removed from its load balancer",
    source=OWN_CHOICE,
    code="FrontendIPConfigurationInUseByPrivateLinkService",
    message="Frontend IP configuration {frontend} cannot be deleted since it is referenced by private link service "
    "{service}.",
)
NAT_RULES_AND_SERVICE = Rejection(
    says="A frontend cannot have both a private link service and inbound NAT rules",
    source="Azure/ResourceModules#1803, #1804; code and text are an own choice",
    code="PrivateLinkServiceCannotReferenceFrontendIpConfigurationWithInboundNatRules",
    message="Private link service {service} cannot reference frontend IP configuration {frontend} that has inbound NAT "
    "rules.",
)
LINKS_ARE_IDS = Rule(
    says="A frontend shows only the ids of its public address and subnet, whatever else the body contains",
    source="kubernetes-sigs/cloud-provider-azure, pkg/azclient/loadbalancerclient/testdata",
)
HAS_SERVICE = Rejection(
    says="A load balancer cannot be deleted while a private link service publishes one of its frontends",
    source="MicrosoftDocs/SupportArticles-docs, support/azure/azure-kubernetes (error codes of failed deletions)",
    code="CannotDeleteLoadBalancerWithPrivateLinkService",
    message="Cannot delete load balancer {balancer} since it is referenced by private link service {service}. Please "
    "delete private link service prior to deleting load balancer.",
)

_SKUS = ("Basic", "Standard", "Gateway")
_RULES = ("loadBalancingRules", "inboundNatRules", "outboundRules")
_TARGETS_OF_RULES = ("backendAddressPools", "probes")
_KEPT = (*_TARGETS_OF_RULES, *_RULES, "inboundNatPools")
_LINKS_OF_FRONTENDS = ("subnet", "publicIPAddress", "publicIPPrefix", "gatewayLoadBalancer")
# Links of rules to nested objects of their load balancer: one object each, or a list.
_LINKS_OF_RULES = (
    "frontendIPConfiguration",
    "frontendIPConfigurations",
    "backendAddressPool",
    "backendAddressPools",
    "probe",
)


class LoadBalancer(ResourceType):
    type = LOAD_BALANCERS

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        check_name(id.name)
        sku = read_object(body, "sku")
        name, tier = read_choice(sku, "name", _SKUS, "Basic"), read_choice(sku, "tier", TIERS, "Regional")
        if old and old["sku"]["name"] != name:
            raise SKU_CANNOT_CHANGE(balancer=id.text, before=old["sku"]["name"], after=name)
        new: Json = {
            "sku": {**sku, "name": name, "tier": tier},
            "properties": {
                "provisioningState": "Succeeded",
                "resourceGuid": properties(old)["resourceGuid"] if old else str(uuid.uuid4()),
                "frontendIPConfigurations": self._complete_frontends(arm, id, body, old, name),
                **{
                    list_name: [
                        _complete_rule(id, list_name, nested_object)
                        for nested_object in read_named_objects(id, body, list_name)
                    ]
                    for list_name in _KEPT
                },
            },
        }
        self._check_rules(new)
        self._check_services(arm, new, old)
        return new

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        answer = show_etags(body, ["frontendIPConfigurations", *_KEPT])
        for list_name in ("frontendIPConfigurations", *_TARGETS_OF_RULES):
            for target in read_objects(answer, list_name):
                for rule_list in _RULES:
                    rules = [
                        {"id": rule["id"]}
                        for rule in read_objects(body, rule_list)
                        if target["id"].lower() in _rule_targets(rule)
                    ]
                    if rules:
                        target["properties"] = {**properties(target), rule_list: rules}
        return answer

    def referenced_ids(self, body: Json) -> list[str]:
        links = [
            linked_id(properties(frontend), name)
            for frontend in read_objects(body, "frontendIPConfigurations")
            for name in ("subnet", "publicIPAddress")
        ]
        return [link for link in links if link]

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        for frontend in read_objects(body, "frontendIPConfigurations"):
            for service in arm.store.referrers(frontend["id"], PRIVATE_LINK_SERVICES):
                raise HAS_SERVICE(balancer=id.text, service=service.id)

    def _complete_frontends(
        self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None, sku: str
    ) -> list[Json]:
        old_frontends = objects_by_name(old, "frontendIPConfigurations")
        allocation = Allocation(arm, id)
        frontends: list[Json] = []
        public_addresses: set[str] = set()
        for configuration in read_named_objects(id, body, "frontendIPConfigurations"):
            requested = {**_without_rules(configuration), **_read_frontend_links(properties(configuration))}
            method = "Static" if requested.get("privateIPAddress") else "Dynamic"
            frontend = complete_object(id, self.type, "frontendIPConfigurations", configuration, {})
            frontend["properties"] |= requested
            frontend["properties"]["privateIPAllocationMethod"] = read_choice(
                requested, "privateIPAllocationMethod", ALLOCATION_METHODS, method
            )
            subnet, public_address = linked_id(requested, "subnet"), linked_id(requested, "publicIPAddress")
            if subnet and public_address:
                raise BOTH_SUBNET_AND_PUBLIC(frontend=frontend["id"])
            if subnet:
                find_linked(arm, subnet, SUBNETS, id, body["location"])
                old_frontend = properties(old_frontends.get(configuration["name"].lower(), {}))
                frontend["properties"].setdefault("privateIPAddressVersion", "IPv4")
                frontend["properties"]["privateIPAddress"] = allocation.allocate(
                    frontend["id"], requested, old_frontend
                )
            elif public_address:
                # The public address has the version, and the frontend does not show it.
                frontend["properties"].pop("privateIPAddressVersion", None)
                _check_public_address(arm, id, sku, frontend["id"], public_address, body["location"])
                if public_address.lower() in public_addresses:
                    raise PUBLIC_ADDRESS_TWICE(address=public_address, holder=id.text)
                public_addresses.add(public_address.lower())
            elif not linked_id(requested, "publicIPPrefix"):
                raise NEITHER_SUBNET_NOR_PUBLIC(frontend=frontend["id"])
            frontends.append(frontend)
        return frontends

    @staticmethod
    def _check_rules(new: Json) -> None:
        """Reject rules that refer to objects outside their load balancer."""
        list_names = ("frontendIPConfigurations", "backendAddressPools", "probes")
        ids = {target["id"].lower() for list_name in list_names for target in read_objects(new, list_name)}
        for rule_list in _RULES:
            for rule in read_objects(new, rule_list):
                for target in _rule_targets(rule):
                    if target not in ids:
                        raise REFERENCE_NOT_FOUND(target=target, source=rule["id"])

    @staticmethod
    def _check_services(arm: ResourceManager, new: Json, old: Json | None) -> None:
        """Reject an update that takes a frontend from the private link service that publishes it."""
        ids = {frontend["id"].lower() for frontend in read_objects(new, "frontendIPConfigurations")}
        for frontend in read_objects(old, "frontendIPConfigurations") if old else []:
            for service in arm.store.referrers(frontend["id"], PRIVATE_LINK_SERVICES):
                if frontend["id"].lower() not in ids:
                    raise FRONTEND_IN_USE(frontend=frontend["id"], service=service.id)
                if has_nat_rules(new, frontend["id"]):
                    raise NAT_RULES_AND_SERVICE(frontend=frontend["id"], service=service.id)


def _complete_rule(id: ResourceId, list_name: str, requested: Json) -> Json:
    """A rule, probe or pool with what Azure adds to it."""
    addresses: Json = {"loadBalancerBackendAddresses": []} if list_name == "backendAddressPools" else {}
    return complete_object(id, LOAD_BALANCERS, list_name, requested, {**addresses, **_without_rules(requested)})


def _read_frontend_links(frontend: Json) -> Json:
    """The links of a frontend, each with its id alone."""
    return {name: {"id": target} for name in _LINKS_OF_FRONTENDS if (target := linked_id(frontend, name))}


def _without_rules(nested_object: Json) -> Json:
    """The properties of a nested object without its rules, which Azure computes and clients may send back."""
    return {name: value for name, value in properties(nested_object).items() if name not in _RULES}


def has_nat_rules(balancer: Json, frontend: str) -> bool:
    """Whether a frontend of a load balancer has inbound NAT rules."""
    return any(frontend.lower() in _rule_targets(rule) for rule in read_objects(balancer, "inboundNatRules"))


def _rule_targets(rule: Json) -> set[str]:
    """The ids that a rule refers to, in lower case."""

    def list_links() -> Iterator[str | None]:
        for name in _LINKS_OF_RULES:
            yield linked_id(properties(rule), name)
            if isinstance(properties(rule).get(name), list):
                yield from (link.get("id") for link in read_objects(rule, name))

    return {link.lower() for link in list_links() if link}


def _check_public_address(
    arm: ResourceManager, id: ResourceId, sku: str, frontend: str, target: str, location: str
) -> None:
    address = find_linked(arm, target, PUBLIC_IP_ADDRESSES, id, location)
    if address.body["sku"]["name"] != sku:
        raise SKUS_DIFFER(sku=sku, balancer=id.text, other=address.body["sku"]["name"], address=address.id)
    check_free(arm, address, id, frontend)
