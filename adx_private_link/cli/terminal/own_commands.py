"""Commands of this project for hints, quoted so that people can paste them into a shell."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

import click

_ARGUMENTS = f"{__name__}.arguments"


def keep_arguments(context: click.Context, arguments: Sequence[str]) -> None:
    """Keep the arguments of the command that runs, because parsing takes them apart."""
    context.meta[_ARGUMENTS] = tuple(arguments)


def this_command(*more: str) -> str:
    """Return the running command with more arguments."""
    context = click.get_current_context(silent=True)
    arguments: Sequence[str] = context.meta.get(_ARGUMENTS, ()) if context else ()
    return shlex.join(["adx-private-link", *arguments, *more])


def repair_command(stack: str | None) -> str:
    """Return the command that repairs a stack; None is the selected stack."""
    return shlex.join(["adx-private-link", "repair", *(["--stack", stack] if stack else [])])
