"""`make bench`: runs the benchmarks, prints a line for each figure, and writes the figures as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from .choices import measure_choices
from .comparison import compare_previews, compare_updates, prefix
from .figures import Figure, write
from .starts import measure_starts
from .without_engine import measure_check, measure_planning
from .worlds import Kind

_PARTS = ("pure", "floor", "choices", "previews", "updates")


@click.command()
@click.option("--clusters", multiple=True, type=int, default=(1, 10, 50, 200), show_default=True)
@click.option("--runs", default=5, show_default=True, help="The number of pairs in a median.")
@click.option("--ups", default=5, show_default=True, help="The number of first updates, which take longest.")
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(_PARTS),
    default=_PARTS,
    help="The parts to run. Default: all.",
)
@click.option(
    "--kind",
    type=click.Choice(["injected", "native"]),
    default="injected",
    show_default=True,
    help="The kind of the clusters in previews and updates.",
)
@click.option("--write", "file", type=click.Path(dir_okay=False, path_type=Path), help="The JSON file to write.")
def main(clusters: tuple[int, ...], runs: int, ups: int, only: tuple[str, ...], kind: Kind, file: Path | None) -> None:
    """Measure this library against the same resources by hand, on the real engine and the sandbox."""
    figures: list[Figure] = []
    for figure in _measure(clusters, runs, ups, only, kind):
        click.echo(figure)
        figures.append(figure)
        if file:
            write(file, figures)


def _measure(clusters: tuple[int, ...], runs: int, ups: int, only: tuple[str, ...], kind: Kind) -> Iterator[Figure]:
    if "pure" in only:
        yield from measure_planning(runs)
        yield from measure_check(runs)
    if "floor" in only:
        yield from measure_starts(runs)
    if "choices" in only:
        yield from measure_choices(runs)
    wall_times: dict[int, float] = {}
    for count in clusters if "previews" in only else ():
        for figure in compare_previews(count, runs, kind):
            if figure.name.endswith(f"preview.{count}_clusters.library.wall"):
                wall_times[count] = figure.value
            yield figure
    if {10, 200} <= wall_times.keys():
        growth = (wall_times[200] / 200) / (wall_times[10] / 10)
        yield Figure(f"{prefix(kind)}growth.200_to_10_clusters", growth, "x of the time per cluster")
    for count in clusters if "updates" in only else ():
        yield from compare_updates(count, runs, ups, kind)


if __name__ == "__main__":
    main()
