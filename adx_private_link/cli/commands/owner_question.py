"""The question who owns a cluster resource, before anything changes it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from ..cluster_changes.owner import OWNERS, Owner, OwnerLines, format_lines
from ..terminal.own_commands import this_command
from .options import NoTerminal

_Command = TypeVar("_Command", bound=Callable[..., Any])
_QUESTION = "Which program deploys the cluster resource itself, if any?"


def owner_options(command: _Command) -> _Command:
    """Give a command the options `owner`, `elsewhere` and `timeout`."""
    command = click.option(
        "--timeout",
        type=click.FloatRange(1, 86400),
        default=3600.0,
        show_default=True,
        help="Seconds to wait for the change of the cluster.",
    )(command)
    command = click.option(
        "--elsewhere",
        is_flag=True,
        help="Change nothing about the cluster: wait for its owner's own change, then go on.",
    )(command)
    return click.option(
        "--owner",
        type=click.Choice(OWNERS),
        help="The program that deploys the cluster resource: it must change first. Default: asked.",
    )(command)


def require_owner(owner: Owner | None, *, elsewhere: bool) -> None:
    """
    Require that a program owns the cluster resource whose change is waited for.

    Raises:
        click.UsageError: The options contradict each other.
    """
    if elsewhere and owner == "nobody":
        raise click.UsageError(
            "--elsewhere waits for the program that deploys the cluster, but --owner nobody says that there is none: "
            "leave out one of them."
        )


def settle_owner(owner: Owner | None, lines: OwnerLines, *, elsewhere: bool) -> None:
    """
    Ask who owns the cluster resource; where a program does, print the lines to write there, and end.

    Raises:
        click.exceptions.Exit: A program owns the cluster, so that it has to change first.
        NoTerminal: Standard input is not a terminal, and no option names the owner.
    """
    if elsewhere:
        return
    if owner is None:
        if not sys.stdin.isatty():
            raise NoTerminal(
                f"{_QUESTION} Standard input is not a terminal: run the command with `--owner` ({', '.join(OWNERS)})."
            )
        owner = click.prompt(_QUESTION, type=click.Choice(OWNERS))
    if owner == "nobody":
        return
    click.echo(
        f"Its next deployment would undo a change that is made here. Prepare these lines there, and do not deploy them "
        f"yet:\n\n{format_lines(owner, lines)}\n\n"
        f"Then start this command, and deploy them once it says that it waits for the owner:\n"
        f"  {this_command('--elsewhere')}"
    )
    raise click.exceptions.Exit(1)
