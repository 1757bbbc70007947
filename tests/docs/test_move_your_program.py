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
    """The program as it was, deployed and approved by hand."""
    program = tmp_path / "program"
    program.mkdir()
    (program / "Pulumi.yaml").write_text("name: mine\nruntime: python\n")
    (program / "__main__.py").write_text(BEFORE)
    stack = azure_sandbox.stack(program)
    done = stack.up()
    assert done.succeeded, done.output
    for role in ("engine", "ingestion"):
        portal_changes.decide_connection(azure_sandbox.azure, ResourceId.parse(f"{ENDPOINTS}/adx-{role}"), "Approved")
    return stack


def write(stack: Stack, program: str) -> None:
    (stack.directory / "__main__.py").write_text(program)


def test_nothing_in_azure_is_touched(stack: Stack) -> None:
    before = stack.world()
    write(stack, AFTER)
    for run in (stack.preview(), stack.up()):
        assert run.succeeded, run.output
        # Components are Pulumi's alone.
        assert {each.split()[1] for each in run.operations} == {
            "AdxPrivateLink",
            "ClusterServices",
            "ConsumerEndpoints",
            "KustoPrivateDnsZone",
        }, run.operations
    assert stack.world() == before

    # From now on without the old names.
    write(stack, AFTER.replace("    opts=pulumi.ResourceOptions(transformations=[moved]),\n", ""))
    assert stack.up("--refresh", "--expect-no-changes").succeeded
    assert stack.destroy().succeeded
    assert not [each for each in stack.world() if "privateEndpoints/" in each["id"]]


def test_without_the_old_names_all_would_be_made_anew(stack: Stack) -> None:
    """That is what the page is for; the preview lists the new names."""
    write(stack, AFTER.replace("    opts=pulumi.ResourceOptions(transformations=[moved]),\n", ""))
    operations = stack.preview().operations
    assert "create PrivateLinkService myadx.engine" in operations
    assert "delete PrivateLinkService pls-engine" in operations
