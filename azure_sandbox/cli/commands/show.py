"""`azure-sandbox show`."""

from __future__ import annotations

import json

import click

from ...azure import ResourceId
from ...sandbox_home import SandboxHome
from ..parameters import RESOURCE_ID


@click.command()
@click.argument("id", type=RESOURCE_ID)
@click.option(
    "--format", type=click.Choice(["json"]), default="json", expose_value=False, help="The format of the output."
)
@click.pass_obj
def show(home: SandboxHome, id: ResourceId) -> None:
    """Print the resource ID as JSON, as a GET of Azure answers it."""
    click.echo(json.dumps(home.existing_azure.get(id), indent=2))
