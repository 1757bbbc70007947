"""The command `azure-sandbox`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from adx_private_link.console_scripts import FAILED

from ..azure import AzureError, StateError
from ..portal_changes import PortalError
from ..sandbox_home import HomeError, SandboxHome
from ..world_files import WorldError
from .commands.list import list_resources
from .commands.portal import portal
from .commands.reach import reach
from .commands.reset import reset
from .commands.resolve import resolve
from .commands.run import run
from .commands.show import show
from .commands.switch import switch
from .commands.trouble import trouble


class _Failed(click.ClickException):
    """A command that failed."""

    exit_code = FAILED


class _Commands(click.Group):
    """A group that reports errors of the sandbox in one line."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.UsageError:
            raise
        except click.ClickException as error:
            raise _Failed(error.format_message()) from error
        except (AzureError, StateError, HomeError, WorldError, PortalError) as error:
            raise _Failed(str(error)) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    default=".sandbox",
    envvar="AZURE_SANDBOX_HOME",
    show_default=True,
    help="The directory of the sandbox.",
)
@click.version_option(package_name="adx-private-link")
@click.pass_context
def main(context: click.Context, home: Path) -> None:
    """
    A local Azure: try private access to Azure Data Explorer without an account.

    A sandbox is a directory. `reset` creates it from a world, the resources that exist at first; `run` creates it from
    the default world.

    \b
    Examples:
      azure-sandbox run -- pulumi up
      azure-sandbox list
      azure-sandbox reset --world my-world.yaml
      azure-sandbox trouble throttled --on 'PUT */privateEndpoints/*'
      azure-sandbox portal reject ENDPOINT

    \b
    Turn on completion (in zsh with zsh_source, in fish with fish_source):
      eval "$(_AZURE_SANDBOX_COMPLETE=bash_source azure-sandbox)"
    """
    context.obj = SandboxHome(home)


for _command in (run, reset, list_resources, show, resolve, reach, switch, trouble, portal):
    main.add_command(_command)
