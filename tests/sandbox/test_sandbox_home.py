"""The directory of a sandbox: wrong directories, and a damaged state."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from azure_sandbox.sandbox_home import SandboxHome

from .commands import HOST, NETWORK, RESOURCES, run_command


@pytest.mark.parametrize(
    "command",
    [
        ["list"],
        ["show", NETWORK],
        ["resolve", "--network", NETWORK, HOST],
        ["trouble"],
        ["portal", "delete", NETWORK],
    ],
)
def test_a_read_in_a_wrong_directory_creates_no_sandbox(tmp_path: Path, command: list[str]) -> None:
    """A new sandbox would show resources that were never deployed."""
    result = run_command(tmp_path / "wrong", *command)
    assert result.exit_code == 2
    assert f"There is no sandbox in {tmp_path / 'wrong'}" in result.output
    assert "azure-sandbox reset" in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("command", "reason"), [("reset", "Name a new directory"), ("list", "There is no sandbox")])
def test_a_directory_with_other_files_is_not_changed(tmp_path: Path, command: str, reason: str) -> None:
    """`reset --home .` in a project with a `stacks` folder of its own."""
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "mine.txt").write_text("precious")
    result = run_command(tmp_path, command)
    assert result.exit_code == 2
    assert reason in result.output
    assert [path.name for path in tmp_path.rglob("*")] == ["stacks", "mine.txt"]


def _cut(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])


def _overwritten(content: bytes) -> Callable[[Path], None]:
    def overwrite(file: Path) -> None:
        file.write_bytes(content)

    return overwrite


def _altered(statement: str) -> Callable[[Path], None]:
    def alter(file: Path) -> None:
        with closing(sqlite3.connect(file)) as db, db:
            db.execute(statement)

    return alter


def _directory(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (_overwritten(b"not a database" * 100), "file is not a database"),
        (_cut, "database disk image is malformed"),
        (_altered("ALTER TABLE resources DROP COLUMN body"), "no such column: body"),
        (_altered("DROP TABLE resources"), "no such table: resources"),
        (_altered("PRAGMA user_version = 999"), "it was written by another version of the sandbox"),
        (_altered("UPDATE resources SET body = '{'"), "is not JSON"),
        (_overwritten(b""), "There is no sandbox"),
        (_directory, "it is a directory"),
    ],
)
def test_a_damaged_state_is_reported_in_a_line_and_replaced_by_reset(
    home: Path, damage: Callable[[Path], None], reason: str
) -> None:
    """After a kill, a full disk or an update of the library; no sandbox is worth a repair."""
    damage(home / "azure.db")
    for command in (["list"], ["show", NETWORK]):
        result = run_command(home, *command)
        assert result.exit_code == 2
        assert reason in result.output
        assert "`azure-sandbox reset`" in result.output
        assert len(result.output.splitlines()) == 1
    assert run_command(home, "reset").exit_code == 0
    assert len(run_command(home, "list").output.splitlines()) == RESOURCES


@pytest.mark.parametrize(
    "arguments", [["provider", "{state}", "3.29.0"], ["az_stand_in", "{state}", "account", "show"]]
)
def test_the_provider_and_az_report_a_damaged_state_in_a_line(home: Path, arguments: list[str]) -> None:
    """The file can be damaged after the start of `azure-sandbox run`."""
    (home / "azure.db").write_bytes(b"not a database" * 100)
    module, *rest = (argument.format(state=home / "azure.db") for argument in arguments)
    completed = subprocess.run(
        [sys.executable, "-m", f"azure_sandbox.{module}", *rest], capture_output=True, text=True, check=False
    )
    assert (completed.returncode, len(completed.stderr.splitlines())) == (1, 1)
    assert "`azure-sandbox reset`" in completed.stderr


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        (sqlite3.SQLITE_FULL, "Free space on its disk"),
        (sqlite3.SQLITE_IOERR_WRITE, "Check its disk"),
        (sqlite3.SQLITE_READONLY_DIRECTORY, "Allow this user to write"),
        (sqlite3.SQLITE_CANTOPEN, "Allow this user to write"),
        (sqlite3.SQLITE_BUSY, "Another process uses it"),
    ],
)
def test_an_error_outside_the_state_does_not_remove_it(
    home: Path, monkeypatch: pytest.MonkeyPatch, code: int, remedy: str
) -> None:
    """With a full disk, or a file of another user, the state is sound."""
    before = (home / "azure.db").read_bytes()

    def connect(*_: object, **__: object) -> sqlite3.Connection:
        error = sqlite3.OperationalError("as SQLite words it")
        error.sqlite_errorcode = code
        raise error

    monkeypatch.setattr(sqlite3, "connect", connect)
    for command in ("list", "reset"):
        result = run_command(home, command)
        assert result.exit_code == 2
        assert remedy in result.output
        assert "azure-sandbox reset" not in result.output
    assert (home / "azure.db").read_bytes() == before


def test_reset_keeps_other_files(tmp_path: Path) -> None:
    SandboxHome(tmp_path).reset(None)
    (tmp_path / "notes.txt").write_text("mine")
    SandboxHome(tmp_path).reset(None)
    assert (tmp_path / "notes.txt").read_text() == "mine"
