"""A documented resource group."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import Json

from ...small_world import OWNER, SandboxCloud
from .comparison import Case, assert_conforms

# Azure/azure-cli, command_modules/network/tests/latest/recordings/test_network_public_ip.yaml (api-version
# 2021-04-01).
RESOURCE_GROUP: Json = {
    "id": OWNER,
    "name": "owner",
    "type": "Microsoft.Resources/resourceGroups",
    "location": "westus",
    "properties": {"provisioningState": "Succeeded"},
}


def find_resource_group(cloud: SandboxCloud) -> str:
    assert cloud.get(OWNER)
    return OWNER


CASES: dict[str, Case] = {
    "a resource group": Case(RESOURCE_GROUP, find_resource_group),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_answer_is_the_documented_one(cloud: SandboxCloud, case: Case) -> None:
    assert_conforms(cloud, case)
