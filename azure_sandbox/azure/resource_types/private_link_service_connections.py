"""Microsoft.Network/privateLinkServices/privateEndpointConnections: who sees a service, and who may connect to it."""

from __future__ import annotations

import re
from typing import Any

from ...rules import Rule
from ..bodies import Json, properties, region_name
from ..clouds import cloud_of
from ..errors import Refusal
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager
from ..store import Stored
from ..type_names import PRIVATE_LINK_SERVICE_CONNECTIONS, PRIVATE_LINK_SERVICES
from .connections import ConnectionType, listed_subscriptions

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
TRANSITION = Refusal(
    says="A connection goes from Pending to Approved or Rejected, and from Approved to Rejected; Rejected is final",
    source="Azure/azure-cli, command_modules/network/tests/latest/recordings/test_network_private_endpoints.yaml has "
    "the transitions that are allowed; that there are no others, and code and text, are an own choice",
    code="PrivateEndpointConnectionStateTransitionNotAllowed",
    message="Private endpoint connection {connection} cannot go from {now} to {wanted}.",
)
SERVICE_ETAG = Rule(
    says="A connection shows the etag of its service, which changes when an endpoint connects, is decided on or goes; "
    "a connection's number has nine digits",
    source="Azure/azure-cli, command_modules/network/tests/latest/recordings/test_network_private_endpoints.yaml",
)

MOST_CONNECTIONS_OF_A_SERVICE = 1000
ALIAS_SUFFIX = ".azure.privatelinkservice"
_SERVICE_ID = re.compile(rf"^/subscriptions/.+/{PRIVATE_LINK_SERVICES}/[^/]+$", re.IGNORECASE)


class PrivateLinkServiceConnection(ConnectionType):
    """One connection as the owner of a private link service sees it."""

    type = PRIVATE_LINK_SERVICE_CONNECTIONS
    target = PRIVATE_LINK_SERVICES
    approved_at_once = "Auto Approved"

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        service = arm.store.get(id.key.rsplit("/", 2)[0])
        return {**body, "etag": service.body["etag"]} if service else body

    def check_decision(self, id: ResourceId, now: str, wanted: str) -> None:
        if wanted not in ("Approved", "Rejected") or (now != wanted and now not in ("Pending", "Approved")):
            raise TRANSITION(connection=id.text, now=now, wanted=wanted)

    def group_ids(self, connection: Json, given: list[Any]) -> list[str]:
        if given:
            raise NO_GROUP_IDS(connection=connection["id"])
        return []

    def find_target(
        self, arm: ResourceManager, endpoint: ResourceId, connection: Json, location: str, *, automatic: bool
    ) -> Stored:
        target = str(properties(connection)["privateLinkServiceId"])
        service = _find_service(arm, endpoint, target, location, automatic=automatic)
        if len(arm.store.children(service.id, self.type)) >= MOST_CONNECTIONS_OF_A_SERVICE:
            raise TOO_MANY_CONNECTIONS(service=service.id, most=MOST_CONNECTIONS_OF_A_SERVICE)
        return service

    def fqdns(self, target: Stored, group: str) -> list[str]:
        return []

    def name_connection(self, target: ResourceId, endpoint: ResourceId, guid: str) -> str:
        return f"{endpoint.name}.{guid}"


def _find_service(arm: ResourceManager, endpoint: ResourceId, target: str, location: str, *, automatic: bool) -> Stored:
    by_alias = target.lower().endswith(ALIAS_SUFFIX)
    valid = not (automatic or arm.store.lags(target)) if by_alias else _SERVICE_ID.search(target)
    if not valid:
        raise INVALID_SERVICE(target=target, endpoint=endpoint.text)
    services = arm.store.referrers(target, PRIVATE_LINK_SERVICES) if by_alias else [arm.store.get(target)]
    service = next((service for service in services if service is not None), None)
    same_cloud = service is not None and cloud_of(service.body["location"]) is cloud_of(region_name(location))
    if service is None or not same_cloud or not _is_visible(service, endpoint, automatic=automatic):
        raise INVISIBLE(target=target, endpoint=endpoint.text)
    return service


def _is_visible(service: Stored, endpoint: ResourceId, *, automatic: bool) -> bool:
    visible = listed_subscriptions(properties(service.body), "visibility")
    if not visible:
        # An automatic connection has needed the right to approve (`linked_actions`).
        return automatic or ResourceId.parse(service.id).subscription.lower() == endpoint.subscription.lower()
    return bool({endpoint.subscription.lower(), "*"} & set(visible))
