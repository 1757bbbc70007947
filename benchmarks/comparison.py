"""The library compared with the same resources by hand, and how both grow with the number of clusters."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from .figures import Figure, median, ratio
from .measurement import Measurement
from .progress import report_progress
from .stacks import PROGRAMS, Stack
from .worlds import Kind

_MAX_CLUSTERS_WITH_CHECKPOINTS = 50
"""Above this, updates run without checkpoints: the engine would write the whole state after each resource."""
_WITHOUT_CHECKPOINTS = {"PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}

_Measurements = dict[str, list[Measurement]]
"""The measurements of each program, by its name."""


def compare_previews(clusters: int, runs: int, kind: Kind) -> Iterator[Figure]:
    """Previews before anything is deployed."""
    with tempfile.TemporaryDirectory() as directory:
        stacks = _stacks(directory, clusters, kind)
        yield from _figures(
            f"{prefix(kind)}preview", clusters, _measure_in_turns(stacks, runs, "preview", Stack.preview)
        )


def compare_updates(clusters: int, runs: int, ups: int, kind: Kind) -> Iterator[Figure]:
    """First updates, and updates without changes."""
    with tempfile.TemporaryDirectory() as directory:
        stacks = _stacks(directory, clusters, kind)
        has_checkpoints = clusters <= _MAX_CLUSTERS_WITH_CHECKPOINTS
        first_updates: _Measurements = {program: [] for program in PROGRAMS}
        for number in range(ups):
            for program, stack in stacks.items():
                report_progress(f"{clusters} clusters, first up {number + 1} of {ups}, {program}")
                if number:
                    stack.start_over()
                measurement = stack.up(environment=None if has_checkpoints else _WITHOUT_CHECKPOINTS)
                first_updates[program].append(measurement)
        name = "first_up" if has_checkpoints else "first_up_without_checkpoints"
        yield from _figures(f"{prefix(kind)}{name}", clusters, first_updates)
        yield Figure(
            f"{prefix(kind)}resources.{clusters}_clusters", stacks["library"].count_resources(), "objects in Azure"
        )
        assert stacks["library"].count_resources() == stacks["by_hand"].count_resources(), (
            "the two programs create different resources"
        )
        unchanged_updates = _measure_in_turns(stacks, runs, "up with nothing to do", Stack.up)
        yield from _figures(f"{prefix(kind)}nothing_to_do", clusters, unchanged_updates)


def prefix(kind: Kind) -> str:
    """What the names of figures of native clusters begin with."""
    return "native." if kind == "native" else ""


def _stacks(directory: str, clusters: int, kind: Kind) -> dict[str, Stack]:
    return {program: Stack(Path(directory), program, clusters, kind) for program in PROGRAMS}


def _measure_in_turns(
    stacks: dict[str, Stack], runs: int, operation: str, run: Callable[[Stack], Measurement]
) -> _Measurements:
    """Measure an operation of both programs in turns."""
    measurements: _Measurements = {program: [] for program in stacks}
    for number in range(runs):
        for program, stack in stacks.items():
            report_progress(f"{stack.clusters} clusters, {operation} {number + 1} of {runs}, {program}")
            measurements[program].append(run(stack))
    return measurements


def _figures(operation: str, clusters: int, measurements: _Measurements) -> Iterator[Figure]:
    name = f"{operation}.{clusters}_clusters"
    for figure, value in (
        ("wall", _wall),
        ("program_cpu", _program_cpu),
        ("program_memory", _program_memory),
    ):
        yield ratio(f"{name}.{figure}", map(value, measurements["library"]), map(value, measurements["by_hand"]))
    for program, program_measurements in measurements.items():
        yield median(f"{name}.{program}.wall", map(_wall, program_measurements), "s")
        yield median(f"{name}.{program}.program_cpu", map(_program_cpu, program_measurements), "s")
        yield median(f"{name}.{program}.program_memory", map(_program_memory, program_measurements), "MB")
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
