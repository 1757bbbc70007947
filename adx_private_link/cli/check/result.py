"""What `check` found in all files together, for people, for machines and for annotations in pull requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pydantic import BaseModel

from ..files import path_from_here
from ..yaml.documents import Mistake
from .stack_file import Checked


class FoundProblem(BaseModel):
    """One thing that is wrong, at its place."""

    file: str
    """From the working directory."""
    line: int
    message: str
    """`setting: problem; remedy`."""


class CheckResult(BaseModel):
    """The problems and notes of all stack files, each once, in the order of files and lines."""

    stacks: int
    problems: list[FoundProblem]
    notes: list[str]


def mistakes_of(checked: Iterable[Checked]) -> list[Mistake]:
    """The mistakes of all stack files; one in the project's file counts once, though each stack has it."""
    return sorted({mistake for stack in checked for mistake in stack.mistakes})


def result_of(checked: Sequence[Checked]) -> CheckResult:
    """The result of all stack files."""
    return CheckResult(
        stacks=sum(1 for stack in checked if stack.planned or stack.mistakes),
        problems=[
            FoundProblem(file=path_from_here(mistake.file), line=mistake.line, message=mistake.says)
            for mistake in mistakes_of(checked)
        ],
        notes=list(dict.fromkeys(note for stack in checked for note in stack.notes)),
    )


def github_annotations(checked: Sequence[Checked]) -> Iterator[str]:
    """
    The workflow commands by which GitHub Actions shows problems beside the lines of a pull request.

    Paths are absolute: the runner makes them relative to the workspace, wherever the command runs (actions/runner,
    `IssueCommandExtension`).
    """
    for mistake in mistakes_of(checked):
        file = _escaped(str(mistake.file.absolute()), ":,")
        yield f"::error file={file},line={mistake.line},title=adx-private-link::{_escaped(mistake.says)}"
    for note in result_of(checked).notes:
        yield f"::notice title=adx-private-link::{_escaped(note)}"


def _escaped(text: str, also: str = "") -> str:
    """A value of a workflow command (actions/toolkit, `packages/core/src/command.ts`)."""
    for character in f"%\r\n{also}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text
