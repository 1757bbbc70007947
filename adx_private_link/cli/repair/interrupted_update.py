"""What an interrupted update has left in the state and in Azure, found out on a copy of the stack."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ..errors import CommandError
from ..pulumi.azure_objects import differences
from ..pulumi.locks import Lock, dead_locks
from ..pulumi.recovery import Loss, read_state
from ..pulumi.run import PulumiError
from ..pulumi.stack import PulumiStack
from ..pulumi.stack_copy import stack_copy
from ..pulumi.state import ExportedState, Resource
from ..pulumi.state_files import StateFiles
from ..terminal.progress import progress
from .lost_resources import adopted, candidates, frame_of, required_by, with_provider_ids


@dataclass
class InterruptedUpdate:
    """The findings about an interrupted update, and the repaired state."""

    original: ExportedState
    loss: Loss | None
    """Of a state that Pulumi cannot read."""
    locks: dict[Path, Lock]
    repaired: ExportedState
    imported: list[Resource] = field(default_factory=list[Resource])
    deleted: list[Resource] = field(default_factory=list[Resource])
    strangers: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """Ids of objects under a planned name that are not as planned, and the properties that differ."""
    stopped: str | None = None
    """The error of the program after the imports."""

    @property
    def begun(self) -> list[str]:
        """The operations that the engine had begun."""
        return [f"{each.type} {each.resource.name}" for each in self.original.deployment.pending_operations]

    @property
    def nothing(self) -> bool:
        return not (self.locks or self.loss or self.begun or self.imported or self.deleted)


def find_leftovers(name: str, files: StateFiles | None, locks: dict[Path, Lock]) -> InterruptedUpdate:
    with progress("reading the state"):
        original, loss = read_state(name, files)
    with stack_copy(name, original) as copy:
        with progress("refreshing a copy of the state"):
            copy.refresh()
            state = copy.export_state()
        findings = InterruptedUpdate(original, loss, locks, state)
        present = {each.urn for each in state.deployment.resources}
        findings.deleted = [each for each in original.deployment.resources if each.urn not in present]
        _find_lost(copy, findings)
    return findings


def _find_lost(copy: PulumiStack, findings: InterruptedUpdate) -> None:
    """Find objects that Azure has and the program would create; the next round finds what depends on them."""
    looked_for: set[str] = set()
    while True:
        with progress("previewing an update"):
            try:
                preview = copy.preview()
            except PulumiError as error:
                # Without what is taken over already, the update that the program asks for would not go through.
                if not findings.imported:
                    raise
                findings.stopped = error.output
                return
        planned = with_provider_ids(preview.made, findings.repaired.deployment)
        frame = frame_of(planned, findings.repaired.deployment)
        framed = findings.repaired.with_added(frame)
        lost = [each for each in candidates(planned, framed.deployment) if each.urn not in looked_for]
        if not lost:
            return
        looked_for |= {each.urn for each in lost}
        with progress(f"looking for {len(lost)} objects that may exist already"):
            copy.import_state(framed.with_added(lost))
            copy.refresh(only=[each.urn for each in lost])
            found = {each.urn: each for each in copy.export_state().deployment.resources}
        taken: list[Resource] = []
        for wanted in lost:
            if (there := found.get(wanted.urn)) is None:
                continue
            if differing := differences(wanted, there):
                findings.strangers[there.id] = differing
            else:
                taken.append(adopted(wanted, there))
        if not taken:
            return
        findings.imported += taken
        findings.repaired = findings.repaired.with_added([*required_by(taken, frame), *taken])
        copy.import_state(findings.repaired)


def require_unchanged(name: str, files: StateFiles | None, findings: InterruptedUpdate) -> None:
    """Raises `CommandError` where the state or its locks changed after the findings were made."""
    if dead_locks(name, files) != findings.locks or not read_state(name, files)[0].is_same_version_as(
        findings.original
    ):
        raise CommandError(f"{name} was changed in the meantime, and nothing is repaired. Run the command again.")
