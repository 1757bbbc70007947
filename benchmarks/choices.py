"""Choices that users have: the parallelism, and one stack or many."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from azure_sandbox.azure import Trouble

from .figures import Figure, median
from .programs import library
from .progress import report_progress
from .stacks import Stack

_CLUSTERS = 10
_LATENCY = 0.2
"""Seconds that Azure takes for an answer; the sandbox itself answers at once."""


def measure_choices(runs: int) -> Iterator[Figure]:
    """Each choice against its default."""
    with tempfile.TemporaryDirectory() as directory:
        stack = Stack(Path(directory), library(), _CLUSTERS)
        for parallel in (1, 4, 8, 16, 64):
            report_progress(f"first up with --parallel {parallel}")
            stack.start_over()
            _slow_down(stack)
            yield Figure(f"parallel.{parallel}.first_up", stack.up("--parallel", str(parallel)).wall, "s")
        small_stack = Stack(Path(directory), library(), 1)
        _slow_down(small_stack)
        yield from _compare_stack_sizes(stack, small_stack, runs)


def _slow_down(stack: Stack) -> None:
    stack.home.azure.add_trouble(Trouble(kind="slow", on="*", seconds=_LATENCY, times=None))


def _compare_stack_sizes(stack: Stack, small_stack: Stack, runs: int) -> Iterator[Figure]:
    small_stack.up()
    times, small_times = list[float](), list[float]()
    for run in range(runs):
        report_progress(f"one stack of {_CLUSTERS} clusters, or {_CLUSTERS} stacks, {run + 1} of {runs}")
        times.append(stack.preview().wall)
        small_times.append(small_stack.preview().wall)
    yield median(f"stacks.one_of_{_CLUSTERS}.preview", times, "s")
    yield median("stacks.one_of_1.preview", small_times, "s")
