"""A documented lock."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import Json

from ...small_world import OWNER_NETWORK, SandboxCloud
from .comparison import Case, assert_conforms

# Azure/azure-cli, command_modules/resource/tests/latest/recordings/test_cannotdelete_resource_lock.yaml (api-version
# 2016-09-01).
LOCK_ID = f"{OWNER_NETWORK}/providers/Microsoft.Authorization/locks/documented"

LOCK: Json = {
    "properties": {"level": "CanNotDelete"},
    "id": LOCK_ID,
    "type": "Microsoft.Authorization/locks",
    "name": "documented",
}


def create_lock(cloud: SandboxCloud) -> str:
    cloud.put(LOCK_ID, {"properties": {"level": "CanNotDelete"}})
    return LOCK_ID


CASES: dict[str, Case] = {
    "a lock": Case(LOCK, create_lock),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_answer_is_the_documented_one(cloud: SandboxCloud, case: Case) -> None:
    assert_conforms(cloud, case)
