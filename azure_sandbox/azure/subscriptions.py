"""Which subscriptions a caller reaches: those of the world, in its own tenant and cloud."""

from __future__ import annotations

from ..rules import OWN_CHOICE
from .callers import HOME_TENANT, Caller
from .clouds import Cloud, cloud_of
from .errors import Rejection
from .resource_ids import ResourceId
from .store import Store
from .type_names import RESOURCE_GROUPS

UNKNOWN_SUBSCRIPTION = Rejection(
    says="The subscriptions are those in which a world has a resource, each in the cloud of its regions "
    "(`environment`); a provider that is signed in to another cloud does not find it",
    source="Azure/azure-sdk-for-go#2110, Azure/azure-cli#33657; that another cloud answers the same is an "
    f"{OWN_CHOICE}",
    status=404,
    code="SubscriptionNotFound",
    message="The subscription '{subscription}' could not be found.",
)
OTHER_TENANT = Rejection(
    says="A subscription belongs to one tenant (`tenants` in a world file), and accepts only tokens of that tenant",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/troubleshooting/common-deployment-errors.md "
    "(the code); Azure/azure-cli and many others show the text",
    status=401,
    code="InvalidAuthenticationTokenTenant",
    message="The access token is from the wrong issuer 'https://sts.windows.net/{tenant}/'. It must match the tenant "
    "'https://sts.windows.net/{expected}/' associated with this subscription. Please use the authority (URL) "
    "'https://login.windows.net/{expected}' to get the token.",
)
LINKED_SUBSCRIPTION_NOT_AUTHORIZED = Rejection(
    says="Azure rejects a join with a resource of another tenant or cloud, and a connection to it by id that needs no "
    "approval; a manual request and an alias work. An identity without rights in the linked subscription gets the same "
    "answer",
    source="Azure/azure-powershell and Terraform issues on automatic connections across tenants; that a manual request "
    "may name the id: MongoDB Atlas, 'Set Up a Private Endpoint' (Azure)",
    status=403,
    code="LinkedAuthorizationFailed",
    message="The client has permission to perform action '{linked}' on scope '{scope}', however the current tenant "
    "'{tenant}' is not authorized to access linked subscription '{subscription}'.",
)


class Subscriptions:
    """The subscriptions that a caller reaches. Without a caller, all of them."""

    def __init__(self, store: Store, caller: Caller | None) -> None:
        self._store = store
        self._caller = caller
        self._tenants = store.tenants()

    def tenant_of(self, subscription: str) -> str:
        """The tenant of a subscription."""
        return self._tenants.get(subscription.lower(), HOME_TENANT)

    def cloud_of(self, subscription: str) -> Cloud | None:
        """The cloud of a subscription, once it has a resource group."""
        within = f"/subscriptions/{subscription}/".lower()
        groups = self._store.of_type(RESOURCE_GROUPS)
        return next((cloud_of(group.body["location"]) for group in groups if group.id.lower().startswith(within)), None)

    def require_known(self, id: ResourceId) -> None:
        """Raise `AzureError` if the subscription does not exist for the caller."""
        # Only a world creates subscriptions.
        if self._caller and not self._store.has_within(f"/subscriptions/{id.subscription}"):
            raise UNKNOWN_SUBSCRIPTION(subscription=id.subscription)
        self.require_access(id)

    def require_access(self, id: ResourceId) -> None:
        """Raise `AzureError` if the caller is signed in to another cloud or tenant."""
        if self._caller is None:
            return
        if not self._is_in_cloud(id.subscription, self._caller.cloud):
            raise UNKNOWN_SUBSCRIPTION(subscription=id.subscription)
        if not self._is_in_tenant(id.subscription, self._caller.tenant):
            raise OTHER_TENANT(tenant=self._caller.tenant, expected=self.tenant_of(id.subscription))

    def require_linked(self, id: ResourceId, action: str, linked: str) -> None:
        """Raise `AzureError` if a resource links to a subscription of another cloud or tenant."""
        tenant, cloud = self.tenant_of(id.subscription), self.cloud_of(id.subscription)
        if not (self._is_in_cloud(linked, cloud) and self._is_in_tenant(linked, tenant)):
            raise LINKED_SUBSCRIPTION_NOT_AUTHORIZED(linked=action, scope=id.text, tenant=tenant, subscription=linked)

    def _is_in_cloud(self, subscription: str, cloud: Cloud | None) -> bool:
        return cloud is None or self.cloud_of(subscription) in (cloud, None)

    def _is_in_tenant(self, subscription: str, tenant: str | None) -> bool:
        return tenant is None or not self._tenants or self.tenant_of(subscription) == tenant.lower()
