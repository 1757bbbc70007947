"""`azure-sandbox reach`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from ... import reachability
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
def reach(home: SandboxHome, network: ResourceId, host: str, *, as_json: bool) -> None:
    """
    Print whether a client in a virtual network connects to HOST, and through what.

    \b
    connected      the right server answers
    no-such-name   HOST has no address
    no-route       no server has the address
    not-approved   the connection of the private endpoint is not approved
    not-in-effect  the endpoint or service is of no use to a cluster that is, or
                   is no longer, in a virtual network
    wrong-server   the server has a certificate for other names
    refused        public network access is disabled
    not-running    the cluster does not run

    The exit code is 1 for anything but `connected`.
    """
    azure = home.existing_azure
    if azure.get(network)["type"] != VIRTUAL_NETWORKS:
        raise click.ClickException(f"{network.text} is not a virtual network.")
    reached = reachability.reach(azure, network.text, host)
    if as_json:
        click.echo(json.dumps(asdict(reached), indent=2))
    else:
        click.echo("  ".join(part for part in (host, reached.outcome, reached.address, reached.through) if part))
    if reached.outcome != "connected":
        sys.exit(1)
