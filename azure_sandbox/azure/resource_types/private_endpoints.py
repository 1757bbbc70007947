"""Microsoft.Network/privateEndpoints: a service's address in a consumer's network, and the request to connect."""

from __future__ import annotations

import uuid
from typing import Any, cast

from ...rules import OWN_CHOICE, Rule
from ..bodies import CANNOT_PARSE, Json, linked_id, properties, read_objects, read_required_id
from ..clouds import PUBLIC, cloud_of
from ..endpoint_state import list_connections, list_host_names, read_connection_state
from ..errors import Refusal
from ..nested_objects import complete_object, read_named_objects, show_etags
from ..network_names import check_name
from ..references import find_linked, parse_ids
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType
from ..store import Stored
from ..type_names import NETWORK_INTERFACES, PRIVATE_DNS_ZONE_GROUPS, PRIVATE_ENDPOINTS, SUBNETS
from . import application_security_groups
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

ALREADY_EXISTS = Refusal(
    says="The name of a deleted endpoint stays taken for a while",
    source=f"{_TROUBLESHOOTING}creation-failed.md; the text is an own choice",
    code="PrivateEndpointAlreadyExists",
    message="Private endpoint {endpoint} already exists.",
)
SUBNET_DELEGATED = Refusal(
    says="An endpoint is not put into a subnet that is delegated to a service",
    source=f"{_TROUBLESHOOTING}creation-failed.md",
    code="PrivateEndpointCreationNotAllowedAsSubnetIsDelegated",
    message="Private endpoint {endpoint} cannot be created as subnet {subnet} is delegated.",
)
SUBNET_POLICIES = Refusal(
    says="In the clouds of the US Government and of China, an endpoint's subnet has private endpoint network policies "
    "disabled",
    source="MicrosoftDocs/azure-docs, articles/private-link/disable-private-endpoint-network-policy.md (until 2022 in "
    "the public cloud too)",
    code="PrivateEndpointCannotBeCreatedInSubnetThatHasNetworkPoliciesEnabled",
    message="Private endpoint {endpoint} cannot be created in a subnet {subnet} since it has private endpoint network "
    "policies enabled.",
)
ONE_CONNECTION = Refusal(
    says="An endpoint has one connection, manual or automatic",
    source=f"{_PROVIDER} (ExactlyOneOf); code and text are an own choice",
    code="PrivateEndpointMustHaveOnePrivateLinkServiceConnection",
    message="Private endpoint {endpoint} must have exactly one private link service connection.",
)
MESSAGE_TOO_LONG = Refusal(
    says="A request message has at most 140 characters",
    source=f"{_PROVIDER}; code and text are an own choice",
    code="PrivateLinkServiceConnectionRequestMessageTooLong",
    message="The request message of private endpoint {endpoint} has {length} characters, 140 are allowed.",
)
MESSAGE_MANUAL_ONLY = Refusal(
    says="Only a manual connection has a request message",
    source=f"{_PROVIDER}; code and text are an own choice",
    code="PrivateLinkServiceConnectionRequestMessageNotAllowed",
    message="The request message of private endpoint {endpoint} is not allowed on an automatic connection.",
)
NO_MEMBERS = Refusal(
    says="The static address of an endpoint of a private link service is one, without group and member",
    source=OWN_CHOICE,
    code="PrivateEndpointIpConfigurationNotAllowedForPrivateLinkService",
    message="Private endpoint {endpoint} to a private link service takes one IP configuration, without groupId and "
    "memberName.",
)
MISSING_MEMBERS = Refusal(
    says="The static address of an endpoint of a storage account is one, with the group id as groupId and memberName",
    source="hashicorp/terraform-provider-azurerm#13061; Azure/bicep#7119; Azure/azure-cli, command_modules/storage/"
    "tests/latest/recordings/test_storage_account_private_link.yaml (the member); that more addresses get this "
    f"answer is an {OWN_CHOICE}",
    code="PrivateEndpointIpConfigurationMissingMemberNamesRequiredByFps",
    message="Private Endpoint {endpoint} contains static ipconfigurations: [{given}] and its missing these "
    "membernames/groupids requested by Private Link service [GroupId: {group}, MemberName: {group}]. Private Endpoint "
    "needs to be reconfigured with missing memberNames.",
)
TOO_MANY_ENDPOINTS = Refusal(
    says="A virtual network has at most 1,000 endpoints",
    source="MicrosoftDocs/SupportArticles-docs, support/azure/private-link/troubleshoot-private-link-scale-limits-"
    "reached.md; code and text are an own choice",
    code="PrivateEndpointsPerVirtualNetworkLimitReached",
    message="The maximum number of private endpoints, {most}, is reached in virtual network {network}.",
)
DISCONNECTED = Refusal(
    says="An endpoint whose connection was removed by the service's owner can only be deleted; until then it keeps its "
    "interface and address",
    source="crossplane-contrib/provider-upjet-azure#989; the text is an own choice",
    code="PrivateEndpointCannotBeUpdatedInDisconnectedState",
    message="Private endpoint {endpoint} cannot be updated in Disconnected state.",
)
CONNECTION_CANNOT_CHANGE = Refusal(
    says="The connection of an endpoint never changes: not its name, its target or its kind",
    source=f"{_POSTGRES}; Azure/bicep-registry-modules#1513",
    code="CannotChangePrivateLinkConnectionOnPrivateEndpoint",
    message="Cannot change the private link connection on private endpoint {endpoint}. Please ensure you are not "
    "updating the details of existing private link connection: '{connection}'. That is not allowed.",
)
SUBNET_CANNOT_CHANGE = Refusal(
    says="An endpoint stays in its subnet",
    source=f"{_POSTGRES}; pulumi/pulumi-azure-native#3883",
    code="CannotChangeSubnetOnExistingPrivateEndpoint",
    message="Cannot change the subnet in which the network interface for private endpoint {endpoint} is created. "
    "Current subnet: '{subnet}.' Requested subnet: '{wanted}.'",
)
INTERFACE_CANNOT_BE_RENAMED = Refusal(
    says="An endpoint's network interface keeps its name",
    source="Azure/bicep#14470",
    code="NameOfExistingPrivateEndpointNicCannotBeChanged",
    message="Private Endpoint {endpoint} contains existing NIC name {interface} which does not match request's custom "
    "network interface name {wanted}. Updating the name of existing nic not allowed.",
)
ADDRESS_CANNOT_CHANGE = Refusal(
    says="An endpoint keeps its address",
    source=f"{_OVERVIEW}; code and text are an own choice",
    code="PrivateEndpointIpConfigurationsCannotBeChanged",
    message="IP configurations of private endpoint {endpoint} cannot be changed.",
)
INTERFACE_NAME_TAKEN = Refusal(
    says="The name for an endpoint's network interface is nobody else's",
    source=OWN_CHOICE,
    code="PrivateEndpointNetworkInterfaceNameInUse",
    message="Private endpoint {endpoint} cannot make network interface {interface}: it exists already.",
)
OTHER_REGION = Rule(
    says="An endpoint shares region and subscription with its network; the service may be anywhere",
    source=_OVERVIEW,
)
NO_DNS_CONFIGS = Rule(
    says="`customDnsConfigs` is empty and `groupIds` absent on an endpoint of a private link service",
    source=_RECORDED,
)
DNS_CONFIGS = Rule(
    says="An endpoint of a storage account shows its host name and address in `customDnsConfigs` once it is approved, "
    "unless a zone group has them",
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
        subnet = self._subnet(arm, id, body)
        array, connection = self._connection(id, body)
        addresses = self._addresses(id, body, _group(connection))
        custom_name = str(properties(body).get("customNetworkInterfaceName") or "")
        new: Json = {
            "provisioningState": "Succeeded",
            array: [connection],
            (_AUTOMATIC if array == _MANUAL else _MANUAL): [],
            "customNetworkInterfaceName": custom_name,
            "subnet": {"id": subnet.id},
            "ipConfigurations": addresses,
            **application_security_groups.join_groups(arm, id, body, subnet),
        }
        if old:
            _check_unchanged(arm, id, new, old, array)
            return {
                "properties": {**new, **{name: properties(old)[name] for name in ("resourceGuid", "networkInterfaces")}}
            }
        if arm.store.lags(id.key):
            raise ALREADY_EXISTS(endpoint=id.text)
        _check_room(arm, subnet)
        guid = str(uuid.uuid4())
        target = connect(arm, id, guid, body["location"], connection, automatic=array == _AUTOMATIC)
        link = _link(id, connection, target)
        interface = _make_interface(arm, id, body["location"], custom_name, subnet, addresses, link)
        return {"properties": {**new, "resourceGuid": guid, "networkInterfaces": [{"id": interface.text}]}}

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        state = read_connection_state(arm, id)
        shown = show_etags(body, [_MANUAL, _AUTOMATIC, "ipConfigurations"])
        for array in (_MANUAL, _AUTOMATIC):
            for each in read_objects(shown, array):
                each["properties"] = {**properties(each), "privateLinkServiceConnectionState": state}
        published = state["status"] == "Approved" and not arm.store.children(id.key, PRIVATE_DNS_ZONE_GROUPS)
        names = list_host_names(arm, body) if published else []
        shown["properties"]["customDnsConfigs"] = [{"fqdn": each.fqdn, "ipAddresses": [each.address]} for each in names]
        return shown

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        for group in arm.store.children(id.key, PRIVATE_DNS_ZONE_GROUPS):
            arm.delete(ResourceId.parse(group.id))
        for connection in list_connections(arm, id):
            touch_target(arm, ResourceId.parse(connection.id))
            arm.store.delete(connection.id)
        delete_owned_interface(arm, body)

    def referenced_ids(self, body: Json) -> list[str]:
        return [str(linked_id(properties(body), "subnet")), *application_security_groups.list_named_groups(body)]

    def linked_actions(self, id: ResourceId, body: Json) -> list[tuple[str, str]]:
        targets = [str(properties(each).get("privateLinkServiceId")) for each in read_objects(body, _AUTOMATIC)]
        return [
            *(
                ("Microsoft.Network/virtualNetworks/subnets/join/action", each)
                for each in parse_ids([linked_id(properties(body), "subnet")])
            ),
            *(
                (f"{kind.target}/PrivateEndpointConnectionsApproval/action", each)
                for each in parse_ids(targets)
                if (kind := known_connection_type(each))
            ),
            *(
                ("Microsoft.Network/applicationSecurityGroups/joinIpConfiguration/action", each)
                for each in parse_ids(application_security_groups.list_named_groups(body))
            ),
        ]

    def late_keys(self, arm: ResourceManager, id: ResourceId, body: Json) -> list[str]:
        return [each.id for each in list_connections(arm, id)]

    def _subnet(self, arm: ResourceManager, id: ResourceId, body: Json) -> Stored:
        target = read_required_id(properties(body), "subnet")
        subnet = find_linked(arm, target, SUBNETS, id, body["location"])
        if read_objects(subnet.body, "delegations"):
            raise SUBNET_DELEGATED(endpoint=id.text, subnet=subnet.id)
        policies = properties(subnet.body)["privateEndpointNetworkPolicies"]
        if policies != "Disabled" and cloud_of(body["location"]) is not PUBLIC:
            raise SUBNET_POLICIES(endpoint=id.text, subnet=subnet.id)
        return subnet

    def _connection(self, id: ResourceId, body: Json) -> tuple[str, Json]:
        """Which of the two arrays holds the one connection, and the connection as it is stored."""
        given = [(array, each) for array in (_MANUAL, _AUTOMATIC) for each in read_named_objects(id, body, array)]
        if len(given) != 1:
            raise ONE_CONNECTION(endpoint=id.text)
        array, connection = given[0]
        wanted = properties(connection)
        message = str(wanted.get("requestMessage") or "")
        if len(message) > 140:
            raise MESSAGE_TOO_LONG(endpoint=id.text, length=len(message))
        if message and array == _AUTOMATIC:
            raise MESSAGE_MANUAL_ONLY(endpoint=id.text)
        target = str(wanted.get("privateLinkServiceId") or "")
        kind = connection_type_of(id, target)
        made = complete_object(id, self.type, array, connection, {"privateLinkServiceId": target})
        if message:
            made["properties"]["requestMessage"] = message
        groups: Any = wanted.get("groupIds") or []
        if not isinstance(groups, list):
            raise CANNOT_PARSE()
        if known := kind.group_ids(made, cast("list[Any]", groups)):
            made["properties"]["groupIds"] = known
        return array, made

    def _addresses(self, id: ResourceId, body: Json, group: str) -> list[Json]:
        """The static address, as Azure keeps it; a storage account's has the group id as group and member."""
        given = read_named_objects(id, body, "ipConfigurations")
        members = [{name: properties(each).get(name) or "" for name in _STATIC} for each in given]
        if len(given) > 1 or any({each["groupId"], each["memberName"]} != {group} for each in members):
            if group:
                raise MISSING_MEMBERS(endpoint=id.text, given=_shown(members), group=group)
            raise NO_MEMBERS(endpoint=id.text)
        return [
            complete_object(
                id,
                self.type,
                "ipConfigurations",
                each,
                {"groupId": group, "memberName": group, "privateIPAddress": properties(each).get("privateIPAddress")},
            )
            for each in given
        ]


def _check_room(arm: ResourceManager, subnet: Stored) -> None:
    network = subnet.id.rsplit("/", 2)[0]
    subnets = arm.store.children(network, SUBNETS)
    if sum(len(arm.store.referrers(each.id, PRIVATE_ENDPOINTS)) for each in subnets) >= MOST_ENDPOINTS_OF_A_NETWORK:
        raise TOO_MANY_ENDPOINTS(network=network, most=MOST_ENDPOINTS_OF_A_NETWORK)


def _check_unchanged(arm: ResourceManager, id: ResourceId, new: Json, old: Json, array: str) -> None:
    if read_connection_state(arm, id)["status"] == "Disconnected":
        raise DISCONNECTED(endpoint=id.text)
    before = properties(old)
    had = [*before[_MANUAL], *before[_AUTOMATIC]][0]
    if not before[array] or _target(had) != _target(new[array][0]):
        raise CONNECTION_CANNOT_CHANGE(endpoint=id.text, connection=had["id"])
    if before["subnet"] != new["subnet"]:
        raise SUBNET_CANNOT_CHANGE(endpoint=id.text, subnet=before["subnet"]["id"], wanted=new["subnet"]["id"])
    if before["customNetworkInterfaceName"] != new["customNetworkInterfaceName"]:
        raise INTERFACE_CANNOT_BE_RENAMED(
            endpoint=id.text,
            interface=before["networkInterfaces"][0]["id"].rsplit("/", 1)[1],
            wanted=new["customNetworkInterfaceName"],
        )
    if before["ipConfigurations"] != new["ipConfigurations"]:
        raise ADDRESS_CANNOT_CHANGE(endpoint=id.text)


def _target(connection: Json) -> tuple[str, str, str]:
    """What a connection is called, and what it leads to."""
    return connection["name"], str(properties(connection)["privateLinkServiceId"]).lower(), _group(connection)


def _group(connection: Json) -> str:
    """The part of its target that a connection leads to; empty for a private link service."""
    return next(iter(properties(connection).get("groupIds", [])), "")


def _shown(members: list[Json]) -> str:
    """`PrivateIPAddress: 10.0.0.4, GroupId: blob, MemberName: blob` for each static address."""
    return "; ".join(", ".join(f"{name[0].upper()}{name[1:]}: {each[name]}" for name in _STATIC) for each in members)


def _link(id: ResourceId, connection: Json, target: Stored) -> Json:
    """What an interface says of the connection: the host names that lead to its address."""
    group = _group(connection)
    kind = connection_type_of(id, properties(connection)["privateLinkServiceId"])
    return {"groupId": group, "requiredMemberName": group, "fqdns": kind.fqdns(target, group)}


def _make_interface(
    arm: ResourceManager,
    id: ResourceId,
    location: str,
    custom_name: str,
    subnet: Stored,
    addresses: list[Json],
    link: Json,
) -> ResourceId:
    if custom_name:
        check_name(custom_name)
    interface = id.sibling(NETWORK_INTERFACES, custom_name or f"{id.name}.nic.{uuid.uuid4()}")
    if arm.store.get(interface.key) is not None:
        raise INTERFACE_NAME_TAKEN(endpoint=id.text, interface=interface.text)
    static = properties(addresses[0]).get("privateIPAddress") if addresses else None
    configuration: Json = {
        "name": addresses[0]["name"] if addresses else f"privateEndpointIpConfig.{uuid.uuid4()}",
        "properties": {
            "subnet": {"id": subnet.id},
            "primary": True,
            **({"privateIPAddress": static} if static else {}),
            "privateLinkConnectionProperties": link,
        },
    }
    put_owned_interface(arm, interface, location, {"privateEndpoint": {"id": id.text}}, [configuration])
    return interface
