"""Previews that the real engine prints, and their reports."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from adx_private_link.cli import main
from azure_sandbox import testing
from azure_sandbox.testing import environment

READ = Path(__file__).parent / "reports"
"""Reports to be read; `REPORTS=write` writes them again."""

Settings = dict[str, Any]


def preview(stack: testing.Stack, settings: Settings) -> str:
    """What `pulumi preview --json --show-sames` prints."""
    stack.configure(**settings)
    command = ["pulumi", "--non-interactive", "preview", "--json", "--show-sames", "--stack", stack.name]
    env = environment(stack.home)
    return subprocess.run(command, cwd=stack.directory, env=env, capture_output=True, text=True, check=False).stdout


def run_report(printed: str, *options: str) -> str:
    """The report of it."""
    done = CliRunner().invoke(main, ["report", *options], input=printed)
    assert done.exit_code == 0, done.output
    return done.output


def fails_on(risk: str, printed: str) -> int:
    """The exit code of `report --fail-on RISK`."""
    return CliRunner().invoke(main, ["report", "--fail-on", risk], input=printed).exit_code


def assert_as_recorded(text: str, file: Path) -> None:
    """Compare a report with the recorded one, whatever differs from run to run."""
    still = _still(text)
    if os.environ.get("REPORTS") == "write":
        file.parent.mkdir(exist_ok=True)
        file.write_text(still)
    assert still == file.read_text()


def _still(text: str) -> str:
    """Replace everything that differs from run to run: addresses that Azure chose, and GUIDs in names."""
    text = re.sub(r"\b10\.(\d)\.0\.(?!77\b)\d+\b", r"10.\1.0.x", text)
    text = re.sub(r"(pls-\w+-\w+)\.[0-9a-f-]{36}\.", r"\1.GUID.", text)
    return re.sub(r"\.nic\.[0-9a-f-]{36}", ".nic.GUID", text)
