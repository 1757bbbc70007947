"""An adoption that is killed is run again, at whatever moment the kill came."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from .adopting import (
    BOTH_KINDS,
    CLUSTER,
    NATIVE,
    WORLD,
    adopt,
    assert_nothing_is_left_to_do,
    start_adoption,
    temporary_directory,
)
from .conftest import StackMaker


@pytest.mark.parametrize(("world", "clusters"), [(WORLD, [CLUSTER]), (BOTH_KINDS, [CLUSTER, NATIVE])])
def test_an_adoption_that_was_killed_is_run_again(new_stack: StackMaker, world: Path, clusters: list[str]) -> None:
    """A kill can come while it reads, tries on a copy, has written the settings, or imports."""
    stack = new_stack(world)
    before = stack.world()
    file = stack.directory / f"Pulumi.{stack.name}.yaml"
    state = stack.directory / ".sandbox" / "stacks" / ".pulumi" / "stacks" / "adx-private-link" / f"{stack.name}.json"
    moments: list[Callable[[], bool]] = [
        lambda: True,
        lambda: any(temporary_directory(stack).glob("adx-private-link-*/.pulumi/locks/**/*.json")),
        lambda: "consumers" in file.read_text(),
        lambda: list(state.parents[2].glob("locks/**/*.json")) != [],
        lambda: state.exists() and "PrivateLinkService" in state.read_text(),
    ]
    for number, moment in enumerate(moments):
        # The import writes the state after each step, as for a user.
        _kill_when(moment, start_adoption(stack, *clusters, attached=number < 3))
        assert stack.world() == before
    # Pulumi's writes are not atomic: a kill can cut off the state, its attributes, and the import's lock.
    lock = state.parents[2] / "locks" / "organization" / "adx-private-link" / stack.name / "killed.json"
    lock.parent.mkdir(parents=True, exist_ok=True)
    for torn in (state, Path(f"{state}.attrs"), lock):
        torn.write_bytes(b"")
    printed = adopt(stack, *clusters)
    assert "restored from" in printed
    assert "The damaged state is kept as " in printed
    assert_nothing_is_left_to_do(stack)
    assert stack.world() == before


def _kill_when(moment: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Kill a process and its children as soon as a moment has come."""
    while not moment():
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.01)  # Some of these moments last only milliseconds.
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
