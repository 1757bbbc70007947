"""
Connections between endpoints and services: how they come about, who sees which service, and who decides.

A connection is one stored resource below its service; what the endpoint shows of it is computed from there, so the
two sides never disagree.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

from ..rules import OWN_CHOICE, Rule
from .clouds import cloud_of
from .errors import CANNOT_PARSE, Refusal
from .ids import ResourceId
from .resource_type import ResourceType, Scope, linked_id, properties, region, section
from .store import Json, Stored
from .type_names import CONNECTIONS, PRIVATE_LINK_SERVICES

_RECORDED = "Azure/azure-cli, command_modules/network/tests/latest/recordings/test_network_private_endpoints.yaml"
_TROUBLESHOOTING = "MicrosoftDocs/SupportArticles-docs, support/azure/private-link/troubleshoot-private-endpoint-"

INVALID_SERVICE = Refusal(
    says="What is neither a service's id nor an alias is refused, and an alias in an automatic connection; so is an "
    "alias that is new, for a while",
    source="hashicorp/terraform-provider-azurerm#16315, #32095; Azure/azure-rest-api-specs#20289",
    code="InvalidPrivateLinkServiceId",
    message="Invalid private link service id {target} on {endpoint}.",
)
NO_SUCH_TARGETS = Refusal(
    says="Azure takes endpoints of other targets, such as storage accounts and vaults; the sandbox lacks them and "
    "says so",
    source=OWN_CHOICE,
    code="NotInSandbox",
    message="The sandbox has no targets of type {type} for private endpoints, only {services}: {endpoint} cannot "
    "connect to {target} here.",
)
INVISIBLE = Refusal(
    says="A service is visible to the subscriptions that it lists, `*` being all of its cloud: the endpoint's counts. "
    "Without a list it is visible to its own subscription, and by id to those with the right to approve",
    source="Azure/azure-powershell#24514; MicrosoftDocs/azure-docs, articles/private-link/private-link-service-"
    "overview.md; how far a service without a list is visible is in part an own choice",
    code="ThirdPartyPrivateLinkServiceProvidedDuringPrivateEndpointCreationDoesNotExistOrIsNotVisible",
    message="Third-party Private Link Service Id {target} provided for private endpoint {endpoint} does not exist or "
    "is not visible.",
)
TOO_MANY_CONNECTIONS = Refusal(
    says="A service has at most 1,000 connections",
    source=f"{_TROUBLESHOOTING}creation-failed.md; code and text are an own choice",
    code="PrivateEndpointConnectionsPerPrivateLinkServiceLimitReached",
    message="The maximum number of private endpoint connections, {most}, is reached on private link service {service}.",
)
UNKNOWN_CONNECTION = Refusal(
    says="An owner decides on connections that endpoints have made, and invents none",
    source=OWN_CHOICE,
    status=404,
    code="ResourceNotFound",
    message="The Resource 'Microsoft.Network/privateLinkServices/{service}/privateEndpointConnections/{connection}' "
    "under resource group '{group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
)
TRANSITION = Refusal(
    says="A connection goes from Pending to Approved or Rejected, and from Approved to Rejected; Rejected is final",
    source="Azure/azure-cli, command_modules/network/tests/latest/recordings/test_network_private_endpoints.yaml has "
    "the transitions that are allowed; that there are no others, and code and text, are an own choice",
    code="PrivateEndpointConnectionStateTransitionNotAllowed",
    message="Private endpoint connection {connection} cannot go from {now} to {wanted}.",
)
APPROVED_AT_ONCE = Rule(
    says="An automatic connection is approved at once, and a manual one of a subscription that is listed for "
    "auto-approval; any other waits, with the request message as its description. Editing the list approves nobody "
    "who waits",
    source=f"{_TROUBLESHOOTING}pending-approval.md; that the list counts for manual connections is "
    "hashicorp/terraform-provider-azurerm's acceptance tests",
)
ONE_STATE = Rule(
    says="Both sides of a connection show one state; the owner's side is named `<endpoint>.<the endpoint's guid>`",
    source="Azure/azure-cli, command_modules/network/tests/latest/recordings/test_network_private_endpoints.yaml",
)

SERVICE_ETAG = Rule(
    says="A connection shows the etag of its service, which changes when an endpoint connects, is decided on or goes; "
    "a connection's number has nine digits",
    source="Azure/azure-cli, command_modules/network/tests/latest/recordings/test_network_private_endpoints.yaml",
)

MOST_CONNECTIONS_OF_A_SERVICE = 1000
_GATEWAYS = "microsoft.network/applicationgateways"
ALIAS_SUFFIX = ".azure.privatelinkservice"
SERVICE_ID = re.compile(rf"^/subscriptions/.+/{PRIVATE_LINK_SERVICES}/[^/]+$", re.IGNORECASE)


class PrivateEndpointConnection(ResourceType):
    """One connection as the service's owner sees it. Endpoints make connections; the owner decides on them."""

    type = CONNECTIONS
    located = False

    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json:
        if old is None:
            raise UNKNOWN_CONNECTION(service=id.names[0], connection=id.name, group=id.resource_group)
        state = section(properties(body), "privateLinkServiceConnectionState")
        now, wanted = _status_of(old), state.get("status")
        if not isinstance(wanted, str):
            raise CANNOT_PARSE()
        if wanted not in ("Approved", "Rejected") or (now != wanted and now not in ("Pending", "Approved")):
            raise TRANSITION(connection=id.text, now=now, wanted=wanted)
        touch_service(scope, id)
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

    def view(self, scope: Scope, id: ResourceId, body: Json) -> Json:
        service = scope.store.get(id.key.rsplit("/", 2)[0])
        return {**body, "etag": service.body["etag"]} if service else body

    def delete(self, scope: Scope, id: ResourceId, body: Json) -> None:
        touch_service(scope, id)

    def refers_to(self, body: Json) -> list[str]:
        return [str(linked_id(properties(body), "privateEndpoint"))]


def _status_of(connection: Json) -> str:
    return str(properties(connection)["privateLinkServiceConnectionState"]["status"])


def connect(scope: Scope, id: ResourceId, guid: str, location: str, connection: Json, *, automatic: bool) -> None:
    """Makes an endpoint's connection to the service that it names, by id or alias."""
    given = properties(connection)
    service = _service(scope, id, str(given["privateLinkServiceId"]), location, automatic=automatic)
    if len(scope.store.children(service.id, CONNECTIONS)) >= MOST_CONNECTIONS_OF_A_SERVICE:
        raise TOO_MANY_CONNECTIONS(service=service.id, most=MOST_CONNECTIONS_OF_A_SERVICE)
    approved = listed(properties(service.body), "autoApproval")
    if automatic or {id.subscription.lower(), "*"} & set(approved):
        status, description = "Approved", "Auto Approved"
    else:
        status, description = "Pending", given.get("requestMessage") or "Awaiting approval"
    seen = ResourceId.parse(service.id).child("privateEndpointConnections", f"{id.name}.{guid}")
    kind = PrivateEndpointConnection()
    body = {
        "name": seen.name,
        "id": seen.text,
        "etag": kind.etag(),
        "type": kind.type,
        "properties": {
            "provisioningState": "Succeeded",
            "privateEndpoint": {"id": id.text},
            "privateEndpointLocation": region(location),
            "privateLinkServiceConnectionState": {
                "status": status,
                "description": description,
                "actionsRequired": "None",
            },
            "linkIdentifier": str(10**8 + uuid.UUID(guid).int % (9 * 10**8)),
        },
    }
    scope.store.put(seen.text, kind.type, body, kind.refers_to(body))
    touch_service(scope, seen)


def check_target(endpoint: ResourceId, target: str) -> None:
    """Refuses what Azure would take and the sandbox does not have."""
    try:
        type = ResourceId.parse(target).type
    except ValueError:
        return
    if not type.lower().startswith("microsoft.network/") or type.lower() == _GATEWAYS:
        raise NO_SUCH_TARGETS(type=type, services=PRIVATE_LINK_SERVICES, endpoint=endpoint.text, target=target)


def touch_service(scope: Scope, connection: ResourceId) -> None:
    """A service has changed when any of its connections has."""
    scope.store.set_etag(connection.text.rsplit("/", 2)[0], PrivateEndpointConnection().etag())


def connection_state(scope: Scope, endpoint: ResourceId) -> Json:
    """What both sides show of an endpoint's connection."""
    for connection in scope.store.referrers(endpoint.key, CONNECTIONS):
        return properties(connection.body)["privateLinkServiceConnectionState"]
    return {"status": "Disconnected", "description": "", "actionsRequired": "None"}


def listed(service: Json, name: str) -> list[str]:
    """The subscriptions of a list, to be compared without case; absent is empty."""
    entries: list[Any] = section(service, name).get("subscriptions") or []
    return [str(each).lower() for each in entries]


def _service(scope: Scope, id: ResourceId, target: str, location: str, *, automatic: bool) -> Stored:
    by_alias = target.lower().endswith(ALIAS_SUFFIX)
    valid = not (automatic or scope.store.lags(target)) if by_alias else SERVICE_ID.search(target)
    if not valid:
        raise INVALID_SERVICE(target=target, endpoint=id.text)
    found = scope.store.referrers(target, PRIVATE_LINK_SERVICES) if by_alias else [scope.store.get(target)]
    service = next((each for each in found if each is not None), None)
    same_cloud = service is not None and cloud_of(service.body["location"]) is cloud_of(region(location))
    if service is None or not same_cloud or not _is_visible(service, id, automatic=automatic):
        raise INVISIBLE(target=target, endpoint=id.text)
    return service


def _is_visible(service: Stored, endpoint: ResourceId, *, automatic: bool) -> bool:
    visible = listed(properties(service.body), "visibility")
    if not visible:
        # Who connects automatically has shown the right to approve (`linked_actions`).
        return automatic or ResourceId.parse(service.id).subscription.lower() == endpoint.subscription.lower()
    return bool({endpoint.subscription.lower(), "*"} & set(visible))


TYPES = (PrivateEndpointConnection(),)
