"""Microsoft.Network/networkInterfaces: those that users create, and those that services and endpoints own."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Sequence

from ...rules import Rule
from ..bodies import Json, linked_id, properties, read_choice, read_flag, read_object, read_objects, read_required_id
from ..errors import Rejection
from ..nested_objects import complete_object, objects_by_name, read_named_objects, show_etags
from ..network_names import check_name
from ..private_addresses import ALLOCATION_METHODS, Allocation
from ..references import find_linked, find_linked_object, read_link
from ..resource_ids import ResourceId, parent_of
from ..resource_type import ResourceManager, ResourceType
from ..type_names import LOAD_BALANCERS, NETWORK_INTERFACES, NETWORK_SECURITY_GROUPS, PUBLIC_IP_ADDRESSES, SUBNETS
from .application_security_groups import join_groups
from .public_ip_addresses import PUBLIC_ADDRESS_TWICE, check_free

ENDPOINTS_CANNOT_BE_MODIFIED = Rejection(
    says="The network interface of a private endpoint is read-only, its tags included",
    source="Azure/azure-sdk-for-python#18911; hashicorp/terraform-provider-azurerm#29319",
    code="CannotModifyNicAttachedToPrivateEndpoint",
    message="Network interface {interface} is attached to private endpoint {owner}. It can not be modified by user.",
)
SERVICES_CANNOT_BE_MODIFIED = Rejection(
    says="The network interface of a private link service is read-only",
    source="MicrosoftDocs/azure-docs, articles/private-link/private-link-service-overview.md; the code is an own "
    "choice",
    code="CannotModifyNicAttachedToPrivateLinkService",
    message="Network interface {interface} is attached to private link service {owner}. It can not be modified by "
    "user.",
)
OWNER_EXISTS = Rejection(
    says="The network interface of an endpoint or service is deleted with its owner, and cannot be deleted before",
    source="MicrosoftDocs/azure-docs, articles/private-link/private-endpoint-overview.md (the interface lives as long "
    "as the endpoint); the code is that of interfaces in use, an own choice here",
    code="NicInUse",
    message="Network Interface {interface} is used by existing resource {owner}. In order to delete the network "
    "interface, it must be dissociated from the resource.",
)
KEEPS_SETTINGS = Rule(
    says="A network interface that a user creates keeps its forwarding, accelerated networking, TCP state tracking, "
    "security group and DNS servers, and alone shows `enableAcceleratedNetworking`. Its IP configurations keep their "
    "public address, application security groups, and pools and NAT rules of load balancers",
    source="kubernetes-sigs/cloud-provider-azure, pkg/azclient/interfaceclient/testdata; Azure/azure-rest-api-specs, "
    "networkInterface.json",
)
NAMES_ITS_OWNER = Rule(
    says="An owned network interface is named `<owner>.nic.<guid>` and refers to its owner; only it shows the address "
    "of an endpoint",
    source="Azure/azure-cli, command_modules/network/tests/latest/recordings/test_network_private_endpoints.yaml",
)

_OWNERS = {"privateEndpoint": ENDPOINTS_CANNOT_BE_MODIFIED, "privateLinkService": SERVICES_CANNOT_BE_MODIFIED}
_FLAGS = ("enableIPForwarding", "enableAcceleratedNetworking", "disableTcpStateTracking")
_KEPT = ("auxiliaryMode", "auxiliarySku", "nicType", "workloadType")
_LINKS_TO_BALANCERS = {
    "loadBalancerBackendAddressPools": f"{LOAD_BALANCERS}/backendAddressPools",
    "loadBalancerInboundNatRules": f"{LOAD_BALANCERS}/inboundNatRules",
    "applicationGatewayBackendAddressPools": "Microsoft.Network/applicationGateways/backendAddressPools",
}


class NetworkInterface(ResourceType):
    type = NETWORK_INTERFACES

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        check_name(id.name)
        for owner_property, rejection in _OWNERS.items():
            if old and (owner := linked_id(properties(old), owner_property)):
                raise rejection(interface=id.text, owner=owner)
        requested = properties(body)
        configurations = read_named_objects(id, body, "ipConfigurations")
        links = [
            _read_configuration_links(arm, id, configuration, body["location"]) for configuration in configurations
        ]
        public_addresses = [address for link in links if (address := linked_id(link, "publicIPAddress"))]
        for address in public_addresses:
            if public_addresses.count(address) > 1:
                raise PUBLIC_ADDRESS_TWICE(address=address, holder=id.text)
        stored = _complete_properties(arm, id, configurations, old)
        for configuration, link in zip(stored["ipConfigurations"], links, strict=True):
            configuration["properties"] |= link
        stored |= {name: read_flag(requested, name) for name in _FLAGS}
        stored |= {name: requested[name] for name in _KEPT if requested.get(name) is not None}
        stored |= read_link(arm, requested, "networkSecurityGroup", NETWORK_SECURITY_GROUPS, id, body["location"])
        dns = read_object(requested, "dnsSettings")
        stored["dnsSettings"]["dnsServers"] = dns.get("dnsServers") or []
        if label := dns.get("internalDnsNameLabel"):
            stored["dnsSettings"]["internalDnsNameLabel"] = label
        return {"kind": "Regular", "properties": stored}

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        return show_etags(body, ["ipConfigurations"])

    def referenced_ids(self, body: Json) -> list[str]:
        links = [linked_id(properties(body), "networkSecurityGroup")]
        for configuration in read_objects(body, "ipConfigurations"):
            links += [linked_id(properties(configuration), name) for name in ("subnet", "publicIPAddress")]
            for list_name in ("applicationSecurityGroups", *_LINKS_TO_BALANCERS):
                links += [str(link["id"]) for link in read_objects(configuration, list_name)]
        return [link for link in links if link]

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        for owner_property in _OWNERS:
            owner = linked_id(properties(body), owner_property)
            if owner and arm.store.get(owner) is not None:
                raise OWNER_EXISTS(interface=id.text, owner=owner)


def _read_configuration_links(arm: ResourceManager, id: ResourceId, configuration: Json, location: str) -> Json:
    """The links of an IP configuration that a user creates, except for the subnet, each with its id alone."""
    requested = properties(configuration)
    subnet = find_linked(arm, read_required_id(requested, "subnet"), SUBNETS, id, location)
    links = join_groups(arm, id, {"location": location, "properties": requested}, subnet)
    if target := linked_id(requested, "publicIPAddress"):
        address = find_linked(arm, target, PUBLIC_IP_ADDRESSES, id, location)
        check_free(arm, address, id, f"{id.text}/ipConfigurations/{configuration['name']}")
        links["publicIPAddress"] = {"id": address.id}
    for list_name, type in _LINKS_TO_BALANCERS.items():
        targets = [str(link.get("id")) for link in read_objects(configuration, list_name)]
        nested_objects = [find_linked_object(arm, target, type, id, location)[1] for target in targets]
        if nested_objects:
            links[list_name] = [{"id": nested_object["id"]} for nested_object in nested_objects]
    return links


def put_owned_interface(
    arm: ResourceManager, id: ResourceId, location: str, owner: Json, configurations: Sequence[Json]
) -> None:
    """Create or update the interface of a service or endpoint; `owner` is `{"privateEndpoint": {"id": …}}`."""
    stored = arm.store.get(id.key)
    resource_type = NetworkInterface()
    body = {
        "name": id.name,
        "id": id.text,
        "etag": resource_type.new_etag(),
        "type": resource_type.type,
        "location": location,
        "kind": "Regular",
        "properties": {
            **_complete_properties(arm, id, configurations, stored.body if stored else None),
            "macAddress": "",
            **owner,
        },
    }
    arm.store.put(id.text, resource_type.type, body, resource_type.referenced_ids(body))


def delete_owned_interface(arm: ResourceManager, owner: Json) -> None:
    """Delete the interface of a service or endpoint."""
    for interface in properties(owner)["networkInterfaces"]:
        arm.store.delete(interface["id"])


def _complete_properties(
    arm: ResourceManager, id: ResourceId, configurations: Sequence[Json], old: Json | None
) -> Json:
    """The properties of an interface with these IP configurations."""
    old_configurations = objects_by_name(old, "ipConfigurations")
    new = [configuration for configuration in configurations if configuration["name"].lower() not in old_configurations]
    allocation = Allocation(arm, id, count=len(new) or 1)
    completed = [
        _complete_configuration(
            id,
            configuration,
            old_configurations.get(configuration["name"].lower(), {}),
            allocation,
            is_first=configuration is configurations[0],
        )
        for configuration in configurations
    ]
    return {
        "provisioningState": "Succeeded",
        "resourceGuid": properties(old)["resourceGuid"] if old else str(uuid.uuid4()),
        "ipConfigurations": completed,
        "dnsSettings": {
            "dnsServers": [],
            "appliedDnsServers": [],
            "internalDomainNameSuffix": _domain_suffix(completed),
        },
        "vnetEncryptionSupported": False,
        "enableIPForwarding": False,
        "disableTcpStateTracking": False,
        "hostedWorkloads": [],
        "tapConfigurations": [],
        "nicType": "Standard",
        "allowPort25Out": True,
        "defaultOutboundConnectivityEnabled": False,
        "auxiliaryMode": "None",
        "auxiliarySku": "None",
    }


def _domain_suffix(configurations: Sequence[Json]) -> str:
    """The internal domain of the interface's network. It is opaque in Azure, too."""
    subnet = str(linked_id(properties(configurations[0]), "subnet") if configurations else "")
    network = parent_of(subnet.lower())
    label = base64.b32encode(hashlib.sha256(network.encode()).digest())[:26].decode().lower()
    return f"{label}.dx.internal.cloudapp.net"


def _complete_configuration(
    id: ResourceId, configuration: Json, old: Json, allocation: Allocation, *, is_first: bool
) -> Json:
    requested = properties(configuration)
    completed = complete_object(id, NETWORK_INTERFACES, "ipConfigurations", configuration, {})
    completed["properties"] |= {
        "privateIPAddress": allocation.allocate(completed["id"], requested, properties(old)),
        "privateIPAllocationMethod": read_choice(
            requested,
            "privateIPAllocationMethod",
            ALLOCATION_METHODS,
            "Static" if requested.get("privateIPAddress") else "Dynamic",
        ),
        "subnet": {"id": read_required_id(requested, "subnet")},
        "primary": requested.get("primary", is_first),
        "privateIPAddressVersion": "IPv4",
    }
    if "privateLinkConnectionProperties" in requested:
        completed["properties"]["privateLinkConnectionProperties"] = requested["privateLinkConnectionProperties"]
    return completed
