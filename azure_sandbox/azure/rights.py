"""Rights of callers, from `rights` in a world file. Without any, every client may do everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import ClassVar

from .callers import HOME_TENANT
from .errors import AzureError, Rejection
from .resource_ids import ResourceId
from .subscriptions import LINKED_SUBSCRIPTION_NOT_AUTHORIZED
from .type_names import RESOURCE_GROUPS

ANYBODY = "*"

NOT_AUTHORIZED = Rejection(
    says="A request needs the right to its action, at its scope or above",
    source="MicrosoftDocs/azure-docs, articles/role-based-access-control/troubleshooting.md",
    code="AuthorizationFailed",
    status=403,
    message="The client '{who}' with object id '{who}' does not have authorization to perform action '{action}' over "
    "scope '{scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.",
)
LINKED_NOT_AUTHORIZED = Rejection(
    says="A request that joins another resource, or connects to it, needs the right to do so on that resource",
    source="MicrosoftDocs/azure-docs, articles/private-link/rbac-permissions.md; Azure/data-landing-zone#203 (a zone "
    "group, in 2021 without `(s)` and `(respectively)`); hashicorp/terraform-provider-azurerm#10556 (each update of "
    "the group needs the right again)",
    code="LinkedAuthorizationFailed",
    status=403,
    message="The client '{who}' with object id '{who}' has permission to perform action '{action}' on scope '{scope}'; "
    "however, it does not have permission to perform action(s) '{linked}' on the linked scope(s) '{target}' "
    "(respectively) or the linked scope(s) are invalid.",
)


def action_of(id: ResourceId, verb: str) -> str:
    """
    Return the action of a request, as roles name it.

    Of a resource group it is another one than its type says (MicrosoftDocs/azure-docs, articles/role-based-access-
    control/permissions/management-and-governance.md).
    """
    type = "Microsoft.Resources/subscriptions/resourceGroups" if id.type == RESOURCE_GROUPS else id.type
    return f"{type}/{verb}"


@dataclass(frozen=True, kw_only=True)
class Right:
    """Actions that a client may do in a scope."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    scope: str
    """A subscription, resource group or resource; everything below is included."""
    who: str = ANYBODY
    """The client id that a provider is configured with (`clientId`, or `ARM_CLIENT_ID`)."""
    actions: tuple[str, ...] = ("*",)
    """Actions as Azure names them, such as `Microsoft.Network/privateEndpoints/*`."""

    def concerns(self, who: str) -> bool:
        return self.who == ANYBODY or self.who.lower() == who.lower()

    def reaches(self, scope: str) -> bool:
        return f"{scope.lower()}/".startswith(f"{self.scope.lower().rstrip('/')}/")

    def allows(self, action: str) -> bool:
        return any(fnmatch(action.lower(), pattern.lower()) for pattern in self.actions)


@dataclass(frozen=True)
class Rights:
    """The rights of one caller."""

    who: str
    assignments: Sequence[Right]
    tenant: str = HOME_TENANT

    def check(self, action: str, scope: ResourceId) -> None:
        """Raise `AzureError` if the caller lacks the right to an action."""
        if not self.has(action, scope.text):
            raise NOT_AUTHORIZED(who=self.who, action=action, scope=scope.text)

    def check_linked(self, action: str, scope: ResourceId, linked: str, target: str) -> None:
        """Raise `AzureError` if the caller lacks the right to an action on a linked resource."""
        if self.has(linked, target):
            return
        raise self._linked_error(action, scope, linked, target)

    def _linked_error(self, action: str, scope: ResourceId, linked: str, target: str) -> AzureError:
        subscription = ResourceId.parse(target).subscription
        within = f"/subscriptions/{subscription}/".lower()
        if any(right.concerns(self.who) and f"{right.scope.lower()}/".startswith(within) for right in self.assignments):
            return LINKED_NOT_AUTHORIZED(who=self.who, action=action, scope=scope.text, linked=linked, target=target)
        return LINKED_SUBSCRIPTION_NOT_AUTHORIZED(
            linked=linked, scope=scope.text, tenant=self.tenant, subscription=subscription
        )

    def has(self, action: str, scope: str) -> bool:
        """Whether the caller has the right to an action."""
        return not self.assignments or any(
            right.concerns(self.who) and right.reaches(scope) and right.allows(action) for right in self.assignments
        )
