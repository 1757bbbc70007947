"""`azure-sandbox list`."""

from __future__ import annotations

import json

import click

from ...sandbox_home import SandboxHome
from ..parameters import format_option


@click.command("list")
@format_option
@click.pass_obj
def list_resources(home: SandboxHome, *, as_json: bool) -> None:
    """List the types and ids of all resources."""
    resources = home.existing_azure.list()
    if as_json:
        entries = [{"type": resource["type"], "id": resource["id"]} for resource in resources]
        click.echo(json.dumps(entries, indent=2))
        return
    width = max((len(str(resource["type"])) for resource in resources), default=0)
    for resource in resources:
        click.echo(f"{resource['type']:{width}}  {resource['id']}")
