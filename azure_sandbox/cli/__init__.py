"""The `azure-sandbox` command."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from adx_private_link.console_scripts import CANNOT_TELL

from ..azure import AzureError, ResourceId, StateError
from ..azure.type_names import VIRTUAL_NETWORKS
from ..home import Home, HomeError
from ..portal import PortalError
from ..resolver import resolve as resolve_name
from ..world import WorldError
from .parameters import RESOURCE_ID
from .portal import portal
from .trouble import trouble


class _Failed(click.ClickException):
    """A command cannot do, or cannot tell, what it was asked for."""

    exit_code = CANNOT_TELL


class _Commands(click.Group):
    """Reports in a line what the sandbox rejects."""

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
    help="The directory that holds the sandbox.",
)
@click.version_option(package_name="adx-private-link")
@click.pass_context
def main(context: click.Context, home: Path) -> None:
    """
    A local Azure: try private access to Azure Data Explorer without an account.

    \b
    Examples:
      azure-sandbox run -- pulumi up
      azure-sandbox list
      azure-sandbox reset --world my-world.yaml
      azure-sandbox trouble throttled --on 'PUT */privateEndpoints/*'
      azure-sandbox portal reject ENDPOINT
    """
    context.obj = Home(home)


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@click.pass_obj
def run(home: Home, command: tuple[str, ...]) -> None:
    """Run COMMAND (after `--`) with the sandbox as its Azure and as its Pulumi backend."""
    environment = home.environment(os.environ)
    try:
        os.execvpe(command[0], command, environment)  # noqa: S606
    except FileNotFoundError:
        raise click.ClickException(f"no command '{command[0]}' on PATH; `make setup` installs pulumi") from None
    except OSError as error:
        raise click.ClickException(f"cannot run '{command[0]}': {error.strerror}") from error


@main.command()
@click.option("--world", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A world file (YAML).")
@click.pass_obj
def reset(home: Home, world: Path | None) -> None:
    """Start over from a world of resources; forgets the sandbox's Pulumi stacks too."""
    home.reset(world)
    click.echo(f"{len(home.azure.list())} resources from {world or 'the default world'}")


@main.command("list")
@click.pass_obj
def list_resources(home: Home) -> None:
    """List every resource: its type and its id."""
    resources = home.existing_azure.list()
    width = max((len(str(each["type"])) for each in resources), default=0)
    for each in resources:
        click.echo(f"{each['type']:{width}}  {each['id']}")


@main.command()
@click.argument("id", type=RESOURCE_ID)
@click.pass_obj
def show(home: Home, id: ResourceId) -> None:
    """Print the resource ID as Azure's GET answers it (JSON)."""
    click.echo(json.dumps(home.existing_azure.get(id), indent=2))


@main.command()
@click.option(
    "--network", required=True, type=RESOURCE_ID, metavar="ID", help="The virtual network that the client is in."
)
@click.argument("host")
@click.pass_obj
def resolve(home: Home, network: ResourceId, host: str) -> None:
    """Print the chain of DNS answers that a client in a network gets for HOST."""
    azure = home.existing_azure
    if azure.get(network)["type"] != VIRTUAL_NETWORKS:
        raise click.ClickException(f"not a virtual network: {network.text}")
    answers = resolve_name(azure, network.text, host)
    for each in answers:
        click.echo(f"{each.name}  {each.type}  {each.value}")
    if not answers:
        click.echo(f"{host}  NXDOMAIN")
        sys.exit(1)


main.add_command(trouble)
main.add_command(portal)
