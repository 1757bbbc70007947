"""Reads the steps of a preview: one resource each, whatever number of steps the engine has for it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..natural_order import natural
from ..pulumi.preview import Step
from .resources import Operation, PlannedResource

_OPERATIONS: dict[str, Operation] = {
    "import": "import",
    "create": "create",
    "update": "update",
    "replace": "replace",
    "create-replacement": "replace",
    "delete-replaced": "replace",
    "import-replacement": "replace",
    "delete": "delete",
    "discard": "delete",
}
"""The engine's operations in short; all others, such as a refresh, touch no resource."""


def planned_resources(steps: Iterable[Step]) -> dict[str, PlannedResource]:
    """List the resources of a preview by URN, sorted by name."""
    by_urn: dict[str, list[Step]] = {}
    for step in steps:
        if step.new_state or step.old_state:
            by_urn.setdefault(step.urn, []).append(step)
    # Sorted by name, because the engine's own order changes from run to run.
    ordered = sorted(by_urn, key=lambda urn: (natural(urn.rsplit("::", 1)[-1]), urn))
    return {urn: _resource(urn, by_urn[urn]) for urn in ordered}


def _resource(urn: str, steps: list[Step]) -> PlannedResource:
    """One resource by its steps: a replacement has one or several, and a refresh adds its own."""
    operations: set[Operation] = {_OPERATIONS[step.op] for step in steps if step.op in _OPERATIONS}
    operation: Operation = "replace" if len(operations) > 1 else operations.pop() if operations else "same"
    planned = [step for step in steps if step.op in (*_OPERATIONS, "same")] or steps
    old = next((step.old_state for step in planned if step.old_state), None)
    new = next((step.new_state for step in planned if step.new_state), None)
    return PlannedResource(
        urn,
        operation,
        None if operation in ("create", "import") else old,
        None if operation == "delete" else new or old,
        tuple(sorted({path for step in planned for path in step.detailed_diff or {}})),
        tuple(sorted({re.split(r"[.\[]", path)[0] for step in planned for path in step.replace_reasons or ()})),
    )
