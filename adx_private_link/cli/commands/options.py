"""The options that several commands share, spelt the same in each, and the question before anything is changed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from ...plain_text import escaped

_Command = TypeVar("_Command", bound=Callable[..., Any])


def stack_option(command: _Command) -> _Command:
    """Let a command take `stack`."""
    return click.option("-s", "--stack", help="The stack. Default: the selected one.")(command)


def yes_option(command: _Command) -> _Command:
    """Let a command take `yes`, for `confirm`."""
    return click.option("-y", "--yes", is_flag=True, help="Do not ask for confirmation.")(command)


class NoTerminal(click.ClickException):
    """A command has a question, and nothing is connected that could answer it."""

    exit_code = 2


def confirm(question: str, *, yes: bool) -> None:
    """
    Ask on a terminal, unless `--yes` was given.

    Raises:
        click.Abort: The answer is no.
        NoTerminal: Standard input is not a terminal.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise NoTerminal(f"{question} Standard input is not a terminal: run the command with `--yes` to confirm.")
    click.confirm(escaped(question), abort=True)
