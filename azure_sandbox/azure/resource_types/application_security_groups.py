"""Microsoft.Network/applicationSecurityGroups: groups of endpoints and interfaces that security rules can name."""

from __future__ import annotations

from collections.abc import Iterator

from ..bodies import Json, linked_id, properties, read_objects
from ..errors import Rejection
from ..network_names import check_name
from ..references import find_linked
from ..resource_ids import ResourceId, parent_of
from ..resource_type import ResourceManager, ResourceType
from ..store import Stored
from ..type_names import NETWORK_INTERFACES, PRIVATE_ENDPOINTS

IN_USE = Rejection(
    says="An application security group in use cannot be deleted",
    source="Azure/azure-cli#12591; the code is an own choice",
    code="InUseApplicationSecurityGroupCannotBeDeleted",
    message="Application Security Group {group} cannot be deleted because it is referenced by IpConfiguration(s) "
    "{configurations}.",
)
OTHER_NETWORK = Rejection(
    says="All members of an application security group are in one virtual network",
    source="MicrosoftDocs/azure-docs, articles/virtual-network/application-security-groups.md; code and text are an "
    "own choice",
    code="ApplicationSecurityGroupMembersMustBeInSameVirtualNetwork",
    message="Resource {member} in virtual network {network} cannot be in application security group {group}, which has "
    "members in virtual network {other}.",
)

_TYPE = "Microsoft.Network/applicationSecurityGroups"
_LIST = "applicationSecurityGroups"


class ApplicationSecurityGroup(ResourceType):
    type = _TYPE

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        check_name(id.name)
        return {"properties": {"provisioningState": "Succeeded"}}

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        if names := [ResourceId.parse(member).name for member, _ in _list_members(arm, id.key)]:
            raise IN_USE(group=id.name, configurations=", ".join(names))


def list_named_groups(body: Json) -> list[str]:
    """The ids of the groups in the body of an endpoint or an IP configuration."""
    return [str(group.get("id")) for group in read_objects(body, _LIST)]


def join_groups(arm: ResourceManager, member: ResourceId, body: Json, subnet: Stored) -> Json:
    """The property with the groups of an endpoint or an IP configuration; empty if there are none."""
    network = _network_id_of(subnet.id)
    groups = [_join_group(arm, member, target, body["location"], network) for target in list_named_groups(body)]
    return {_LIST: [{"id": group.id} for group in groups]} if groups else {}


def _join_group(arm: ResourceManager, member: ResourceId, target: str, location: str, network: str) -> Stored:
    group = find_linked(arm, target, _TYPE, member, location)
    for other, other_network in _list_members(arm, group.id):
        if other.lower() != member.key and other_network.lower() != network.lower():
            raise OTHER_NETWORK(member=member.text, network=network, group=group.id, other=other_network)
    return group


def _list_members(arm: ResourceManager, group: str) -> Iterator[tuple[str, str]]:
    """The ids of the endpoints and network interfaces in a group, each with the id of its network."""
    for endpoint in arm.store.referrers(group, PRIVATE_ENDPOINTS):
        yield endpoint.id, _network_id_of(str(linked_id(properties(endpoint.body), "subnet")))
    for interface in arm.store.referrers(group, NETWORK_INTERFACES):
        configuration = read_objects(interface.body, "ipConfigurations")[0]
        yield interface.id, _network_id_of(str(linked_id(properties(configuration), "subnet")))


def _network_id_of(subnet: str) -> str:
    return parent_of(subnet)
