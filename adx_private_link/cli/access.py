"""`adx-private-link access`: who reaches what, at which address."""

from __future__ import annotations

from pathlib import Path

import click
from pydantic import ValidationError
from rich.text import Text

from ..outputs import ClustersOutput
from .pulumi_cli import PulumiError, pulumi
from .telling import console, table


@click.command(epilog="Example: pulumi stack output clusters --json | adx-private-link access -")
@click.option("-s", "--stack", help="The stack. Default: the selected one.")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
def access(file: Path | None, stack: str | None) -> None:
    """
    Show, for each consumer, every host name with its private address and the state of its connection.

    Reads the stack's output `clusters` from Pulumi, or from FILE (`-` for standard input): it is as of the last
    `pulumi up`.
    """
    text = _stack_output(stack) if file is None else click.open_file(str(file)).read()
    try:
        clusters = ClustersOutput.model_validate_json(text).root
    except ValidationError as error:
        raise click.ClickException(
            f"this is not the output `clusters` of an adx-private-link stack: {error}"
        ) from error

    rows = sorted(
        (consumer, host, ", ".join(addresses), endpoint.connection_state)
        for cluster in clusters.values()
        for consumer, targets in cluster.endpoints.items()
        for target, endpoint in targets.items()
        # What waits, or is cut off, publishes nothing: it is shown all the same.
        for host, addresses in (endpoint.hosts or {f"({target})": ["-"]}).items()
    )
    coloured = [(*row, Text(state, "green" if state == "Approved" else "red")) for *row, state in rows]
    headings = ("consumer", "host", "address", "connection")
    console().print(table(headings, coloured) if rows else "no endpoints")


def _stack_output(stack: str | None) -> str:
    try:
        return pulumi("stack", "output", "clusters", "--json", *(["--stack", stack] if stack else []))
    except PulumiError as error:
        if "does not have output property" in error.said:
            raise click.ClickException("the stack has deployed nothing yet: run `pulumi up`") from None
        raise
