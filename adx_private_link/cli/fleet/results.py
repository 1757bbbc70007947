"""The results of work on stacks: one file for each stack and operation, so that nothing is only in memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...untrusted import InputError, read_file
from ..files import make_directory, write_file

Operation = Literal["preview", "up", "refresh", "drift"]
OPERATIONS: tuple[Operation, ...] = ("preview", "up", "refresh", "drift")

Status = Literal["unchanged", "changed", "risk", "failed"]
"""What an operation has come to; `risk`: its preview has a risk of `--fail-on`, and nothing was updated."""


class StackResult(BaseModel):
    """The result of one operation on one stack."""

    model_config = ConfigDict(frozen=True)

    stack: str
    operation: Operation
    fingerprint: str
    """What the result is of: the stack's file, the program and the options. Another one makes the result outdated."""
    status: Status
    changes: dict[str, int] = Field(default_factory=dict[str, int])
    """The number of resources by operation, unchanged ones left out."""
    risks: list[str] = Field(default_factory=list[str])
    """The codes of the preview's risks, as `report` has them."""
    violations: list[str] = Field(default_factory=list[str])
    """The policies that the stack violates, mandatory and advisory ones."""
    error: str = ""
    attempts: int = 1
    repaired: bool = False
    """Whether the state was repaired first, because an update of the stack had been killed."""
    seconds: float = 0

    @property
    def is_final(self) -> bool:
        """Whether another run with the same fingerprint has nothing to do."""
        return self.status in ("unchanged", "changed")

    @property
    def words(self) -> str:
        """The changes, or the first line that says what is wrong."""
        if self.status == "failed":
            lines = [line.strip() for line in self.error.splitlines() if line.strip()]
            return next((line for line in lines if line.startswith("error:")), lines[0] if lines else "")
        if self.status == "risk":
            return ", ".join(self.risks)
        return ", ".join(f"{count} {operation}" for operation, count in sorted(self.changes.items()))


@dataclass(frozen=True)
class Results:
    """A directory of results."""

    directory: Path

    def path(self, operation: Operation, stack: str) -> Path:
        """Return the file of a result."""
        return self.directory / operation / f"{stack}.json"

    def preview_path(self, operation: Operation, stack: str) -> Path:
        """Return the file of the preview that an operation made, as `adx-private-link report` reads it."""
        return self.directory / operation / "previews" / f"{stack}.json"

    def events_path(self, operation: Operation, stack: str) -> Path:
        """Return the file of the policies' events, which belongs to a preview."""
        return self.preview_path(operation, stack).with_suffix(".events")

    def read(self, operation: Operation, stack: str) -> StackResult | None:
        """Return a result; None if it does not exist, or is cut off."""
        try:
            return StackResult.model_validate_json(read_file(self.path(operation, stack)))
        except (OSError, InputError, ValidationError):
            return None

    def write(self, result: StackResult) -> None:
        """
        Write a result in one step.

        Raises:
            CommandError: The file cannot be written.
        """
        path = self.path(result.operation, result.stack)
        make_directory(path.parent)
        write_file(path, result.model_dump_json(indent=2))

    def latest(self, stack: str) -> StackResult | None:
        """Return the last result of a stack, whatever the operation; None if it has none."""
        written: list[Operation] = [operation for operation in OPERATIONS if self.path(operation, stack).exists()]
        last = max(written, key=lambda operation: self.path(operation, stack).stat().st_mtime, default=None)
        return self.read(last, stack) if last else None

    def outputs_path(self, stack: str) -> Path:
        """Return the file of a stack's output `clusters`, as of its last operation."""
        return self.directory / "outputs" / f"{stack}.json"

    def write_outputs(self, stack: str, output: str) -> None:
        """
        Write the output `clusters` of a stack.

        Raises:
            CommandError: The file cannot be written.
        """
        path = self.outputs_path(stack)
        make_directory(path.parent)
        write_file(path, output)

    def remove(self, operation: Operation, stack: str) -> None:
        """Remove a result, so that the one that comes is not mistaken for it."""
        self.path(operation, stack).unlink(missing_ok=True)

    def write_preview(self, operation: Operation, stack: str, output: str, events: bytes) -> None:
        """
        Write what a preview printed, and the events of its policies.

        Raises:
            CommandError: The file cannot be written.
        """
        path = self.preview_path(operation, stack)
        make_directory(path.parent)
        write_file(path, output)
        self.events_path(operation, stack).unlink(missing_ok=True)
        if events:
            write_file(self.events_path(operation, stack), events.decode(errors="replace"))
