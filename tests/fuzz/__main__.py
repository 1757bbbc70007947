"""
`make fuzz`: runs inputs of every kind for some minutes, each round in a process of its own.

A round has inputs of one kind, drawn from one seed; the seed of a failing round repeats it. A process that hangs is
killed. The input of a process that crashed, hung or failed is shown.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import pickle
import random
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import click
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from .targets import TARGETS, Scene

_INPUTS = 200
"""Inputs of a round; fewer for slow targets (`Target.share`)."""
_SLOW = 2.0
"""Seconds of CPU time for one input."""
HANGS = 60.0
"""Seconds of wall time for one input; higher, because the machine may be busy."""


@dataclass
class Round:
    """The result of one round."""

    target: str
    seed: int
    inputs: int = 0
    slow: int = 0
    failure: str = ""
    """The failure of an input, and the input."""


class _Progress:
    """The progress of a round, in files, because a process that crashes cannot report it."""

    def __init__(self, directory: Path) -> None:
        self.counts = directory / "counts"
        self.input = directory / "input"
        self.failure = directory / "failure"
        self.running = directory / "running"
        """This file exists while an input runs; the time that Hypothesis takes between inputs does not count."""

    @property
    def seconds(self) -> float:
        """The time for which the current input has been running."""
        try:
            return time.time() - self.running.stat().st_mtime
        except FileNotFoundError:
            return 0

    def begin(self, content: Any, inputs: int, slow: int) -> None:
        self.input.write_bytes(pickle.dumps(content))
        self.count(inputs, slow)
        self.running.touch()

    def count(self, inputs: int, slow: int) -> None:
        self.counts.write_text(f"{inputs} {slow}")

    def shown_input(self) -> str:
        """The last input, shortened, and the path of a file with the whole input."""
        if not self.input.exists():
            return "before the first input"
        content = self.input.read_bytes()
        file = Path(tempfile.gettempdir(), f"fuzz-{abs(hash(content)):x}.pickle")
        file.write_bytes(content)
        shown = repr(pickle.loads(content))
        return f"{shown[:2000]}{'…' if len(shown) > 2000 else ''}\n(in full: {file}, by `pickle`)"


def _work(target: str, number: int, inputs: int, directory: Path) -> None:
    """Run a round, and exit with 1 if an input fails."""
    warnings.simplefilter("ignore")
    progress = _Progress(directory)
    scene = Scene(directory / "scene")
    counts = {"inputs": 0, "slow": 0}

    @seed(number)
    @settings(
        max_examples=inputs,
        phases=[Phase.generate, Phase.shrink],
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(cast("Iterable[HealthCheck]", HealthCheck)),  # its metaclass has no annotations
    )
    @given(st.data())
    def run(data: st.DataObject) -> None:
        content = data.draw(TARGETS[target].inputs)
        counts["inputs"] += 1
        progress.begin(content, **counts)
        started = time.process_time()
        try:
            TARGETS[target].run(scene, content)
        finally:
            progress.running.unlink()
        if time.process_time() - started > _SLOW:
            counts["slow"] += 1
            progress.count(**counts)
            raise TimeoutError(f"takes more than {_SLOW:g} s")

    try:
        run()
    except BaseException:  # noqa: BLE001 - every exception is a failure
        progress.failure.write_text(traceback.format_exc())
        os._exit(1)
    os._exit(0)


def run_round(target: str, number: int, inputs: int) -> Round:
    """Run inputs of one kind, drawn from a seed, in a process of their own."""
    result = Round(target, number)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        progress = _Progress(Path(name))
        worker = multiprocessing.get_context("fork").Process(target=_work, args=(target, number, inputs, Path(name)))
        worker.start()
        while worker.exitcode is None:
            worker.join(1)
            if worker.exitcode is None and progress.seconds > HANGS:
                worker.kill()
                worker.join()
                result.slow += 1
                result.failure = f"an input takes more than {HANGS:g} s"
        if progress.counts.exists():
            counted, slow = map(int, progress.counts.read_text().split())
            result.inputs, result.slow = counted, result.slow + slow
        if worker.exitcode:
            error = progress.failure.read_text() if progress.failure.exists() else ""
            reason = result.failure or error or f"the process has ended with {worker.exitcode}"
            result.failure = f"{reason}\n{progress.shown_input()}"
    return result


def _rounds(targets: list[str], first: int, inputs: int) -> Iterator[Round]:
    for number in itertools.count(first):
        for target in targets:
            yield run_round(target, number, max(1, int(inputs * TARGETS[target].share)))


@click.command()
@click.option("--minutes", default=5.0, show_default=True, help="The duration; the last round is finished.")
@click.option("--seed", "first", type=int, help="The seed of the first round. Default: random.")
@click.option("--only", type=click.Choice([*TARGETS]), help="The only kind of inputs.")
@click.option("--inputs", default=_INPUTS, show_default=True, help="The inputs of each round.")
def main(minutes: float, first: int | None, only: str | None, inputs: int) -> None:
    """Feed mutated input from outside to the code that reads it: no traceback, no crash, and at most 2 s each."""
    first = random.randrange(10**9) if first is None else first
    click.echo(f"fuzz: {minutes:g} minutes, from seed {first}", err=True)
    started = reported = time.monotonic()
    total = failed = slow = 0
    for result in _rounds([only] if only else [*TARGETS], first, inputs):
        total += result.inputs
        slow += result.slow
        if result.failure:
            failed += not result.slow
            command = f"make fuzz ONLY={result.target} SEED={result.seed} MINUTES=0"
            click.echo(f"FAILED {result.target}, seed {result.seed} (`{command}`)\n{result.failure}", err=True)
        now = time.monotonic()
        if now - reported > 30 or sys.stderr.isatty():
            reported = now
            click.echo(
                f"{(now - started) / 60:.1f} min: {total} inputs, {failed} tracebacks, {slow} over 2 s", err=True
            )
        if now - started > minutes * 60:
            break
    click.echo(f"fuzz: {total} inputs, {failed} tracebacks, {slow} over 2 s")
    sys.exit(1 if failed or slow else 0)


if __name__ == "__main__":
    main()
