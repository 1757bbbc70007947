"""A stack's state, also where it is damaged: then its newest whole copy, or the way to get it back."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import CommandError
from .integrity import broken_rule
from .run import UNREADABLE_STATE, PulumiError
from .stack import PulumiStack
from .state import ExportedState
from .state_files import Damage, StateFiles, WholeCopy

_ROOM = 1 << 16
"""Bytes for the locks and the history of an update, beside the state and its backup."""


@dataclass(frozen=True)
class Loss:
    """A state that Pulumi cannot read, and the copy that takes its place."""

    damage: Damage
    copy: WholeCopy | None
    """None where no copy is whole: then the state starts empty."""

    @property
    def remedy(self) -> str:
        if self.copy is None:
            return "no copy is whole: replaced by an empty state"
        return f"restored from {self.copy.file}, written {self.copy.written[0]:%Y-%m-%d %H:%M} UTC"


def read_state(stack: str, files: StateFiles | None) -> tuple[ExportedState, Loss | None]:
    """
    The state of a stack; where its file is damaged or missing, the newest whole copy, else an empty state.

    Raises:
        CommandError: There is no such stack, or a file may be whole and cannot be read here.
    """
    damage = files.damage() if files else None
    if files is None or damage is None or damage.may_be_whole:
        try:
            state = PulumiStack(stack).export_state()
        except PulumiError as error:
            raise _unreadable(stack, error, damage) from None
        require_whole(stack, state)
        return state, None
    if unreadable := files.unreadable():
        listed = "\n".join(f"  {copy}" for copy in unreadable)
        raise CommandError(
            f"The state of {stack} is damaged ({damage}). A copy that may be newer than all others cannot be read:\n"
            f"{listed}\nMake it readable, or move it away, then run this command again. Nothing has changed."
        )
    copy = files.newest_copy()
    if copy is None and damage.breaks_rule:
        raise _broken(stack, str(damage), f"move {damage.file} away, so that what Azure has is imported")
    return copy.state if copy else files.empty_state, Loss(damage, copy)


def require_whole(stack: str, state: ExportedState) -> None:
    """Raises `CommandError` for a state that breaks Pulumi's rules."""
    if rule := broken_rule(state.deployment):
        raise _broken(stack, f"it {rule}", "restore an earlier version of it where the backend keeps it")


def restore(stack: str, files: StateFiles, loss: Loss) -> None:
    """Put the copy in the state's place. Raises `CommandError` where that fails: nothing has changed then."""
    try:
        files.restore(loss.copy.content if loss.copy else files.empty)
    except OSError as error:
        raise _not_written(stack, files, error) from None


def write_state(stack: str, files: StateFiles | None, state: ExportedState) -> None:
    """
    Write a state through Pulumi, which checks it.

    Raises:
        CommandError: Pulumi rejects it, or there is no room: Pulumi would cut off state and backup then.
    """
    if files:
        try:
            files.require_room(_ROOM + 3 * len(state.json_text().encode()))
        except OSError as error:
            raise _not_written(stack, files, error) from None
    PulumiStack(stack).import_state(state)


def _broken(stack: str, why: str, otherwise: str) -> CommandError:
    """The error about a complete state that breaks Pulumi's rules, where no whole copy can take its place."""
    return CommandError(
        f"The state of {stack} breaks Pulumi's rules: {why}. Run `pulumi state repair --stack {stack}`, then run this "
        f"command again. If that changes nothing, {otherwise}, then run this command again."
    )


def _unreadable(stack: str, error: PulumiError, damage: Damage | None) -> CommandError:
    if error.is_of_later_version:
        return error
    if damage:
        return CommandError(
            f"The state of {stack} cannot be read: {damage}. Make it readable, or move it away, then run this command "
            f"again. Nothing has changed.\nPulumi says: {error.output}"
        )
    if UNREADABLE_STATE in error.output:
        return CommandError(
            f"{error.output}. Restore an earlier version of it where the backend keeps it, then run this command "
            f"again. Without one, delete the state, run `pulumi stack init {stack}`, then run this command again: it "
            "imports what Azure has."
        )
    if "no stack named" in error.output:
        return CommandError(
            f"{error.output}. If its state was lost, run `pulumi stack init {stack}`, then "
            f"`adx-private-link repair --stack {stack}`, then `pulumi up`."
        )
    return error


def _not_written(stack: str, files: StateFiles, error: OSError) -> CommandError:
    return CommandError(
        f"The state of {stack} cannot be written in {files.state.parent}: {error.strerror or error}. Make room, or "
        "make the directory writable, then run `adx-private-link repair` again. Its copies are kept."
    )
