"""`adx-private-link access`: who reaches what, at which address."""

from __future__ import annotations

from pathlib import Path

import click
from rich.text import Text

from .stack_outputs import outputs_argument, read_outputs
from .telling import console, table


@click.command(epilog="Example: pulumi stack output clusters --json | adx-private-link access -")
@outputs_argument
def access(file: Path | None, stack: str | None) -> None:
    """
    Show, for each consumer, every host name with its private address and the state of its connection.

    Reads the stack's output `clusters` from Pulumi, or from FILE (`-` for standard input): it is as of the last
    `pulumi up`.
    """
    rows = sorted(
        (consumer, host, ", ".join(addresses), endpoint.connection_state)
        for cluster in read_outputs(file, stack).values()
        for consumer, targets in cluster.endpoints.items()
        for target, endpoint in targets.items()
        # What waits, or is cut off, publishes nothing: it is shown all the same.
        for host, addresses in (endpoint.hosts or {f"({target})": ["-"]}).items()
    )
    coloured = [(*row, Text(state, "green" if state == "Approved" else "red")) for *row, state in rows]
    headings = ("consumer", "host", "address", "connection")
    console().print(table(headings, coloured) if rows else "no endpoints")
