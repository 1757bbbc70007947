"""`adx-private-link repair`: after an update that was killed, back to where `pulumi up` converges."""

from __future__ import annotations

from collections.abc import Iterator

import click

from ...plain_text import escaped_line
from ..pulumi.backend import state_files_of
from ..pulumi.locks import cancel_dead_locks, dead_locks
from ..pulumi.recovery import restore, write_state
from ..pulumi.run import selected_stack
from ..repair.interrupted_update import InterruptedUpdate, find_leftovers, require_unchanged
from ..terminal.console import console, table
from .options import confirm, epilog, stack_option, yes_option


@click.command(
    epilog=epilog(
        "adx-private-link repair --stack prod",
        exits={
            0: "The state is repaired, or needs no repair.",
            1: "You said no.",
            2: "The state cannot be repaired here.",
        },
    )
)
@stack_option
@yes_option
def repair(stack: str | None, *, yes: bool) -> None:
    """
    Bring a stack whose update was killed back to where `pulumi up` converges.

    Finds out on a copy of the state, and tells before it does anything: a dead lock is cancelled, a damaged state is
    restored from its newest whole copy, what the update has made in Azure is taken into the state, and what is gone is
    forgotten. Nothing in Azure is changed, and whatever is not exactly as the stack would make it is left alone.
    """
    name = selected_stack(stack)
    files = state_files_of(name)
    locks = dead_locks(name, files)
    findings = find_leftovers(name, files, locks)
    _tell(findings, name)
    if findings.nothing:
        return
    confirm("Repair the state?", yes=yes)
    require_unchanged(name, files, findings)
    cancel_dead_locks(name, files)
    if files is not None and findings.loss:
        restore(name, files, findings.loss)
    write_state(name, files, findings.repaired)
    click.echo("The state is repaired. Next: `pulumi up`.")


def _tell(findings: InterruptedUpdate, name: str) -> None:
    out = console()
    if listed := list(rows(findings)):
        out.print(table(("found", "object", "will be"), listed))
    if findings.stopped:
        out.print(
            f"With what is taken over, the program stops:\n{findings.stopped}\n"
            "Mend that after this repair, then repair again: there may be more."
        )
    if findings.nothing:
        out.print(f"nothing to repair in {name}")
    else:
        out.print("Only the stack's state will be changed, nothing in Azure.")


def rows(findings: InterruptedUpdate) -> Iterator[tuple[str, str, str]]:
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
