"""`azure-sandbox list`."""

from __future__ import annotations

import click

from ...sandbox_home import SandboxHome


@click.command("list")
@click.pass_obj
def list_resources(home: SandboxHome) -> None:
    """List every resource: its type and its id."""
    resources = home.existing_azure.list()
    width = max((len(str(resource["type"])) for resource in resources), default=0)
    for resource in resources:
        click.echo(f"{resource['type']:{width}}  {resource['id']}")
