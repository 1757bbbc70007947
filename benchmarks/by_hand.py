"""The library against the same by hand, and how both grow."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from .figures import Figure, median, ratio
from .measure import Taken
from .stacks import PROGRAMS, Stack

Say = Callable[[str], None]


_MOST_WITH_CHECKPOINTS = 50
"""The engine writes the whole state after each object, which takes long for 200 clusters: measured without."""
_WITHOUT_CHECKPOINTS = {"PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}


def previews(clusters: int, runs: int, say: Say) -> Iterator[Figure]:
    """Previews of what is not there yet."""
    with tempfile.TemporaryDirectory() as directory:
        stacks = _stacks(directory, clusters)
        yield from _compared("preview", clusters, _rounds(stacks, runs, say, "preview", Stack.preview))


def updates(clusters: int, runs: int, ups: int, say: Say) -> Iterator[Figure]:
    """First updates, and updates that find nothing to do."""
    with tempfile.TemporaryDirectory() as directory:
        stacks = _stacks(directory, clusters)
        has_checkpoints = clusters <= _MOST_WITH_CHECKPOINTS
        first: dict[str, list[Taken]] = {program: [] for program in PROGRAMS}
        for number in range(ups):
            for program, stack in stacks.items():
                say(f"{clusters} clusters, first up {number + 1} of {ups}, {program}")
                if number:
                    stack.start_over()
                first[program].append(stack.up(environment=None if has_checkpoints else _WITHOUT_CHECKPOINTS))
        yield from _compared("first_up" if has_checkpoints else "first_up_without_checkpoints", clusters, first)
        yield Figure(f"resources.{clusters}_clusters", stacks["library"].resources(), "objects in Azure")
        assert stacks["library"].resources() == stacks["by_hand"].resources(), "the two programs make other things"
        yield from _compared("nothing_to_do", clusters, _rounds(stacks, runs, say, "up with nothing to do", Stack.up))


def _stacks(directory: str, clusters: int) -> dict[str, Stack]:
    return {program: Stack(Path(directory), program, clusters) for program in PROGRAMS}


def _rounds(
    stacks: dict[str, Stack], runs: int, say: Say, what: str, run: Callable[[Stack], Taken]
) -> dict[str, list[Taken]]:
    """One program after the other, again and again."""
    found: dict[str, list[Taken]] = {program: [] for program in stacks}
    for number in range(runs):
        for program, stack in stacks.items():
            say(f"{next(iter(stacks.values())).clusters} clusters, {what} {number + 1} of {runs}, {program}")
            found[program].append(run(stack))
    return found


def _compared(what: str, clusters: int, found: dict[str, list[Taken]]) -> Iterator[Figure]:
    name, ours, theirs = f"{what}.{clusters}_clusters", found["library"], found["by_hand"]
    yield ratio(f"{name}.wall", [each.wall for each in ours], [each.wall for each in theirs])
    yield ratio(f"{name}.program_cpu", [each.program_cpu for each in ours], [each.program_cpu for each in theirs])
    memory = ([each.program_memory for each in taken] for taken in (ours, theirs))
    yield ratio(f"{name}.program_memory", *memory)
    for program, taken in found.items():
        yield median(f"{name}.{program}.wall", [each.wall for each in taken], "s")
        yield median(f"{name}.{program}.program_cpu", [each.program_cpu for each in taken], "s")
        yield median(f"{name}.{program}.program_memory", [each.program_memory for each in taken], "MB")
    for share, seconds in (
        ("sandbox_alone", [each.provider_alone for each in ours]),
        ("sandbox_cpu", [each.provider_cpu for each in ours]),
    ):
        shares = [100 * each / taken.wall for each, taken in zip(seconds, ours, strict=True)]
        yield median(f"{name}.{share}", shares, "% of the wall time")
