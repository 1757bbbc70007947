"""A stack in a world that somebody has made by hand, and `adopt` run on it."""

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
HOSTS = ("myadx.westus.kusto.windows.net", "ingest-myadx.westus.kusto.windows.net")


def adopt(stack: Stack, *arguments: str) -> str:
    done = started(stack, *arguments, command=harness.COMMAND)
    told, _ = done.communicate()
    assert done.returncode == 0, told
    return told


def started(
    stack: Stack, *arguments: str, attached: bool = True, command: Sequence[str] = ("adx-private-link",)
) -> subprocess.Popen[str]:
    """An adoption in a process group of its own, which is killed with all that it has started."""
    return subprocess.Popen(
        [*command, "adopt", "--stack", stack.name, "--yes", "--subscription", ANALYTICS, *arguments],
        cwd=stack.directory,
        env={**environment(stack.home, attached=attached), "TMPDIR": str(temporary(stack))},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def temporary(stack: Stack) -> Path:
    directory = stack.directory / "tmp"
    directory.mkdir(exist_ok=True)
    return directory


def settings_of(stack: Stack) -> dict[str, Any]:
    config = yaml.safe_load((stack.directory / f"Pulumi.{stack.name}.yaml").read_text())["config"]
    return {key.removeprefix("adx-private-link:"): value for key, value in config.items()}


def resolved(stack: Stack) -> list[list[str]]:
    return [stack.resolve(NETWORK, host) for host in HOSTS]


def is_done(stack: Stack) -> None:
    """Nothing is left to do, now, after a refresh, and after the update that writes down what depends on what."""
    done = harness.succeeded(stack.up(preview=True))
    assert done.preview
    for run in (done.preview, done, harness.succeeded(stack.up("--refresh"))):
        assert run.operations == []
