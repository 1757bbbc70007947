"""`adx-private-link fleet report`: report an operation on all stacks as the comment of a pull request."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import click

from ..fleet.comment import comment
from ..fleet.outcomes import read_outcomes
from ..fleet.reading import read_valid_fleet
from ..fleet.results import OPERATIONS, Operation, Results
from ..fleet.selection import Shard, parse_labels, select
from .fleet_runs import results_option, selection_options
from .options import epilog


@click.command(
    epilog=epilog(
        "adx-private-link fleet report > comment.md",
        "adx-private-link fleet report --operation drift --results drift",
        exits={0: "The report is written.", 2: "The inventory or a result cannot be read."},
    )
)
@click.option(
    "--operation",
    type=click.Choice(OPERATIONS),
    default="preview",
    show_default=True,
    help="The operation whose results are reported.",
)
@results_option
@selection_options
def report(operation: str, results: Path, selected: tuple[str, ...], shard: Shard | None) -> None:
    """
    Report an operation on all stacks, as the comment of a pull request.

    The report counts the stacks of each group. Then come errors, risks and changes: what is the same for several
    stacks is one line. `adx-private-link report` reports single stacks. Neither Pulumi nor Azure is asked.
    """
    fleet = read_valid_fleet()
    stacks = select(fleet.stacks, parse_labels(selected), shard)
    chosen = cast("Operation", operation)
    click.echo(comment(chosen, read_outcomes(stacks, chosen, Results(results))), nl=False)
