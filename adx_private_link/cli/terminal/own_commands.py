"""How a hint spells a command of this project, so that a shell takes it as it is."""

from __future__ import annotations

import shlex

import click

_ARGUMENTS = "adx_private_link.arguments"
"""The key in `click.Context.meta` of the arguments that the command was run with."""


def remember(context: click.Context, arguments: list[str]) -> None:
    """The arguments of the command that is running; parsing takes them apart."""
    context.meta[_ARGUMENTS] = tuple(arguments)


def this_command(*more: str) -> str:
    """The command that is running, with more arguments."""
    context = click.get_current_context(silent=True)
    given: tuple[str, ...] = context.meta.get(_ARGUMENTS, ()) if context else ()
    return shlex.join(["adx-private-link", *given, *more])


def repair_command(stack: str | None) -> str:
    """The command that repairs the stack that is meant."""
    return shlex.join(["adx-private-link", "repair", *(["--stack", stack] if stack else [])])
