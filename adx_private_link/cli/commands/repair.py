"""`adx-private-link repair`: repair a stack whose update was killed, so that `pulumi up` converges."""

from __future__ import annotations

from collections.abc import Iterator

import click

from ...plain_text import escaped_line
from ..pulumi.backend import state_files_of
from ..pulumi.locks import cancel_locks, find_locks
from ..pulumi.recovery import restore, write_state
from ..pulumi.run import selected_stack
from ..repair.interrupted_update import InterruptedUpdate, find_interrupted_update, require_unchanged
from ..terminal.console import console
from ..terminal.tables import table
from .options import confirm, epilog, stack_option, yes_option


@click.command(
    epilog=epilog(
        "adx-private-link repair --stack prod",
        exits={
            0: "The state is repaired, or needs no repair.",
            1: "You answered no, and nothing was changed.",
            2: "The state cannot be repaired.",
        },
    )
)
@stack_option
@yes_option
def repair(stack: str | None, *, yes: bool) -> None:
    """
    Repair the state of a stack whose update was killed, so that `pulumi up` converges.

    Cancels a dead lock, restores a damaged state from its newest whole copy, imports objects that the update created
    but did not record, and removes objects that Azure no longer has. The command works on a copy of the state, and
    shows everything before it asks. Nothing in Azure changes, and objects that differ from the plan are left alone.
    """
    name = selected_stack(stack)
    files = state_files_of(name)
    locks = find_locks(name, files)
    findings = find_interrupted_update(name, files, locks)
    _show(findings, name)
    if findings.needs_no_repair:
        return
    confirm("Repair the state?", yes=yes)
    require_unchanged(name, files, findings)
    cancel_locks(name, files)
    if files is not None and findings.damaged and (kept := restore(name, files, findings.damaged)):
        click.echo(f"The damaged state is kept as {kept}.")
    write_state(name, files, findings.repaired)
    click.echo("The state is repaired. Next, run `pulumi up`.")


def _show(findings: InterruptedUpdate, name: str) -> None:
    out = console()
    if rows := list(format_rows(findings)):
        out.print(table(("found", "object", "will be"), rows))
    if findings.program_error:
        out.print(
            f"After these imports, the program fails:\n{findings.program_error}\n"
            "Fix this after the repair, then repair again: more objects may be missing from the state."
        )
    if findings.needs_no_repair:
        out.print(f"The state of {name} needs no repair.")
    else:
        out.print("Only the stack's state changes, nothing in Azure.")


def format_rows(findings: InterruptedUpdate) -> Iterator[tuple[str, str, str]]:
    """Return a row for each finding: its kind, the object, and what the repair does."""
    for file, lock in findings.locks.items():
        holder = f"{lock}\n{escaped_line(str(file))}"
        if lock.is_of_this_machine:
            yield "dead lock", holder, "cancelled"
        else:
            yield "lock of another machine", holder, "cancelled: make sure that its update has ended"
    if findings.damaged:
        yield "damaged state", str(findings.damaged.damage), findings.damaged.remedy
    for operation in findings.interrupted_operations:
        yield "interrupted", operation, "cleared from the state"
    for resource in findings.imported:
        yield "created, not in the state", f"{resource.name}\n{resource.id}", "imported"
    for resource in findings.deleted:
        yield "in the state, deleted in Azure", f"{resource.name}\n{resource.id}", "removed from the state"
    for id, paths in findings.differing.items():
        yield "not as planned", f"{id}\ndiffers in {', '.join(paths)}", "left alone: rename or delete it"
