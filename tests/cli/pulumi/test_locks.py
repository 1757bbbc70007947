"""Locks of a stack are read even if they are damaged, and are dead if their process does not run."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from pathlib import Path

import pytest

from adx_private_link.cli.commands.repair import format_rows
from adx_private_link.cli.errors import CommandError
from adx_private_link.cli.pulumi.locks import Lock, cancel_locks, find_locks
from adx_private_link.cli.pulumi.state import Deployment, ExportedState
from adx_private_link.cli.pulumi.state_files import StateFiles
from adx_private_link.cli.repair.interrupted_update import InterruptedUpdate


def held_by(pid: int, host: str | None = None) -> Lock:
    return Lock(pid=pid, hostname=host or platform.node())


def test_the_lock_of_a_running_process_is_alive() -> None:
    assert held_by(os.getpid()).is_alive
    assert not held_by(os.getpid(), "another-machine").is_alive  # its processes cannot be checked here


@pytest.mark.parametrize("is_waited_for", [True, False])
def test_the_lock_of_a_killed_process_is_dead(*, is_waited_for: bool) -> None:
    """In a container without an init process, the pid of a killed process stays because no parent waits for it."""
    process = subprocess.Popen(["sleep", "60"])
    process.kill()
    if is_waited_for:
        process.wait()
    else:
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert not held_by(process.pid).is_alive
    process.wait()


def test_damaged_locks_are_read_and_deleted(files: StateFiles) -> None:
    """To Pulumi, every file in the directory is a lock, and no directory is one."""
    directory = files.root / "locks/organization/p/s"
    contents = {
        "empty.json": b"",
        "cut.json": b'{"pid": 1, "us',
        "other.json": b"[1]",
        "types.json": b'{"pid": "x", "hostname": 5}',
        "large.json": b'{"pid": 1e300}',
        "negative.json": b'{"pid": -1}',
        "deep.json": b"[" * 100_000,
        "escape.json": b'{"username": "\\u001b[31m"}',
        "not-json": b"\xff",
        "empty.json.attrs": b"",
    }
    for name, content in contents.items():
        (directory / name).write_bytes(content)
    (directory / "directory.json").mkdir()
    (directory / "link.json").symlink_to("nowhere")
    os.mkfifo(directory / "pipe.json")
    locks = find_locks("s", files)
    assert len(locks) == len(contents) - 1 + 2
    assert all(str(lock).isprintable() for lock in locks.values())
    assert cancel_locks("s", files)
    assert [path.name for path in directory.iterdir()] == ["directory.json"]
    assert find_locks("s", files) == {}


def test_the_properties_that_can_be_read_are_shown(files: StateFiles) -> None:
    """An operator needs them to find the process and the file of a lock."""
    directory = files.root / "locks/organization/p/s"
    known = {"pid": 7, "username": "ann", "hostname": "build\x1b[31m", "timestamp": "2026-11-28T19:30:36Z"}
    (directory / "a.json").write_text(json.dumps(known))
    (directory / "b.json").write_text(json.dumps({**known, "pid": "x", "hostname": platform.node()}))
    (directory / "c.json").write_text("")
    locks = find_locks("s", files)
    empty = ExportedState(deployment=Deployment())
    holders = [row[1] for row in format_rows(InterruptedUpdate(empty, None, locks, empty))]
    assert holders[0] == f"held by ann@build\\x1b[31m (pid 7) since {known['timestamp']}\n{directory / 'a.json'}"
    assert holders[1].startswith(f"held by ann@{platform.node()} (pid 0) since 2026")
    assert holders[2].endswith(f"since an unknown time\n{directory / 'c.json'}")
    assert not locks[directory / "b.json"].is_of_this_machine, "its process is unknown and may still run"


def test_a_lock_that_cannot_be_deleted_is_an_error(files: StateFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = files.root / "locks/organization/p/s/a.json"
    lock.write_bytes(b"")

    def reject(path: Path, *, missing_ok: bool = False) -> None:  # noqa: ARG001 - the signature of `unlink`
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "unlink", reject)
    with pytest.raises(CommandError, match=r"a\.json cannot be deleted: Permission denied"):
        cancel_locks("s", files)
