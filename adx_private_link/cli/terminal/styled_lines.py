"""Styled lines, printed by click: for commands that end before `rich` would be imported."""

from __future__ import annotations

import os
import sys

import click

from ...plain_text import escaped


def styled(text: str, *, fg: str | None = None, bold: bool | None = None) -> str:
    """Return text in a style; a terminal shows it and obeys none of it."""
    return click.style(escaped(text), fg=fg, bold=bold)


def print_line(line: str) -> None:
    """Print a line of `styled` parts, without wrapping; the environment decides on colours (https://no-color.org)."""
    has_colours = None  # click looks for a terminal
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") in ("dumb", "unknown"):
        has_colours = False
    elif os.environ.get("FORCE_COLOR"):
        has_colours = True
    # Python's own stream escapes characters that the terminal's encoding lacks; click's stream does not.
    click.echo(line, file=sys.stdout, color=has_colours)
