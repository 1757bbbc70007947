"""Microsoft.Authorization/roleAssignments: roles of principals, which give the rights of custom roles."""

from __future__ import annotations

from ...rules import OWN_CHOICE, Rule
from ..bodies import CANNOT_PARSE, Json, properties
from ..errors import Rejection
from ..guids import is_guid
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType, not_found_error, without_etag
from ..rights import Right
from ..store import Store
from ..type_names import ROLE_ASSIGNMENTS, ROLE_DEFINITIONS

_TROUBLESHOOTING = "MicrosoftDocs/azure-docs, articles/role-based-access-control/troubleshooting.md"

BAD_NAME = Rejection(
    says="The name of a role assignment is a GUID",
    source="Azure/bicep#5181",
    code="InvalidRoleAssignmentId",
    message="The role assignment ID '{name}' is not valid. The role assignment ID must be a GUID.",
)
ASSIGNMENT_EXISTS = Rejection(
    says="A principal has a role on a scope at most once",
    source=f"{_TROUBLESHOOTING}",
    status=409,
    code="RoleAssignmentExists",
    message="The role assignment already exists. The ID of the existing role assignment is {name}.",
)
UNCHANGEABLE = Rejection(
    says="The role, the principal and the scope of a role assignment cannot change",
    source=f"{_TROUBLESHOOTING}",
    code="RoleAssignmentUpdateNotPermitted",
    message="Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
)
RIGHTS = Rule(
    says="In a world with `rights`, an assignment of a custom role gives its principal, whose id is the client id, the "
    "rights of the role at the scope. An assignment of a built-in role is stored and gives none",
    source=OWN_CHOICE,
)
NOT_ASSIGNABLE = Rejection(
    says="A custom role is assigned at its assignable scopes and below only",
    source=f"MicrosoftDocs/azure-docs, articles/role-based-access-control/role-definitions.md; code and text are an "
    f"{OWN_CHOICE}",
    code="RoleDefinitionDoesNotExist",
    message="The specified role definition with ID '{role}' does not exist.",
)


class RoleAssignment(ResourceType):
    type = ROLE_ASSIGNMENTS
    located = False
    long_running = False

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        requested = properties(body)
        role, principal = requested.get("roleDefinitionId"), requested.get("principalId")
        if not isinstance(role, str) or not isinstance(principal, str):
            raise CANNOT_PARSE()
        if not is_guid(id.name):
            raise BAD_NAME(name=id.name)
        if id.resource_group and arm.store.get(str(id.scope)) is None:
            raise not_found_error(ResourceId.parse(str(id.scope)))
        _check_assignable(arm, id, role)
        identity = _identity(role, principal)
        if old and _identity(properties(old)["roleDefinitionId"], properties(old)["principalId"]) != identity:
            raise UNCHANGEABLE()
        for other in arm.store.of_type(ROLE_ASSIGNMENTS):
            assignment = properties(other.body)
            is_same = _identity(assignment["roleDefinitionId"], assignment["principalId"]) == identity
            if is_same and other.id.lower() != id.key and str(assignment["scope"]).lower() == str(id.scope).lower():
                raise ASSIGNMENT_EXISTS(name=ResourceId.parse(other.id).name.replace("-", ""))
        optional = ("condition", "conditionVersion", "description", "delegatedManagedIdentityResourceId")
        return {
            "properties": {
                "roleDefinitionId": role,
                "principalId": principal,
                "principalType": requested.get("principalType") or "User",
                "scope": str(id.scope),
                **{name: requested[name] for name in optional if requested.get(name)},
            }
        }

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        return without_etag(body)


def _identity(role: str, principal: str) -> tuple[str, str]:
    return role.rsplit("/", 1)[-1].lower(), principal.lower()


def _check_assignable(arm: ResourceManager, id: ResourceId, role: str) -> None:
    definition = _find_definition(arm.store, role)
    scope = f"{id.scope}/".lower()
    if definition and not any(
        scope.startswith(f"{assignable.lower()}/") for assignable in definition["assignableScopes"]
    ):
        raise NOT_ASSIGNABLE(role=role.rpartition("/")[2])


def _find_definition(store: Store, role: str) -> Json | None:
    """The properties of a custom role; None for a built-in one."""
    guid = role.rpartition("/")[2].lower()
    definitions = store.of_type(ROLE_DEFINITIONS)
    return next((properties(stored.body) for stored in definitions if stored.id.lower().endswith(f"/{guid}")), None)


def list_assigned_rights(store: Store) -> list[Right]:
    """The rights that principals have by assignments of custom roles."""
    rights: list[Right] = []
    for stored in store.of_type(ROLE_ASSIGNMENTS):
        assigned = properties(stored.body)
        definition = _find_definition(store, assigned["roleDefinitionId"]) or {"permissions": []}
        for permission in definition["permissions"]:
            actions, exceptions = tuple(permission["actions"]), tuple(permission["notActions"])
            right = Right(scope=assigned["scope"], who=assigned["principalId"], actions=actions, not_actions=exceptions)
            rights.append(right)
    return rights
