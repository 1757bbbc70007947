"""The traces of an interrupted update in the state and in Azure, found with a copy of the stack."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ...counts import plural
from ..errors import CommandError
from ..pulumi.azure_objects import find_differences
from ..pulumi.locks import Lock, find_locks
from ..pulumi.recovery import DamagedState, read_state
from ..pulumi.run import PulumiError
from ..pulumi.stack import PulumiStack
from ..pulumi.stack_copy import stack_copy
from ..pulumi.state import ExportedState, Resource
from ..pulumi.state_files import StateFiles
from ..terminal.progress import progress
from .lost_resources import find_candidates, find_missing_frame, select_required, with_inputs_of_plan, with_provider_ids


@dataclass
class InterruptedUpdate:
    """The findings about an interrupted update, and the repaired state."""

    original: ExportedState
    """The state before the repair; if it is damaged, the copy that replaces it."""
    damaged: DamagedState | None
    """The damaged state; None if Pulumi can read the state."""
    locks: dict[Path, Lock]
    """The locks, by file; none belongs to an update that runs on this machine."""
    repaired: ExportedState
    """The state after the repair."""
    imported: list[Resource] = field(default_factory=list[Resource])
    """The planned resources that exist in Azure and not in the original state."""
    deleted: list[Resource] = field(default_factory=list[Resource])
    """The resources of the original state that do not exist in Azure."""
    differing: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """The ids of objects that have a planned name and are not as planned, with the properties that differ."""
    program_error: str | None = None
    """The error of the program after the imports."""

    @property
    def interrupted_operations(self) -> list[str]:
        """The operations that the engine began and did not finish."""
        operations = self.original.deployment.pending_operations
        return [f"{operation.type} {operation.resource.name}" for operation in operations]

    @property
    def needs_no_repair(self) -> bool:
        """Whether the state needs no repair."""
        return not (self.locks or self.damaged or self.interrupted_operations or self.imported or self.deleted)


def find_interrupted_update(stack: str, files: StateFiles | None, locks: dict[Path, Lock]) -> InterruptedUpdate:
    """
    Compare the state with Azure and with the program's plan, on a copy of the stack.

    Raises:
        CommandError: The state cannot be read, or the program fails before anything is imported.
    """
    with progress("reading the state"):
        original, damaged = read_state(stack, files)
    with stack_copy(stack, original) as copy:
        with progress("refreshing a copy of the state"):
            copy.refresh()
            state = copy.export_state()
        findings = InterruptedUpdate(original, damaged, locks, state)
        existing_urns = {resource.urn for resource in state.deployment.resources}
        findings.deleted = [resource for resource in original.deployment.resources if resource.urn not in existing_urns]
        _find_lost_resources(copy, findings)
    return findings


def _find_lost_resources(copy: PulumiStack, findings: InterruptedUpdate) -> None:
    """Find objects that exist in Azure and that the program would create; each round finds dependents of the last."""
    searched_urns: set[str] = set()
    while True:
        with progress("previewing an update"):
            try:
                preview = copy.preview()
            except PulumiError as error:
                # The program may ask for an update first, and that update needs the imports so far.
                if not findings.imported:
                    raise
                findings.program_error = error.output
                return
        planned = with_provider_ids(preview.created, findings.repaired.deployment)
        frame = find_missing_frame(planned, findings.repaired.deployment)
        framed = findings.repaired.with_added(frame)
        candidates = [
            candidate for candidate in find_candidates(planned, framed.deployment) if candidate.urn not in searched_urns
        ]
        if not candidates:
            return
        searched_urns |= {candidate.urn for candidate in candidates}
        with progress(f"looking for {plural(len(candidates), 'object')} in Azure"):
            copy.import_state(framed.with_added(candidates))
            copy.refresh(only=[candidate.urn for candidate in candidates])
            existing = {resource.urn: resource for resource in copy.export_state().deployment.resources}
        imported: list[Resource] = []
        for candidate in candidates:
            resource = existing.get(candidate.urn)
            if resource is None:
                continue
            if differences := find_differences(candidate, resource):
                findings.differing[resource.id] = differences
            else:
                imported.append(with_inputs_of_plan(candidate, resource))
        if not imported:
            return
        findings.imported += imported
        findings.repaired = findings.repaired.with_added([*select_required(imported, frame), *imported])
        copy.import_state(findings.repaired)


def require_unchanged(stack: str, files: StateFiles | None, findings: InterruptedUpdate) -> None:
    """
    Check that neither the state nor its locks changed after the findings.

    Raises:
        CommandError: One of them changed.
    """
    have_locks_changed = find_locks(stack, files) != findings.locks
    if have_locks_changed or not read_state(stack, files)[0].is_same_version_as(findings.original):
        raise CommandError(f"{stack} was changed in the meantime. Nothing was repaired. Run the command again.")
