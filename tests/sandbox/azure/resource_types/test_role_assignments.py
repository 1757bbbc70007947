"""Role assignments are stored and shown, and a principal has a role once."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import Json
from azure_sandbox.azure.errors import Rejection
from azure_sandbox.azure.resource_types import role_assignments

from ...rule_marks import holds, rejected
from ...small_world import CONSUMER, SandboxCloud

ROLE = "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"
ASSIGNMENT = f"{CONSUMER}/providers/Microsoft.Authorization/roleAssignments/0f3b2c1d-0000-4000-8000-00000000abcd"


def assignment(principal: str = "me", role: str = ROLE) -> Json:
    return {"properties": {"roleDefinitionId": role, "principalId": principal}}


@holds(role_assignments.RIGHTS)
def test_a_role_assignment_is_stored(cloud: SandboxCloud) -> None:
    answer = cloud.put(ASSIGNMENT, assignment())
    assert answer["properties"]["scope"] == CONSUMER
    assert cloud.get(ASSIGNMENT) == answer == cloud.put(ASSIGNMENT, assignment())


@holds(role_assignments.ASSIGNMENT_EXISTS, role_assignments.UNCHANGEABLE)
def test_a_principal_has_a_role_on_a_scope_once(cloud: SandboxCloud) -> None:
    cloud.put(ASSIGNMENT, assignment())
    with cloud.rejects("RoleAssignmentExists", 409):
        cloud.put(f"{ASSIGNMENT[:-4]}0000", assignment("ME", ROLE.upper()))
    with cloud.rejects("RoleAssignmentUpdateNotPermitted"):
        cloud.put(ASSIGNMENT, assignment("you"))


@pytest.mark.parametrize(
    ("rejection", "id", "body"),
    [
        rejected(
            role_assignments.BAD_NAME,
            f"{ASSIGNMENT.rsplit('/', 1)[0]}/reader",
            assignment(),
            id="an assignment without a GUID",
        ),
    ],
)
def test_an_invalid_assignment_is_rejected(cloud: SandboxCloud, rejection: Rejection, id: str, body: Json) -> None:
    with cloud.rejects(rejection.code):
        cloud.put(id, body)
