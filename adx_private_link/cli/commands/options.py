"""The parts that commands share: options, the end of the help, and the question to confirm."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from ...plain_text import escaped

_Command = TypeVar("_Command", bound=Callable[..., Any])


def epilog(*examples: str, exits: Mapping[int, str]) -> str:
    """Return the end of a command's help: examples to copy, and the meaning of its exit codes."""
    example_lines = ["Examples:" if len(examples) > 1 else "Example:", *(f"  {example}" for example in examples)]
    code_lines = ["Exit codes:", *(f"  {code}  {meaning}" for code, meaning in exits.items())]
    return "\n\n".join("\n".join(["\b", *lines]) for lines in (example_lines, code_lines))


def stack_option(command: _Command) -> _Command:
    """Give a command the option `stack`."""
    return click.option("-s", "--stack", help="The stack. Default: the selected one.")(command)


def format_option(*forms: str, help: str) -> Callable[[_Command], _Command]:
    """Give a command the option `form`; the first form is the default."""
    return click.option("--format", "form", type=click.Choice(forms), default=forms[0], show_default=True, help=help)


def stack_files_argument(command: _Command) -> _Command:
    """Give a command the arguments `files` and `stack`, for the stack files that it reads."""
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    command = click.argument("files", metavar="[FILE]...", nargs=-1, type=file)(command)
    help = "Read the file of this stack. Default: every stack of the project."
    return click.option("-s", "--stack", help=help)(command)


def policies_option(command: _Command) -> _Command:
    """Give a command the option `policies`, for a check without Pulumi."""
    help = "Also check the policies of this file that settings alone decide. Violated mandatory rules are problems."
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    return click.option("--policies", type=file, help=help)(command)


def yes_option(command: _Command) -> _Command:
    """Give a command the option `yes`, for `confirm`."""
    return click.option("-y", "--yes", is_flag=True, help="Do not ask for confirmation.")(command)


class NoTerminal(click.ClickException):
    """The error of a command that has to ask without a terminal."""

    exit_code = 2


def confirm(question: str, *, yes: bool) -> None:
    """
    Ask on a terminal, unless `yes` is set.

    Raises:
        click.Abort: The answer is no.
        NoTerminal: Standard input is not a terminal.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise NoTerminal(f"{question} Standard input is not a terminal: run the command with `--yes` to confirm.")
    click.confirm(escaped(question), abort=True)
