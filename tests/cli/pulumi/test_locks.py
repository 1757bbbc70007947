"""Whether the process that holds a stack still runs."""

from __future__ import annotations

import os
import platform
import subprocess

import pytest

from adx_private_link.cli.pulumi.state_files import Lock


def held_by(pid: int, host: str | None = None) -> Lock:
    return Lock(pid=pid, hostname=host or platform.node())


def test_a_process_that_runs_holds_its_lock() -> None:
    assert held_by(os.getpid()).is_alive
    assert not held_by(os.getpid(), "another-machine").is_alive  # of which nothing is known here


@pytest.mark.parametrize("is_waited_for", [True, False])
def test_a_process_that_was_killed_holds_none(*, is_waited_for: bool) -> None:
    """In a container without an init nobody waits for it: its pid stays, though nothing runs there any more."""
    process = subprocess.Popen(["sleep", "60"])
    process.kill()
    if is_waited_for:
        process.wait()
    else:
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert not held_by(process.pid).is_alive
    process.wait()
