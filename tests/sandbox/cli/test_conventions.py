"""What all commands have in common."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from azure_sandbox.cli import main

from ..commands import run_command


def _command_lines(group: click.Group, *names: str) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*names, name)
        if isinstance(command, click.Group):
            yield from _command_lines(command, *names, name)


COMMANDS = [(), *_command_lines(main)]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_has_a_short_option(command: tuple[str, ...]) -> None:
    short, long = (CliRunner().invoke(main, [*command, option]) for option in ("-h", "--help"))
    assert short.exit_code == 0
    assert short.output == long.output
    assert short.output.startswith("Usage: ")


@pytest.mark.parametrize(
    ("command", "suggestion"),
    [(["lst"], "list"), (["portal", "policy"], "policies"), (["trouble", "--alway"], "--always")],
)
def test_a_misspelt_name_gets_a_suggestion(home: Path, command: list[str], suggestion: str) -> None:
    result = run_command(home, *command)
    assert result.exit_code == 2
    assert f"Did you mean '{suggestion}'?" in result.output


def test_completion_works_as_the_help_says() -> None:
    (line,) = re.findall(r"eval .*", CliRunner().invoke(main, ["--help"]).output)
    completed = subprocess.run(
        ["bash", "-c", f"{line}; complete -p azure-sandbox"],
        env={**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert completed.returncode == 0, completed.stderr
    assert "azure-sandbox" in completed.stdout
