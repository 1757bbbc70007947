"""Whoever speaks to Azure: a client of a tenant, signed in to one of Azure's clouds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ..rules import OWN_CHOICE
from .clouds import Cloud
from .errors import Refusal

HOME_TENANT: Final = "00000000-0000-0000-0000-000000000000"
"""The tenant of all subscriptions that a world gives to no other."""

UNKNOWN_SUBSCRIPTION = Refusal(
    says="There are no subscriptions but those in which a world has something, each in the cloud of its regions "
    "(`environment`): a provider that is signed in to another cloud does not find it",
    source="Azure/azure-sdk-for-go#2110, Azure/azure-cli#33657; that another cloud answers the same is an "
    f"{OWN_CHOICE}",
    status=404,
    code="SubscriptionNotFound",
    message="The subscription '{subscription}' could not be found.",
)
OTHER_TENANT = Refusal(
    says="A subscription is of one tenant (a world's `tenants`), and takes that tenant's tokens only",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/troubleshooting/common-deployment-errors.md "
    "(the code); Azure/azure-cli and many others show the text",
    status=401,
    code="InvalidAuthenticationTokenTenant",
    message="The access token is from the wrong issuer 'https://sts.windows.net/{tenant}/'. It must match the tenant "
    "'https://sts.windows.net/{wanted}/' associated with this subscription. Please use the authority (URL) "
    "'https://login.windows.net/{wanted}' to get the token.",
)
LINKED_SUBSCRIPTION_NOT_AUTHORIZED = Refusal(
    says="Nothing is joined to a resource of another tenant or cloud, nor connected to it by id and approved at once; "
    "a manual request and an alias work. An identity without any right in the linked subscription is told the same",
    source="Azure/azure-powershell and Terraform issues on automatic connections across tenants; that a manual request "
    "may name the id: MongoDB Atlas, 'Set Up a Private Endpoint' (Azure)",
    status=403,
    code="LinkedAuthorizationFailed",
    message="The client has permission to perform action '{linked}' on scope '{scope}', however the current tenant "
    "'{tenant}' is not authorized to access linked subscription '{subscription}'.",
)


@dataclass(frozen=True)
class Caller:
    """An identity, as its token tells."""

    client: str
    tenant: str | None = None
    """None: that of whatever it asks for."""
    cloud: Cloud | None = None
    """None: likewise."""
