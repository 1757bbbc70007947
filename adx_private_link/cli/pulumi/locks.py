"""The locks of a stack in a backend of local files: their holders, and whether these are still running."""

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

# A terminal would interpret control characters.
_PlainLine = Annotated[str, AfterValidator(escaped_line)]


class Lock(BaseModel):
    """A lock as a backend of files writes it; a property that cannot be read has its default."""

    pid: int = Field(default=0, ge=0, lt=1 << 31)
    username: _PlainLine = "an unknown user"
    hostname: _PlainLine = "an unknown machine"
    timestamp: _PlainLine = "an unknown time"

    @field_validator("*", mode="wrap")
    @classmethod
    def _use_default_if_invalid(
        cls, value: object, validate: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> object:
        try:
            return validate(value)
        except ValidationError:
            return cls.model_fields[str(info.field_name)].get_default()

    @classmethod
    def parse(cls, content: bytes) -> Lock:
        """Read a lock from a file's content, even if it is damaged."""
        try:
            return cls.model_validate_json(content)
        except ValidationError:
            return cls()

    def __str__(self) -> str:
        return f"held by {self.username}@{self.hostname} (pid {self.pid}) since {self.timestamp}"

    @property
    def is_of_this_machine(self) -> bool:
        # A lock without process id cannot be checked here either.
        return self.hostname == platform.node() and self.pid > 0

    @property
    def is_alive(self) -> bool:
        if not self.is_of_this_machine:
            return False
        try:
            # A killed process stays in the list of processes until its parent waits for it. In some containers the
            # parent never does.
            return psutil.Process(self.pid).status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
        except psutil.NoSuchProcess:
            return False
        except psutil.AccessDenied:
            return True


def find_locks(stack: str, files: StateFiles | None) -> dict[Path, Lock]:
    """
    Return the locks of updates that do not run on this machine, by file.

    Raises:
        CommandError: An update is running on this machine.
    """
    contents = files.read_locks() if files else {}
    locks = {file: Lock.parse(content) for file, content in contents.items()}
    for lock in locks.values():
        if lock.is_alive:
            raise CommandError(
                f"An update of {stack} is running: the stack is {lock}. Wait for it, or end it. If that process is not "
                "Pulumi, run `pulumi cancel`, then run this command again."
            )
    return locks


def cancel_locks(stack: str, files: StateFiles | None) -> bool:
    """
    Delete the locks of updates that do not run on this machine, and return whether the stack was locked.

    Raises:
        CommandError: An update is running on this machine, or a lock cannot be deleted.
    """
    locks = find_locks(stack, files)
    if files and locks:
        try:
            files.delete_locks(locks)
        except OSError as error:
            raise CommandError(
                f"The lock {error.filename} cannot be deleted: {error.strerror}. Delete it, then run this command "
                "again."
            ) from None
    return bool(locks)
