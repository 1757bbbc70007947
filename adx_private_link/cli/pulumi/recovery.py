"""The recovery of a stack's state: which copy replaces a damaged state, or what the user must do first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..errors import CommandError
from .integrity import find_broken_rule
from .run import UNREADABLE_STATE, PulumiError
from .stack import PulumiStack
from .state import ExportedState
from .state_copies import Damage, WholeCopy, find_damage, find_newest_copy, find_unreadable
from .state_files import StateFiles

_ROOM = 1 << 16
"""The bytes that an update writes beside the state and its backup: locks and history."""


@dataclass(frozen=True)
class DamagedState:
    """A damaged state, and the copy that replaces it."""

    damage: Damage
    copy: WholeCopy | None
    """None if no copy is whole: then an empty state replaces it."""

    @property
    def remedy(self) -> str:
        """How a repair restores the state, as the rest of a sentence."""
        if self.copy is None:
            return "replaced by an empty state, because no copy is whole"
        return f"restored from {self.copy.file}, written {self.copy.written[0]:%Y-%m-%d %H:%M} UTC"


def read_state(stack: str, files: StateFiles | None) -> tuple[ExportedState, DamagedState | None]:
    """
    Read the state of a stack. If its file is damaged or missing, read the newest whole copy, or else an empty state.

    Raises:
        CommandError: The stack does not exist; or a file cannot be read here and may be a newer whole copy; or the
            state breaks one of Pulumi's rules and has no whole copy.
    """
    damage = find_damage(files) if files else None
    if files is None or damage is None or damage.may_be_whole:
        try:
            state = PulumiStack(stack).export_state()
        except PulumiError as error:
            raise _unreadable(stack, error, damage) from None
        require_whole(stack, state)
        return state, None
    if unreadable := find_unreadable(files):
        listed = "\n".join(f"  {copy}" for copy in unreadable)
        raise CommandError(
            f"The state of {stack} is damaged ({damage}). A copy that cannot be read may be newer than all others:\n"
            f"{listed}\nMake it readable, or move it away, then run this command again. Nothing has changed."
        )
    copy = find_newest_copy(files)
    if copy is None and damage.breaks_rule:
        raise _broken(stack, str(damage), f"move {damage.file} away, so that the existing objects are imported")
    return copy.state if copy else files.empty_state, DamagedState(damage, copy)


def require_whole(stack: str, state: ExportedState) -> None:
    """
    Check a state by Pulumi's rules.

    Raises:
        CommandError: The state breaks a rule.
    """
    if rule := find_broken_rule(state.deployment):
        raise _broken(stack, f"it {rule}", "restore an earlier version of it from the backend")


def restore(stack: str, files: StateFiles, damaged: DamagedState) -> Path | None:
    """
    Replace a damaged state by its copy, and return the path under which the damaged one is kept.

    Raises:
        CommandError: The copy cannot be written; then nothing has changed.
    """
    try:
        return files.restore(damaged.copy.content if damaged.copy else files.empty)
    except OSError as error:
        raise _not_written(stack, files, error) from None


def write_state(stack: str, files: StateFiles | None, state: ExportedState) -> None:
    """
    Write a state through Pulumi, which checks it.

    Raises:
        CommandError: Pulumi rejects the state; or the disk is full, and Pulumi would cut off state and backup.
    """
    if files:
        try:
            files.require_room(_ROOM + 3 * len(state.json_text().encode()))
        except OSError as error:
            raise _not_written(stack, files, error) from None
    PulumiStack(stack).import_state(state)


def _broken(stack: str, reason: str, otherwise: str) -> CommandError:
    """Return the error about a complete state that breaks a rule, if no whole copy can replace it."""
    return CommandError(
        f"The state of {stack} breaks Pulumi's rules: {reason}. Run `pulumi state repair --stack {stack}`, then run "
        f"this command again. If that does not help, {otherwise}, then run this command again."
    )


def _unreadable(stack: str, error: PulumiError, damage: Damage | None) -> CommandError:
    if error.is_of_later_version:
        return error
    if damage:
        return CommandError(
            f"The state of {stack} cannot be read: {damage}. Make it readable, or move it away, then run this command "
            f"again. Nothing has changed.\nPulumi reports: {error.output}"
        )
    if UNREADABLE_STATE in error.output:
        return CommandError(
            f"{error.output}. Restore an earlier version of the state from the backend, then run this command again. "
            f"If the backend has none, delete the state, run `pulumi stack init {stack}`, then run this command again: "
            "it imports the existing objects."
        )
    if "no stack named" in error.output:
        return CommandError(
            f"{error.output}. If its state was lost, run `pulumi stack init {stack}`, then "
            f"`adx-private-link repair --stack {stack}`, then `pulumi up`."
        )
    return error


def _not_written(stack: str, files: StateFiles, error: OSError) -> CommandError:
    return CommandError(
        f"The state of {stack} cannot be written in {files.state.parent}: {error.strerror or error}. Free disk "
        "space, or make the directory writable, then run `adx-private-link repair` again. All copies are kept."
    )
