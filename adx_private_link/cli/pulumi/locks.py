"""The locks of a stack in a backend of local files: who holds it, and which of them are dead."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Annotated

import psutil
from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)

from ...plain_text import escaped_line
from ..errors import CommandError
from .state_files import StateFiles

# A terminal would obey control characters.
_Shown = Annotated[str, AfterValidator(escaped_line)]


class Lock(BaseModel):
    """The holder of a stack, as a backend of files writes it, as far as the lock can be read."""

    pid: int = Field(default=0, ge=0, lt=1 << 31)
    username: _Shown = "an unknown user"
    hostname: _Shown = "an unknown machine"
    timestamp: _Shown = "an unknown time"

    @field_validator("*", mode="wrap")
    @classmethod
    def _or_unknown(cls, value: object, validate: ValidatorFunctionWrapHandler, info: ValidationInfo) -> object:
        try:
            return validate(value)
        except ValidationError:
            return cls.model_fields[str(info.field_name)].get_default()

    @classmethod
    def parse(cls, content: bytes) -> Lock:
        """The lock that a file describes, however damaged."""
        try:
            return cls.model_validate_json(content)
        except ValidationError:
            return cls()

    def __str__(self) -> str:
        return f"held by {self.username}@{self.hostname} (pid {self.pid}) since {self.timestamp}"

    @property
    def is_of_this_machine(self) -> bool:
        # Without its process, nothing is known of it here either.
        return self.hostname == platform.node() and self.pid > 0

    @property
    def is_alive(self) -> bool:
        if not self.is_of_this_machine:
            return False
        try:
            # A killed process stays in the list of processes until its parent waits for it, and the parent in some
            # containers never does.
            return psutil.Process(self.pid).status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
        except psutil.NoSuchProcess:
            return False
        except psutil.AccessDenied:
            return True


def dead_locks(stack: str, files: StateFiles | None) -> dict[Path, Lock]:
    """The locks of killed updates, by file. Raises `CommandError` where an update is running."""
    contents = files.lock_contents() if files else {}
    locks = {file: Lock.parse(content) for file, content in contents.items()}
    for lock in locks.values():
        if lock.is_alive:
            raise CommandError(
                f"An update of {stack} is running: the stack is {lock}. Wait for it, or end it. If that process is not "
                "Pulumi, run `pulumi cancel`, then run this command again."
            )
    return locks


def cancel_dead_locks(stack: str, files: StateFiles | None) -> bool:
    """Free a stack whose update was killed; whether it was locked. Raises `CommandError` where an update is running."""
    locks = dead_locks(stack, files)
    if files and locks:
        try:
            files.delete_locks(locks)
        except OSError as error:
            raise CommandError(
                f"The lock {error.filename} cannot be deleted: {error.strerror}. Delete it, then run this command "
                "again."
            ) from None
    return bool(locks)
