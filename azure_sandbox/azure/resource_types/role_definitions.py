"""Microsoft.Authorization/roleDefinitions: custom roles, which role assignments give to principals."""

from __future__ import annotations

import re
from typing import Any, cast

from ...rules import OWN_CHOICE
from ..bodies import CANNOT_PARSE, Json, properties, read_objects
from ..errors import Rejection
from ..guids import is_guid
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType, without_etag
from ..type_names import ROLE_ASSIGNMENTS, ROLE_DEFINITIONS

_ROLES = "MicrosoftDocs/azure-docs, articles/role-based-access-control"

BAD_DEFINITION = Rejection(
    says="The name of a custom role is a GUID; it has a role name of at most 128 characters and a description of at "
    "most 1,024, and assignable scopes, the first of which is the scope of its id",
    source=f"{_ROLES}/custom-roles.md, custom-roles-rest.md; that one code and text stand for all is an {OWN_CHOICE}",
    code="InvalidRoleDefinition",
    message="The role definition '{name}' is not valid: it needs a GUID as its name, a roleName of at most 128 "
    "characters, and assignableScopes of which the first is the scope of the request.",
)
NAME_TAKEN = Rejection(
    says="The role name of a custom role is unique in a tenant",
    source=f"{_ROLES}/custom-roles.md; hashicorp/terraform-provider-azurerm issues show code and text",
    status=409,
    code="RoleDefinitionWithSameNameExists",
    message="A custom role with the same name already exists in this directory. Use a different name.",
)
UNKNOWN_ACTION = Rejection(
    says="A custom role names actions that Azure has",
    source=f"MicrosoftDocs/azure-docs#102571; the sandbox has no list of them, and checks the form ({OWN_CHOICE})",
    code="InvalidActionOrNotAction",
    message="'{action}' does not match any of the actions supported by the providers.",
)
HAS_ASSIGNMENTS = Rejection(
    says="A custom role that is assigned cannot be deleted",
    source=f"{_ROLES}/troubleshooting.md",
    code="RoleDefinitionHasAssignments",
    message="There are existing role assignments referencing role (code: RoleDefinitionHasAssignments).",
)

_ACTION = re.compile(r"\*|(\*|[\w.]+)(/[\w.*]+)*/(\*|read|write|delete|action)", re.IGNORECASE)


class RoleDefinition(ResourceType):
    type = ROLE_DEFINITIONS
    located = False
    long_running = False

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        requested = properties(body)
        name, scopes = requested.get("roleName"), _read_texts(requested, "assignableScopes")
        is_valid = is_guid(id.name) and isinstance(name, str) and 0 < len(name) <= 128
        if not is_valid or not scopes or scopes[0].lower() != str(id.scope).lower():
            raise BAD_DEFINITION(name=id.name)
        if len(str(requested.get("description") or "")) > 1024:
            raise BAD_DEFINITION(name=id.name)
        for other in arm.store.of_type(self.type):
            is_same_name = properties(other.body)["roleName"].lower() == str(name).lower()
            if is_same_name and ResourceId.parse(other.id).name.lower() != id.name.lower():
                raise NAME_TAKEN()
        return {
            "properties": {
                "roleName": name,
                "description": requested.get("description") or "",
                "type": "CustomRole",
                "permissions": [_read_permission(permission) for permission in read_objects(body, "permissions")],
                "assignableScopes": scopes,
            }
        }

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        assignments = (properties(assignment.body) for assignment in arm.store.of_type(ROLE_ASSIGNMENTS))
        if any(str(assignment["roleDefinitionId"]).lower().endswith(id.name.lower()) for assignment in assignments):
            raise HAS_ASSIGNMENTS()

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        return without_etag(body)

    def linked_actions(self, id: ResourceId, body: Json) -> list[tuple[str, str]]:
        scopes = _read_texts(properties(body), "assignableScopes")
        return [(f"{self.type}/write", f"{scope}/providers/{self.type}/{id.name}") for scope in scopes]


def _read_permission(permission: Json) -> Json:
    names = ("actions", "notActions", "dataActions", "notDataActions")
    read = {name: _read_texts(permission, name) for name in names}
    for action in (*read["actions"], *read["notActions"]):
        if not _ACTION.fullmatch(action):
            raise UNKNOWN_ACTION(action=action)
    return {**read}


def _read_texts(holder: Json, name: str) -> list[str]:
    values: Any = holder.get(name) or []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in cast("list[Any]", values)):
        raise CANNOT_PARSE()
    return cast("list[str]", values)
