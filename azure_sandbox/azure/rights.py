"""Rights of callers, from `rights` in a world file. Without any, every client may do everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import ClassVar

from ..rules import OWN_CHOICE, Rule
from .bodies import Json
from .callers import HOME_TENANT
from .errors import AzureError, OperationFailed, Rejection
from .resource_ids import Collection, ResourceId
from .subscriptions import LINKED_SUBSCRIPTION_NOT_AUTHORIZED
from .type_names import LOCKS, RESOURCE_GROUPS

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

STATUS_NOT_AUTHORIZED = Rule(
    says="Azure accepts the PUT of a deployment, and the PUT or DELETE of a private DNS zone or link, and then answers "
    "`AuthorizationFailed` to a client that waits without the right to read the operation's status: the change stays, "
    "and the client's operation fails",
    source="Azure-Samples/azure-search-openai-demo#848 (a deployment); for private DNS, Private DNS Zone Contributor "
    "has the right (MicrosoftDocs/azure-docs, articles/role-based-access-control/built-in-roles/networking.md), and "
    f"that Azure checks it is an {OWN_CHOICE}; operations of a location, which no role of a resource group covers, "
    "need no right, because Contributors of a group create private endpoints",
)
LIST_NOT_AUTHORIZED = Rule(
    says="A list of locks, or of what is nested in a resource, needs the right to read at its scope; other lists have "
    "what the caller may read",
    source="MicrosoftDocs/azure-docs, articles/role-based-access-control/permissions/management-and-governance.md "
    f"(locks/read gets locks at the specified scope); for what is nested, an {OWN_CHOICE}",
)
LISTED = Rule(
    says="`GET SCOPE/providers/Microsoft.Authorization/permissions` lists what the caller may do at a scope: actions "
    "and exceptions (`notActions`) of each role that it has there or above",
    source="MicrosoftDocs/azure-docs, articles/role-based-access-control/role-definitions.md; Azure/azure-rest-api-"
    "specs, authorization 2022-04-01 (Permissions_ListForResourceGroup); that it needs the right to do so, and lists "
    f"for subscriptions as well, is an {OWN_CHOICE}",
)
EXCEPTED = Rule(
    says="An action that a role excepts (`notActions`) is not allowed by that role, but another role can allow it",
    source="MicrosoftDocs/azure-docs, articles/role-based-access-control/role-definitions.md",
)
PERMISSIONS = "Microsoft.Authorization/permissions"


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
    not_actions: tuple[str, ...] = ()
    """Exceptions from them, as in Contributor."""

    def concerns(self, who: str) -> bool:
        return self.who == ANYBODY or self.who.lower() == who.lower()

    def reaches(self, scope: str) -> bool:
        return f"{scope.lower()}/".startswith(f"{self.scope.lower().rstrip('/')}/")

    def allows(self, action: str) -> bool:
        return _matches(action, self.actions) and not _matches(action, self.not_actions)


def _matches(action: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch(action.lower(), pattern.lower()) for pattern in patterns)


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

    def check_list(self, collection: Collection) -> None:
        """Raise `AzureError` if a list needs a right that the caller lacks."""
        action = f"{collection.type}/read"
        needs_right = collection.is_nested or collection.type.lower() == LOCKS.lower()
        if needs_right and not self.has(action, collection.scope):
            raise NOT_AUTHORIZED(who=self.who, action=action, scope=collection.scope)

    def check_status(self, status: ResourceId) -> None:
        """Raise `OperationFailed` if the caller lacks the right to wait for an operation that Azure has accepted."""
        action = action_of(status, "read")
        if not self.has(action, status.text):
            error = NOT_AUTHORIZED(who=self.who, action=action, scope=status.text)
            raise OperationFailed(error.status, error.code, error.message)

    def permissions_at(self, scope: str) -> list[Json]:
        """The actions and exceptions of each role that the caller has at a scope, or above."""
        if not self.assignments:
            return [{"actions": ["*"], "notActions": []}]
        return [
            {"actions": [*right.actions], "notActions": [*right.not_actions]}
            for right in self.assignments
            if right.concerns(self.who) and right.reaches(scope)
        ]

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
