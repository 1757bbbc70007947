"""`make torture`: lets every request between the engine and Azure meet every trouble once."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn, TimeRemainingColumn

from .runs import Case, Outcome, all_cases, attempt, sample_cases
from .scene import Scene


@click.command()
@click.option("--only", default="", help="Run the cases whose label matches this regular expression.")
@click.option("--sample", type=int, help="The number of random cases to run instead of all.")
@click.option("--seed", default=0, show_default=True, help="The seed of the sample.")
@click.option("--jobs", default=2 * (os.cpu_count() or 1), show_default=True)
def main(only: str, sample: int | None, seed: int, jobs: int) -> None:
    """Let every request of every phase in the life of a stack meet every trouble, and count what is lost."""
    console = Console(stderr=True, highlight=False)
    with tempfile.TemporaryDirectory(prefix="torture-") as name:
        directory = Path(name)
        console.print("running every phase without trouble")
        scene = Scene(directory / "scene")
        cases = all_cases(scene.calls) if sample is None else sample_cases(scene.calls, sample, seed)
        cases = [case for case in cases if re.search(only, case.label)]
        console.print(f"{len(scene.calls)} calls to Azure, {len(cases)} cases")
        outcomes = list(_outcomes(cases, scene, directory, jobs, console))
    lost = [outcome for outcome in outcomes if outcome.lost]
    click.echo(f"torture: {len(scene.calls)} calls, {sum(outcome.runs for outcome in outcomes)} runs, {len(lost)} lost")
    sys.exit(1 if lost else 0)


def _outcomes(cases: list[Case], scene: Scene, directory: Path, jobs: int, console: Console) -> Iterator[Outcome]:
    # The longest first: a kill ends an update at once, so these cases run a phase request by request.
    cases = sorted(cases, key=lambda case: not case.kills)
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    # A pipe gets some lines instead of a bar.
    bar = Progress(*columns, console=console, disable=not console.is_terminal)
    with bar, ThreadPoolExecutor(jobs) as pool:
        task = bar.add_task("", total=len(cases))
        started = [
            pool.submit(_tidy_attempt, case, scene, directory / str(number)) for number, case in enumerate(cases)
        ]
        for count, future in enumerate(as_completed(started), 1):
            outcome = future.result()
            if outcome.lost:
                console.print(f"LOST {outcome.case.label}\n{outcome.lost[-4000:]}", markup=False, soft_wrap=True)
            bar.advance(task)
            if not console.is_terminal and count % max(1, len(cases) // 50) == 0:
                console.print(f"{count} of {len(cases)} cases")
            yield outcome


def _tidy_attempt(case: Case, scene: Scene, directory: Path) -> Outcome:
    try:
        return attempt(case, scene, directory)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
