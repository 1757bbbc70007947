"""Which choices help users: how much is done at once, one stack or many, and what Python is told."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from azure_sandbox.azure import Trouble

from .figures import Figure, median, ratio
from .stacks import Stack

Say = Callable[[str], None]

_CLUSTERS = 10
_LATENCY = 0.2
"""Seconds that Azure takes for an answer; the sandbox itself takes none."""


def choices(runs: int, say: Say) -> Iterator[Figure]:
    """Each choice against what happens without it."""
    with tempfile.TemporaryDirectory() as directory:
        stack = Stack(Path(directory), "library", _CLUSTERS)
        _slow(stack)
        yield from _at_once(stack, say)
        yield from _python(stack, runs, say)
        alone = Stack(Path(directory), "library", 1)
        _slow(alone)
        yield from _one_stack_or_many(stack, alone, runs, say)


def _slow(stack: Stack) -> None:
    stack.home.azure.add_trouble(Trouble(kind="slow", on="*", seconds=_LATENCY, times=None))


def _at_once(stack: Stack, say: Say) -> Iterator[Figure]:
    for parallel in (1, 4, 8, 16, 64):
        say(f"first up with --parallel {parallel}")
        stack.start_over()
        _slow(stack)
        yield Figure(f"parallel.{parallel}.first_up", stack.up("--parallel", str(parallel)).wall, "s")


def _python(stack: Stack, runs: int, say: Say) -> Iterator[Figure]:
    flags = {"PYTHONOPTIMIZE": "2", "PYTHONNODEBUGRANGES": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    for name, value in flags.items():
        without, with_flag = list[float](), list[float]()
        for number in range(runs):
            say(f"{name}={value}, {number + 1} of {runs}")
            without.append(stack.preview().wall)
            with_flag.append(stack.preview(environment={name: value}).wall)
        yield ratio(f"python.{name}.preview", with_flag, without)


def _one_stack_or_many(stack: Stack, alone: Stack, runs: int, say: Say) -> Iterator[Figure]:
    alone.up()
    together, each = list[float](), list[float]()
    for number in range(runs):
        say(f"one stack of {_CLUSTERS} clusters, or {_CLUSTERS} stacks, {number + 1} of {runs}")
        together.append(stack.preview().wall)
        each.append(alone.preview().wall)
    yield median(f"stacks.one_of_{_CLUSTERS}.preview", together, "s")
    yield median("stacks.one_of_1.preview", each, "s")
