"""Questions of commands: on a terminal they ask, in a pipe the error names the option that answers."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from adx_private_link.cli import main
from adx_private_link.cli.commands.options import confirm, yes_option


@click.command()
@yes_option
def command(*, yes: bool) -> None:
    confirm("Delete it?", yes=yes)
    click.echo("deleted")


@pytest.mark.parametrize("option", ["--yes", "-y"])
def test_the_option_answers(option: str) -> None:
    result = CliRunner().invoke(command, [option])
    assert (result.exit_code, result.output) == (0, "deleted\n")


def test_without_a_terminal_the_command_names_the_option() -> None:
    """The command line has no mistake, so the error has no usage text."""
    result = CliRunner().invoke(command, input="y\n")
    assert result.exit_code == 2
    assert "--yes" in result.output
    assert "Usage" not in result.output
    assert "deleted" not in result.output


@pytest.mark.parametrize("name", ["adopt", "lock-down", "migrate", "release", "repair", "roll-back"])
def test_every_command_that_asks_has_the_option(name: str) -> None:
    text = CliRunner().invoke(main, [name, "--help"]).output
    assert "-y, --yes" in text


@pytest.mark.parametrize("name", ["migrate", "roll-back", "lock-down"])
def test_options_that_contradict_each_other_are_rejected_before_anything_is_read(name: str) -> None:
    """There is no stack here, and a plan takes an operator's minutes."""
    result = CliRunner().invoke(main, [name, "myadx", "--elsewhere", "--owner", "nobody"])
    assert result.exit_code == 2
    assert "leave out one of them" in result.output
