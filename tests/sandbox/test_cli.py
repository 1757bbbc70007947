"""The `azure-sandbox` command as people type it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from azure_sandbox.azure import ResourceId
from azure_sandbox.cli import main
from azure_sandbox.sandbox_environment import sandbox_environment
from azure_sandbox.sandbox_home import SandboxHome

CLIENTS = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/analytics"
NETWORK = f"{CLIENTS}/providers/Microsoft.Network/virtualNetworks/analytics-vnet"
HOST = "myadx.westus.kusto.windows.net"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A sandbox with the default world."""
    SandboxHome(tmp_path / ".sandbox").reset(None)
    return tmp_path / ".sandbox"


def sandbox(home: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(main, ["--home", str(home), *arguments])
    # Anything but a deliberate exit would be a traceback on the user's screen.
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def run(home: Path, *command: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from azure_sandbox.cli import main; main()",
            "--home",
            str(home),
            "run",
            "--",
            *command,
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env={**os.environ, **environment},
    )


def test_list_shows_the_default_world(home: Path) -> None:
    lines = sandbox(home, "list").output.splitlines()
    assert len(lines) == 16
    assert f"Microsoft.Network/virtualNetworks          {NETWORK}" in lines


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
def test_a_look_into_a_wrong_directory_creates_no_sandbox(tmp_path: Path, command: list[str]) -> None:
    """A new world in its place would show what was never deployed there."""
    result = sandbox(tmp_path / "wrong", *command)
    assert result.exit_code == 2
    assert f"There is no sandbox in {tmp_path / 'wrong'}" in result.output
    assert "azure-sandbox reset" in result.output
    assert list(tmp_path.iterdir()) == []


def test_list_of_nothing(home: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text("resources: []")
    assert sandbox(home, "reset", "--world", str(tmp_path / "empty.yaml")).exit_code == 0
    assert sandbox(home, "list").output == ""


def test_show_prints_azures_answer(home: Path) -> None:
    shown = json.loads(sandbox(home, "show", NETWORK.upper() + "/").output)
    assert shown == SandboxHome(home).azure.get(ResourceId.parse(NETWORK))


@pytest.mark.parametrize(
    ("id", "reason"), [(f"{NETWORK}-gone", "was not found"), ("nonsense", "not a resource id: nonsense")]
)
def test_show_of_nothing(home: Path, id: str, reason: str) -> None:
    for command in (["show", id], ["resolve", "--network", id, HOST]):
        result = sandbox(home, *command)
        assert result.exit_code == 2
        assert "Error: " in result.output
        assert reason in result.output


def test_resolve_prints_the_chain(home: Path) -> None:
    result = sandbox(home, "resolve", "--network", NETWORK, HOST)
    private = "myadx.privatelink.westus.kusto.windows.net"
    assert result.output == f"{HOST}  CNAME  {private}\n{private}  A  40.122.110.154\n"


def test_resolve_of_an_unknown_host_fails(home: Path) -> None:
    result = sandbox(home, "resolve", "--network", NETWORK, "nobody.example")
    assert (result.exit_code, result.output) == (1, "nobody.example  NXDOMAIN\n")


def test_resolve_needs_a_network(home: Path) -> None:
    result = sandbox(home, "resolve", "--network", f"{NETWORK}/subnets/clients", HOST)
    assert (result.exit_code, result.output) == (2, f"Error: not a virtual network: {NETWORK}/subnets/clients\n")


def test_reset_forgets_what_was_deployed_and_the_stacks_that_know_of_it(home: Path) -> None:
    sandbox_environment(SandboxHome(home), {})
    (home / "stacks" / "dev.json").write_text("{}")
    SandboxHome(home).azure.delete(ResourceId.parse(NETWORK))
    assert "from the default world" in sandbox(home, "reset").output
    assert NETWORK in sandbox(home, "list").output
    assert not (home / "stacks").exists()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("resources: 5", "not a world file: resources: Input should be a valid list"),
        ("resources: [{id: /subscriptions/s/resourceGroups/g}]", 'Code="LocationRequired"'),
    ],
)
def test_a_bad_world_is_refused_and_the_old_one_stays(home: Path, tmp_path: Path, text: str, reason: str) -> None:
    before = sandbox(home, "list").output
    file = tmp_path / "bad.yaml"
    file.write_text(text)
    result = sandbox(home, "reset", "--world", str(file))
    assert result.exit_code == 2
    assert reason in result.output
    assert sandbox(home, "list").output == before


@pytest.mark.parametrize(("command", "reason"), [("reset", "name a new directory"), ("list", "There is no sandbox")])
def test_a_directory_of_somebody_elses_is_left_alone(tmp_path: Path, command: str, reason: str) -> None:
    """`reset --home .` in a project that has a `stacks` folder of its own."""
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "mine.txt").write_text("precious")
    result = sandbox(tmp_path, command)
    assert result.exit_code == 2
    assert reason in result.output
    assert [each.name for each in tmp_path.rglob("*")] == ["stacks", "mine.txt"]


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
        (_altered("PRAGMA user_version = 2"), "it was written by another version of the sandbox"),
        (_altered("UPDATE resources SET body = '{'"), "is not JSON"),
        (_overwritten(b""), "There is no sandbox"),
        (_directory, "it is a directory"),
    ],
)
def test_a_damaged_state_is_a_line_and_reset_replaces_it(
    home: Path, damage: Callable[[Path], None], reason: str
) -> None:
    """A kill, a full disk or an update of the library; nothing in a sandbox is worth a repair."""
    damage(home / "azure.db")
    for command in (["list"], ["show", NETWORK]):
        result = sandbox(home, *command)
        assert result.exit_code == 2
        assert reason in result.output
        assert "`azure-sandbox reset`" in result.output
        assert len(result.output.splitlines()) == 1
    assert sandbox(home, "reset").exit_code == 0
    assert len(sandbox(home, "list").output.splitlines()) == 16


def test_run_starts_nothing_on_a_damaged_state(home: Path) -> None:
    (home / "azure.db").write_bytes(b"not a database" * 100)
    result = sandbox(home, "run", "--", "true")
    assert (result.exit_code, result.output.count("\n")) == (2, 1)
    assert "`azure-sandbox reset`" in result.output


@pytest.mark.parametrize(
    "arguments", [["provider", "{state}", "3.29.0"], ["az_stand_in", "{state}", "account", "show"]]
)
def test_neither_provider_nor_az_ends_in_a_traceback(home: Path, arguments: list[str]) -> None:
    """Within `azure-sandbox run`, when the file is damaged after its start."""
    (home / "azure.db").write_bytes(b"not a database" * 100)
    module, *rest = (each.format(state=home / "azure.db") for each in arguments)
    done = subprocess.run(
        [sys.executable, "-m", f"azure_sandbox.{module}", *rest], capture_output=True, text=True, check=False
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "`azure-sandbox reset`" in done.stderr


def test_reset_removes_no_directory_that_holds_files(home: Path) -> None:
    """The sandbox has not created it."""
    _directory(home / "azure.db")
    (home / "azure.db" / "notes.txt").write_text("mine")
    with pytest.raises(OSError, match="not empty"):  # which the console script reports in a line
        CliRunner().invoke(main, ["--home", str(home), "reset"], catch_exceptions=False)
    assert (home / "azure.db" / "notes.txt").read_text() == "mine"


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
def test_what_is_wrong_around_the_state_costs_no_state(
    home: Path, monkeypatch: pytest.MonkeyPatch, code: int, remedy: str
) -> None:
    """A full disk, a file of another user: the state is sound, and `reset` must not remove it."""
    before = (home / "azure.db").read_bytes()

    def connect(*_: object, **__: object) -> sqlite3.Connection:
        error = sqlite3.OperationalError("as SQLite words it")
        error.sqlite_errorcode = code
        raise error

    monkeypatch.setattr(sqlite3, "connect", connect)
    for command in ("list", "reset"):
        result = sandbox(home, command)
        assert result.exit_code == 2
        assert remedy in result.output
        assert "azure-sandbox reset" not in result.output
    assert (home / "azure.db").read_bytes() == before


def test_run_has_a_sandbox_in_the_place_of_azure(home: Path) -> None:
    result = run(home, "env", ARM_CLIENT_SECRET="real", AZURE_TENANT_ID="real", PULUMI_BACKEND_URL="s3://real")
    seen = dict(line.split("=", 1) for line in result.stdout.splitlines() if "=" in line)
    assert seen["PULUMI_HOME"] == str(home / "pulumi")
    assert seen["PULUMI_BACKEND_URL"] == (home / "stacks").as_uri()
    assert seen["AZURE_SANDBOX_HOME"] == str(home)
    assert "real" not in seen.values()
    assert not any(name.startswith("ARM_") for name in seen)


def test_run_ends_as_its_command_ends(home: Path) -> None:
    assert run(home, "sh", "-c", "exit 7").returncode == 7


@pytest.mark.parametrize(
    ("command", "reason"),
    [("no-such-command", "no command 'no-such-command' on PATH"), ("/", "cannot run '/': ")],
)
def test_run_of_nothing(home: Path, command: str, reason: str) -> None:
    result = run(home, command)
    assert result.returncode == 2
    assert result.stderr.startswith(f"Error: {reason}")


def test_inside_a_run_the_command_means_the_same_sandbox(home: Path, tmp_path: Path) -> None:
    SandboxHome(home).azure.delete(ResourceId.parse(CLIENTS))
    result = run(home, sys.executable, "-c", "from azure_sandbox.cli import main; main(['list'])", cwd=tmp_path)
    assert result.returncode == 0
    assert result.stdout
    assert CLIENTS not in result.stdout


def test_the_plugin_is_in_place_whole_and_executable(home: Path) -> None:
    sandbox_environment(SandboxHome(home), {})
    (plugin,) = (each for each in (home / "pulumi" / "plugins").rglob("*") if each.is_file())
    assert plugin.name == "pulumi-resource-azure-native"
    assert os.access(plugin, os.X_OK)
    # What a process that was killed left behind is made good.
    plugin.write_text("#!/bin/sh\n")
    sandbox_environment(SandboxHome(home), {})
    assert "azure_sandbox.provider" in plugin.read_text()


def test_files_that_come_later_do_no_harm(tmp_path: Path) -> None:
    SandboxHome(tmp_path).reset(None)
    (tmp_path / "notes.txt").write_text("mine")
    SandboxHome(tmp_path).reset(None)
    assert (tmp_path / "notes.txt").read_text() == "mine"
