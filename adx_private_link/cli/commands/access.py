"""`adx-private-link access`: who reaches what, at which address."""

from __future__ import annotations

from pathlib import Path

import click
from rich.text import Text

from ..access.deployed import APPROVED, DeployedAccess, deployed_access
from ..access.live import LiveAccess, LiveHostAccess, look
from ..pulumi.history import Update, last_update
from ..pulumi.run import selected_stack
from ..terminal.console import console, table
from ..terminal.own_commands import this_command
from ..terminal.progress import progress
from .options import epilog, format_option
from .outputs_options import clusters_of, outputs_argument

_KINDS = {"zone": "private DNS zone", "link": "virtual network link"}


@click.command(
    epilog=epilog(
        "adx-private-link access --stack prod --live",
        "adx-private-link access --stack prod --format json",
        "pulumi stack output clusters --json | adx-private-link access -",
        exits={
            0: "The access is shown.",
            1: "With --live: not everything is approved and as deployed.",
            2: "The outputs cannot be read, or Azure cannot be asked.",
        },
    )
)
@outputs_argument
@click.option("--live", is_flag=True, help="Ask Azure for the current connections and records.")
@format_option("table", "json", says="A table for people, or JSON.")
def access(file: Path | None, stack: str | None, form: str, *, live: bool) -> None:
    """
    Show every host name of every consumer with its private address and the state of its connection.

    Reads the stack's output `clusters` from Pulumi, or from FILE (`-` for standard input): the state as of the last
    `pulumi up`. With --live, the command also asks Azure: it refreshes a copy of the stack's state and changes nothing.
    """
    if live and file:
        raise click.UsageError("--live reads the stack's state: leave FILE out.")
    clusters = clusters_of(file, stack)
    if not live:
        update = None if file else last_update(stack)
        deployed = deployed_access(clusters, update.end_time if update else None)
        if form == "json":
            click.echo(deployed.model_dump_json(indent=2))
        elif file:
            _show(deployed, "a file", "adx-private-link access --live")
        else:
            _show(deployed, _time_of(update), this_command("--live"))
        return
    with progress("asking Azure"):
        found = look(selected_stack(stack), clusters)
    if form == "json":
        click.echo(found.model_dump_json(indent=2))
    else:
        _show_live(found)
    if not found.is_well:
        raise click.exceptions.Exit(1)


def _time_of(update: Update | None) -> str:
    """The update that wrote the outputs, as far as the history says."""
    if update is None:
        return "the last update"
    failed = "" if update.has_succeeded else ", which failed, or of the one before it"
    return f"the last update, {update.end_time}{failed}"


def _show(access: DeployedAccess, when: str, live: str) -> None:
    """The outputs. No state is green: it may have changed."""
    out = console()
    if not access.hosts:
        out.print("The stack has no private endpoints.")
        return
    rows = [
        (
            host.consumer,
            host.name,
            ", ".join(host.addresses) or "-",
            host.connection if host.connection == APPROVED else Text(host.connection, "red"),
        )
        for host in access.hosts
    ]
    out.print(table(("consumer", "host", "address", "connection then"), rows))
    out.print(f"\nThese are the outputs of {when}. `{live}` asks Azure.")


def _show_live(access: LiveAccess) -> None:
    out = console()
    if not access.hosts:
        out.print("The stack has no private endpoints.")
        return
    rows = [
        (host.consumer, host.name, ", ".join(host.addresses) or "-", connection_in_words(host), record_in_words(host))
        for host in access.hosts
    ]
    out.print(table(("consumer", "host", "address", "connection now", "record now"), rows))
    for missing in access.missing:
        out.print(Text(f"Deleted in Azure: {_KINDS[missing.kind]} {missing.id}", "red"))
    if not access.is_well:
        out.print(
            "\nNot everything is approved and as deployed. Run `pulumi up --refresh`: it restores deleted objects, and "
            "names the endpoints that you must replace."
        )


def connection_in_words(host: LiveHostAccess) -> Text:
    """The state of a connection now."""
    connection = host.connection or "no connection"
    if host.is_another_endpoint:
        connection = f"{connection}, of another endpoint"
    return Text(connection, "green" if connection == APPROVED else "red")


def record_in_words(host: LiveHostAccess) -> Text:
    """What became of a host's record."""
    match host.record:
        case "as-deployed":
            return Text("as deployed", "green")
        case "not-of-this-stack":
            return Text("not of this stack")
        case "none":
            return Text("-")
        case "deleted":
            return Text("deleted", "red")
        case "other-addresses":
            return Text(f"has {', '.join(host.record_addresses) or 'no address'}", "red")
