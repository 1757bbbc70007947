"""Microsoft.Network/publicIPAddresses."""

from __future__ import annotations

import ipaddress
import uuid

from ..rules import OWN_CHOICE, Rule
from .errors import Refusal
from .ids import ResourceId
from .nested import check_name
from .resource_type import ResourceType, Scope, items, linked_id, properties, section
from .store import Json
from .type_names import LOAD_BALANCERS, PUBLIC_ADDRESSES

IN_USE = Refusal(
    says="A public address in use stays",
    source="hashicorp/terraform-provider-azurerm#2566",
    code="PublicIPAddressCannotBeDeleted",
    message="Public IP address {address} can not be deleted since it is still allocated to resource {user}. In order "
    "to delete the public IP, disassociate/detach the Public IP address from the resource. To learn how to do this, "
    "see aka.ms/deletepublicip.",
)
STANDARD_BY_DEFAULT = Rule(
    says="A load balancer or public address without a sku is Standard (Basic is retired since 30 September 2025)",
    source=OWN_CHOICE,
)

# Where the sandbox takes public addresses from: a range that is kept for tests (RFC 2544).
_PUBLIC = ipaddress.ip_network("198.18.0.0/15")


class PublicIPAddress(ResourceType):
    type = PUBLIC_ADDRESSES

    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json:
        check_name(id.name)
        return {
            "sku": {"name": "Standard", "tier": "Regional", **section(body, "sku")},
            "properties": {
                "provisioningState": "Succeeded",
                "resourceGuid": properties(old)["resourceGuid"] if old else str(uuid.uuid4()),
                "publicIPAllocationMethod": "Static",
                "publicIPAddressVersion": "IPv4",
                "idleTimeoutInMinutes": 4,
                "ipTags": [],
                "ddosSettings": {"protectionMode": "VirtualNetworkInherited"},
                "ipAddress": properties(old)["ipAddress"] if old else self._free(scope),
                **properties(body),
            },
        }

    def view(self, scope: Scope, id: ResourceId, body: Json) -> Json:
        user = user_of(scope, id.key)
        return {**body, "properties": {**properties(body), "ipConfiguration": {"id": user}}} if user else body

    def delete(self, scope: Scope, id: ResourceId, body: Json) -> None:
        if user := user_of(scope, id.key):
            raise IN_USE(address=id.text, user=user)

    def _free(self, scope: Scope) -> str:
        used = {properties(each.body)["ipAddress"] for each in scope.store.of_type(self.type)}
        return next(str(each) for each in _PUBLIC.hosts() if str(each) not in used)


def user_of(scope: Scope, address: str) -> str | None:
    """The frontend that has a public address, if any."""
    for balancer in scope.store.referrers(address, LOAD_BALANCERS):
        for frontend in items(balancer.body, "frontendIPConfigurations"):
            if str(linked_id(properties(frontend), "publicIPAddress")).lower() == address.lower():
                return str(frontend["id"])
    return None


TYPES = (PublicIPAddress(),)
