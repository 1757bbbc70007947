"""The page about moving resources from a hand-written program into the component."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from azure_sandbox import portal_changes
from azure_sandbox.azure import ResourceId
from azure_sandbox.testing import Sandbox, Stack

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "move-your-program.md"
BEFORE, AFTER = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
ANALYTICS = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/analytics"
ENDPOINTS = f"{ANALYTICS}/providers/Microsoft.Network/privateEndpoints"


@pytest.fixture
def stack(azure_sandbox: Sandbox, tmp_path: Path) -> Stack:
    """The original program of the page, deployed, with connections approved by hand."""
    program = tmp_path / "program"
    program.mkdir()
    (program / "Pulumi.yaml").write_text("name: mine\nruntime: python\n")
    (program / "__main__.py").write_text(BEFORE)
    stack = azure_sandbox.stack(program)
    update = stack.up()
    assert update.succeeded, update.output
    for role in ("engine", "ingestion"):
        portal_changes.decide_connection(azure_sandbox.azure, ResourceId.parse(f"{ENDPOINTS}/adx-{role}"), "Approved")
    return stack


def write_program(stack: Stack, program: str) -> None:
    (stack.directory / "__main__.py").write_text(program)


def test_the_move_touches_nothing_in_azure(stack: Stack) -> None:
    """Access must not be interrupted when a program starts to use the component."""
    before = stack.world()
    write_program(stack, AFTER)
    for run in (stack.preview(), stack.up()):
        assert run.succeeded, run.output
        # Components exist in Pulumi only.
        assert {operation.split()[1] for operation in run.operations} == {
            "AdxPrivateLink",
            "ClusterServices",
            "ConsumerEndpoints",
            "KustoPrivateDnsZone",
        }, run.operations
    assert stack.world() == before

    # The page removes the old names after the first update.
    write_program(stack, AFTER.replace("    opts=pulumi.ResourceOptions(transformations=[moved]),\n", ""))
    assert stack.up("--refresh", "--expect-no-changes").succeeded
    assert stack.destroy().succeeded
    assert not [resource for resource in stack.world() if "privateEndpoints/" in resource["id"]]


def test_without_the_old_names_everything_would_be_replaced(stack: Stack) -> None:
    """The page exists for this reason; the preview lists the new names."""
    write_program(stack, AFTER.replace("    opts=pulumi.ResourceOptions(transformations=[moved]),\n", ""))
    operations = stack.preview().operations
    assert "create PrivateLinkService myadx.engine" in operations
    assert "delete PrivateLinkService pls-engine" in operations
