"""What cannot change of a private endpoint once it exists."""

from __future__ import annotations

from ..bodies import Json, properties
from ..endpoint_members import AUTOMATIC, MANUAL, group_of
from ..endpoint_state import read_connection_state
from ..errors import Rejection
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager

_OVERVIEW = "MicrosoftDocs/azure-docs, articles/private-link/private-endpoint-overview.md"
_POSTGRES = (
    "MicrosoftDocs, azure-databases-docs: how-to-networking-servers-deployed-public-access-add-private-endpoint.md"
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


def check_unchanged(arm: ResourceManager, id: ResourceId, new: Json, old: Json, array: str) -> None:
    """Reject a change that an endpoint does not allow; `array` is the one that has its connection."""
    if read_connection_state(arm, id)["status"] == "Disconnected":
        raise DISCONNECTED(endpoint=id.text)
    old_properties = properties(old)
    [old_connection] = [*old_properties[MANUAL], *old_properties[AUTOMATIC]]
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
    return connection["name"], target, group_of(connection)
