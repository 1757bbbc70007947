"""Microsoft.Authorization/roleAssignments: roles of principals, which give no rights in the sandbox."""

from __future__ import annotations

import uuid

from ...rules import OWN_CHOICE, Rule
from ..bodies import CANNOT_PARSE, Json, properties
from ..errors import Rejection
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType, not_found_error, without_etag

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
NO_RIGHTS = Rule(
    says="Role assignments are stored and shown, but give no rights: rights come from `rights` in a world file",
    source=OWN_CHOICE,
)

_TYPE = "Microsoft.Authorization/roleAssignments"


class RoleAssignment(ResourceType):
    type = _TYPE
    located = False
    long_running = False

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        requested = properties(body)
        role, principal = requested.get("roleDefinitionId"), requested.get("principalId")
        if not isinstance(role, str) or not isinstance(principal, str):
            raise CANNOT_PARSE()
        if not _is_guid(id.name):
            raise BAD_NAME(name=id.name)
        if id.resource_group and arm.store.get(str(id.scope)) is None:
            raise not_found_error(ResourceId.parse(str(id.scope)))
        identity = _identity(role, principal)
        if old and _identity(properties(old)["roleDefinitionId"], properties(old)["principalId"]) != identity:
            raise UNCHANGEABLE()
        for other in arm.store.of_type(_TYPE):
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


def _is_guid(name: str) -> bool:
    try:
        return str(uuid.UUID(name)) == name.lower()
    except ValueError:
        return False


def _identity(role: str, principal: str) -> tuple[str, str]:
    return role.rsplit("/", 1)[-1].lower(), principal.lower()
