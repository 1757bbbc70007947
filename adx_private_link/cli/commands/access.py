"""`adx-private-link access`: show the access of all consumers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from rich.text import Text

from ..access.comparison import Kind, LiveAccess, LiveHostAccess, RecordState
from ..access.deployed import APPROVED, UNKNOWN, DeployedAccess, ManagedAccess, deployed_access
from ..access.live import read_live_access
from ..access.remedies import find_remedies
from ..pulumi.history import Update, last_update
from ..pulumi.run import selected_stack
from ..terminal.console import console
from ..terminal.own_commands import this_command
from ..terminal.progress import progress
from ..terminal.tables import table
from .options import epilog, format_option
from .outputs_options import clusters_of, outputs_argument

_KINDS: dict[Kind, str] = {"zone": "private DNS zone", "link": "virtual network link", "zone-group": "zone group"}

_RECORDS: dict[RecordState, tuple[str, str]] = {
    "as-deployed": ("as deployed", "green"),
    "added": ("new, written by the zone group", "green"),
    "not-of-this-stack": ("not of this stack", ""),
    "none": ("-", ""),
    "deleted": ("deleted", "red"),
    "not-published": ("not written by the zone group", "red"),
}
"""The words and the style of each state of a record that needs no addresses."""


@click.command(
    epilog=epilog(
        "adx-private-link access --stack prod --live",
        "adx-private-link access --stack prod --format json",
        "pulumi stack output clusters --json | adx-private-link access -",
        exits={
            0: "The access is shown.",
            1: "With --live: a connection is not approved, or an object is not as deployed.",
            2: "The outputs cannot be read, or Azure cannot be asked.",
        },
    )
)
@outputs_argument
@click.option("--live", is_flag=True, help="Ask Azure for the current connections and records.")
@format_option("table", "json", help="A table for people, or JSON.")
def access(file: Path | None, stack: str | None, component: str | None, form: str, *, live: bool) -> None:
    """
    Show every host name of every consumer with its private address and the state of its connection.

    Also shows the managed private endpoints, by which clusters reach their sources of data.

    Reads the stack's output `clusters` from Pulumi, or from FILE (`-` for standard input): the state as of the last
    `pulumi up`. With --live, the command also asks Azure: it refreshes a copy of the stack's state and changes nothing.
    It also lists the connections of endpoints that the stack did not create, and storage accounts that a native cluster
    has got since then.
    """
    if live and file:
        raise click.UsageError("--live reads the stack's state: leave FILE out.")
    clusters = clusters_of(file, stack, component)
    if not live:
        update = None if file else last_update(stack)
        deployed = deployed_access(clusters, update.end_time if update else None)
        if form == "json":
            click.echo(deployed.model_dump_json(indent=2))
        elif file:
            _print_deployed(deployed, "a file", "adx-private-link access --live")
        else:
            _print_deployed(deployed, _describe_update(update), this_command("--live"))
        return
    with progress("asking Azure"):
        current = read_live_access(selected_stack(stack), clusters)
    if form == "json":
        click.echo(current.model_dump_json(indent=2))
    else:
        _print_live(current)
    if not current.is_well:
        raise click.exceptions.Exit(1)


def _describe_update(update: Update | None) -> str:
    """Describe the update that wrote the outputs, as far as the history goes."""
    if update is None:
        return "the last update"
    failed = "" if update.has_succeeded else ", which failed, or of the one before it"
    return f"the last update, {update.end_time}{failed}"


def _print_deployed(access: DeployedAccess, source: str, live_command: str) -> None:
    """Print the access of the outputs. No state is green, because it may have changed."""
    out = console()
    if not access.hosts and not access.managed_endpoints:
        out.print("The stack has no private endpoints.")
        return
    rows = [
        (
            host.consumer,
            host.name,
            host.role or "-",
            ", ".join(host.addresses) or "-",
            host.connection if host.connection == APPROVED else Text(host.connection, "red"),
        )
        for host in access.hosts
    ]
    if rows:
        out.print(table(("consumer", "host", "role", "address", "connection"), rows))
    _print_managed(access.managed_endpoints, "connection", good="", is_first=not rows)
    out.print(f"\nThese are the outputs of {source}. To ask Azure, run `{live_command}`.")


def _print_live(access: LiveAccess) -> None:
    out = console()
    if not access.hosts and not access.managed_endpoints:
        out.print("The stack has no private endpoints.")
        return
    rows = [
        (
            host.consumer,
            host.name,
            host.role or "-",
            ", ".join(host.addresses) or "-",
            format_connection(host),
            format_record(host),
        )
        for host in access.hosts
    ]
    if rows:
        out.print(table(("consumer", "host", "role", "address", "connection now", "record now"), rows))
    _print_managed(access.managed_endpoints, "connection now", good="green", is_first=not rows)
    for missing in access.missing:
        out.print(Text(f"Deleted in Azure: {_KINDS[missing.kind]} {missing.id}", "red"))
    if access.other_connections:
        others = sorted(
            (other.target.rsplit("/", 1)[-1], other.endpoint or "not shown by Azure", other.connection)
            for other in access.other_connections
        )
        out.print("\nConnections of endpoints that this stack did not create:")
        out.print(table(("service or cluster", "endpoint", "connection"), others))
    if not access.is_well:
        out.print("\n".join(["", "Not everything is approved and as deployed.", *find_remedies(access)]))


def _print_managed(accesses: Sequence[ManagedAccess], heading: str, *, good: str, is_first: bool) -> None:
    """Print what clusters themselves reach; `good` is the style of an approved connection."""
    if not accesses:
        return
    styles = {APPROVED: good, UNKNOWN: ""}
    rows = [
        (
            managed.cluster,
            managed.key,
            managed.target.rpartition("/")[2],
            managed.group,
            Text(managed.connection, styles.get(managed.connection, "red")),
        )
        for managed in accesses
    ]
    out = console()
    if not is_first:
        out.print()
    out.print("Managed private endpoints, by which clusters reach their sources of data:")
    out.print(table(("cluster", "key", "target", "group", heading), rows))


def format_connection(host: LiveHostAccess) -> Text:
    """Format the state of a host's connection now."""
    connection = host.connection or "no connection"
    if host.is_another_endpoint:
        connection = f"{connection}, of another endpoint"
    return Text(connection, "green" if connection == APPROVED else "red")


def format_record(host: LiveHostAccess) -> Text:
    """Format the state of a host's record now."""
    if host.record == "other-addresses":
        return Text(f"has {', '.join(host.record_addresses) or 'no address'}", "red")
    text, style = _RECORDS[host.record]
    return Text(text, style)
