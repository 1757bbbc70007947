"""`adx-private-link check`: whatever is wrong with stack files, before Pulumi or Azure is asked."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from ..check.stack_file import check_stack_files
from ..pulumi.stack_files import shown
from ..terminal.styled_lines import say, styled
from ..yaml.documents import Mistake

_MOST_TOLD = 1000
"""Of problems; nobody reads as many."""


@click.command(
    epilog="\b\nExamples:\n  adx-private-link check\n  adx-private-link check Pulumi.prod.yaml Pulumi.test.yaml"
)
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """
    Tell what is wrong with stack files, all of it at once, without Pulumi and Azure.

    Looks at each FILE, or at the files of all stacks of the Pulumi project in this directory. Every problem is a line
    as compilers write them, `file:line: setting: what is wrong; what to write instead`, and makes the command fail.
    Whether settings go together is told of those clusters and consumers that have no other problem.
    """
    found = check_stack_files(files)
    # What is wrong in the project's file is so for each of its stacks.
    mistakes = sorted({mistake for each in found for mistake in each.mistakes})
    tell(mistakes)
    for note in dict.fromkeys(note for each in found for note in each.notes):
        say(styled(note, fg="yellow"))
    counted = sum(1 for each in found if each.planned or each.mistakes)
    if mistakes:
        say(styled(f"{_count(counted, 'stack')}, {_count(len(mistakes), 'problem')}", fg="red", bold=True))
        sys.exit(1)
    elif counted:
        say(styled("1 stack is right" if counted == 1 else f"{counted} stacks are right", fg="green", bold=True))


def _count(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number} {what}s"


def tell(mistakes: Iterable[Mistake]) -> None:
    """A line for each, which editors and people find their way by."""
    for number, each in enumerate(mistakes):
        if number == _MOST_TOLD:
            say(f"and more: the first {_MOST_TOLD} are shown; correct them, then check again")
            break
        say(f"{styled(f'{shown(each.file)}:{each.line}:', bold=True)} {styled(each.says)}")
