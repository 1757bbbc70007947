"""Custom roles: what Azure accepts, and the rights that their assignments give."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from azure_sandbox.azure import Azure, AzureError, Json, ResourceId, StoreFile, World
from azure_sandbox.azure.errors import Rejection
from azure_sandbox.azure.resource_types import role_assignments, role_definitions
from azure_sandbox.azure.rights import Right

from ...rule_marks import holds, rejected
from ...small_world import CONSUMER, CONSUMER_NETWORK, OWNER, OWNER_NETWORK, WORLD, SandboxCloud

GUID = "0f3b2c1d-0000-4000-8000-00000000abcd"
ROLE = f"{CONSUMER}/providers/Microsoft.Authorization/roleDefinitions/{GUID}"
OTHER = ROLE.replace(GUID, GUID.replace("abcd", "abce"))
ASSIGNMENT = ROLE.replace("roleDefinitions", "roleAssignments")
READ = "Microsoft.Network/virtualNetworks/read"


def definition(*actions: str, **changes: Any) -> Json:
    role: Json = {
        "roleName": "reader of networks",
        "description": "",
        "permissions": [{"actions": [*(actions or (READ,))], "notActions": []}],
        "assignableScopes": [CONSUMER],
    }
    return {"properties": role | changes}


def assignment(principal: str) -> Json:
    return {"properties": {"roleDefinitionId": ROLE, "principalId": principal}}


def test_a_custom_role_is_stored(cloud: SandboxCloud) -> None:
    answer = cloud.put(ROLE, definition())
    assert answer["properties"]["type"] == "CustomRole"
    assert answer["properties"]["permissions"] == [
        {"actions": [READ], "notActions": [], "dataActions": [], "notDataActions": []}
    ]
    assert cloud.get(ROLE) == answer


@pytest.mark.parametrize(
    ("rejection", "id", "body"),
    [
        rejected(role_definitions.BAD_DEFINITION, f"{ROLE[:-36]}reader", definition(), id="without a GUID"),
        rejected(role_definitions.BAD_DEFINITION, ROLE, definition(roleName="x" * 129), id="a long name"),
        rejected(role_definitions.BAD_DEFINITION, ROLE, definition(description="x" * 1025), id="a long description"),
        rejected(role_definitions.BAD_DEFINITION, ROLE, definition(assignableScopes=[]), id="without scopes"),
        rejected(role_definitions.BAD_DEFINITION, ROLE, definition(assignableScopes=[OWNER]), id="another first scope"),
        rejected(role_definitions.UNKNOWN_ACTION, ROLE, definition("virtualNetworks"), id="no action"),
        rejected(role_definitions.UNKNOWN_ACTION, ROLE, definition("Microsoft.Network/x/Get"), id="another verb"),
    ],
)
def test_an_invalid_role_is_rejected(cloud: SandboxCloud, rejection: Rejection, id: str, body: Json) -> None:
    with cloud.rejects(rejection.code):
        cloud.put(id, body)


@holds(role_definitions.NAME_TAKEN)
def test_two_roles_have_two_names(cloud: SandboxCloud) -> None:
    """The role names of two stacks contain the names of the stacks."""
    cloud.put(ROLE, definition())
    with cloud.rejects("RoleDefinitionWithSameNameExists", 409):
        cloud.put(OTHER, definition(roleName="Reader of networks"))
    cloud.put(ROLE, definition(description="changed"))


@holds(role_definitions.HAS_ASSIGNMENTS)
def test_an_assigned_role_stays(cloud: SandboxCloud) -> None:
    cloud.put(ROLE, definition())
    cloud.put(ASSIGNMENT, assignment("ann"))
    with cloud.rejects("RoleDefinitionHasAssignments"):
        cloud.delete(ROLE)
    cloud.delete(ASSIGNMENT)
    cloud.delete(ROLE)


@holds(role_assignments.NOT_ASSIGNABLE)
def test_a_role_is_assigned_at_its_scopes_only(cloud: SandboxCloud) -> None:
    cloud.put(ROLE, definition())
    with cloud.rejects("RoleDefinitionDoesNotExist"):
        cloud.put(ASSIGNMENT.replace(CONSUMER, OWNER), assignment("ann"))


@holds(role_assignments.RIGHTS)
def test_an_assigned_role_gives_its_rights(tmp_path: Path) -> None:
    """At the scope of the assignment, to its principal, and until it is removed."""
    azure = Azure(StoreFile(tmp_path / "azure.db"))
    azure.start_from(World(resources=WORLD, rights=(Right(scope=OWNER, who="owner"),)))
    ann, network = azure.acting_as("ann"), ResourceId.parse(CONSUMER_NETWORK)
    azure.put(ResourceId.parse(ROLE), definition())
    with pytest.raises(AzureError, match="virtualNetworks/read"):
        ann.get(network)
    azure.put(ResourceId.parse(ASSIGNMENT), assignment("ann"))
    assert ann.get(network)["name"]
    for client, id in ((ann, OWNER_NETWORK), (azure.acting_as("bob"), CONSUMER_NETWORK)):
        with pytest.raises(AzureError, match="virtualNetworks/read"):
            client.get(ResourceId.parse(id))
    azure.delete(ResourceId.parse(ASSIGNMENT))
    with pytest.raises(AzureError, match="virtualNetworks/read"):
        ann.get(network)


def test_a_role_needs_the_right_to_write_roles_on_all_of_its_scopes(tmp_path: Path) -> None:
    """An owner of one group cannot give rights on another."""
    azure = Azure(StoreFile(tmp_path / "azure.db"))
    azure.start_from(World(resources=WORLD, rights=(Right(scope=CONSUMER, who="ann"), Right(scope=OWNER, who="bob"))))
    ann = azure.acting_as("ann")
    assert ann.put(ResourceId.parse(ROLE), definition())["name"] == GUID
    with pytest.raises(AzureError, match="LinkedAuthorizationFailed"):
        ann.put(ResourceId.parse(OTHER), definition(roleName="both", assignableScopes=[CONSUMER, OWNER]))
