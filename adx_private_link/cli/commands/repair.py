"""`adx-private-link repair`: after an update that was killed, back to where `pulumi up` converges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click

from ...plain_text import escaped_line
from ..pulumi.backend import (
    Loss,
    StateOf,
    cancel_dead_locks,
    copy_of,
    dead_locks,
    files_of,
    read_state,
    restore,
    write_state,
)
from ..pulumi.run import PulumiError, selected
from ..pulumi.state import (
    Checkpoint,
    Resource,
    adopted,
    candidates,
    differences,
    frame_of,
    required_by,
    with_provider_ids,
)
from ..pulumi.state_files import Files, Lock
from ..terminal.console import confirm, console, table, yes_option
from ..terminal.progress import progress


@dataclass
class _Findings:
    """What an interrupted update has left, and the state that is right."""

    original: Checkpoint
    loss: Loss | None
    """Of a state that Pulumi cannot read."""
    locks: dict[Path, Lock]
    repaired: Checkpoint
    taken_over: list[Resource] = field(default_factory=list[Resource])
    gone: list[Resource] = field(default_factory=list[Resource])
    strangers: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """Ids of what exists under a planned name and is not ours, and where it differs."""
    stopped: str | None = None
    """Why the program does not go on from what was taken over."""

    @property
    def begun(self) -> list[str]:
        """Operations that the engine had begun."""
        return [f"{each.type} {each.resource.name}" for each in self.original.deployment.pending_operations]

    @property
    def nothing(self) -> bool:
        return not (self.locks or self.loss or self.begun or self.taken_over or self.gone)


@click.command(epilog="Example: adx-private-link repair --stack prod")
@click.option("-s", "--stack", help="The stack. Default: the selected one.")
@yes_option
def repair(stack: str | None, *, yes: bool) -> None:
    """
    Bring a stack whose update was killed back to where `pulumi up` converges.

    Finds out on a copy of the state, and tells before it does anything: a dead lock is cancelled, a damaged state is
    restored from its newest whole copy, what the update has made in Azure is taken into the state, and what is gone is
    forgotten. Nothing in Azure is changed, and whatever is not exactly as the stack would make it is left alone.
    """
    name = selected(stack)
    files = files_of(name)
    locks = dead_locks(name, files)
    findings = _find(name, files, locks)
    _tell(findings, name)
    if findings.nothing:
        return
    confirm("Repair the state?", yes=yes)
    _require_unchanged(name, files, findings)
    cancel_dead_locks(name, files)
    if files is not None and findings.loss:
        restore(name, files, findings.loss)
    write_state(name, files, findings.repaired)
    click.echo("The state is repaired. Next: `pulumi up`.")


def _require_unchanged(name: str, files: Files | None, findings: _Findings) -> None:
    """What was found out is of a state and its locks: somebody may have gone on meanwhile."""
    if dead_locks(name, files) != findings.locks or not read_state(name, files)[0].is_as(findings.original):
        raise click.ClickException(f"somebody has changed {name} meanwhile; nothing is done. Repair again")


def _find(name: str, files: Files | None, locks: dict[Path, Lock]) -> _Findings:
    with progress("reading the state"):
        original, loss = read_state(name, files)
    with copy_of(name, original) as copy:
        with progress("asking Azure what of it is still there"):
            copy.refresh()
            state = copy.read()
        findings = _Findings(original, loss, locks, state)
        present = {each.urn for each in state.deployment.resources}
        findings.gone = [each for each in original.deployment.resources if each.urn not in present]
        _find_lost(copy, findings)
    return findings


def _find_lost(copy: StateOf, findings: _Findings) -> None:
    """Look for what the program would make; what hangs on something that is found comes up in the next round."""
    looked_for: set[str] = set()
    while True:
        with progress("asking the program what it would make"):
            try:
                preview = copy.preview()
            except PulumiError as error:
                # Without what is taken over already, the update that the program asks for would not go through.
                if not findings.taken_over:
                    raise
                findings.stopped = error.said
                return
        planned = with_provider_ids(preview.made, findings.repaired.deployment)
        frame = frame_of(planned, findings.repaired.deployment)
        framed = findings.repaired.taking(frame)
        lost = [each for each in candidates(planned, framed.deployment) if each.urn not in looked_for]
        if not lost:
            return
        looked_for |= {each.urn for each in lost}
        with progress(f"looking for {len(lost)} objects that may have been made already"):
            copy.write(framed.taking(lost))
            copy.refresh(only=[each.urn for each in lost])
            found = {each.urn: each for each in copy.read().deployment.resources}
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
        findings.taken_over += taken
        findings.repaired = findings.repaired.taking([*required_by(taken, frame), *taken])
        copy.write(findings.repaired)


def _tell(findings: _Findings, name: str) -> None:
    out, rows = console(), list(_rows(findings))
    if rows:
        out.print(table(("found", "object", "will be"), rows))
    if findings.stopped:
        out.print(
            f"With what is taken over, the program stops:\n{findings.stopped}\n"
            "Mend that after this repair, then repair again: there may be more."
        )
    if findings.nothing:
        out.print(f"nothing to repair in {name}")
    else:
        out.print("Only the stack's state will be changed, nothing in Azure.")


def _rows(findings: _Findings) -> Iterator[tuple[str, str, str]]:
    for file, lock in findings.locks.items():
        found = f"{lock}\n{escaped_line(str(file))}"
        if lock.is_of_this_machine:
            yield "dead lock", found, "cancelled"
        else:
            yield "lock of another machine", found, "cancelled: make sure that this update has ended"
    if findings.loss:
        yield "a damaged state", str(findings.loss.damage), findings.loss.remedy
    for begun in findings.begun:
        yield "interrupted", begun, "cleared from the state"
    for each in findings.taken_over:
        yield "made, and not in the state", f"{each.name}\n{each.id}", "taken over"
    for each in findings.gone:
        yield "in the state, and gone from Azure", f"{each.name}\n{each.id}", "forgotten"
    for id, paths in findings.strangers.items():
        yield "somebody else's", f"{id}\ndiffers in {', '.join(paths)}", "left alone: rename or remove it"
