"""`make bench`: runs the benchmarks, prints a line for each figure, and writes the figures as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from .comparison import compare_previews, compare_updates, prefix
from .figures import Figure, write
from .fleets import measure_fleet
from .latencies import measure_latencies
from .policies import compare_policies
from .starts import measure_starts
from .without_engine import measure_check, measure_planning
from .worlds import Kind

_PARTS = ("pure", "previews", "updates", "floor", "latencies", "native", "policies", "fleet")
_FULL = ("latencies", "native", "policies", "fleet")
_CLUSTERS = (1, 10, 50)
_MANY = 200
"""Clusters of the largest stack, which is previewed only: its first update would mostly write the state."""


@click.command()
@click.option(
    "--full", is_flag=True, help="Previews of 200 clusters, a slow Azure, native clusters, policies and a fleet, too."
)
@click.option("--runs", default=3, show_default=True, help="The number of pairs in a median.")
@click.option(
    "--only", multiple=True, type=click.Choice(_PARTS), help="The parts to run. Default: all but those of --full."
)
@click.option("--write", "file", type=click.Path(dir_okay=False, path_type=Path), help="The JSON file to write.")
def main(*, full: bool, runs: int, only: tuple[str, ...], file: Path | None) -> None:
    """Measure this library against the same resources by hand, on the real engine and the sandbox."""
    parts = only or [part for part in _PARTS if full or part not in _FULL]
    figures: list[Figure] = []
    for figure in _measure(parts, [*_CLUSTERS, _MANY] if full else _CLUSTERS, runs):
        click.echo(figure)
        figures.append(figure)
        if file:
            write(file, figures)


def _measure(parts: Sequence[str], clusters: Sequence[int], runs: int) -> Iterator[Figure]:
    if "pure" in parts:
        yield from measure_planning(runs)
        yield from measure_check(runs)
    if "previews" in parts:
        yield from _previews(clusters, runs, "injected")
    if "updates" in parts:
        yield from _updates(clusters, runs, "injected")
    if "floor" in parts:
        yield from measure_starts(runs)
    if "latencies" in parts:
        yield from measure_latencies()
    if "native" in parts:
        yield from _previews(clusters, runs, "native")
        yield from _updates(clusters, runs, "native")
    if "policies" in parts:
        for count in _CLUSTERS:
            yield from compare_policies(count, runs)
    if "fleet" in parts:
        yield from measure_fleet()


def _previews(clusters: Sequence[int], runs: int, kind: Kind) -> Iterator[Figure]:
    wall_times: dict[int, float] = {}
    for count in clusters:
        for figure in compare_previews(count, runs, kind):
            if figure.name.endswith(f"{count}_clusters.library.wall"):
                wall_times[count] = figure.value
            yield figure
    if {10, _MANY} <= wall_times.keys():
        growth = (wall_times[_MANY] / _MANY) / (wall_times[10] / 10)
        yield Figure(f"{prefix(kind)}growth.{_MANY}_to_10_clusters", growth, "x of the time per cluster")


def _updates(clusters: Sequence[int], runs: int, kind: Kind) -> Iterator[Figure]:
    for count in clusters:
        if count < _MANY:
            yield from compare_updates(count, runs, kind)


if __name__ == "__main__":
    main()
