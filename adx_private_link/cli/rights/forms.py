"""Custom roles as the Azure CLI, Bicep and Pulumi take them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from ...rights.records import CustomRole
from ..bicep_text import bicep_text
from .words import role_description, role_name

Form = Literal["json", "bicep", "pulumi"]
ENDINGS: dict[Form, str] = {"json": "json", "bicep": "bicep", "pulumi": "py"}


def format_roles(roles: Sequence[CustomRole], stack: str, form: Form) -> str:
    """Format roles for a file: one as JSON or Bicep, any number as a Pulumi program."""
    match form:
        case "json":
            [role] = roles
            return f"{json.dumps(role_definition(role, stack), indent=2)}\n"
        case "bicep":
            [role] = roles
            return _format_bicep(role, stack)
        case "pulumi":
            return _format_pulumi(roles, stack)


def role_definition(role: CustomRole, stack: str) -> dict[str, Any]:
    """
    Return a role as the Azure CLI takes it, from a file.

    Source: MicrosoftDocs/azure-docs, articles/role-based-access-control/custom-roles-cli.md.
    """
    return {
        "Name": role_name(role, stack),
        "IsCustom": True,
        "Description": role_description(role, stack),
        "Actions": [action.name for action in role.actions],
        "NotActions": [],
        "DataActions": [],
        "NotDataActions": [],
        "AssignableScopes": [*role.scopes],
    }


def _format_bicep(role: CustomRole, stack: str) -> str:
    """
    The role is deployed at its first scope.

    Source: MicrosoftDocs/azure-docs, articles/role-based-access-control/custom-roles-rest.md.
    """
    _, _, subscription, *group = role.scopes[0].split("/")
    if group:
        target, place = "resourceGroup", f"group create --subscription {subscription} --resource-group {group[1]}"
    else:
        target, place = "subscription", f"sub create --subscription {subscription} --location LOCATION"
    return "\n".join(
        [
            f"// az deployment {place} --template-file {role.key}.bicep",
            f"targetScope = '{target}'",
            "",
            f"var roleName = {bicep_text(role_name(role, stack))}",
            "",
            "resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {",
            "  name: guid(tenant().tenantId, roleName)",
            "  properties: {",
            "    roleName: roleName",
            f"    description: {bicep_text(role_description(role, stack))}",
            "    type: 'CustomRole'",
            "    permissions: [",
            "      {",
            *_bicep_list("actions", (action.name for action in role.actions), 8),
            "        notActions: []",
            "      }",
            "    ]",
            *_bicep_list("assignableScopes", role.scopes, 4),
            "  }",
            "}",
            "",
            "output id string = role.id",
            "",
        ]
    )


def _bicep_list(name: str, values: Iterable[str], indent: int) -> list[str]:
    space = " " * indent
    return [f"{space}{name}: [", *(f"{space}  {bicep_text(value)}" for value in values), f"{space}]"]


def _format_pulumi(roles: Sequence[CustomRole], stack: str) -> str:
    lines = ["from pulumi_azure_native import authorization"]
    for role in roles:
        name = role_name(role, stack)
        # The same role has the same id wherever it is created; a tenant has one role of a name.
        id = uuid.uuid5(uuid.NAMESPACE_URL, f"{role.scopes[0].lower()} {name}")
        lines += [
            "",
            "authorization.RoleDefinition(",
            f"    {json.dumps(role.key)},",
            f'    role_definition_id="{id}",',
            f"    role_name={json.dumps(name)},",
            f"    description={json.dumps(role_description(role, stack))},",
            '    role_type="CustomRole",',
            f"    scope={json.dumps(role.scopes[0])},",
            "    permissions=[",
            "        {",
            '            "actions": [',
            *(f"                {json.dumps(action.name)}," for action in role.actions),
            "            ],",
            '            "not_actions": [],',
            "        }",
            "    ],",
            "    assignable_scopes=[",
            *(f"        {json.dumps(scope)}," for scope in role.scopes),
            "    ],",
            ")",
        ]
    return "\n".join([*lines, ""])
