"""Microsoft.Network/privateEndpoints: subnet, connection, address, interface, and what of them can change."""

from __future__ import annotations

import uuid
from typing import Any, cast

from ...rules import OWN_CHOICE, Rule
from ..bodies import CANNOT_PARSE, Json, linked_id, properties, read_objects, read_required_id
from ..clouds import PUBLIC, cloud_of
from ..endpoint_members import AUTOMATIC, MANUAL, group_of
from ..endpoint_state import list_connections, list_host_names, read_connection_state
from ..errors import Rejection
from ..nested_objects import complete_object, read_named_objects, show_etags
from ..network_names import check_name
from ..references import find_linked, parse_ids
from ..resource_ids import ResourceId, parent_of
from ..resource_type import ResourceManager, ResourceType
from ..store import Stored
from ..switches import TARGET_SPELLING
from ..type_names import CLUSTERS, PRIVATE_DNS_ZONE_GROUPS, PRIVATE_ENDPOINTS, SUBNETS
from .application_security_groups import join_groups, list_named_groups
from .cluster_networks import is_injected
from .network_interfaces import delete_owned_interface
from .private_endpoint_changes import check_unchanged
from .private_endpoint_interfaces import create_interface, read_static_addresses
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
SUBNET_OF_CLUSTER = Rejection(
    says="An endpoint cannot be created in the subnet that a cluster is injected in, even without a delegation",
    source="MicrosoftDocs/dataexplorer-docs, data-explorer/security-network-migrate-vnet-to-private-endpoint.md; code "
    f"and text are an {OWN_CHOICE}",
    code="PrivateEndpointCannotBeCreatedInSubnetOfCluster",
    message="Private endpoint {endpoint} cannot be created in subnet {subnet}: cluster {cluster} is injected in it.",
)
TOO_MANY_ENDPOINTS = Rejection(
    says="A virtual network has at most 1,000 endpoints",
    source="MicrosoftDocs/SupportArticles-docs, support/azure/private-link/troubleshoot-private-link-scale-limits-"
    "reached.md; code and text are an own choice",
    code="PrivateEndpointsPerVirtualNetworkLimitReached",
    message="The maximum number of private endpoints, {most}, is reached in virtual network {network}.",
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
    says="An approved endpoint of a cluster or a storage account shows each public host name with its address in "
    "`customDnsConfigs`, unless it has a zone group",
    source="Azure/azure-cli, command_modules/storage/tests/latest/recordings/test_storage_account_private_endpoint.yaml"
    " (approved); Azure/azure-powershell, src/Network/Network.Test/SessionRecords, TestStoragePrivateEndpoint "
    "(waiting); MicrosoftDocs/dataexplorer-docs, data-explorer/security-network-private-endpoint-create.md (a "
    "cluster); MicrosoftDocs/cloud-adoption-framework#1020 (that a zone group empties it)",
)

MOST_ENDPOINTS_OF_A_NETWORK = 1000


class PrivateEndpoint(ResourceType):
    type = PRIVATE_ENDPOINTS

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        check_name(id.name, 2, 64)
        subnet = self._read_subnet(arm, id, body)
        array, connection = self._read_connection(id, body)
        group = group_of(connection)
        new: Json = {
            "provisioningState": "Succeeded",
            array: [connection],
            (AUTOMATIC if array == MANUAL else MANUAL): [],
            "customNetworkInterfaceName": str(properties(body).get("customNetworkInterfaceName") or ""),
            "subnet": {"id": subnet.id},
            "ipConfigurations": read_static_addresses(id, body, group),
            **join_groups(arm, id, body, subnet),
        }
        if old:
            check_unchanged(arm, id, new, old, array)
            generated = {name: properties(old)[name] for name in ("resourceGuid", "networkInterfaces")}
            return {"properties": {**new, **generated}}
        if arm.store.is_hidden(id.key):
            raise NAME_TAKEN(endpoint=id.text)
        _check_limit(arm, subnet)
        guid = str(uuid.uuid4())
        members = connect(arm, id, guid, body["location"], connection, automatic=array == AUTOMATIC)
        interface = create_interface(arm, id, body["location"], new, members, group)
        return {"properties": {**new, "resourceGuid": guid, "networkInterfaces": [{"id": interface.text}]}}

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        state = read_connection_state(arm, id)
        answer = show_etags(body, [MANUAL, AUTOMATIC, "ipConfigurations"])
        for array in (MANUAL, AUTOMATIC):
            for connection in read_objects(answer, array):
                connection["properties"] = {
                    **properties(connection),
                    "privateLinkServiceId": _spell_target(arm, properties(connection)["privateLinkServiceId"]),
                    "privateLinkServiceConnectionState": state,
                }
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
            arm.delete(ResourceId.parse(connection.id))
        delete_owned_interface(arm, body)

    def referenced_ids(self, body: Json) -> list[str]:
        return [str(linked_id(properties(body), "subnet")), *list_named_groups(body)]

    def linked_actions(self, id: ResourceId, body: Json) -> list[tuple[str, str]]:
        connections = read_objects(body, AUTOMATIC)
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
        for cluster in arm.store.referrers(subnet.id, CLUSTERS):
            if is_injected(cluster.body):
                raise SUBNET_OF_CLUSTER(endpoint=id.text, subnet=subnet.id, cluster=cluster.id)
        policies = properties(subnet.body)["privateEndpointNetworkPolicies"]
        if policies != "Disabled" and cloud_of(body["location"]) is not PUBLIC:
            raise SUBNET_POLICIES(endpoint=id.text, subnet=subnet.id)
        return subnet

    def _read_connection(self, id: ResourceId, body: Json) -> tuple[str, Json]:
        """The one connection as it is stored, after the name of the array that holds it."""
        connections = [
            (array, connection) for array in (MANUAL, AUTOMATIC) for connection in read_named_objects(id, body, array)
        ]
        if len(connections) != 1:
            raise ONE_CONNECTION(endpoint=id.text)
        array, connection = connections[0]
        requested = properties(connection)
        message = str(requested.get("requestMessage") or "")
        if len(message) > 140:
            raise MESSAGE_TOO_LONG(endpoint=id.text, length=len(message))
        if message and array == AUTOMATIC:
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


def _spell_target(arm: ResourceManager, target: str) -> str:
    """The id of the target as the endpoint shows it."""
    if TARGET_SPELLING.read(arm.store) == "as-sent":
        return target
    stored = arm.store.get(target)
    return stored.id if stored and stored.type == CLUSTERS.lower() else target


def _check_limit(arm: ResourceManager, subnet: Stored) -> None:
    network = parent_of(subnet.id)
    subnets = arm.store.children(network, SUBNETS)
    endpoints = sum(len(arm.store.referrers(subnet.id, PRIVATE_ENDPOINTS)) for subnet in subnets)
    if endpoints >= MOST_ENDPOINTS_OF_A_NETWORK:
        raise TOO_MANY_ENDPOINTS(network=network, most=MOST_ENDPOINTS_OF_A_NETWORK)
