"""`make bench`: measures, prints a line for each figure, and writes them as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from .advice import choices
from .by_hand import previews, updates
from .figures import Figure, write
from .floor import starts_and_imports
from .pure import seven_megabytes, ten_thousand_endpoints

_PARTS = ("pure", "floor", "choices", "previews", "updates")


@click.command()
@click.option("--clusters", multiple=True, type=int, default=(1, 10, 50, 200), show_default=True)
@click.option("--runs", default=5, show_default=True, help="Pairs of which the median is taken.")
@click.option("--ups", default=5, show_default=True, help="First updates, which take longest.")
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(_PARTS),
    default=_PARTS,
    help="Parts of it. Default: all.",
)
@click.option("--write", "file", type=click.Path(dir_okay=False, path_type=Path), help="Where the JSON goes.")
def main(clusters: tuple[int, ...], runs: int, ups: int, only: tuple[str, ...], file: Path | None) -> None:
    """Measure this library against the same by hand, on the real engine and the sandbox."""
    found: list[Figure] = []
    for each in _measured(clusters, runs, ups, only):
        click.echo(each)
        found.append(each)
        if file:
            write(file, found)


def _measured(clusters: tuple[int, ...], runs: int, ups: int, only: tuple[str, ...]) -> Iterator[Figure]:
    if "pure" in only:
        yield from ten_thousand_endpoints(runs, _say)
        yield from seven_megabytes(runs, _say)
    if "floor" in only:
        yield from starts_and_imports(runs, _say)
    if "choices" in only:
        yield from choices(runs, _say)
    walls: dict[int, float] = {}
    for number in clusters if "previews" in only else ():
        for figure in previews(number, runs, _say):
            if figure.name == f"preview.{number}_clusters.library.wall":
                walls[number] = figure.value
            yield figure
    if {10, 200} <= walls.keys():
        yield Figure("growth.200_to_10_clusters", (walls[200] / 200) / (walls[10] / 10), "x of the time per cluster")
    for number in clusters if "updates" in only else ():
        yield from updates(number, runs, ups, _say)


def _say(what: str) -> None:
    """Long work shows progress."""
    click.echo(f"  {what}", err=True)


if __name__ == "__main__":
    main()
