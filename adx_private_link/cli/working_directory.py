"""The option `--cwd`, which every command has: a command acts as if it was started in that directory."""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path

import click


def with_cwd(command: click.Command) -> click.Command:
    """A command, and every command of a group, with the option; Pulumi and Git have it with each of theirs, too."""
    if not any(param.name == "cwd" for param in command.params):
        command.params.append(
            click.Option(
                ["-C", "--cwd"],
                type=click.Path(exists=True, file_okay=False, path_type=Path),
                is_eager=True,  # before the files that other options name
                expose_value=False,
                callback=_enter,
                help="Run as if started in this directory.",
            )
        )
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            with_cwd(inner)
    return command


def _enter(ctx: click.Context, _param: click.Parameter, directory: Path | None) -> None:
    if directory is not None:
        ctx.with_resource(chdir(directory))
