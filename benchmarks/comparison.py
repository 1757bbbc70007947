"""The library compared with the same resources by hand and with its previous version, and how it grows."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from .figures import Figure, median, ratio
from .measurement import Measurement
from .programs import Program, by_hand, component, library, previous, without_aliases
from .progress import report_progress
from .stacks import Stack
from .worlds import Kind

_PAIRS = (
    ("library", "by_hand"),
    ("library", "without_aliases"),
    ("library", "previous"),
    ("component", "by_hand"),
    ("component", "previous"),
)
"""The programs that are compared, by their names."""

_Measurements = dict[str, list[Measurement]]
"""The measurements of each program, by its name."""


def compare_previews(clusters: int, runs: int, kind: Kind) -> Iterator[Figure]:
    """Previews before anything is deployed."""
    programs = [library(), by_hand(kind), without_aliases(kind)]
    if kind == "injected":
        programs += [previous(), component()]
    with tempfile.TemporaryDirectory() as directory:
        stacks = _stacks(directory, programs, clusters, kind)
        measurements = _measure_in_turns(stacks, runs, "preview", Stack.preview)
        yield from _figures(f"{prefix(kind)}preview", clusters, measurements)


def compare_updates(clusters: int, runs: int, kind: Kind) -> Iterator[Figure]:
    """First updates, and updates without changes."""
    programs = [library(), by_hand(kind), without_aliases(kind)]
    if kind == "injected":
        programs.append(component())
    with tempfile.TemporaryDirectory() as directory:
        stacks = _stacks(directory, programs, clusters, kind)
        first_updates = _measure_in_turns(stacks, runs, "first up", _first_up)
        yield from _figures(f"{prefix(kind)}first_up", clusters, first_updates)
        ours, theirs = (stack.count_resources() for stack in stacks[:2])
        assert ours == theirs, "the programs create different resources"
        yield Figure(f"{prefix(kind)}resources.{clusters}_clusters", ours, "objects in Azure")
        unchanged_updates = _measure_in_turns(stacks, runs, "up with nothing to do", Stack.up)
        yield from _figures(f"{prefix(kind)}nothing_to_do", clusters, unchanged_updates)


def prefix(kind: Kind) -> str:
    """What the names of figures of native clusters begin with."""
    return "native." if kind == "native" else ""


def _first_up(stack: Stack) -> Measurement:
    stack.start_over()
    return stack.up()


def _stacks(directory: str, programs: Sequence[Program], clusters: int, kind: Kind) -> list[Stack]:
    return [Stack(Path(directory), program, clusters, kind) for program in programs]


def _measure_in_turns(
    stacks: Sequence[Stack], runs: int, operation: str, run: Callable[[Stack], Measurement]
) -> _Measurements:
    """Measure an operation of all programs in turns: a machine's speed drifts less within a turn."""
    measurements: _Measurements = {stack.program.name: [] for stack in stacks}
    for number in range(runs):
        for stack in stacks:
            name = stack.program.name
            report_progress(f"{stack.clusters} {stack.kind} clusters, {operation} {number + 1} of {runs}, {name}")
            measurements[name].append(run(stack))
    return measurements


def _figures(operation: str, clusters: int, measurements: _Measurements) -> Iterator[Figure]:
    name = f"{operation}.{clusters}_clusters"
    for program, other in _PAIRS:
        if {program, other} <= measurements.keys():
            for figure, value, _ in _VALUES:
                ours, theirs = map(value, measurements[program]), map(value, measurements[other])
                yield ratio(f"{name}.{figure}.{program}_to_{other}", ours, theirs)
    for program, program_measurements in measurements.items():
        for figure, value, unit in _VALUES:
            yield median(f"{name}.{program}.{figure}", map(value, program_measurements), unit)
    ours = measurements["library"]
    for figure, percentages in (
        ("sandbox_alone", [100 * measurement.provider_alone / measurement.wall for measurement in ours]),
        ("sandbox_cpu", [100 * measurement.provider_cpu / measurement.wall for measurement in ours]),
    ):
        yield median(f"{name}.{figure}", percentages, "% of the wall time")


def _wall(measurement: Measurement) -> float:
    return measurement.wall


def _program_cpu(measurement: Measurement) -> float:
    return measurement.program_cpu


def _program_memory(measurement: Measurement) -> float:
    return measurement.program_memory


_VALUES = (("wall", _wall, "s"), ("program_cpu", _program_cpu, "s"), ("program_memory", _program_memory, "MB"))
