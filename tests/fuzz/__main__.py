"""
`make fuzz`: inputs of every kind for as long as wanted, each round in a process of its own.

A round is some inputs of one kind, drawn from one seed; the seed of a finding repeats it. A process that crashes is
noticed, one that hangs is ended; what it had in hand is shown.
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
"""Of a round; a share of it for a kind that is slow."""
_SLOW = 2.0
"""Seconds of this machine's processor, for one input."""
HANGS = 60.0
"""Seconds of a clock, for one input: others may want the processor, too."""


@dataclass
class Round:
    """What became of one round."""

    target: str
    seed: int
    inputs: int = 0
    slow: int = 0
    failed: str = ""
    """How an input has failed, and which."""


class _Progress:
    """How far a round is, in a file: a process that crashes tells nothing any more."""

    def __init__(self, directory: Path) -> None:
        self.counts = directory / "counts"
        self.input = directory / "input"
        self.failure = directory / "failure"
        self.running = directory / "running"
        """There while an input runs: Hypothesis may take its time between two."""

    @property
    def seconds(self) -> float:
        """How long the input has been running that runs now."""
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
        """The last input: shortened, and in full in a file that stays."""
        if not self.input.exists():
            return "before the first input"
        content = self.input.read_bytes()
        kept = Path(tempfile.gettempdir(), f"fuzz-{abs(hash(content)):x}.pickle")
        kept.write_bytes(content)
        shown = repr(pickle.loads(content))
        return f"{shown[:2000]}{'…' if len(shown) > 2000 else ''}\n(in full: {kept}, by `pickle`)"


def _work(target: str, number: int, inputs: int, directory: Path) -> None:
    """Run a round; ends with exit code 1 where an input fails."""
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
    except BaseException:  # noqa: BLE001 - whatever it is, it is what is looked for
        progress.failure.write_text(traceback.format_exc())
        os._exit(1)
    os._exit(0)


def run_round(target: str, number: int, inputs: int) -> Round:
    """Inputs of one kind, drawn from a seed, in a process of their own."""
    found = Round(target, number)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        progress = _Progress(Path(name))
        worker = multiprocessing.get_context("fork").Process(target=_work, args=(target, number, inputs, Path(name)))
        worker.start()
        while worker.exitcode is None:
            worker.join(1)
            if worker.exitcode is None and progress.seconds > HANGS:
                worker.kill()
                worker.join()
                found.slow += 1
                found.failed = f"an input takes more than {HANGS:g} s"
        if progress.counts.exists():
            counted, slow = map(int, progress.counts.read_text().split())
            found.inputs, found.slow = counted, found.slow + slow
        if worker.exitcode:
            told = progress.failure.read_text() if progress.failure.exists() else ""
            why = found.failed or told or f"the process has ended with {worker.exitcode}"
            found.failed = f"{why}\n{progress.shown_input()}"
    return found


def _rounds(targets: list[str], first: int, inputs: int) -> Iterator[Round]:
    for number in itertools.count(first):
        for target in targets:
            yield run_round(target, number, max(1, int(inputs * TARGETS[target].share)))


@click.command()
@click.option("--minutes", default=5.0, show_default=True, help="How long; a round that has begun is finished.")
@click.option("--seed", "first", type=int, help="Of the first round. Default: any.")
@click.option("--only", type=click.Choice([*TARGETS]), help="Inputs of this kind alone.")
@click.option("--inputs", default=_INPUTS, show_default=True, help="Of each round; those of a finding, to repeat it.")
def main(minutes: float, first: int | None, only: str | None, inputs: int) -> None:
    """Put in whatever comes from outside, mutated: no traceback, no crash, and nothing takes more than 2 s."""
    first = random.randrange(10**9) if first is None else first
    click.echo(f"fuzz: {minutes:g} minutes, from seed {first}", err=True)
    began = told = time.monotonic()
    total = failed = slow = 0
    for each in _rounds([only] if only else [*TARGETS], first, inputs):
        total += each.inputs
        slow += each.slow
        if each.failed:
            failed += not each.slow
            again = f"make fuzz ONLY={each.target} SEED={each.seed} MINUTES=0"
            click.echo(f"FAILED {each.target}, seed {each.seed} (`{again}`)\n{each.failed}", err=True)
        now = time.monotonic()
        if now - told > 30 or sys.stderr.isatty():
            told = now
            click.echo(f"{(now - began) / 60:.1f} min: {total} inputs, {failed} tracebacks, {slow} over 2 s", err=True)
        if now - began > minutes * 60:
            break
    click.echo(f"fuzz: {total} inputs, {failed} tracebacks, {slow} over 2 s")
    sys.exit(1 if failed or slow else 0)


if __name__ == "__main__":
    main()
