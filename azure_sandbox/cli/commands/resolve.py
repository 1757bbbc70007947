"""`azure-sandbox resolve`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from ... import resolver
from ...azure import ResourceId
from ...azure.type_names import VIRTUAL_NETWORKS
from ...sandbox_home import SandboxHome
from ..parameters import RESOURCE_ID, format_option


@click.command()
@click.option(
    "--network", required=True, type=RESOURCE_ID, metavar="ID", help="The id of the client's virtual network."
)
@click.argument("host")
@format_option
@click.pass_obj
def resolve(home: SandboxHome, network: ResourceId, host: str, *, as_json: bool) -> None:
    """
    Print the DNS answers for HOST in a virtual network.

    The exit code is 1 if the name does not exist (NXDOMAIN).
    """
    azure = home.existing_azure
    if azure.get(network)["type"] != VIRTUAL_NETWORKS:
        raise click.ClickException(f"{network.text} is not a virtual network.")
    answers = resolver.resolve(azure, network.text, host)
    if as_json:
        click.echo(json.dumps([asdict(answer) for answer in answers], indent=2))
    elif answers:
        for answer in answers:
            click.echo(f"{answer.name}  {answer.type}  {answer.value}")
    else:
        click.echo(f"{host}  NXDOMAIN")
    if not answers:
        sys.exit(1)
