"""A documented application security group."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import Json

from ...small_world import GROUP, SandboxCloud
from .comparison import Case, assert_conforms
from .patterns import describe_network_resource

# Azure/azure-cli, command_modules/network/tests/latest/recordings/test_network_asg.yaml (api-version 2021-08-01).
SECURITY_GROUP: Json = {
    **describe_network_resource(GROUP, "applicationSecurityGroups"),
    "location": "westus",
    "tags": {"foo": "doo"},
    "properties": {"provisioningState": "Succeeded"},
}


def create_security_group(cloud: SandboxCloud) -> str:
    cloud.put(GROUP, {"location": "westus", "tags": {"foo": "doo"}})
    return GROUP


CASES: dict[str, Case] = {
    "an application security group": Case(SECURITY_GROUP, create_security_group),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_answer_is_the_documented_one(cloud: SandboxCloud, case: Case) -> None:
    assert_conforms(cloud, case)
