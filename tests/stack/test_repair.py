"""After a crash: `adx-private-link repair`, and `pulumi up` goes on as if nothing had been."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from pathlib import Path
from typing import Any

import pytest

from azure_sandbox.azure import ResourceId, Trouble
from azure_sandbox.azure.trouble import Kind

from .conftest import StackMaker
from .harness import Stack
from .worlds import RED, RED_NETWORK, TWO_BY_TWO, one_and_red

ENDPOINT = f"{RED}/providers/Microsoft.Network/privateEndpoints/pe-one-engine-red"
ZONE = f"{RED}/providers/Microsoft.Network/privateDnsZones/privatelink.westus.kusto.windows.net"
HOST = "adxone.westus.kusto.windows.net"


@pytest.fixture
def stack(new_stack: StackMaker) -> Stack:
    stack = new_stack(TWO_BY_TWO)
    stack.configure(**one_and_red())
    return stack


def crash(stack: Stack, kind: Kind, on: str) -> None:
    """An update that a kill ends, right after Azure has done what was asked."""
    azure = stack.home.azure
    azure.add_trouble(Trouble(kind=kind, on=on))
    assert not stack.up().succeeded
    assert [met for _, met in azure.troubles()] == [1]
    azure.end_troubles()


def repair(stack: Stack, *arguments: str, answer: str | None = None) -> tuple[int, str]:
    done = subprocess.run(
        ["adx-private-link", "repair", "--stack", "test", *arguments],
        cwd=stack.directory,
        env=stack.home.environment(os.environ),
        capture_output=True,
        text=True,
        input=answer,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def files(stack: Stack) -> dict[str, bytes]:
    """The backend as it is on the disk: after a kill even reading it through Pulumi may fail."""
    backend = stack.directory / ".sandbox" / "stacks"
    return {str(each): each.read_bytes() for each in sorted(backend.rglob("*")) if each.is_file()}


def guid(stack: Stack) -> str:
    return stack.home.azure.get(ResourceId.parse(ENDPOINT))["properties"]["resourceGuid"]


def lock(stack: Stack, pid: int, host: str | None = None) -> Path:
    file = next((stack.directory / ".sandbox" / "stacks" / ".pulumi").glob("stacks/*/test.json"))
    held = file.parents[2] / "locks" / "organization" / file.parent.name / "test" / "mine.json"
    held.parent.mkdir(parents=True, exist_ok=True)
    who = {"pid": pid, "username": "ann", "hostname": host or platform.node(), "timestamp": "2026-01-01T00:00:00Z"}
    held.write_text(json.dumps(who))
    return held


def test_after_the_engine_was_killed(stack: Stack) -> None:
    """The state is locked, knows that an endpoint was begun, and not that it is there."""
    crash(stack, "kills-engine", "PUT */privateEndpoints/pe-one-engine-red")
    made = guid(stack)
    settings = (stack.directory / "Pulumi.test.yaml").read_bytes()
    code, told = repair(stack, "--yes")
    assert code == 0, told
    for line in ("dead lock", "interrupted", "creating PrivateEndpoint one.red.engine", ENDPOINT, "taken over"):
        assert line in told
    assert (stack.directory / "Pulumi.test.yaml").read_bytes() == settings
    done = stack.up()
    assert done.succeeded, done.output
    assert not [each for each in done.operations if "PrivateEndpoint one.red.engine" in each]
    assert guid(stack) == made
    assert stack.preview("--expect-no-changes").succeeded
    assert stack.resolve(RED_NETWORK, HOST)[-1].startswith("10.")
    code, told = repair(stack)
    assert (code, told.splitlines()[0]) == (0, "nothing to repair in test")


@pytest.mark.parametrize("part", ["", ".attrs"])
def test_after_a_kill_that_cut_off_the_state(stack: Stack, part: str) -> None:
    """Pulumi does not write its files at a stroke; the backup is one step behind, and Azure tells the rest."""
    crash(stack, "kills-engine", "PUT */privateDnsZones/*/A/adxone")
    (state,) = (stack.directory / ".sandbox" / "stacks" / ".pulumi" / "stacks").glob("*/test.json")
    Path(f"{state}{part}").write_bytes(b"")
    code, told = repair(stack, "--yes")
    assert code == 0, told
    assert f"{state}.bak" in told
    done = stack.up()
    assert done.succeeded, done.output
    assert stack.preview("--expect-no-changes").succeeded


def test_after_the_provider_was_killed(stack: Stack) -> None:
    """The engine lives, and takes the creation for a failure: nothing in the state tells of the endpoint."""
    crash(stack, "kills-sandbox", "PUT */privateEndpoints/pe-one-engine-red")
    made = guid(stack)
    assert "adx-private-link repair" in stack.up().output
    assert repair(stack, "--yes")[0] == 0
    done = stack.up()
    assert done.succeeded, done.output
    assert guid(stack) == made


def test_after_a_deletion_that_nobody_heard_of(stack: Stack) -> None:
    assert stack.up().succeeded
    stack.home.azure.delete(ResourceId.parse(f"{ZONE}/A/adxone"))
    code, told = repair(stack, "--yes")
    assert code == 0
    assert "gone from Azure" in told
    assert stack.up().operations == ["create PrivateRecordSet one.red.engine"]


def test_what_somebody_else_has_made_is_left_alone(stack: Stack) -> None:
    """It has the name of the stack's record, and leads elsewhere."""
    assert stack.up().succeeded
    record = ResourceId.parse(f"{ZONE}/A/adxone")
    state = json.loads(stack.pulumi("stack", "export").stdout)
    state["deployment"]["resources"] = [
        each for each in state["deployment"]["resources"] if not _is_record(each, "one.red.engine")
    ]
    (stack.directory / "torn.json").write_text(json.dumps(state))
    stack.pulumi("stack", "import", "--file", "torn.json")
    theirs = {"properties": {"ttl": 60, "aRecords": [{"ipv4Address": "10.9.9.9"}]}}
    stack.home.azure.put(record, theirs)
    code, told = repair(stack, "--yes")
    assert code == 0
    assert "somebody else's" in told
    assert "differs in aRecords[0].ipv4Address" in told
    assert stack.home.azure.get(record)["properties"]["aRecords"] == [{"ipv4Address": "10.9.9.9"}]
    assert not any(_is_record(each, "one.red.engine") for each in stack.state())


def _is_record(resource: dict[str, Any], name: str) -> bool:
    return resource["type"].endswith("PrivateRecordSet") and resource["urn"].endswith(f"::{name}")


def test_nothing_is_done_unasked(stack: Stack) -> None:
    crash(stack, "kills-engine", "PUT */privateDnsZones/*")
    before = files(stack), stack.world()
    code, told = repair(stack, answer="")
    assert code == 2
    assert "--yes" in told
    assert "dead lock" in told
    assert (files(stack), stack.world()) == before


def test_an_update_that_runs_is_left_alone(stack: Stack) -> None:
    held = lock(stack, os.getpid())
    code, told = repair(stack, "--yes")
    assert code == 1
    assert f"an update of test is running: the stack is held by ann@{platform.node()} (pid {os.getpid()})" in told
    assert held.exists()
    held.unlink()
    held = lock(stack, os.getpid(), "another-machine")
    code, told = repair(stack, answer="")
    assert "held by ann@another-machine" in told
    assert held.exists()
