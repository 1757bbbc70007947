"""The outcomes of an operation on the stacks of a fleet, with what their previews say about people's access."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ...garbage import no_garbage_collection
from ...untrusted import read_file
from ..report.plan import StackPlan
from ..report.reading import read_plan
from ..report.risks import RISKS
from ..report.summary import StackReport, stack_report
from .results import Operation, Results, StackResult
from .stacks import FleetStack

Outcome = Literal["failed", "stopped", "interrupted", "changed", "unchanged", "not-run"]
"""`stopped`: nothing was updated, because of a risk; `interrupted`: people lose access, for a time or for good."""

OUTCOMES: dict[Outcome, str] = {
    "failed": "failed",
    "stopped": "stopped",
    "interrupted": "interrupted",
    "changed": "changed",
    "unchanged": "unchanged",
    "not-run": "not run",
}
"""The outcomes in words, the worst first."""


@dataclass(frozen=True)
class Change:
    """What an update does to resources of one kind."""

    operation: str
    kind: str
    """Such as `PrivateEndpoint`; empty where only the number of resources is known."""
    properties: tuple[str, ...] = ()
    """The properties that differ."""


@dataclass(frozen=True)
class StackOutcome:
    """The outcome of an operation on one stack."""

    stack: FleetStack
    result: StackResult | None = None
    report: StackReport | None = None
    """Of its preview; None if there is none, or if nothing changes."""
    changes: Mapping[Change, int] = field(default_factory=dict[Change, int])
    """The number of resources of each change."""

    @property
    def outcome(self) -> Outcome:
        return outcome_of(self.result)


def outcome_of(result: StackResult | None) -> Outcome:
    """Return the outcome of an operation; that of a preview is what an update would do."""
    if result is None:
        return "not-run"
    if result.status == "failed":
        return "failed"
    if result.status == "risk" and result.operation == "up":
        return "stopped"
    if any(kind in RISKS and RISKS[kind].effect in ("cuts-off", "interrupts") for kind in result.risks):
        return "interrupted"
    return "unchanged" if result.status == "unchanged" else "changed"


@no_garbage_collection()
def read_outcomes(stacks: Iterable[FleetStack], operation: Operation | None, results: Results) -> list[StackOutcome]:
    """Read the outcome of each stack; `operation` None means its last one, whatever it was."""
    read = (results.read(operation, stack.name) if operation else results.latest(stack.name) for stack in stacks)
    return [_outcome(stack, result, results) for stack, result in zip(stacks, read, strict=True)]


def _outcome(stack: FleetStack, result: StackResult | None, results: Results) -> StackOutcome:
    # Most stacks of a fleet do not change, and to read their previews takes seconds.
    if result is None or not (result.changes or result.risks or result.violations):
        return StackOutcome(stack, result)
    preview = results.preview_path(result.operation, stack.name)
    if not preview.exists():
        return StackOutcome(stack, result, changes={Change(name, ""): count for name, count in result.changes.items()})
    events = results.events_path(result.operation, stack.name)
    plan = read_plan(read_file(preview), stack.name, read_file(events) if events.exists() else b"")
    return StackOutcome(stack, result, stack_report(plan), _changes(plan))


def _changes(plan: StackPlan) -> Mapping[Change, int]:
    return Counter(
        Change(resource.operation, resource.kind, resource.properties)
        for resource in plan.resources
        if resource.operation != "same" and resource.kind != "Stack"
    )
