"""Which endpoints see a private link service: by its id or alias, and by its visibility list."""

from __future__ import annotations

import re
from typing import Any

from ..bodies import Json, properties, read_object, region_name
from ..clouds import cloud_of
from ..errors import Rejection
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager
from ..store import Stored
from ..type_names import PRIVATE_LINK_SERVICES

INVALID_SERVICE = Rejection(
    says="A connection names a service by its id or, if it is manual, by its alias; a new alias is rejected for a "
    "while",
    source="hashicorp/terraform-provider-azurerm#16315, #32095; Azure/azure-rest-api-specs#20289",
    code="InvalidPrivateLinkServiceId",
    message="Invalid private link service id {target} on {endpoint}.",
)
INVISIBLE = Rejection(
    says="A service is visible to endpoints of the subscriptions in its visibility list; `*` is every subscription of "
    "its cloud. Without a list it is visible in its own subscription, and by id to callers with the right to approve",
    source="Azure/azure-powershell#24514; MicrosoftDocs/azure-docs, articles/private-link/private-link-service-"
    "overview.md; how far a service without a list is visible is in part an own choice",
    code="ThirdPartyPrivateLinkServiceProvidedDuringPrivateEndpointCreationDoesNotExistOrIsNotVisible",
    message="Third-party Private Link Service Id {target} provided for private endpoint {endpoint} does not exist or "
    "is not visible.",
)

ALIAS_SUFFIX = ".azure.privatelinkservice"
_SERVICE_ID = re.compile(rf"^/subscriptions/.+/{PRIVATE_LINK_SERVICES}/[^/]+$", re.IGNORECASE)


def find_visible_service(
    arm: ResourceManager, endpoint: ResourceId, target: str, location: str, *, automatic: bool
) -> Stored:
    """The service that an endpoint names by id or alias. Raises `AzureError` if the endpoint does not see it."""
    by_alias = target.lower().endswith(ALIAS_SUFFIX)
    is_valid = not (automatic or arm.store.is_hidden(target)) if by_alias else _SERVICE_ID.search(target)
    if not is_valid:
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
        # The caller of an automatic connection has the right to approve (`linked_actions`).
        return automatic or ResourceId.parse(service.id).subscription.lower() == endpoint.subscription.lower()
    return is_listed(endpoint.subscription, visible)


def listed_subscriptions(service: Json, name: str) -> list[str]:
    """The subscriptions in a list of a service, in lower case; empty if the list is absent."""
    subscriptions: list[Any] = read_object(service, name).get("subscriptions") or []
    return [str(subscription).lower() for subscription in subscriptions]


def is_listed(subscription: str, listed: list[str]) -> bool:
    """Whether a list of a service has a subscription; `*` is every one."""
    return "*" in listed or subscription.lower() in listed
