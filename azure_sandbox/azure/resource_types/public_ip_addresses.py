"""Microsoft.Network/publicIPAddresses: skus, allocation, and the one user of an address."""

from __future__ import annotations

import ipaddress
import uuid

from ...rules import OWN_CHOICE, Rule
from ..bodies import Json, linked_id, properties, read_choice, read_object, read_objects
from ..errors import Rejection
from ..network_names import check_name
from ..resource_ids import ResourceId, parent_of
from ..resource_type import ResourceManager, ResourceType
from ..store import Stored
from ..type_names import LOAD_BALANCERS, NETWORK_INTERFACES, PUBLIC_IP_ADDRESSES

IN_USE = Rejection(
    says="A public address in use cannot be deleted",
    source="hashicorp/terraform-provider-azurerm#2566",
    code="PublicIPAddressCannotBeDeleted",
    message="Public IP address {address} can not be deleted since it is still allocated to resource {user}. In order "
    "to delete the public IP, disassociate/detach the Public IP address from the resource. To learn how to do this, "
    "see aka.ms/deletepublicip.",
)
PUBLIC_ADDRESS_TAKEN = Rejection(
    says="A public address is used by one load balancer or network interface",
    source="Azure/aks-engine#3797; MicrosoftLearning/AZ-100-MicrosoftAzureInfrastructureDeployment#15",
    code="PublicIPAddressInUse",
    message="Resource {configuration} is referencing public IP address {address} that is already allocated to resource "
    "{user}.",
)
PUBLIC_ADDRESS_TWICE = Rejection(
    says="A public address is used by one frontend of a load balancer or one IP configuration of a network interface",
    source="kubernetes-sigs/cloud-provider-azure#4243",
    code="PublicIPReferencedByMultipleIPConfigs",
    message="Public ip address {address} is referenced by multiple ipconfigs in resource {holder}.",
)
BASIC_BY_DEFAULT = Rule(
    says="The default sku of a public address is Basic, its default allocation Dynamic, without an `ipAddress`. The "
    "default sku of a load balancer is Basic",
    source="kubernetes-sigs/cloud-provider-azure, pkg/azclient/publicipaddressclient/testdata (recorded); that a "
    f"Dynamic one stays without an address while a load balancer has it is an {OWN_CHOICE}",
)
NO_NEW_BASIC = Rejection(
    says="A client cannot create a Basic public address since 31 March 2025. Existing ones (those in a world file) can "
    "be updated",
    source="skypilot-org/skypilot#7977; Azure/azure-quickstart-templates#14512",
    code="IPv4BasicSkuPublicIpCountLimitReached",
    message="Cannot create more than 0 IPv4 Basic SKU public IP addresses for this subscription in this region.",
)
MUST_BE_STATIC = Rejection(
    says="A Standard public address is explicitly Static",
    source="pulumi/pulumi-azure-native#1597",
    code="StandardSkuPublicIPAddressesMustBeStatic",
    message="Standard sku publicIp {address} must have AllocationMethod set to Static.",
)
SKU_CANNOT_CHANGE = Rejection(
    says="A Standard public address cannot become Basic: an update without a sku is rejected",
    source=f"{OWN_CHOICE}: code and text",
    code="PublicIPAddressSkuCannotBeChanged",
    message="The sku of public IP address {address} cannot be changed from Standard to Basic.",
)

TIERS = ("Regional", "Global")
_SKUS = ("Basic", "Standard", "StandardV2")
# Public addresses in the sandbox are from a range that is reserved for tests (RFC 2544).
_PUBLIC_RANGE = ipaddress.ip_network("198.18.0.0/15")


class PublicIPAddress(ResourceType):
    type = PUBLIC_IP_ADDRESSES

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        check_name(id.name)
        sku = read_object(body, "sku")
        sku = {
            **sku,
            "name": read_choice(sku, "name", _SKUS, "Basic"),
            "tier": read_choice(sku, "tier", TIERS, "Regional"),
        }
        is_standard = sku["name"] != "Basic"
        method = read_choice(properties(body), "publicIPAllocationMethod", ("Dynamic", "Static"), "Dynamic")
        is_static = method == "Static"
        if old and old["sku"]["name"] != "Basic" and not is_standard:
            raise SKU_CANNOT_CHANGE(address=id.text)
        if arm.caller is not None and not old and not is_standard:
            raise NO_NEW_BASIC()
        if is_standard and not is_static:
            raise MUST_BE_STATIC(address=id.text)
        return {
            "sku": sku,
            "properties": {
                "provisioningState": "Succeeded",
                "resourceGuid": properties(old)["resourceGuid"] if old else str(uuid.uuid4()),
                "idleTimeoutInMinutes": 4,
                "ipTags": [],
                **({"ddosSettings": {"protectionMode": "VirtualNetworkInherited"}} if is_standard else {}),
                **({"ipAddress": self._allocate(arm, old)} if is_static else {}),
                **properties(body),
                "publicIPAllocationMethod": method,
                "publicIPAddressVersion": read_choice(
                    properties(body), "publicIPAddressVersion", ("IPv4", "IPv6"), "IPv4"
                ),
            },
        }

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        user = find_user(arm, id.key)
        return {**body, "properties": {**properties(body), "ipConfiguration": {"id": user}}} if user else body

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        if user := find_user(arm, id.key):
            raise IN_USE(address=id.text, user=user)

    def _allocate(self, arm: ResourceManager, old: Json | None) -> str:
        if old and (old_address := properties(old).get("ipAddress")):
            return str(old_address)
        used = {properties(stored.body).get("ipAddress") for stored in arm.store.of_type(self.type)}
        return next(str(address) for address in _PUBLIC_RANGE.hosts() if str(address) not in used)


_HOLDERS = ((LOAD_BALANCERS, "frontendIPConfigurations"), (NETWORK_INTERFACES, "ipConfigurations"))


def find_user(arm: ResourceManager, address: str) -> str | None:
    """The id of the frontend or IP configuration that uses a public address; None if it is unused."""
    for type, list_name in _HOLDERS:
        for holder in arm.store.referrers(address, type):
            for configuration in read_objects(holder.body, list_name):
                if str(linked_id(properties(configuration), "publicIPAddress")).lower() == address.lower():
                    return str(configuration["id"])
    return None


def check_free(arm: ResourceManager, address: Stored, holder: ResourceId, configuration: str) -> None:
    """Reject a public address for an IP configuration if another resource uses the address."""
    user = find_user(arm, address.id)
    if user and parent_of(user.lower()) != holder.key:
        raise PUBLIC_ADDRESS_TAKEN(configuration=configuration, address=address.id, user=user)
