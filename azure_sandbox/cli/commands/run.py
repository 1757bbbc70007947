"""`azure-sandbox run`."""

from __future__ import annotations

import os

import click

from ...sandbox_environment import sandbox_environment
from ...sandbox_home import SandboxHome


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@click.pass_obj
def run(home: SandboxHome, command: tuple[str, ...]) -> None:
    """Run COMMAND (after `--`) with the sandbox as its Azure and as its Pulumi backend."""
    environment = sandbox_environment(home, os.environ)
    try:
        os.execvpe(command[0], command, environment)  # noqa: S606
    except FileNotFoundError:
        raise click.ClickException(f"no command '{command[0]}' on PATH; `make setup` installs pulumi") from None
    except OSError as error:
        raise click.ClickException(f"cannot run '{command[0]}': {error.strerror}") from error
