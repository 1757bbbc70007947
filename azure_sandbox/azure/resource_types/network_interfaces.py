"""Microsoft.Network/networkInterfaces: people's own, and those that services and endpoints make for themselves."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Sequence

from ...rules import Rule
from ..bodies import Json, linked_id, properties, read_choice, read_flag, read_object, read_objects, read_required_id
from ..errors import Refusal
from ..nested_objects import complete_object, objects_by_name, read_named_objects, show_etags
from ..network_names import check_name
from ..private_addresses import ALLOCATION_METHODS, Allocation
from ..references import find_linked, find_linked_object, read_link
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType
from ..type_names import LOAD_BALANCERS, NETWORK_INTERFACES, NETWORK_SECURITY_GROUPS, PUBLIC_IP_ADDRESSES, SUBNETS
from . import application_security_groups
from .public_ip_addresses import PUBLIC_ADDRESS_TWICE, check_free

ENDPOINTS_CANNOT_BE_MODIFIED = Refusal(
    says="The network interface of a private endpoint is read-only, its tags included",
    source="Azure/azure-sdk-for-python#18911; hashicorp/terraform-provider-azurerm#29319",
    code="CannotModifyNicAttachedToPrivateEndpoint",
    message="Network interface {interface} is attached to private endpoint {owner}. It can not be modified by user.",
)
SERVICES_CANNOT_BE_MODIFIED = Refusal(
    says="The network interface of a private link service is read-only",
    source="MicrosoftDocs/azure-docs, articles/private-link/private-link-service-overview.md; the code is an own "
    "choice",
    code="CannotModifyNicAttachedToPrivateLinkService",
    message="Network interface {interface} is attached to private link service {owner}. It can not be modified by "
    "user.",
)
IN_USE = Refusal(
    says="The network interface of an endpoint or service goes when its owner goes, and not before",
    source="MicrosoftDocs/azure-docs, articles/private-link/private-endpoint-overview.md (the interface lives as long "
    "as the endpoint); the code is that of interfaces in use, an own choice here",
    code="NicInUse",
    message="Network Interface {interface} is used by existing resource {owner}. In order to delete the network "
    "interface, it must be dissociated from the resource.",
)
KEEPS_SETTINGS = Rule(
    says="A network interface of a user's own keeps its forwarding, accelerated networking, TCP state tracking, "
    "security group and DNS servers; `enableAcceleratedNetworking` is shown there only. Its IP configurations keep "
    "their public address, application security groups, and pools and NAT rules of load balancers",
    source="kubernetes-sigs/cloud-provider-azure, pkg/azclient/interfaceclient/testdata; Azure/azure-rest-api-specs, "
    "networkInterface.json",
)
NAMES_ITS_OWNER = Rule(
    says="An owned network interface is called `<owner>.nic.<guid>` and names its owner; an endpoint's address is read "
    "from it only",
    source="Azure/azure-cli, command_modules/network/tests/latest/recordings/test_network_private_endpoints.yaml",
)

_OWNERS = {"privateEndpoint": ENDPOINTS_CANNOT_BE_MODIFIED, "privateLinkService": SERVICES_CANNOT_BE_MODIFIED}
_FLAGS = ("enableIPForwarding", "enableAcceleratedNetworking", "disableTcpStateTracking")
_KEPT = ("auxiliaryMode", "auxiliarySku", "nicType", "workloadType")
_WITHIN_BALANCERS = {
    "loadBalancerBackendAddressPools": f"{LOAD_BALANCERS}/backendAddressPools",
    "loadBalancerInboundNatRules": f"{LOAD_BALANCERS}/inboundNatRules",
    "applicationGatewayBackendAddressPools": "Microsoft.Network/applicationGateways/backendAddressPools",
}


class NetworkInterface(ResourceType):
    type = NETWORK_INTERFACES

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        check_name(id.name)
        for owner, refusal in _OWNERS.items():
            if old and (holder := linked_id(properties(old), owner)):
                raise refusal(interface=id.text, owner=holder)
        given = properties(body)
        configurations = read_named_objects(id, body, "ipConfigurations")
        links = [_links(arm, id, each, body["location"]) for each in configurations]
        public = [each for link in links if (each := linked_id(link, "publicIPAddress"))]
        for each in public:
            if public.count(each) > 1:
                raise PUBLIC_ADDRESS_TWICE(address=each, holder=id.text)
        shown = _properties(arm, id, configurations, old)
        for made, link in zip(shown["ipConfigurations"], links, strict=True):
            made["properties"] |= link
        shown |= {name: read_flag(given, name) for name in _FLAGS}
        shown |= {name: given[name] for name in _KEPT if given.get(name) is not None}
        shown |= read_link(arm, given, "networkSecurityGroup", NETWORK_SECURITY_GROUPS, id, body["location"])
        dns = read_object(given, "dnsSettings")
        shown["dnsSettings"]["dnsServers"] = dns.get("dnsServers") or []
        if label := dns.get("internalDnsNameLabel"):
            shown["dnsSettings"]["internalDnsNameLabel"] = label
        return {"kind": "Regular", "properties": shown}

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        return show_etags(body, ["ipConfigurations"])

    def referenced_ids(self, body: Json) -> list[str]:
        links = [linked_id(properties(body), "networkSecurityGroup")]
        for each in read_objects(body, "ipConfigurations"):
            links += [linked_id(properties(each), name) for name in ("subnet", "publicIPAddress")]
            for name in ("applicationSecurityGroups", *_WITHIN_BALANCERS):
                links += [str(target["id"]) for target in read_objects(each, name)]
        return [each for each in links if each]

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        for owner in _OWNERS:
            holder = linked_id(properties(body), owner)
            if holder and arm.store.get(holder) is not None:
                raise IN_USE(interface=id.text, owner=holder)


def _links(arm: ResourceManager, id: ResourceId, configuration: Json, location: str) -> Json:
    """What an IP configuration of a user's own refers to besides its subnet, each as its id alone."""
    given = properties(configuration)
    subnet = find_linked(arm, read_required_id(given, "subnet"), SUBNETS, id, location)
    found = application_security_groups.join_groups(arm, id, {"location": location, "properties": given}, subnet)
    if target := linked_id(given, "publicIPAddress"):
        address = find_linked(arm, target, PUBLIC_IP_ADDRESSES, id, location)
        check_free(arm, address, id, f"{id.text}/ipConfigurations/{configuration['name']}")
        found["publicIPAddress"] = {"id": address.id}
    for name, type in _WITHIN_BALANCERS.items():
        targets = [str(each.get("id")) for each in read_objects(configuration, name)]
        if targets:
            found[name] = [{"id": find_linked_object(arm, each, type, id, location)[1]["id"]} for each in targets]
    return found


def put_owned_interface(
    arm: ResourceManager, id: ResourceId, location: str, owner: Json, configurations: Sequence[Json]
) -> None:
    """Makes or changes the interface of a service or endpoint: `{"privateEndpoint": {"id": …}}` owns it."""
    stored = arm.store.get(id.key)
    kind = NetworkInterface()
    body = {
        "name": id.name,
        "id": id.text,
        "etag": kind.new_etag(),
        "type": kind.type,
        "location": location,
        "kind": "Regular",
        "properties": {
            **_properties(arm, id, configurations, stored.body if stored else None),
            "macAddress": "",
            **owner,
        },
    }
    arm.store.put(id.text, kind.type, body, kind.referenced_ids(body))


def delete_owned_interface(arm: ResourceManager, owner: Json) -> None:
    for interface in properties(owner)["networkInterfaces"]:
        arm.store.delete(interface["id"])


def _properties(arm: ResourceManager, id: ResourceId, configurations: Sequence[Json], old: Json | None) -> Json:
    kept = objects_by_name(old, "ipConfigurations")
    allocation = Allocation(arm, id)
    made = [
        _configuration(id, each, kept.get(each["name"].lower(), {}), allocation, first=each is configurations[0])
        for each in configurations
    ]
    return {
        "provisioningState": "Succeeded",
        "resourceGuid": properties(old)["resourceGuid"] if old else str(uuid.uuid4()),
        "ipConfigurations": made,
        "dnsSettings": {
            "dnsServers": [],
            "appliedDnsServers": [],
            "internalDomainNameSuffix": _domain_suffix(made),
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
    """One for each network; Azure's is as opaque."""
    subnet = str(linked_id(properties(configurations[0]), "subnet") if configurations else "")
    network = subnet.lower().rsplit("/", 2)[0]
    label = base64.b32encode(hashlib.sha256(network.encode()).digest())[:26].decode().lower()
    return f"{label}.dx.internal.cloudapp.net"


def _configuration(id: ResourceId, given: Json, kept: Json, allocation: Allocation, *, first: bool) -> Json:
    wanted = properties(given)
    made = complete_object(id, NETWORK_INTERFACES, "ipConfigurations", given, {})
    made["properties"] |= {
        "privateIPAddress": allocation.address(made["id"], wanted, properties(kept)),
        "privateIPAllocationMethod": read_choice(
            wanted,
            "privateIPAllocationMethod",
            ALLOCATION_METHODS,
            "Static" if wanted.get("privateIPAddress") else "Dynamic",
        ),
        "subnet": {"id": read_required_id(wanted, "subnet")},
        "primary": wanted.get("primary", first),
        "privateIPAddressVersion": "IPv4",
    }
    if "privateLinkConnectionProperties" in wanted:
        made["properties"]["privateLinkConnectionProperties"] = wanted["privateLinkConnectionProperties"]
    return made
