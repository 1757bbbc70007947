"""Coloured lines by click, for commands that end before `rich` would be imported."""

from __future__ import annotations

import os
import sys

import click

from ...plain_text import escaped


def styled(text: str, *, fg: str | None = None, bold: bool | None = None) -> str:
    """Text that a terminal shows and does not obey, in a style."""
    return click.style(escaped(text), fg=fg, bold=bold)


def say(line: str) -> None:
    """Print a line of `styled` parts: whole, and without colours where they are not wanted (https://no-color.org)."""
    wanted = None  # click looks for a terminal
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") in ("dumb", "unknown"):
        wanted = False
    elif os.environ.get("FORCE_COLOR"):
        wanted = True
    # The stream itself: click's own would print what the terminal's encoding lacks.
    click.echo(line, file=sys.stdout, color=wanted)
