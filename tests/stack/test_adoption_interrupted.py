"""An adoption that is killed: whatever it was at, it is simply run again."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from .adopting import CLUSTER, WORLD, adopt, is_done, started, temporary
from .conftest import StackMaker


def test_an_adoption_that_is_killed_is_simply_run_again(new_stack: StackMaker) -> None:
    """At any moment: while it looks, while it tries, with the settings written, in the middle of the import."""
    stack = new_stack(WORLD)
    before = stack.world()
    file = stack.directory / f"Pulumi.{stack.name}.yaml"
    state = stack.directory / ".sandbox" / "stacks" / ".pulumi" / "stacks" / "adx-private-link" / f"{stack.name}.json"
    moments: list[Callable[[], bool]] = [
        lambda: True,
        lambda: any(temporary(stack).glob("adx-private-link-*/.pulumi/locks/**/*.json")),
        lambda: "consumers" in file.read_text(),
        lambda: list(state.parents[2].glob("locks/**/*.json")) != [],
        lambda: state.exists() and "PrivateLinkService" in state.read_text(),
    ]
    for number, moment in enumerate(moments):
        # The import writes the state after each step, as for a user.
        _kill_when(moment, started(stack, CLUSTER, attached=number < 3))
        assert stack.world() == before
    # Pulumi does not write its files at a stroke: a kill may cut off the state, its attributes, and the import's lock.
    lock = state.parents[2] / "locks" / "organization" / "adx-private-link" / stack.name / "killed.json"
    lock.parent.mkdir(parents=True, exist_ok=True)
    for each in (state, Path(f"{state}.attrs"), lock):
        each.write_bytes(b"")
    assert "restored from" in adopt(stack, CLUSTER)
    is_done(stack)
    assert stack.world() == before


def _kill_when(moment: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    while not moment():
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.01)  # some of these moments last for milliseconds only
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
