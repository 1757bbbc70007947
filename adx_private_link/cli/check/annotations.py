"""Annotations of GitHub: problems beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..yaml.documents import Mistake


def workflow_commands(mistakes: Iterable[Mistake], notes: Iterable[str]) -> Iterator[str]:
    """
    Return the workflow commands by which GitHub Actions shows mistakes and notes.

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
