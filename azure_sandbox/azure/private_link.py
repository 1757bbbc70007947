"""
Microsoft.Network: private link services, private endpoints, and the connections between them.

A connection is one stored resource below its service; what the endpoint shows of it is computed from there, so the
two sides never disagree.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

from .errors import bad_request, invalid_reference, own_choice
from .ids import ResourceId
from .network import NETWORK_INTERFACES, PRIVATE_ENDPOINTS, PRIVATE_LINK_SERVICES
from .resource_type import (
    ResourceType,
    Scope,
    inner_name,
    items,
    linked_id,
    not_found,
    properties,
    referenced,
    region,
    required_link,
    section,
)
from .store import Json, Stored

CONNECTIONS = f"{PRIVATE_LINK_SERVICES}/privateEndpointConnections"
_ALIAS_SUFFIX = ".azure.privatelinkservice"
_SERVICE_ID = re.compile(rf"^/subscriptions/.+/{PRIVATE_LINK_SERVICES}/[^/]+$", re.IGNORECASE)
_MANUAL = "manualPrivateLinkServiceConnections"
_AUTOMATIC = "privateLinkServiceConnections"


class PrivateLinkService(ResourceType):
    type = PRIVATE_LINK_SERVICES

    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json:
        given = properties(body)
        before = properties(old) if old else {}
        frontends = [
            self._frontend(scope, id, each, body["location"])
            for each in items(body, "loadBalancerFrontendIpConfigurations")
        ]
        self._check_lists(given)
        if old and [each["id"].lower() for each in frontends] != [
            each["id"].lower() for each in items(old, "loadBalancerFrontendIpConfigurations")
        ]:
            raise own_choice(
                "PrivateLinkServiceLoadBalancerFrontendIpConfigurationsCannotBeChanged",
                f"Load balancer frontend IP configurations of private link service {id.text} cannot be changed.",
            )
        configurations = self._nat_configurations(scope, id, body, old)
        interface = self._interface(scope, id, body["location"], before, configurations)
        return {
            "properties": {
                "provisioningState": "Succeeded",
                "resourceGuid": before.get("resourceGuid") or str(uuid.uuid4()),
                "alias": before.get("alias") or f"{id.name.lower()}.{uuid.uuid4()}.{body['location']}{_ALIAS_SUFFIX}",
                "fqdns": given.get("fqdns") or [],
                **{name: given[name] for name in ("visibility", "autoApproval") if given.get(name) is not None},
                "enableProxyProtocol": bool(given.get("enableProxyProtocol")),
                "loadBalancerFrontendIpConfigurations": frontends,
                "ipConfigurations": configurations,
                "networkInterfaces": [{"id": interface.text}],
            }
        }

    def view(self, scope: Scope, id: ResourceId, body: Json) -> Json:
        connections = [each.body for each in scope.store.children(id.key, CONNECTIONS)]
        shown = {
            "ipConfigurations": [{**each, "etag": body["etag"]} for each in items(body, "ipConfigurations")],
            "privateEndpointConnections": connections,
        }
        return {**body, "properties": {**properties(body), **shown}}

    def delete(self, scope: Scope, id: ResourceId, body: Json) -> None:
        if connections := scope.store.children(id.key, CONNECTIONS):
            raise bad_request(
                "PrivateLinkServiceWithPrivateEndpointConnectionsCannotBeDeleted",
                f"Private link service {id.text} cannot be deleted since it has {len(connections)} private endpoint "
                "connection. Please delete all private endpoint connections before deleting the private link service.",
            )
        _delete_interface(scope, body)

    def refers_to(self, body: Json) -> list[str]:
        return [
            properties(body)["alias"],
            *(each["id"] for each in items(body, "loadBalancerFrontendIpConfigurations")),
            *(str(linked_id(properties(each), "subnet")) for each in items(body, "ipConfigurations")),
        ]

    @staticmethod
    def _frontend(scope: Scope, id: ResourceId, frontend: Json, location: str) -> Json:
        wanted = str(frontend.get("id"))
        balancer = referenced(scope, wanted.rsplit("/", 2)[0], id, location)
        found = next(
            (each for each in items(balancer.body, "frontendIPConfigurations") if each["id"].lower() == wanted.lower()),
            None,
        )
        if found is None:
            raise invalid_reference(wanted, id.text)
        if balancer.body["sku"]["name"] != "Standard":
            raise own_choice(
                "PrivateLinkServiceRequiresStandardLoadBalancer",
                f"Private link service {id.text} cannot reference load balancer {balancer.id}: not of sku Standard.",
            )
        for other in scope.store.referrers(found["id"], PRIVATE_LINK_SERVICES):
            if other.id.lower() != id.key:
                raise bad_request(
                    "PrivateLinkServiceCannotReferenceFrontendIpConfigurationReferencedByDifferentPrivateLinkService",
                    f"Private link service {id.text} cannot reference frontend IP configuration {found['id']} that is "
                    f"referenced by a different private link service {other.id}.",
                )
        return {"id": found["id"]}

    @staticmethod
    def _check_lists(given: Json) -> None:
        visible, approved = (_listed(given, name) for name in ("visibility", "autoApproval"))
        if "*" not in visible and not set(approved) <= set(visible):
            raise own_choice(
                "PrivateLinkServiceAutoApprovalMustBeSubsetOfVisibility",
                "Auto-approval subscriptions of a private link service must be among its visibility subscriptions.",
            )

    def _nat_configurations(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> list[Json]:
        wanted = items(body, "ipConfigurations")
        made = [self._nat_configuration(scope, id, each, body["location"], first=each is wanted[0]) for each in wanted]
        subnets = {each["name"]: str(linked_id(properties(each), "subnet")).lower() for each in made}
        before = items(old, "ipConfigurations") if old else []
        if not 1 <= len(made) <= 8 or any(
            subnets.get(each["name"]) != str(linked_id(properties(each), "subnet")).lower() for each in before
        ):
            raise own_choice(
                "PrivateLinkServiceInvalidIpConfigurations",
                f"Private link service {id.text} must have 1 to 8 IP configurations; none can be removed or moved to "
                "another subnet.",
            )
        return made

    def _nat_configuration(self, scope: Scope, id: ResourceId, given: Json, location: str, *, first: bool) -> Json:
        wanted = properties(given)
        subnet = referenced(scope, required_link(wanted, "subnet"), id)
        referenced(scope, subnet.id.rsplit("/", 2)[0], id, location)
        if properties(subnet.body)["privateLinkServiceNetworkPolicies"] == "Enabled":
            raise bad_request(
                "PrivateLinkServiceCannotBeCreatedInSubnetThatHasNetworkPoliciesEnabled",
                f"Private link service {id.text} cannot be created in a subnet {subnet.id} since it has private link "
                "service network policies enabled.",
            )
        static = wanted.get("privateIPAddress")
        return {
            "name": inner_name(given),
            "id": f"{id.text}/ipConfigurations/{given['name']}",
            "type": f"{self.type}/ipConfigurations",
            "properties": {
                "provisioningState": "Succeeded",
                **({"privateIPAddress": static} if static else {}),
                "privateIPAllocationMethod": "Static" if static else "Dynamic",
                "subnet": {"id": subnet.id},
                "primary": wanted.get("primary", first),
                "privateIPAddressVersion": "IPv4",
            },
        }

    @staticmethod
    def _interface(scope: Scope, id: ResourceId, location: str, before: Json, configurations: list[Json]) -> ResourceId:
        interfaces = before.get("networkInterfaces")
        interface = (
            ResourceId.parse(interfaces[0]["id"])
            if interfaces
            else id.sibling(NETWORK_INTERFACES, f"{id.name}.nic.{uuid.uuid4()}")
        )
        scope.put(
            interface,
            {
                "location": location,
                "properties": {"ipConfigurations": configurations, "privateLinkService": {"id": id.text}},
            },
        )
        return interface


class PrivateEndpointConnection(ResourceType):
    """One connection as the service's owner sees it. Endpoints make connections; the owner decides on them."""

    type = CONNECTIONS
    located = False

    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json:
        if old is None:
            raise not_found(id)
        state = section(properties(body), "privateLinkServiceConnectionState")
        now, wanted = _status(old), str(state.get("status"))
        if wanted not in ("Approved", "Rejected") or (now != wanted and now not in ("Pending", "Approved")):
            raise own_choice(
                "PrivateEndpointConnectionStateTransitionNotAllowed",
                f"Private endpoint connection {id.text} cannot go from {now} to {wanted}.",
            )
        return {
            "properties": {
                **properties(old),
                "privateLinkServiceConnectionState": {
                    "status": wanted,
                    "description": state.get("description") or "",
                    "actionsRequired": state.get("actionsRequired") or "None",
                },
            }
        }

    def refers_to(self, body: Json) -> list[str]:
        return [str(linked_id(properties(body), "privateEndpoint"))]


class PrivateEndpoint(ResourceType):
    type = PRIVATE_ENDPOINTS

    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json:
        subnet = self._subnet(scope, id, body)
        array, connection = self._connection(id, body)
        if old:
            self._check_unchanged(scope, id, body, old, array, connection, subnet)
        before = properties(old) if old else {}
        guid = before.get("resourceGuid") or str(uuid.uuid4())
        if not old:
            self._connect(scope, id, guid, body["location"], array, connection)
        custom_name = str(properties(body).get("customNetworkInterfaceName") or "")
        addresses = items(body, "ipConfigurations")
        interface = (
            before["networkInterfaces"][0]["id"]
            if old
            else self._interface(scope, id, body["location"], custom_name, subnet, addresses).text
        )
        empty = _AUTOMATIC if array == _MANUAL else _MANUAL
        return {
            "properties": {
                "provisioningState": "Succeeded",
                "resourceGuid": guid,
                array: [connection],
                empty: [],
                "customNetworkInterfaceName": custom_name,
                "subnet": {"id": subnet.id},
                "ipConfigurations": addresses,
                "networkInterfaces": [{"id": interface}],
                "customDnsConfigs": [],
            }
        }

    def view(self, scope: Scope, id: ResourceId, body: Json) -> Json:
        state = _connection_state(scope, id)
        shown = {
            array: [
                {
                    **each,
                    "etag": body["etag"],
                    "properties": {**properties(each), "privateLinkServiceConnectionState": state},
                }
                for each in items(body, array)
            ]
            for array in (_MANUAL, _AUTOMATIC)
        }
        return {**body, "properties": {**properties(body), **shown}}

    def delete(self, scope: Scope, id: ResourceId, body: Json) -> None:
        for connection in scope.store.referrers(id.key, CONNECTIONS):
            scope.store.delete(connection.id)
        _delete_interface(scope, body)

    def refers_to(self, body: Json) -> list[str]:
        return [str(linked_id(properties(body), "subnet"))]

    def _subnet(self, scope: Scope, id: ResourceId, body: Json) -> Stored:
        subnet = referenced(scope, required_link(properties(body), "subnet"), id)
        referenced(scope, subnet.id.rsplit("/", 2)[0], id, body["location"])
        if ResourceId.parse(subnet.id).subscription.lower() != id.subscription.lower():
            raise invalid_reference(subnet.id, id.text)
        if items(subnet.body, "delegations"):
            raise bad_request(
                "PrivateEndpointCreationNotAllowedAsSubnetIsDelegated",
                f"Private endpoint {id.text} cannot be created as subnet {subnet.id} is delegated.",
            )
        return subnet

    def _connection(self, id: ResourceId, body: Json) -> tuple[str, Json]:
        """Which of the two arrays holds the one connection, and the connection as it is stored."""
        given = [(array, each) for array in (_MANUAL, _AUTOMATIC) for each in items(body, array)]
        if len(given) != 1:
            raise own_choice(
                "PrivateEndpointMustHaveOnePrivateLinkServiceConnection",
                f"Private endpoint {id.text} must have exactly one private link service connection.",
            )
        array, connection = given[0]
        wanted = properties(connection)
        message = str(wanted.get("requestMessage") or "")
        if len(message) > 140:
            raise own_choice(
                "PrivateLinkServiceConnectionRequestMessageTooLong",
                f"The request message of private endpoint {id.text} has {len(message)} characters, 140 are allowed.",
            )
        return array, {
            "name": inner_name(connection),
            "id": f"{id.text}/{array}/{connection['name']}",
            "type": f"{self.type}/{array}",
            "properties": {
                "provisioningState": "Succeeded",
                "privateLinkServiceId": wanted.get("privateLinkServiceId"),
                **({"requestMessage": message} if message else {}),
                **({"groupIds": wanted["groupIds"]} if wanted.get("groupIds") else {}),
            },
        }

    @staticmethod
    def _check_unchanged(
        scope: Scope, id: ResourceId, body: Json, old: Json, array: str, connection: Json, subnet: Stored
    ) -> None:
        if _connection_state(scope, id)["status"] == "Disconnected":
            raise bad_request(
                "PrivateEndpointCannotBeUpdatedInDisconnectedState",
                f"Private endpoint {id.text} cannot be updated in Disconnected state.",
            )
        before = items(old, array)
        if not before or _target(before[0]) != _target(connection):
            raise bad_request(
                "CannotChangePrivateLinkConnectionOnPrivateEndpoint",
                f"Cannot change private link connection on private endpoint {id.text}.",
            )
        kept = properties(old)
        changed = [
            name
            for name, wanted in (
                ("subnet", {"id": subnet.id}),
                ("ipConfigurations", items(body, "ipConfigurations")),
                ("customNetworkInterfaceName", str(properties(body).get("customNetworkInterfaceName") or "")),
            )
            if kept[name] != wanted
        ]
        if changed:
            raise own_choice(
                "PrivateEndpointPropertyCannotBeChanged",
                f"Properties {', '.join(changed)} of private endpoint {id.text} cannot be changed.",
            )

    def _connect(self, scope: Scope, id: ResourceId, guid: str, location: str, array: str, connection: Json) -> None:
        service = self._service(scope, id, str(properties(connection)["privateLinkServiceId"]), array)
        approved = _listed(properties(service.body), "autoApproval")
        if array == _AUTOMATIC or {id.subscription.lower(), "*"} & set(approved):
            state = {"status": "Approved", "description": "Auto Approved", "actionsRequired": "None"}
        else:
            message = properties(connection).get("requestMessage") or "Awaiting approval"
            state = {"status": "Pending", "description": message, "actionsRequired": "None"}
        seen = ResourceId.parse(service.id).child("privateEndpointConnections", f"{id.name}.{guid}")
        body = {
            "name": seen.name,
            "id": seen.text,
            "etag": self.etag(),
            "type": CONNECTIONS,
            "properties": {
                "provisioningState": "Succeeded",
                "privateEndpoint": {"id": id.text},
                "privateEndpointLocation": region(location),
                "privateLinkServiceConnectionState": state,
                "linkIdentifier": str(uuid.UUID(guid).int % 10**9),
            },
        }
        scope.store.put(seen.text, CONNECTIONS, body, [id.text])

    @staticmethod
    def _service(scope: Scope, id: ResourceId, target: str, array: str) -> Stored:
        by_alias = target.lower().endswith(_ALIAS_SUFFIX)
        if (by_alias and array == _AUTOMATIC) or not (by_alias or _SERVICE_ID.search(target)):
            raise bad_request("InvalidPrivateLinkServiceId", f"Invalid private link service id {target} on {id.text}.")
        found = scope.store.referrers(target, PRIVATE_LINK_SERVICES) if by_alias else [scope.store.get(target)]
        service = next((each for each in found if each is not None), None)
        visible = _listed(properties(service.body), "visibility") if service else []
        # Without a list, who has rights on the service sees it: here the owner's own subscription.
        owner = [ResourceId.parse(service.id).subscription.lower()] if service else []
        if service is None or not {id.subscription.lower(), "*"} & set(visible or owner):
            raise bad_request(
                "ThirdPartyPrivateLinkServiceProvidedDuringPrivateEndpointCreationDoesNotExistOrIsNotVisible",
                f"Third-party Private Link Service Id {target} provided for private endpoint {id.text} does not exist "
                "or is not visible.",
            )
        return service

    @staticmethod
    def _interface(
        scope: Scope, id: ResourceId, location: str, custom_name: str, subnet: Stored, addresses: list[Json]
    ) -> ResourceId:
        interface = id.sibling(NETWORK_INTERFACES, custom_name or f"{id.name}.nic.{uuid.uuid4()}")
        if scope.store.get(interface.key) is not None:
            raise own_choice(
                "PrivateEndpointNetworkInterfaceNameInUse",
                f"Private endpoint {id.text} cannot make network interface {interface.text}: it exists already.",
            )
        static = properties(addresses[0]).get("privateIPAddress") if addresses else None
        configuration: Json = {
            "name": inner_name(addresses[0]) if addresses else f"privateEndpointIpConfig.{uuid.uuid4()}",
            "properties": {
                "subnet": {"id": subnet.id},
                "primary": True,
                **({"privateIPAddress": static} if static else {}),
                "privateLinkConnectionProperties": {"groupId": "", "requiredMemberName": "", "fqdns": []},
            },
        }
        scope.put(
            interface,
            {
                "location": location,
                "properties": {"ipConfigurations": [configuration], "privateEndpoint": {"id": id.text}},
            },
        )
        return interface


def _target(connection: Json) -> tuple[Any, ...]:
    """What an endpoint's connection leads to; never changed in place."""
    given = properties(connection)
    return connection["name"], str(given.get("privateLinkServiceId")).lower(), given.get("groupIds")


def _status(connection: Json) -> str:
    return str(properties(connection)["privateLinkServiceConnectionState"]["status"])


def _listed(service: Json, name: str) -> list[str]:
    """The subscriptions of a list, to be compared without case; absent is empty."""
    listed: list[Any] = section(service, name).get("subscriptions") or []
    return [str(each).lower() for each in listed]


def _connection_state(scope: Scope, endpoint: ResourceId) -> Json:
    for connection in scope.store.referrers(endpoint.key, CONNECTIONS):
        return properties(connection.body)["privateLinkServiceConnectionState"]
    return {"status": "Disconnected", "description": "", "actionsRequired": "None"}


def _delete_interface(scope: Scope, owner: Json) -> None:
    for interface in properties(owner)["networkInterfaces"]:
        scope.store.delete(interface["id"])


TYPES = (PrivateLinkService(), PrivateEndpointConnection(), PrivateEndpoint())
