"""The summary of a fleet: how many stacks of each group have come to what, and which need a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .outcomes import Outcome, StackOutcome
from .results import OPERATIONS, Operation, Results, StackResult
from .stacks import FleetStack


@dataclass(frozen=True)
class GroupSummary:
    """The stacks of a group, counted by outcome."""

    group: str
    stacks: int
    counts: Mapping[Outcome, int]


def summarise_groups(outcomes: Iterable[StackOutcome]) -> list[GroupSummary]:
    """Return a summary of each group, in the order of the stacks."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(outcome.stack.group, []).append(outcome.outcome)
    return [GroupSummary(group, len(found), Counter(found)) for group, found in groups.items()]


def group_rows(summaries: Iterable[GroupSummary], columns: Sequence[Outcome]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each group: its name, its stacks, and a number for each column, empty for none."""
    for summary in summaries:
        yield summary.group, str(summary.stacks), *(str(summary.counts[column] or "") for column in columns)


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
