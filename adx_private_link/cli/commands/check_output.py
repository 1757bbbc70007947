"""The output of `check` and `fleet check`: text, JSON, or annotations in pull requests."""

from __future__ import annotations

from collections.abc import Sequence

import click
from pydantic import BaseModel

from ...counts import plural
from ..check.annotations import workflow_commands
from ..files import path_from_here
from ..terminal.mistakes import print_mistakes
from ..terminal.styled_lines import print_line, styled
from ..yaml.documents import Mistake


class _Problem(BaseModel):
    """A problem at a line of a file."""

    file: str
    """The path from the working directory."""
    line: int
    message: str
    """`setting: problem; remedy`."""


class _Result(BaseModel):
    """The problems and notes of all stacks, each once, in the order of files and lines."""

    stacks: int
    problems: list[_Problem]
    notes: list[str]


def print_check(
    form: str, stacks: int, mistakes: Sequence[Mistake], notes: Sequence[str], expectations: Sequence[str] = ()
) -> None:
    """
    Print the result of a check.

    Args:
        form: `text`, `json` or `github`.
        stacks: The number of stacks.
        mistakes: The mistakes, sorted.
        notes: What is no mistake, and needs a look.
        expectations: What the check expects of Azure. It would be beside every pull request, so annotations lack it.
    """
    all_notes = [*dict.fromkeys([*notes, *expectations])]
    match form:
        case "json":
            problems = [
                _Problem(file=path_from_here(mistake.file), line=mistake.line, message=mistake.message)
                for mistake in mistakes
            ]
            click.echo(_Result(stacks=stacks, problems=problems, notes=all_notes).model_dump_json(indent=2))
        case "github":
            for line in workflow_commands(mistakes, notes):
                click.echo(line)
        case _:
            print_mistakes(mistakes)
            _print_summary(stacks, mistakes, all_notes)


def _print_summary(stacks: int, mistakes: Sequence[Mistake], notes: Sequence[str]) -> None:
    for note in notes:
        print_line(styled(note, fg="yellow"))
    count = plural(stacks, "stack")
    if mistakes:
        print_line(styled(f"{count}, {plural(len(mistakes), 'problem')}", fg="red", bold=True))
    elif stacks:
        print_line(styled(f"{count}, no problems", fg="green", bold=True))
