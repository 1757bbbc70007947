"""`make torture`: everything that can go wrong between the engine and Azure does, once, at every request."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn, TimeRemainingColumn

from .runs import Case, Outcome, attempt, cases
from .runs import sample as sampled
from .scene import Scene


@click.command()
@click.option("--only", default="", help="Cases whose label contains this, as a failing one is shown.")
@click.option("--sample", type=int, help="So many cases instead of all.")
@click.option("--seed", default=0, show_default=True, help="Which cases a sample has.")
@click.option("--jobs", default=2 * (os.cpu_count() or 1), show_default=True)
def main(only: str, sample: int | None, seed: int, jobs: int) -> None:
    """Meet every request of `up`, changed `up` and `destroy` with every trouble, and count what was lost."""
    console = Console(stderr=True, highlight=False)
    with tempfile.TemporaryDirectory(prefix="torture-") as name:
        directory = Path(name)
        console.print("playing every phase without trouble")
        scene = Scene(directory / "scene")
        found = sampled(scene.calls, sample, seed) if sample is not None else cases(scene.calls)
        found = [each for each in found if only in each.label]
        console.print(f"{len(scene.calls)} calls to Azure, {len(found)} cases")
        outcomes = list(_outcomes(found, scene, directory, jobs, console))
    lost = [each for each in outcomes if each.lost]
    click.echo(f"torture: {len(scene.calls)} calls, {sum(each.runs for each in outcomes)} runs, {len(lost)} lost")
    sys.exit(1 if lost else 0)


def _outcomes(found: list[Case], scene: Scene, directory: Path, jobs: int, console: Console) -> Iterator[Outcome]:
    # The longest first: a kill ends an update at once, so each of these goes through a phase request by request.
    found = sorted(found, key=lambda each: not each.kills)
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    # A pipe gets a line now and then instead of a bar.
    bar = Progress(*columns, console=console, disable=not console.is_terminal)
    with bar, ThreadPoolExecutor(jobs) as pool:
        task = bar.add_task("", total=len(found))
        started = [pool.submit(_tidy_attempt, each, scene, directory / str(n)) for n, each in enumerate(found)]
        for count, future in enumerate(as_completed(started), 1):
            outcome = future.result()
            if outcome.lost:
                console.print(f"LOST {outcome.case.label}\n{outcome.lost[-4000:]}", markup=False, soft_wrap=True)
            bar.advance(task)
            if not console.is_terminal and count % max(1, len(found) // 50) == 0:
                console.print(f"{count} of {len(found)} cases")
            yield outcome


def _tidy_attempt(case: Case, scene: Scene, directory: Path) -> Outcome:
    try:
        return attempt(case, scene, directory)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
