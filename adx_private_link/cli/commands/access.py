"""`adx-private-link access`: who reaches what, at which address."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click
from rich.text import Text

from ...outputs import ClusterOutput
from ..access.live import APPROVED, AS_DEPLOYED, NO_RECORD, LiveAccess, look
from ..pulumi.history import last_update
from ..pulumi.run import selected_stack
from ..terminal.console import console, table
from ..terminal.own_commands import this_command
from ..terminal.progress import progress
from .outputs_options import clusters_of, outputs_argument


@click.command(
    epilog="\b\nExamples:\n  adx-private-link access --stack prod --live\n"
    "  pulumi stack output clusters --json | adx-private-link access -"
)
@outputs_argument
@click.option("--live", is_flag=True, help="Ask Azure for the connections and records as they are now.")
def access(file: Path | None, stack: str | None, *, live: bool) -> None:
    """
    Show, for each consumer, every host name with its private address and the state of its connection.

    Reads the stack's output `clusters` from Pulumi, or from FILE (`-` for standard input): as of the last `pulumi up`.
    With --live, Azure is asked as well, by a refresh of a copy of the stack's state: nothing is changed. The exit code
    is then 1 where a connection is not approved, or something in Azure is not as the outputs say.
    """
    if live and file:
        raise click.UsageError("--live needs the stack's state: leave FILE out")
    clusters = clusters_of(file, stack)
    if not live:
        if file:
            _show(clusters, "written", "adx-private-link access --live")
        else:
            _show(clusters, last_update(stack), this_command("--live"))
        return
    with progress("asking Azure"):
        found = look(selected_stack(stack), clusters)
    _show_live(found)
    if not found.is_well:
        raise click.exceptions.Exit(1)


def _show(clusters: Mapping[str, ClusterOutput], when: str, live: str) -> None:
    """The outputs. No state is green: it may have changed."""
    rows = sorted(
        (consumer, host, ", ".join(addresses), endpoint.connection_state)
        for cluster in clusters.values()
        for consumer, targets in cluster.endpoints.items()
        for target, endpoint in targets.items()
        # An endpoint that waits, or is cut off, publishes nothing: it is shown all the same.
        for host, addresses in (endpoint.hosts or {f"({target})": ["-"]}).items()
    )
    out = console()
    if not rows:
        out.print("no endpoints")
        return
    shown = [(*row, state if state == APPROVED else Text(state, "red")) for *row, state in rows]
    out.print(table(("consumer", "host", "address", "connection then"), shown))
    out.print(f"\nThis is from when the stack was {when}. `{live}` asks Azure.")


def _show_live(found: LiveAccess) -> None:
    out = console()
    if not found.rows:
        out.print("no endpoints")
        return
    rows = [
        (
            each.consumer,
            each.host,
            each.address,
            Text(each.connection, "green" if each.connection == APPROVED else "red"),
            Text(each.record, {AS_DEPLOYED: "green", NO_RECORD: "", "-": ""}.get(each.record, "red")),
        )
        for each in found.rows
    ]
    out.print(table(("consumer", "host", "address", "connection now", "record now"), rows))
    for each in found.missing:
        out.print(Text(each, "red"))
    if not found.is_well:
        out.print(
            "\nNot everything is approved and as the last `pulumi up` left it. Next: `pulumi up --refresh`, which "
            "restores what is gone, and names the endpoints that must be replaced."
        )
