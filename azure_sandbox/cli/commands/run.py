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
    """
    Run a command in the sandbox.

    Write COMMAND after `--`. The sandbox takes the place of Azure, of the Azure CLI, and of the Pulumi backend.
    """
    environment = sandbox_environment(home, os.environ)
    try:
        os.execvpe(command[0], command, environment)  # noqa: S606 - the user names the command
    except FileNotFoundError:
        raise click.ClickException(
            f"No command '{command[0]}' is on PATH. `make setup`, in the checkout of adx-private-link, installs pulumi "
            "into its .venv/bin."
        ) from None
    except OSError as error:
        raise click.ClickException(f"Cannot run '{command[0]}': {error.strerror}.") from error
