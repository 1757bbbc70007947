"""`az kusto cluster` in the sandbox: start, stop, and wait for a cluster."""

from __future__ import annotations

import click

from .azure import Azure, ResourceId
from .azure.bodies import properties
from .portal_changes import start_cluster, stop_cluster

ids_option = click.option("--ids", required=True, help="The id of the resource.")


@click.group()
def kusto() -> None:
    """Manage Azure Data Explorer."""


@kusto.group()
def cluster() -> None:
    """Manage clusters."""


@cluster.command()
@ids_option
@click.pass_obj
def start(azure: Azure, ids: str) -> None:
    """Start a cluster."""
    start_cluster(azure.without_caller(), parse_ids(ids))


@cluster.command()
@ids_option
@click.pass_obj
def stop(azure: Azure, ids: str) -> None:
    """Stop a cluster."""
    stop_cluster(azure.without_caller(), parse_ids(ids))


@cluster.command()
@ids_option
@click.option("--created", is_flag=True, required=True, expose_value=False, help="Wait until the creation ends.")
@click.pass_obj
def wait(azure: Azure, ids: str) -> None:
    """Wait for a cluster: its creation, or its running operation, then ends."""
    id = parse_ids(ids)
    while (state := properties(azure.get(id))["provisioningState"]) == "Running":
        pass
    if state == "Creating":
        start_cluster(azure.without_caller(), id)


def parse_ids(id: str) -> ResourceId:
    """Parse the value of `--ids`: one id. Raises a usage error for anything else."""
    try:
        return ResourceId.parse(id)
    except ValueError as error:
        raise click.UsageError(f"--ids: {error}.") from None
