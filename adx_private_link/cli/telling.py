"""How commands speak to people: tables that a pipe can read, and the question before anything is done."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

_Command = TypeVar("_Command", bound=Callable[..., Any])


def console() -> Console:
    """Standard output. A pipe has no width: nothing is wrapped there."""
    return Console(width=None if sys.stdout.isatty() else 1000, highlight=False, markup=False)


def table(headings: Sequence[str], rows: Iterable[Sequence[str | Text]], title: str | None = None) -> Table:
    """A table without lines, whose cells fold."""
    made = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        made.add_column(heading, overflow="fold")
    for row in rows:
        made.add_row(*row)
    return made


class NoTerminal(click.ClickException):
    """A command has a question, and nothing is connected that could answer it."""

    exit_code = 2


def yes_option(command: _Command) -> _Command:
    """Let a command take `yes`, for `confirm`."""
    return click.option("-y", "--yes", is_flag=True, help="Do not ask for confirmation.")(command)


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
    click.confirm(question, abort=True)
