"""The network interface of a private endpoint: static addresses, and one address for each member of the target."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from itertools import zip_longest

from ...rules import OWN_CHOICE
from ..bodies import Json, properties, read_objects
from ..endpoint_members import CLUSTER_GROUP, Member
from ..errors import Rejection
from ..nested_objects import complete_object, read_named_objects
from ..network_names import check_name
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager
from ..type_names import NETWORK_INTERFACES, PRIVATE_ENDPOINTS
from .network_interfaces import put_owned_interface

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
INTERFACE_NAME_TAKEN = Rejection(
    says="The name of an endpoint's network interface is not in use",
    source=OWN_CHOICE,
    code="PrivateEndpointNetworkInterfaceNameInUse",
    message="Private endpoint {endpoint} cannot make network interface {interface}: it exists already.",
)
NO_STATIC_ADDRESSES = Rejection(
    says="An endpoint of a cluster has no static addresses",
    source="MicrosoftDocs/dataexplorer-docs, data-explorer/security-network-private-endpoint-create.md (until March "
    f"2026; nothing shows that it works since); code and text are an {OWN_CHOICE}",
    code="PrivateEndpointIpConfigurationNotSupported",
    message="Private endpoint {endpoint} to a cluster takes no static IP configurations. Remove its ipConfigurations.",
)

_STATIC = ("privateIPAddress", "groupId", "memberName")


def read_static_addresses(id: ResourceId, body: Json, group: str) -> list[Json]:
    """The static address as it is stored; for a storage account, with the group id as group and member."""
    configurations = read_named_objects(id, body, "ipConfigurations")
    if configurations and group == CLUSTER_GROUP:
        raise NO_STATIC_ADDRESSES(endpoint=id.text)
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
            PRIVATE_ENDPOINTS,
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


def create_interface(
    arm: ResourceManager, id: ResourceId, location: str, endpoint: Json, members: Sequence[Member], group: str
) -> ResourceId:
    """Create the interface of an endpoint with these properties, with an address for each member of the target."""
    interface_name = endpoint["customNetworkInterfaceName"]
    if interface_name:
        check_name(interface_name)
    interface = id.sibling(NETWORK_INTERFACES, interface_name or f"{id.name}.nic.{uuid.uuid4()}")
    if arm.store.get(interface.key) is not None:
        raise INTERFACE_NAME_TAKEN(endpoint=id.text, interface=interface.text)
    configurations = [
        _configure_member(member, group, endpoint["subnet"], static, is_first=member is members[0])
        for member, static in zip_longest(members, endpoint["ipConfigurations"])
    ]
    put_owned_interface(arm, interface, location, {"privateEndpoint": {"id": id.text}}, configurations)
    return interface


def add_members(arm: ResourceManager, id: ResourceId, members: Sequence[Member], group: str) -> None:
    """Give an endpoint an address for each member that its interface lacks."""
    endpoint = arm.get(id)
    interface = arm.get(ResourceId.parse(properties(endpoint)["networkInterfaces"][0]["id"]))
    configurations = read_objects(interface, "ipConfigurations")
    known = {properties(shown)["privateLinkConnectionProperties"]["requiredMemberName"] for shown in configurations}
    added = [
        _configure_member(member, group, properties(endpoint)["subnet"], None, is_first=False)
        for member in members
        if member.name not in known
    ]
    owner = {"privateEndpoint": {"id": endpoint["id"]}}
    put_owned_interface(arm, ResourceId.parse(interface["id"]), interface["location"], owner, [*configurations, *added])


def _configure_member(member: Member, group: str, subnet: Json, static: Json | None, *, is_first: bool) -> Json:
    """The IP configuration of a member; its address is dynamic unless the endpoint has a static one."""
    return {
        "name": static["name"] if static else f"privateEndpointIpConfig.{uuid.uuid4()}",
        "properties": {
            "subnet": subnet,
            "primary": is_first,
            **({"privateIPAddress": properties(static)["privateIPAddress"]} if static else {}),
            "privateLinkConnectionProperties": member.describe(group),
        },
    }


def _format_members(members: list[Json]) -> str:
    """`PrivateIPAddress: 10.0.0.4, GroupId: blob, MemberName: blob` for each static address."""
    return "; ".join(
        ", ".join(f"{name[0].upper()}{name[1:]}: {member[name]}" for name in _STATIC) for member in members
    )
