"""Microsoft.Network/applicationSecurityGroups: names that the security rules of a network give to its addresses."""

from __future__ import annotations

from collections.abc import Iterator

from ..bodies import Json, linked_id, properties, read_objects
from ..errors import Refusal
from ..network_names import check_name
from ..references import find_linked
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType
from ..store import Stored
from ..type_names import NETWORK_INTERFACES, PRIVATE_ENDPOINTS

IN_USE = Refusal(
    says="An application security group in use stays",
    source="Azure/azure-cli#12591; the code is an own choice",
    code="InUseApplicationSecurityGroupCannotBeDeleted",
    message="Application Security Group {group} cannot be deleted because it is referenced by IpConfiguration(s) "
    "{configurations}.",
)
OTHER_NETWORK = Refusal(
    says="All that is in an application security group is in one virtual network, that of the first",
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
        if names := [ResourceId.parse(member).name for member, _ in _members(arm, id.key)]:
            raise IN_USE(group=id.name, configurations=", ".join(names))


def list_named_groups(body: Json) -> list[str]:
    """The groups that an endpoint or an IP configuration names."""
    return [str(each.get("id")) for each in read_objects(body, _LIST)]


def join_groups(arm: ResourceManager, member: ResourceId, body: Json, subnet: Stored) -> Json:
    """The groups of an endpoint or an IP configuration, as it shows them: absent when there are none."""
    found = [_joined(arm, member, each, body["location"], _network(subnet.id)) for each in list_named_groups(body)]
    return {_LIST: [{"id": each.id} for each in found]} if found else {}


def _joined(arm: ResourceManager, member: ResourceId, target: str, location: str, network: str) -> Stored:
    group = find_linked(arm, target, _TYPE, member, location)
    for other, its in _members(arm, group.id):
        if other.lower() != member.key and its.lower() != network.lower():
            raise OTHER_NETWORK(member=member.text, network=network, group=group.id, other=its)
    return group


def _members(arm: ResourceManager, group: str) -> Iterator[tuple[str, str]]:
    """The ids of the endpoints and network interfaces in a group, each with its network."""
    for endpoint in arm.store.referrers(group, PRIVATE_ENDPOINTS):
        yield endpoint.id, _network(str(linked_id(properties(endpoint.body), "subnet")))
    for interface in arm.store.referrers(group, NETWORK_INTERFACES):
        configuration = read_objects(interface.body, "ipConfigurations")[0]
        yield interface.id, _network(str(linked_id(properties(configuration), "subnet")))


def _network(subnet: str) -> str:
    return subnet.rsplit("/", 2)[0]
