"""`azure-sandbox run`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from azure_sandbox.azure import ResourceId
from azure_sandbox.sandbox_home import SandboxHome

from ..commands import CLIENTS, run_command


def run_in_sandbox(
    home: Path, *command: str, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
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


def test_run_rejects_a_damaged_state(home: Path) -> None:
    (home / "azure.db").write_bytes(b"not a database" * 100)
    result = run_command(home, "run", "--", "true")
    assert (result.exit_code, result.output.count("\n")) == (2, 1)
    assert "`azure-sandbox reset`" in result.output


def test_the_environment_of_a_command_has_no_way_to_the_real_azure(home: Path) -> None:
    result = run_in_sandbox(
        home, "env", ARM_CLIENT_SECRET="real", AZURE_TENANT_ID="real", PULUMI_BACKEND_URL="s3://real"
    )
    environment = dict(line.split("=", 1) for line in result.stdout.splitlines() if "=" in line)
    assert environment["PULUMI_HOME"] == str(home / "pulumi")
    assert environment["PULUMI_BACKEND_URL"] == (home / "stacks").as_uri()
    assert environment["AZURE_SANDBOX_HOME"] == str(home)
    assert "real" not in environment.values()
    assert not any(name.startswith("ARM_") for name in environment)


def test_run_has_the_exit_code_of_its_command(home: Path) -> None:
    assert run_in_sandbox(home, "sh", "-c", "exit 7").returncode == 7


@pytest.mark.parametrize(
    ("command", "reason"),
    [("no-such-command", "No command 'no-such-command' is on PATH"), ("/", "Cannot run '/': ")],
)
def test_run_of_a_missing_command(home: Path, command: str, reason: str) -> None:
    result = run_in_sandbox(home, command)
    assert result.returncode == 2
    assert result.stderr.startswith(f"Error: {reason}")


def test_inside_a_run_azure_sandbox_uses_the_same_sandbox(home: Path, tmp_path: Path) -> None:
    SandboxHome(home).azure.delete(ResourceId.parse(CLIENTS))
    result = run_in_sandbox(
        home, sys.executable, "-c", "from azure_sandbox.cli import main; main(['list'])", cwd=tmp_path
    )
    assert result.returncode == 0
    assert result.stdout
    assert CLIENTS not in result.stdout
