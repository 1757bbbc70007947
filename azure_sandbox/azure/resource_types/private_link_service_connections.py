"""
Connections between endpoints and services: how they come about, who sees which service, and who decides.

A connection is one stored resource below its target; what the endpoint shows of it is computed from there, so the
two sides never disagree.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from ...rules import OWN_CHOICE, Rule
from ..bodies import CANNOT_PARSE, linked_id, properties, region, section
from ..clouds import cloud_of
from ..errors import Refusal
from ..resource_ids import ResourceId
from ..resource_type import ResourceType, Scope, full_name
from ..store import Json, Stored
from ..type_names import CONNECTIONS, PRIVATE_LINK_SERVICES
from .private_dns_zone_groups import keep_records

_RECORDED = "Azure/azure-cli, command_modules/network/tests/latest/recordings/test_network_private_endpoints.yaml"
_TROUBLESHOOTING = "MicrosoftDocs/SupportArticles-docs, support/azure/private-link/troubleshoot-private-endpoint-"

INVALID_SERVICE = Refusal(
    says="What is neither a service's id nor an alias is refused, and an alias in an automatic connection; so is an "
    "alias that is new, for a while",
    source="hashicorp/terraform-provider-azurerm#16315, #32095; Azure/azure-rest-api-specs#20289",
    code="InvalidPrivateLinkServiceId",
    message="Invalid private link service id {target} on {endpoint}.",
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
NO_GROUP_IDS = Refusal(
    says="A connection to a private link service names no group ids",
    source=f"{_RECORDED} never has any; that they are refused is an own choice",
    code="PrivateLinkServiceConnectionGroupIdsNotAllowed",
    message="Private link service connection {connection} to a private link service must not have group ids.",
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
    message="The Resource '{resource}' under resource group '{group}' was not found. For more details please go to "
    "https://aka.ms/ARMResourceNotFoundFix",
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
    "auto-approval; any other waits, and its description is the request message, or empty. Editing the list approves "
    "nobody who waits",
    source=f"{_TROUBLESHOOTING}pending-approval.md; Azure/azure-powershell, src/Network/Network.Test/SessionRecords, "
    "TestStoragePrivateEndpoint (empty; the answer to the PUT alone, which is still `Updating`, has `Awaiting "
    "Approval`); that the list counts for manual connections is hashicorp/terraform-provider-azurerm's acceptance "
    "tests",
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
ALIAS_SUFFIX = ".azure.privatelinkservice"
SERVICE_ID = re.compile(rf"^/subscriptions/.+/{PRIVATE_LINK_SERVICES}/[^/]+$", re.IGNORECASE)


class PrivateEndpointConnection(ResourceType):
    """One connection as the owner of its target sees it. Endpoints make connections; the owner decides on them."""

    type = CONNECTIONS
    located = False
    target: ClassVar[str] = PRIVATE_LINK_SERVICES
    """The type of what endpoints connect to."""
    approved_at_once: ClassVar[str] = "Auto Approved"
    """The description of a connection that waits for nobody."""
    action: ClassVar[str] = "actionsRequired"
    """What the owner's side calls the action that the consumer has to take."""

    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json:
        if old is None:
            raise UNKNOWN_CONNECTION(resource=full_name(id), group=id.resource_group)
        state = section(properties(body), "privateLinkServiceConnectionState")
        wanted = state.get("status")
        if not isinstance(wanted, str):
            raise CANNOT_PARSE()
        self.check_decision(id, properties(old)["privateLinkServiceConnectionState"]["status"], wanted)
        touch(scope, id)
        keep_records(scope, _endpoint(old), approved=wanted == "Approved")
        return {
            "properties": {
                **properties(old),
                "privateLinkServiceConnectionState": {
                    "status": wanted,
                    "description": state.get("description") or "",
                    "actionsRequired": state.get(self.action) or "None",
                },
            }
        }

    def view(self, scope: Scope, id: ResourceId, body: Json) -> Json:
        service = scope.store.get(id.key.rsplit("/", 2)[0])
        return {**body, "etag": service.body["etag"]} if service else body

    def delete(self, scope: Scope, id: ResourceId, body: Json) -> None:
        touch(scope, id)
        keep_records(scope, _endpoint(body), approved=False)

    def refers_to(self, body: Json) -> list[str]:
        return [_endpoint(body).text]

    def check_decision(self, id: ResourceId, now: str, wanted: str) -> None:
        """Refuses what an owner cannot decide."""
        if wanted not in ("Approved", "Rejected") or (now != wanted and now not in ("Pending", "Approved")):
            raise TRANSITION(connection=id.text, now=now, wanted=wanted)

    def group_ids(self, connection: Json, given: list[Any]) -> list[str]:
        """The group ids of an endpoint's connection: the part of the target that it leads to."""
        if given:
            raise NO_GROUP_IDS(connection=connection["id"])
        return []

    def find(self, scope: Scope, endpoint: ResourceId, connection: Json, location: str, *, automatic: bool) -> Stored:
        """The target of an endpoint's connection, which the endpoint may connect to."""
        service = _service(
            scope, endpoint, str(properties(connection)["privateLinkServiceId"]), location, automatic=automatic
        )
        if len(scope.store.children(service.id, self.type)) >= MOST_CONNECTIONS_OF_A_SERVICE:
            raise TOO_MANY_CONNECTIONS(service=service.id, most=MOST_CONNECTIONS_OF_A_SERVICE)
        return service

    def fqdns(self, target: Stored, group: str) -> list[str]:
        """The host names of a part of the target."""
        return []

    def name(self, target: ResourceId, endpoint: ResourceId, guid: str) -> str:
        """What a new connection is called; the guid is the endpoint's."""
        return f"{endpoint.name}.{guid}"


def touch(scope: Scope, connection: ResourceId) -> None:
    """A target has changed when any of its connections has."""
    scope.store.set_etag(connection.text.rsplit("/", 2)[0], PrivateEndpointConnection().etag())


def _endpoint(connection: Json) -> ResourceId:
    return ResourceId.parse(str(linked_id(properties(connection), "privateEndpoint")))


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
