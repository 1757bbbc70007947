"""Reads the view of a fleet from the results of its runs. Neither Pulumi nor Azure is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from ....outputs import ClusterOutput
from ....untrusted import read_file
from ...pulumi.outputs import read_outputs
from ...report.reading import read_plan
from ...report.summary import stack_report
from ..reading import Fleet
from ..results import Results, StackResult, Status
from ..stacks import FleetStack
from .view import Finding, FleetView, Outcome, StackView

_OUTCOMES: Mapping[Status, Outcome] = {
    "unchanged": "unchanged",
    "changed": "changed",
    "risk": "stopped",
    "failed": "failed",
}


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
    stacks = tuple(_stack(stack, results) for stack in fleet.stacks)
    return FleetView("Private access to Azure Data Explorer", written, stacks)


def _stack(stack: FleetStack, results: Results) -> StackView:
    result = results.latest(stack.name)
    clusters: dict[str, Any] = stack.sections.get("clusters", {})
    return StackView(
        name=stack.name,
        labels=stack.labels,
        outcome=_OUTCOMES[result.status] if result else "not-run",
        clusters=_outputs(stack, results),
        public_access={
            key: _words(cast("dict[str, Any]", settings).get("public_access")) for key, settings in clusters.items()
        },
        findings=tuple(_findings(result, results)) if result else (),
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


def _findings(result: StackResult, results: Results) -> Iterator[Finding]:
    """The error of the last operation, its risks, and the drift that it found."""
    if result.status == "failed":
        yield Finding("error", result.error.strip().partition("\n")[0])
        return
    preview = results.preview_path(result.operation, result.stack)
    if not preview.exists():
        return
    report = stack_report(read_plan(read_file(preview), result.stack))
    for risk in report.risks:
        yield Finding(risk.kind, f"{risk.subject} {risk.message}")
    for violation in report.violations:
        yield Finding(violation.policy, f"{violation.resource} {violation.message}")
    if result.operation == "drift":
        for operation in report.operations:
            yield Finding("drift", operation)
