"""Microsoft.Network/privateEndpoints: subnet, connection, address, interface, and what of them can change."""

from __future__ import annotations

import uuid
from typing import Any, cast

from ...rules import OWN_CHOICE, Rule
from ..bodies import CANNOT_PARSE, Json, linked_id, properties, read_objects, read_required_id
from ..clouds import PUBLIC, cloud_of
from ..endpoint_state import list_connections, list_host_names, read_connection_state
from ..errors import Rejection
from ..nested_objects import complete_object, read_named_objects, show_etags
from ..network_names import check_name
from ..references import find_linked, parse_ids
from ..resource_ids import ResourceId, parent_of
from ..resource_type import ResourceManager, ResourceType
from ..store import Stored
from ..type_names import NETWORK_INTERFACES, PRIVATE_DNS_ZONE_GROUPS, PRIVATE_ENDPOINTS, SUBNETS
from .application_security_groups import join_groups, list_named_groups
from .connections import touch_target
from .network_interfaces import delete_owned_interface, put_owned_interface
from .private_endpoint_targets import connect, connection_type_of, known_connection_type

_OVERVIEW = "MicrosoftDocs/azure-docs, articles/private-link/private-endpoint-overview.md"
_PROVIDER = "hashicorp/terraform-provider-azurerm, internal/services/network/private_endpoint_resource.go"
_RECORDED = "Azure/azure-cli, command_modules/network/tests/latest/recordings/test_network_private_endpoints.yaml"
_POSTGRES = (
    "MicrosoftDocs, azure-databases-docs: how-to-networking-servers-deployed-public-access-add-private-endpoint.md"
)

_TROUBLESHOOTING = "MicrosoftDocs/SupportArticles-docs, support/azure/private-link/troubleshoot-private-endpoint-"

NAME_TAKEN = Rejection(
    says="The name of a deleted endpoint cannot be used for a while",
    source=f"{_TROUBLESHOOTING}creation-failed.md; the text is an own choice",
    code="PrivateEndpointAlreadyExists",
    message="Private endpoint {endpoint} already exists.",
)
SUBNET_DELEGATED = Rejection(
    says="An endpoint cannot be created in a subnet that is delegated to a service",
    source=f"{_TROUBLESHOOTING}creation-failed.md",
    code="PrivateEndpointCreationNotAllowedAsSubnetIsDelegated",
    message="Private endpoint {endpoint} cannot be created as subnet {subnet} is delegated.",
)
SUBNET_POLICIES = Rejection(
    says="In the clouds of the US Government and of China, the subnet of an endpoint has private endpoint network "
    "policies disabled",
    source="MicrosoftDocs/azure-docs, articles/private-link/disable-private-endpoint-network-policy.md (until 2022 in "
    "the public cloud too)",
    code="PrivateEndpointCannotBeCreatedInSubnetThatHasNetworkPoliciesEnabled",
    message="Private endpoint {endpoint} cannot be created in a subnet {subnet} since it has private endpoint network "
    "policies enabled.",
)
ONE_CONNECTION = Rejection(
    says="An endpoint has exactly one connection, manual or automatic",
    source=f"{_PROVIDER} (ExactlyOneOf); code and text are an own choice",
    code="PrivateEndpointMustHaveOnePrivateLinkServiceConnection",
    message="Private endpoint {endpoint} must have exactly one private link service connection.",
)
MESSAGE_TOO_LONG = Rejection(
    says="A request message has at most 140 characters",
    source=f"{_PROVIDER}; code and text are an own choice",
    code="PrivateLinkServiceConnectionRequestMessageTooLong",
    message="The request message of private endpoint {endpoint} has {length} characters, 140 are allowed.",
)
MESSAGE_MANUAL_ONLY = Rejection(
    says="Only a manual connection has a request message",
    source=f"{_PROVIDER}; code and text are an own choice",
    code="PrivateLinkServiceConnectionRequestMessageNotAllowed",
    message="The request message of private endpoint {endpoint} is not allowed on an automatic connection.",
)
NO_MEMBERS = Rejection(
    says="An endpoint of a private link service has at most one static address, without group and member",
    source=OWN_CHOICE,
    code="PrivateEndpointIpConfigurationNotAllowedForPrivateLinkService",
    message="Private endpoint {endpoint} to a private link service takes one IP configuration, without groupId and "
    "memberName.",
)
MISSING_MEMBERS = Rejection(
    says="An endpoint of a storage account has at most one static address, with the group id as groupId and memberName",
    source="hashicorp/terraform-provider-azurerm#13061; Azure/bicep#7119; Azure/azure-cli, command_modules/storage/"
    "tests/latest/recordings/test_storage_account_private_link.yaml (the member); that more addresses get this "
    f"answer is an {OWN_CHOICE}",
    code="PrivateEndpointIpConfigurationMissingMemberNamesRequiredByFps",
    message="Private Endpoint {endpoint} contains static ipconfigurations: [{members}] and its missing these "
    "membernames/groupids requested by Private Link service [GroupId: {group}, MemberName: {group}]. Private Endpoint "
    "needs to be reconfigured with missing memberNames.",
)
TOO_MANY_ENDPOINTS = Rejection(
    says="A virtual network has at most 1,000 endpoints",
    source="MicrosoftDocs/SupportArticles-docs, support/azure/private-link/troubleshoot-private-link-scale-limits-"
    "reached.md; code and text are an own choice",
    code="PrivateEndpointsPerVirtualNetworkLimitReached",
    message="The maximum number of private endpoints, {most}, is reached in virtual network {network}.",
)
DISCONNECTED = Rejection(
    says="An endpoint can only be deleted once the owner of the target has removed its connection; until then it keeps "
    "its interface and address",
    source="crossplane-contrib/provider-upjet-azure#989; the text is an own choice",
    code="PrivateEndpointCannotBeUpdatedInDisconnectedState",
    message="Private endpoint {endpoint} cannot be updated in Disconnected state.",
)
CONNECTION_CANNOT_CHANGE = Rejection(
    says="The connection of an endpoint cannot change: its name, its target, and whether it is manual",
    source=f"{_POSTGRES}; Azure/bicep-registry-modules#1513",
    code="CannotChangePrivateLinkConnectionOnPrivateEndpoint",
    message="Cannot change the private link connection on private endpoint {endpoint}. Please ensure you are not "
    "updating the details of existing private link connection: '{connection}'. That is not allowed.",
)
SUBNET_CANNOT_CHANGE = Rejection(
    says="The subnet of an endpoint cannot change",
    source=f"{_POSTGRES}; pulumi/pulumi-azure-native#3883",
    code="CannotChangeSubnetOnExistingPrivateEndpoint",
    message="Cannot change the subnet in which the network interface for private endpoint {endpoint} is created. "
    "Current subnet: '{subnet}.' Requested subnet: '{requested}.'",
)
INTERFACE_CANNOT_BE_RENAMED = Rejection(
    says="The name of an endpoint's network interface cannot change",
    source="Azure/bicep#14470",
    code="NameOfExistingPrivateEndpointNicCannotBeChanged",
    message="Private Endpoint {endpoint} contains existing NIC name {interface} which does not match request's custom "
    "network interface name {requested}. Updating the name of existing nic not allowed.",
)
ADDRESS_CANNOT_CHANGE = Rejection(
    says="The static address of an endpoint cannot change",
    source=f"{_OVERVIEW}; code and text are an own choice",
    code="PrivateEndpointIpConfigurationsCannotBeChanged",
    message="IP configurations of private endpoint {endpoint} cannot be changed.",
)
INTERFACE_NAME_TAKEN = Rejection(
    says="The name of an endpoint's network interface is not in use",
    source=OWN_CHOICE,
    code="PrivateEndpointNetworkInterfaceNameInUse",
    message="Private endpoint {endpoint} cannot make network interface {interface}: it exists already.",
)
OTHER_REGION = Rule(
    says="An endpoint is in the region and subscription of its network; the target may be in any",
    source=_OVERVIEW,
)
NO_DNS_CONFIGS = Rule(
    says="`customDnsConfigs` is empty and `groupIds` absent on an endpoint of a private link service",
    source=_RECORDED,
)
DNS_CONFIGS = Rule(
    says="An approved endpoint of a storage account shows its host name and address in `customDnsConfigs`, unless it "
    "has a zone group",
    source="Azure/azure-cli, command_modules/storage/tests/latest/recordings/test_storage_account_private_endpoint.yaml"
    " (approved); Azure/azure-powershell, src/Network/Network.Test/SessionRecords, TestStoragePrivateEndpoint "
    f"(waiting); that a zone group empties it is an {OWN_CHOICE}",
)

MOST_ENDPOINTS_OF_A_NETWORK = 1000
_MANUAL = "manualPrivateLinkServiceConnections"
_AUTOMATIC = "privateLinkServiceConnections"
_STATIC = ("privateIPAddress", "groupId", "memberName")


class PrivateEndpoint(ResourceType):
    type = PRIVATE_ENDPOINTS

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        check_name(id.name, 2, 64)
        subnet = self._read_subnet(arm, id, body)
        array, connection = self._read_connection(id, body)
        addresses = self._read_addresses(id, body, _group_of(connection))
        interface_name = str(properties(body).get("customNetworkInterfaceName") or "")
        new: Json = {
            "provisioningState": "Succeeded",
            array: [connection],
            (_AUTOMATIC if array == _MANUAL else _MANUAL): [],
            "customNetworkInterfaceName": interface_name,
            "subnet": {"id": subnet.id},
            "ipConfigurations": addresses,
            **join_groups(arm, id, body, subnet),
        }
        if old:
            _check_unchanged(arm, id, new, old, array)
            generated = {name: properties(old)[name] for name in ("resourceGuid", "networkInterfaces")}
            return {"properties": {**new, **generated}}
        if arm.store.is_hidden(id.key):
            raise NAME_TAKEN(endpoint=id.text)
        _check_limit(arm, subnet)
        guid = str(uuid.uuid4())
        target = connect(arm, id, guid, body["location"], connection, automatic=array == _AUTOMATIC)
        link = _interface_link(id, connection, target)
        interface = _create_interface(arm, id, body["location"], interface_name, subnet, addresses, link)
        return {"properties": {**new, "resourceGuid": guid, "networkInterfaces": [{"id": interface.text}]}}

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        state = read_connection_state(arm, id)
        answer = show_etags(body, [_MANUAL, _AUTOMATIC, "ipConfigurations"])
        for array in (_MANUAL, _AUTOMATIC):
            for connection in read_objects(answer, array):
                connection["properties"] = {**properties(connection), "privateLinkServiceConnectionState": state}
        # A zone group takes over the host names.
        shows_hosts = state["status"] == "Approved" and not arm.store.children(id.key, PRIVATE_DNS_ZONE_GROUPS)
        answer["properties"]["customDnsConfigs"] = [
            {"fqdn": host.fqdn, "ipAddresses": [host.address]}
            for host in (list_host_names(arm, body) if shows_hosts else [])
        ]
        return answer

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        for group in arm.store.children(id.key, PRIVATE_DNS_ZONE_GROUPS):
            arm.delete(ResourceId.parse(group.id))
        for connection in list_connections(arm, id):
            touch_target(arm, ResourceId.parse(connection.id))
            arm.store.delete(connection.id)
        delete_owned_interface(arm, body)

    def referenced_ids(self, body: Json) -> list[str]:
        return [str(linked_id(properties(body), "subnet")), *list_named_groups(body)]

    def linked_actions(self, id: ResourceId, body: Json) -> list[tuple[str, str]]:
        connections = read_objects(body, _AUTOMATIC)
        targets = [str(properties(connection).get("privateLinkServiceId")) for connection in connections]
        return [
            *(
                ("Microsoft.Network/virtualNetworks/subnets/join/action", subnet)
                for subnet in parse_ids([linked_id(properties(body), "subnet")])
            ),
            *(
                (f"{connection_type.target}/PrivateEndpointConnectionsApproval/action", target)
                for target in parse_ids(targets)
                if (connection_type := known_connection_type(target))
            ),
            *(
                ("Microsoft.Network/applicationSecurityGroups/joinIpConfiguration/action", group)
                for group in parse_ids(list_named_groups(body))
            ),
        ]

    def late_keys(self, arm: ResourceManager, id: ResourceId, body: Json) -> list[str]:
        return [connection.id for connection in list_connections(arm, id)]

    def _read_subnet(self, arm: ResourceManager, id: ResourceId, body: Json) -> Stored:
        target = read_required_id(properties(body), "subnet")
        subnet = find_linked(arm, target, SUBNETS, id, body["location"])
        if read_objects(subnet.body, "delegations"):
            raise SUBNET_DELEGATED(endpoint=id.text, subnet=subnet.id)
        policies = properties(subnet.body)["privateEndpointNetworkPolicies"]
        if policies != "Disabled" and cloud_of(body["location"]) is not PUBLIC:
            raise SUBNET_POLICIES(endpoint=id.text, subnet=subnet.id)
        return subnet

    def _read_connection(self, id: ResourceId, body: Json) -> tuple[str, Json]:
        """The one connection as it is stored, after the name of the array that holds it."""
        connections = [
            (array, connection) for array in (_MANUAL, _AUTOMATIC) for connection in read_named_objects(id, body, array)
        ]
        if len(connections) != 1:
            raise ONE_CONNECTION(endpoint=id.text)
        array, connection = connections[0]
        requested = properties(connection)
        message = str(requested.get("requestMessage") or "")
        if len(message) > 140:
            raise MESSAGE_TOO_LONG(endpoint=id.text, length=len(message))
        if message and array == _AUTOMATIC:
            raise MESSAGE_MANUAL_ONLY(endpoint=id.text)
        target = str(requested.get("privateLinkServiceId") or "")
        connection_type = connection_type_of(id, target)
        stored = complete_object(id, self.type, array, connection, {"privateLinkServiceId": target})
        if message:
            stored["properties"]["requestMessage"] = message
        groups: Any = requested.get("groupIds") or []
        if not isinstance(groups, list):
            raise CANNOT_PARSE()
        if group_ids := connection_type.check_group_ids(stored, cast("list[Any]", groups)):
            stored["properties"]["groupIds"] = group_ids
        return array, stored

    def _read_addresses(self, id: ResourceId, body: Json, group: str) -> list[Json]:
        """The static address as it is stored; for a storage account, with the group id as group and member."""
        configurations = read_named_objects(id, body, "ipConfigurations")
        members = [
            {name: properties(configuration).get(name) or "" for name in _STATIC} for configuration in configurations
        ]
        if len(configurations) > 1 or any({member["groupId"], member["memberName"]} != {group} for member in members):
            if group:
                raise MISSING_MEMBERS(endpoint=id.text, members=_format_members(members), group=group)
            raise NO_MEMBERS(endpoint=id.text)
        return [
            complete_object(
                id,
                self.type,
                "ipConfigurations",
                configuration,
                {
                    "groupId": group,
                    "memberName": group,
                    "privateIPAddress": properties(configuration).get("privateIPAddress"),
                },
            )
            for configuration in configurations
        ]


def _check_limit(arm: ResourceManager, subnet: Stored) -> None:
    network = parent_of(subnet.id)
    subnets = arm.store.children(network, SUBNETS)
    endpoints = sum(len(arm.store.referrers(subnet.id, PRIVATE_ENDPOINTS)) for subnet in subnets)
    if endpoints >= MOST_ENDPOINTS_OF_A_NETWORK:
        raise TOO_MANY_ENDPOINTS(network=network, most=MOST_ENDPOINTS_OF_A_NETWORK)


def _check_unchanged(arm: ResourceManager, id: ResourceId, new: Json, old: Json, array: str) -> None:
    if read_connection_state(arm, id)["status"] == "Disconnected":
        raise DISCONNECTED(endpoint=id.text)
    old_properties = properties(old)
    [old_connection] = [*old_properties[_MANUAL], *old_properties[_AUTOMATIC]]
    if not old_properties[array] or _identity_of(old_connection) != _identity_of(new[array][0]):
        raise CONNECTION_CANNOT_CHANGE(endpoint=id.text, connection=old_connection["id"])
    if old_properties["subnet"] != new["subnet"]:
        old_subnet = old_properties["subnet"]["id"]
        raise SUBNET_CANNOT_CHANGE(endpoint=id.text, subnet=old_subnet, requested=new["subnet"]["id"])
    if old_properties["customNetworkInterfaceName"] != new["customNetworkInterfaceName"]:
        raise INTERFACE_CANNOT_BE_RENAMED(
            endpoint=id.text,
            interface=old_properties["networkInterfaces"][0]["id"].rsplit("/", 1)[1],
            requested=new["customNetworkInterfaceName"],
        )
    if old_properties["ipConfigurations"] != new["ipConfigurations"]:
        raise ADDRESS_CANNOT_CHANGE(endpoint=id.text)


def _identity_of(connection: Json) -> tuple[str, str, str]:
    """What cannot change of a connection: its name, its target and its group id."""
    target = str(properties(connection)["privateLinkServiceId"]).lower()
    return connection["name"], target, _group_of(connection)


def _group_of(connection: Json) -> str:
    """The group id of a connection; empty if the target is a private link service."""
    return next(iter(properties(connection).get("groupIds", [])), "")


def _format_members(members: list[Json]) -> str:
    """`PrivateIPAddress: 10.0.0.4, GroupId: blob, MemberName: blob` for each static address."""
    return "; ".join(
        ", ".join(f"{name[0].upper()}{name[1:]}: {member[name]}" for name in _STATIC) for member in members
    )


def _interface_link(id: ResourceId, connection: Json, target: Stored) -> Json:
    """What the interface shows of the connection: the group id, and the host names behind its address."""
    group = _group_of(connection)
    connection_type = connection_type_of(id, properties(connection)["privateLinkServiceId"])
    return {"groupId": group, "requiredMemberName": group, "fqdns": connection_type.list_fqdns(target, group)}


def _create_interface(
    arm: ResourceManager,
    id: ResourceId,
    location: str,
    interface_name: str,
    subnet: Stored,
    addresses: list[Json],
    link: Json,
) -> ResourceId:
    if interface_name:
        check_name(interface_name)
    interface = id.sibling(NETWORK_INTERFACES, interface_name or f"{id.name}.nic.{uuid.uuid4()}")
    if arm.store.get(interface.key) is not None:
        raise INTERFACE_NAME_TAKEN(endpoint=id.text, interface=interface.text)
    static_address = properties(addresses[0]).get("privateIPAddress") if addresses else None
    configuration: Json = {
        "name": addresses[0]["name"] if addresses else f"privateEndpointIpConfig.{uuid.uuid4()}",
        "properties": {
            "subnet": {"id": subnet.id},
            "primary": True,
            **({"privateIPAddress": static_address} if static_address else {}),
            "privateLinkConnectionProperties": link,
        },
    }
    put_owned_interface(arm, interface, location, {"privateEndpoint": {"id": id.text}}, [configuration])
    return interface
