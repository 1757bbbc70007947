"""Microsoft.Network/loadBalancers: frontends, and the rules, probes and pools that are kept as they were given."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from ...rules import OWN_CHOICE, Rule
from ..bodies import Json, linked_id, properties, read_choice, read_object, read_objects
from ..errors import Refusal
from ..nested_objects import complete_object, objects_by_name, read_named_objects, show_etags
from ..network_names import check_name
from ..private_addresses import ALLOCATION_METHODS, Allocation
from ..references import REFERENCE_NOT_FOUND, find_linked
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType
from ..type_names import LOAD_BALANCERS, PRIVATE_LINK_SERVICES, PUBLIC_IP_ADDRESSES, SUBNETS
from .public_ip_addresses import PUBLIC_ADDRESS_TWICE, TIERS, check_free

BOTH_SUBNET_AND_PUBLIC = Refusal(
    says="A frontend has a private address or a public one, not both",
    source="hashicorp/terraform-provider-azurerm#1622",
    code="FrontendIPConfigHasBothSubnetAndPublicIP",
    message="Frontend IP Configuration {frontend} must not reference both a Subnet and a Public IP Address.",
)
NEITHER_SUBNET_NOR_PUBLIC = Refusal(
    says="A frontend has an address",
    source="ernestio/ernest#480",
    code="FrontendIPConfigHasNoSubnetOrPublicIP",
    message="Frontend IP Configuration {frontend} must reference either a Subnet or a Public IP Address.",
)
SKUS_DIFFER = Refusal(
    says="A load balancer and its public addresses are of one sku",
    source="Azure/terraform-azurerm-loadbalancer#32",
    code="PublicIPAndLBSkuDoNotMatch",
    message="{sku} sku load balancer {balancer} cannot reference {other} sku publicIP {address}.",
)
SKU_CANNOT_CHANGE = Refusal(
    says="A load balancer keeps its sku",
    source=OWN_CHOICE,
    code="LoadBalancerSkuCannotBeChanged",
    message="The sku of load balancer {balancer} cannot be changed from {before} to {after}.",
)
FRONTEND_IN_USE = Refusal(
    says="A frontend that a private link service publishes is not removed from its load balancer",
    source=OWN_CHOICE,
    code="FrontendIPConfigurationInUseByPrivateLinkService",
    message="Frontend IP configuration {frontend} cannot be deleted since it is referenced by private link service "
    "{service}.",
)
NAT_RULES_AND_SERVICE = Refusal(
    says="A frontend is not used by a private link service and by inbound NAT rules at once",
    source="Azure/ResourceModules#1803, #1804; code and text are an own choice",
    code="PrivateLinkServiceCannotReferenceFrontendIpConfigurationWithInboundNatRules",
    message="Private link service {service} cannot reference frontend IP configuration {frontend} that has inbound NAT "
    "rules.",
)
LINKS_ARE_IDS = Rule(
    says="A frontend shows of its public address and subnet the ids alone, whatever was sent beside them",
    source="kubernetes-sigs/cloud-provider-azure, pkg/azclient/loadbalancerclient/testdata",
)
HAS_SERVICE = Refusal(
    says="A load balancer stays while a private link service publishes a frontend of it",
    source="MicrosoftDocs/SupportArticles-docs, support/azure/azure-kubernetes (error codes of failed deletions)",
    code="CannotDeleteLoadBalancerWithPrivateLinkService",
    message="Cannot delete load balancer {balancer} since it is referenced by private link service {service}. Please "
    "delete private link service prior to deleting load balancer.",
)

_SKUS = ("Basic", "Standard", "Gateway")
_RULES = ("loadBalancingRules", "inboundNatRules", "outboundRules")
_USED = ("backendAddressPools", "probes")
_KEPT = (*_USED, *_RULES, "inboundNatPools")
_LINKED = ("subnet", "publicIPAddress", "publicIPPrefix", "gatewayLoadBalancer")
# What rules refer to within their load balancer: one object, or a list of them.
_LINKS = ("frontendIPConfiguration", "frontendIPConfigurations", "backendAddressPool", "backendAddressPools", "probe")


class LoadBalancer(ResourceType):
    type = LOAD_BALANCERS

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        check_name(id.name)
        sku = read_object(body, "sku")
        sku = {
            **sku,
            "name": read_choice(sku, "name", _SKUS, "Basic"),
            "tier": read_choice(sku, "tier", TIERS, "Regional"),
        }
        if old and old["sku"]["name"] != sku["name"]:
            raise SKU_CANNOT_CHANGE(balancer=id.text, before=old["sku"]["name"], after=sku["name"])
        new: Json = {
            "sku": sku,
            "properties": {
                "provisioningState": "Succeeded",
                "resourceGuid": properties(old)["resourceGuid"] if old else str(uuid.uuid4()),
                "frontendIPConfigurations": self._frontends(arm, id, body, old, sku["name"]),
                **{name: [_kept(id, name, each) for each in read_named_objects(id, body, name)] for name in _KEPT},
            },
        }
        self._check_links(new)
        self._check_services(arm, new, old)
        return new

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        shown = show_etags(body, ["frontendIPConfigurations", *_KEPT])
        for used in [each for name in ("frontendIPConfigurations", *_USED) for each in read_objects(shown, name)]:
            for name in _RULES:
                if using := [
                    {"id": each["id"]} for each in read_objects(body, name) if used["id"].lower() in _targets(each)
                ]:
                    used["properties"] = {**properties(used), name: using}
        return shown

    def referenced_ids(self, body: Json) -> list[str]:
        links = [
            linked_id(properties(each), name)
            for each in read_objects(body, "frontendIPConfigurations")
            for name in ("subnet", "publicIPAddress")
        ]
        return [link for link in links if link]

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        for frontend in read_objects(body, "frontendIPConfigurations"):
            for service in arm.store.referrers(frontend["id"], PRIVATE_LINK_SERVICES):
                raise HAS_SERVICE(balancer=id.text, service=service.id)

    def _frontends(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None, sku: str) -> list[Json]:
        kept = objects_by_name(old, "frontendIPConfigurations")
        allocation = Allocation(arm, id)
        made: list[Json] = []
        public_addresses: set[str] = set()
        for each in read_named_objects(id, body, "frontendIPConfigurations"):
            wanted = {**_without_rules(each), **_links(properties(each))}
            method = "Static" if wanted.get("privateIPAddress") else "Dynamic"
            frontend = complete_object(id, self.type, "frontendIPConfigurations", each, {})
            frontend["properties"] |= wanted
            frontend["properties"]["privateIPAllocationMethod"] = read_choice(
                wanted, "privateIPAllocationMethod", ALLOCATION_METHODS, method
            )
            subnet, public = linked_id(wanted, "subnet"), linked_id(wanted, "publicIPAddress")
            if subnet and public:
                raise BOTH_SUBNET_AND_PUBLIC(frontend=frontend["id"])
            if subnet:
                find_linked(arm, subnet, SUBNETS, id, body["location"])
                before = properties(kept.get(each["name"].lower(), {}))
                frontend["properties"].setdefault("privateIPAddressVersion", "IPv4")
                frontend["properties"]["privateIPAddress"] = allocation.address(frontend["id"], wanted, before)
            elif public:
                # The version is that of the public address, and not shown here.
                frontend["properties"].pop("privateIPAddressVersion", None)
                _check_public(arm, id, sku, frontend["id"], public, body["location"])
                if public.lower() in public_addresses:
                    raise PUBLIC_ADDRESS_TWICE(address=public, holder=id.text)
                public_addresses.add(public.lower())
            elif not linked_id(wanted, "publicIPPrefix"):
                raise NEITHER_SUBNET_NOR_PUBLIC(frontend=frontend["id"])
            made.append(frontend)
        return made

    @staticmethod
    def _check_links(new: Json) -> None:
        """Rules refer to frontends, pools and probes of their own load balancer."""
        names = ("frontendIPConfigurations", "backendAddressPools", "probes")
        present = {each["id"].lower() for name in names for each in read_objects(new, name)}
        for name in _RULES:
            for rule in read_objects(new, name):
                for target in _targets(rule):
                    if target not in present:
                        raise REFERENCE_NOT_FOUND(target=target, source=rule["id"])

    @staticmethod
    def _check_services(arm: ResourceManager, new: Json, old: Json | None) -> None:
        """What private link services publish stays as they need it."""
        present = {each["id"].lower() for each in read_objects(new, "frontendIPConfigurations")}
        for frontend in read_objects(old, "frontendIPConfigurations") if old else []:
            for service in arm.store.referrers(frontend["id"], PRIVATE_LINK_SERVICES):
                if frontend["id"].lower() not in present:
                    raise FRONTEND_IN_USE(frontend=frontend["id"], service=service.id)
                if has_nat_rules(new, frontend["id"]):
                    raise NAT_RULES_AND_SERVICE(frontend=frontend["id"], service=service.id)


def _kept(id: ResourceId, list_name: str, item: Json) -> Json:
    """A rule, probe or pool, as it was given."""
    addresses: Json = {"loadBalancerBackendAddresses": []} if list_name == "backendAddressPools" else {}
    return complete_object(id, LOAD_BALANCERS, list_name, item, {**addresses, **_without_rules(item)})


def _links(frontend: Json) -> Json:
    """What a frontend links to, with nothing beside the ids."""
    return {name: {"id": target} for name in _LINKED if (target := linked_id(frontend, name))}


def _without_rules(item: Json) -> Json:
    """Which rules use something is for Azure to say: who puts back what was read says it too."""
    return {name: value for name, value in properties(item).items() if name not in _RULES}


def has_nat_rules(balancer: Json, frontend: str) -> bool:
    return any(frontend.lower() in _targets(each) for each in read_objects(balancer, "inboundNatRules"))


def _targets(rule: Json) -> set[str]:
    """The ids that a rule refers to, to be compared without case."""

    def links() -> Iterator[str | None]:
        for name in _LINKS:
            yield linked_id(properties(rule), name)
            if isinstance(properties(rule).get(name), list):
                yield from (each.get("id") for each in read_objects(rule, name))

    return {each.lower() for each in links() if each}


def _check_public(arm: ResourceManager, id: ResourceId, sku: str, frontend: str, address: str, location: str) -> None:
    found = find_linked(arm, address, PUBLIC_IP_ADDRESSES, id, location)
    if found.body["sku"]["name"] != sku:
        raise SKUS_DIFFER(sku=sku, balancer=id.text, other=found.body["sku"]["name"], address=found.id)
    check_free(arm, found, id, frontend)
