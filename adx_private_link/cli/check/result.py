"""The result of `check` for all stack files: as JSON, and as annotations in pull requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pydantic import BaseModel

from ..files import path_from_here
from ..yaml.documents import Mistake
from .stack_file import CheckedStack


class ReportedProblem(BaseModel):
    """A problem at a line of a file."""

    file: str
    """The path from the working directory."""
    line: int
    message: str
    """`setting: problem; remedy`."""


class CheckResult(BaseModel):
    """The problems and notes of all stack files, each once, in the order of files and lines."""

    stacks: int
    problems: list[ReportedProblem]
    notes: list[str]


def mistakes_of(stacks: Iterable[CheckedStack]) -> list[Mistake]:
    """Return the mistakes of all stack files, sorted; a mistake in the project's file only once, though each has it."""
    return sorted({mistake for stack in stacks for mistake in stack.mistakes})


def summarise(stacks: Sequence[CheckedStack]) -> CheckResult:
    """Return the result for all stack files."""
    return CheckResult(
        stacks=sum(1 for stack in stacks if stack.topology or stack.mistakes),
        problems=[
            ReportedProblem(file=path_from_here(mistake.file), line=mistake.line, message=mistake.message)
            for mistake in mistakes_of(stacks)
        ],
        notes=list(dict.fromkeys(note for stack in stacks for note in [*stack.notes, *stack.expectations])),
    )


def github_annotations(stacks: Sequence[CheckedStack]) -> Iterator[str]:
    """
    Return the workflow commands with which GitHub Actions shows problems beside the lines of a pull request.

    What the check expects of Azure is left out: it would be beside every pull request.
    """
    return workflow_commands(mistakes_of(stacks), [note for stack in stacks for note in stack.notes])


def workflow_commands(mistakes: Iterable[Mistake], notes: Iterable[str]) -> Iterator[str]:
    """
    Return the workflow commands for mistakes and notes.

    Paths are absolute: the runner makes them relative to the workspace, wherever the command runs (actions/runner,
    `IssueCommandExtension`).
    """
    for mistake in mistakes:
        file = _escape(str(mistake.file.absolute()), ":,")
        yield f"::error file={file},line={mistake.line},title=adx-private-link::{_escape(mistake.message)}"
    for note in dict.fromkeys(notes):
        yield f"::notice title=adx-private-link::{_escape(note)}"


def _escape(text: str, delimiters: str = "") -> str:
    """Escape a value in a workflow command (actions/toolkit, `packages/core/src/command.ts`)."""
    for character in f"%\r\n{delimiters}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text
