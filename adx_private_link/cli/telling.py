"""How commands speak to people: tables that a pipe can read, and the question before anything is done."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text


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


def confirm(question: str, *, yes: bool) -> None:
    """Ask, unless it was said already. Raises `click.Abort` for a no, `click.UsageError` where nobody can answer."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError("without a terminal to ask in, say --yes")
    click.confirm(question, abort=True)
