"""The option `--cwd` of every command: the command acts as if it was started in that directory."""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path

import click


def add_cwd_option(command: click.Command) -> click.Command:
    """Add the option to a command, or to a group and all of its commands, as Pulumi and Git do."""
    if not any(param.name == "cwd" for param in command.params):
        command.params.append(
            click.Option(
                ["-C", "--cwd"],
                type=click.Path(exists=True, file_okay=False, path_type=Path),
                is_eager=True,  # so that other options name files in this directory
                expose_value=False,
                callback=_enter,
                help="Run as if started in this directory.",
            )
        )
    if isinstance(command, click.Group):
        for subcommand in command.commands.values():
            add_cwd_option(subcommand)
    return command


def _enter(ctx: click.Context, _param: click.Parameter, directory: Path | None) -> None:
    if directory is not None:
        ctx.with_resource(chdir(directory))
