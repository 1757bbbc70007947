"""`adx-private-link check`: whatever is wrong with stack files, before Pulumi or Azure is asked."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import click
from rich.text import Text

from ..expected_facts import UNKNOWN, expected_facts
from ..facts import Unreadable
from ..hand_overs import hand_over_of_file
from ..nodes import Topology
from ..problems import Problem
from ..settings import HandOver, Settings, try_parse
from ..topology import try_topology
from .stack_files import NAMESPACE, PREFIX, StackFile, shown, stack_files
from .telling import console
from .yaml_lines import Mistake

_MADE_UP = re.compile(rf"[\w-]+\.{UNKNOWN}\b")
"""The domain of a cluster whose region nobody knows here."""


@dataclass
class Checked:
    """What can be known of a stack file without Azure."""

    file: StackFile
    settings: Settings | None = None
    """None where they are wrong."""
    planned: Topology | None = None
    """The graph, with facts that can be expected; None where something is wrong."""
    mistakes: list[Mistake] = field(default_factory=list[Mistake])
    notes: list[str] = field(default_factory=list[str])
    """What could not be looked at."""


@click.command(
    epilog="\b\nExamples:\n  adx-private-link check\n  adx-private-link check Pulumi.prod.yaml Pulumi.test.yaml"
)
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """
    Tell what is wrong with stack files, all of it at once, without Pulumi and Azure.

    Looks at each FILE, or at the files of all stacks of the Pulumi project in this directory. Every problem is a line
    as compilers write them, `file:line: setting: what is wrong; what to write instead`, and makes the command fail.
    """
    found = [checked(each) for each in stack_files(files)]
    # What is wrong in the project's file is so for each of its stacks.
    mistakes = sorted({mistake for each in found for mistake in each.mistakes})
    tell(mistakes)
    out = console()
    for note in dict.fromkeys(note for each in found for note in each.notes):
        out.print(Text(note, "yellow"), soft_wrap=True)
    counted = sum(1 for each in found if each.file.given or each.mistakes)
    if mistakes:
        out.print(Text(f"{_count(counted, 'stack')}, {_count(len(mistakes), 'problem')}", "bold red"))
        sys.exit(1)
    elif counted:
        out.print(Text("1 stack is right" if counted == 1 else f"{counted} stacks are right", "bold green"))


def _count(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number} {what}s"


def tell(mistakes: Iterable[Mistake]) -> None:
    """A line for each, which editors and people find their way by."""
    out = console()
    for each in mistakes:
        place = Text(f"{shown(each.file)}:{each.line}:", "bold")
        out.print(Text.assemble(place, " ", each.says), soft_wrap=True)


def checked(file: StackFile) -> Checked:
    """Check a stack file: each setting by itself, and then how they go together."""
    found = Checked(file, mistakes=[*file.mistakes])
    if file.has_environment:
        found.notes.append(f"{shown(file.path)}: what its environments (Pulumi ESC) say is not looked at")
    if not file.given:
        if not file.mistakes:
            found.notes.append(f"{shown(file.path)}: nothing of {NAMESPACE} in it")
        return found
    settings = try_parse(file.given, PREFIX)
    if not isinstance(settings, Settings):
        found.mistakes += file.mistakes_of(settings)
        return found
    found.settings = settings
    hand_overs, unreadable = _hand_overs(found, settings)
    planned = try_topology(settings, expected_facts(settings, hand_overs), PREFIX)
    problems = [*unreadable, *(map(_without_region, planned) if isinstance(planned, list) else ())]
    found.mistakes += file.mistakes_of(problems)
    if isinstance(planned, Topology) and not found.mistakes:
        found.planned = planned
    return found


def _without_region(problem: Problem) -> Problem:
    """A region that is made up confuses."""
    return replace(problem, message=_MADE_UP.sub("<region>", problem.message))


def _hand_overs(found: Checked, settings: Settings) -> tuple[dict[str, HandOver], list[Problem]]:
    """The hand-overs that are files."""
    hand_overs: dict[str, HandOver] = {}
    problems: list[Problem] = []
    for key, source in settings.hand_overs.items():
        if source.file is None:
            continue
        path = found.file.program / source.file
        if not path.exists():
            # Whoever writes the settings may not have it yet.
            where = f"{shown(found.file.path)}: hand_overs.{key}"
            found.notes.append(f"{where}: {shown(path)} is not there; it is not known what it says")
            continue
        match hand_over_of_file(key, source, found.file.program):
            case Unreadable() as wrong:
                where = f"{PREFIX}hand_overs.{key}.file"
                problems.append(Problem(where, f"cannot be read: {wrong.reason}", wrong.remedy, source.file))
            case HandOver() as right:
                hand_overs[key] = right
    return hand_overs, problems
