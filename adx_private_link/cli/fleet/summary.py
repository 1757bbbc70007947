"""The summary of a fleet: how many stacks of each group have come to what, and which need a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from .results import OPERATIONS, Operation, Results, StackResult, Status
from .stacks import FleetStack

Column = Status | Literal["open"]
"""The status of a result, or `open` for a stack without one."""

COLUMNS: tuple[Column, ...] = ("unchanged", "changed", "risk", "failed", "open")


@dataclass(frozen=True)
class GroupSummary:
    """The stacks of a group, counted by status."""

    group: str
    stacks: int
    counts: Mapping[Column, int]


def summarise_groups(stacks: Iterable[FleetStack], results: Mapping[str, StackResult]) -> list[GroupSummary]:
    """Return a summary of each group, in the order of the stacks."""
    groups: dict[str, list[Column]] = {}
    for stack in stacks:
        result = results.get(stack.name)
        groups.setdefault(stack.group, []).append(result.status if result else "open")
    return [
        GroupSummary(group, len(found), {column: found.count(column) for column in COLUMNS})
        for group, found in groups.items()
    ]


def group_rows(summaries: Sequence[GroupSummary]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each group: its name, its stacks, and a number for each column, empty for none."""
    for summary in summaries:
        yield summary.group, str(summary.stacks), *(str(summary.counts[column] or "") for column in COLUMNS)


def status_rows(stacks: Iterable[FleetStack], results: Results) -> Iterator[tuple[str, ...]]:
    """Yield a row for each stack: its name, and the status of its last result of each operation."""
    for stack in stacks:
        read = (results.read(operation, stack.name) for operation in OPERATIONS)
        yield stack.name, *(_cell(result) for result in read)


def _cell(result: StackResult | None) -> str:
    if result is None:
        return ""
    return f"{result.status}: {result.words}" if result.status in ("risk", "failed") else result.status


def result_line(result: StackResult, number: int, of: int) -> str:
    """Return the line about a stack that has ended: `12/300  changed  data.1  3 create, 1 update  (14 s)`."""
    repaired = "repaired first, " if result.repaired else ""
    words = f"  {result.words}" if result.words else ""
    return f"{number}/{of}  {result.status}  {result.stack}{words}  ({repaired}{result.seconds:.0f} s)"


def needs_person(operation: Operation, result: StackResult) -> bool:
    """Return whether a person must look at a result; drift is one, too."""
    return result.status in ("risk", "failed") or (operation == "drift" and result.status == "changed")
