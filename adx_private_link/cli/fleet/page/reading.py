"""Reads the view of a fleet from the results of its runs. Neither Pulumi nor Azure is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from ....garbage import no_garbage_collection
from ....outputs import ClusterOutput
from ...pulumi.outputs import read_outputs
from ..outcomes import StackOutcome, read_outcomes
from ..reading import Fleet
from ..results import Results
from ..stacks import FleetStack
from .view import Finding, FleetView, StackView


@no_garbage_collection()
def read_view(fleet: Fleet, results: Results, written: str) -> FleetView:
    """
    Return the view of a fleet.

    Args:
        fleet: The fleet.
        results: The results of its runs.
        written: When the page is written, in words.

    Raises:
        CommandError: The file of an output is damaged.
    """
    stacks = tuple(_stack(outcome, results) for outcome in read_outcomes(fleet.stacks, None, results))
    return FleetView("Private access to Azure Data Explorer", written, stacks)


def _stack(outcome: StackOutcome, results: Results) -> StackView:
    stack = outcome.stack
    clusters: dict[str, Any] = stack.sections.get("clusters", {})
    return StackView(
        name=stack.name,
        labels=stack.labels,
        outcome=outcome.outcome,
        clusters=_outputs(stack, results),
        public_access={
            key: _words(cast("dict[str, Any]", settings).get("public_access")) for key, settings in clusters.items()
        },
        findings=tuple(_findings(outcome)),
    )


def _outputs(stack: FleetStack, results: Results) -> Mapping[str, ClusterOutput]:
    path = results.outputs_path(stack.name)
    if not path.exists():
        return {}
    return read_outputs(path, None)


def _words(public_access: object) -> str:
    match public_access:
        case None:
            return "not stated"
        case list():
            return "listed ranges"
        case _:
            return str(public_access)


def _findings(outcome: StackOutcome) -> Iterator[Finding]:
    """The error of the last operation, its risks, and the drift that it found."""
    result, report = outcome.result, outcome.report
    if result and result.status == "failed":
        yield Finding("error", result.error.strip().partition("\n")[0])
    if not result or not report:
        return
    for risk in report.risks:
        yield Finding(risk.kind, f"{risk.subject} {risk.message}")
    for violation in report.violations:
        yield Finding(violation.policy, f"{violation.resource} {violation.message}")
    if result.operation == "drift":
        for operation in report.operations:
            yield Finding("drift", operation)
