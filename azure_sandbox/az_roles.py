"""`az role` in the sandbox: custom roles, and their assignments."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any, cast

import click

from .azure import Azure, Json, ResourceId
from .azure.bodies import properties
from .azure.type_names import ROLE_ASSIGNMENTS, ROLE_DEFINITIONS


@click.group()
def role() -> None:
    """Manage roles."""


@role.group()
def definition() -> None:
    """Manage custom roles."""


@definition.command()
@click.option("--role-definition", required=True, help="The JSON of the role, or @FILE.")
@click.pass_obj
def create(azure: Azure, role_definition: str) -> None:
    """Create a custom role at its first scope."""
    _put_definition(azure, _read_definition(role_definition), str(uuid.uuid4()))


@definition.command()
@click.option("--role-definition", required=True, help="The JSON of the role, or @FILE.")
@click.pass_obj
def update(azure: Azure, role_definition: str) -> None:
    """Update the custom role of a name."""
    requested = _read_definition(role_definition)
    _put_definition(azure, requested, _find_definition(azure, requested["name"]).name)


@definition.command("delete")
@click.option("--name", required=True)
@click.pass_obj
def delete_definition(azure: Azure, name: str) -> None:
    """Delete the custom role of a name."""
    azure.delete(_find_definition(azure, name))


@role.group()
def assignment() -> None:
    """Manage role assignments."""


@assignment.command("create")
@click.option("--role", "name", required=True)
@click.option("--scope", required=True)
@click.option("--assignee-object-id", "principal", required=True)
@click.option("--assignee-principal-type", "principal_type", required=True)
@click.pass_obj
def create_assignment(azure: Azure, name: str, scope: str, principal: str, principal_type: str) -> None:
    """Assign a custom role at a scope."""
    id = ResourceId.parse(f"{scope}/providers/{ROLE_ASSIGNMENTS}/{uuid.uuid4()}")
    body: Json = {"roleDefinitionId": _find_definition(azure, name).text, "principalId": principal}
    azure.put(id, {"properties": {**body, "principalType": principal_type}})


@assignment.command("delete")
@click.option("--role", "name", required=True)
@click.option("--scope", required=True)
@click.option("--assignee", "principal", required=True)
@click.pass_obj
def delete_assignment(azure: Azure, name: str, scope: str, principal: str) -> None:
    """Remove a custom role from a principal at a scope."""
    guid = _find_definition(azure, name).name
    for resource in azure.list():
        if resource["type"] != ROLE_ASSIGNMENTS:
            continue
        found = properties(resource)
        is_same = (found["scope"].lower(), found["principalId"].lower()) == (scope.lower(), principal.lower())
        if is_same and found["roleDefinitionId"].endswith(guid):
            azure.delete(ResourceId.parse(resource["id"]))


def _read_definition(text: str) -> Json:
    """The JSON of `--role-definition`, with its names as Azure spells them: the CLI takes both spellings."""
    content: Any = json.loads(Path(text[1:]).read_text() if text.startswith("@") else text)
    if not isinstance(content, dict) or "AssignableScopes" not in content:
        raise click.UsageError("--role-definition: a role has AssignableScopes.")
    return {name[:1].lower() + name[1:]: value for name, value in cast("Json", content).items()}


def _put_definition(azure: Azure, requested: Json, guid: str) -> None:
    names = ("actions", "notActions", "dataActions", "notDataActions")
    body: Json = {
        "roleName": requested["name"],
        "description": requested.get("description"),
        "permissions": [{name: requested.get(name) or [] for name in names}],
        "assignableScopes": requested["assignableScopes"],
    }
    scope = requested["assignableScopes"][0]
    azure.put(ResourceId.parse(f"{scope}/providers/{ROLE_DEFINITIONS}/{guid}"), {"properties": body})


def _find_definition(azure: Azure, name: str) -> ResourceId:
    for resource in azure.list():
        if resource["type"] == ROLE_DEFINITIONS and properties(resource)["roleName"] == name:
            return ResourceId.parse(resource["id"])
    raise click.UsageError(f"Role '{name}' doesn't exist.")
