"""`adx-private-link fleet page`: draw the fleet as a page to look at."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import click

from ...counts import plural
from ..errors import CommandError
from ..files import path_from_here, write_file
from ..fleet.page.reading import read_view
from ..fleet.reading import read_valid_fleet
from ..fleet.results import Results
from .fleet_runs import results_option
from .options import epilog


@click.command(
    epilog=epilog(
        "adx-private-link fleet page --output fleet.html",
        exits={0: "The page is written.", 2: "The inventory or a result cannot be read."},
    )
)
@results_option
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default="fleet.html",
    show_default=True,
    help="The file to write.",
)
def page(results: Path, output: Path) -> None:
    """
    Draw who reaches which cluster, as of the last runs: one HTML file that needs no network.

    Neither Pulumi nor Azure is asked: run `fleet drift` before, to compare with Azure.
    """
    fleet = read_valid_fleet()
    try:
        rendering = import_module("adx_private_link.cli.fleet.page.rendering")
    except ImportError:
        raise CommandError(
            "Jinja is not installed, which writes the page. Install the extra: `pip install 'adx-private-link[fleet]'`."
        ) from None
    written = f"As of {datetime.now(UTC):%-d %B %Y, %H:%M} UTC."
    write_file(output, rendering.page_text(read_view(fleet, Results(results), written)))
    click.echo(f"{path_from_here(output)} is written, with {plural(len(fleet.stacks), 'stack')}.")
