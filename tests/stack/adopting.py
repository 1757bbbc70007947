"""A stack in a world that people created by hand, and `adopt` run on it."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from azure_sandbox.testing import Stack, environment

from . import harness

WORLD = harness.PROJECT / "examples" / "from_the_portal" / "world.yaml"
ANALYTICS = "22222222-2222-2222-2222-222222222222"
CLIENTS = f"/subscriptions/{ANALYTICS}/resourceGroups/analytics/providers/Microsoft.Network"
NETWORK = f"{CLIENTS}/virtualNetworks/analytics-vnet"
ADX = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx"
CLUSTER = f"{ADX}/providers/Microsoft.Kusto/Clusters/myadx"
BOTH_KINDS = harness.PROJECT / "tests" / "worlds" / "native_by_hand.yaml"
NATIVE = f"{ADX}/providers/Microsoft.Kusto/Clusters/newadx"
HOSTS = ("myadx.westus.kusto.windows.net", "ingest-myadx.westus.kusto.windows.net")


def adopt(stack: Stack, *arguments: str) -> str:
    """Run `adopt`, and return its output."""
    process = start_adoption(stack, *arguments, command=harness.COMMAND)
    output, _ = process.communicate()
    assert process.returncode == 0, output
    return output


def start_adoption(
    stack: Stack, *arguments: str, attached: bool = True, command: Sequence[str] = ("adx-private-link",)
) -> subprocess.Popen[str]:
    """Start an adoption in a process group of its own, so that a kill ends all processes that it started."""
    return subprocess.Popen(
        [*command, "adopt", "--stack", stack.name, "--yes", "--subscription", ANALYTICS, *arguments],
        cwd=stack.directory,
        env={**environment(stack.home, attached=attached), "TMPDIR": str(temporary_directory(stack))},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def temporary_directory(stack: Stack) -> Path:
    directory = stack.directory / "tmp"
    directory.mkdir(exist_ok=True)
    return directory


def read_settings(stack: Stack) -> dict[str, Any]:
    config = yaml.safe_load((stack.directory / f"Pulumi.{stack.name}.yaml").read_text())["config"]
    return {key.removeprefix("adx-private-link:"): value for key, value in config.items()}


def resolve_hosts(stack: Stack) -> list[list[str]]:
    return [stack.resolve(NETWORK, host) for host in HOSTS]


def assert_nothing_is_left_to_do(stack: Stack) -> None:
    """Check that no operation is left: now, after the update that records dependencies, and after a refresh."""
    update = harness.expect_success(stack.up(preview=True))
    assert update.preview
    for run in (update.preview, update, harness.expect_success(stack.up("--refresh"))):
        assert run.operations == []
