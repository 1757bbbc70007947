"""`adx-private-link check`: whatever is wrong with stack files, before Pulumi or Azure is asked."""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from ...facts.expected import UNKNOWN
from ...facts.hand_overs import hand_over_of_file
from ...facts.records import Unreadable
from ...problems import Problem
from ...settings import HandOver, HandOverSource, Settings, parse_valid_settings
from ...topology.expected import expected_topology
from ...topology.records import Topology
from ..pulumi.handed_settings import MOST_ANYWHERE, MOST_BYTES, handed_bytes
from ..pulumi.stack_files import NAMESPACE, PREFIX, StackFile, shown, stack_files
from ..terminal.styled_lines import say, styled
from ..yaml.documents import Mistake, mapping

_MOST_TOLD = 1000
"""Of problems; nobody reads as many."""
_MADE_UP = re.compile(rf"[\w-]+\.{UNKNOWN}\b")
"""The domain of a cluster whose region nobody knows here."""


@dataclass
class Checked:
    """What can be known of a stack file without Azure."""

    file: StackFile
    settings: Settings | None = None
    """None where something is wrong, as is the graph."""
    planned: Topology | None = None
    """The graph, with facts that can be expected."""
    mistakes: list[Mistake] = field(default_factory=list[Mistake])
    notes: list[str] = field(default_factory=list[str])
    """What could not be looked at, and what works on some systems only."""


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
    found = checked_files(files)
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


def checked_files(files: Sequence[Path]) -> list[Checked]:
    """Check the files that are given, or those of all stacks of the project. Raises as `stack_files`."""
    # Large settings make millions of objects, and none of them is garbage: looking for some takes half of the time.
    collects = gc.isenabled()
    gc.disable()
    try:
        return [checked(each) for each in stack_files(files)]
    finally:
        if collects:
            gc.enable()


def _count(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number} {what}s"


def tell(mistakes: Iterable[Mistake]) -> None:
    """A line for each, which editors and people find their way by."""
    for number, each in enumerate(mistakes):
        if number == _MOST_TOLD:
            say(f"and more: the first {_MOST_TOLD} are shown; correct them, then check again")
            break
        say(f"{styled(f'{shown(each.file)}:{each.line}:', bold=True)} {styled(each.says)}")


def checked(file: StackFile) -> Checked:
    """Check a stack file: each setting by itself, and then how they go together."""
    found = Checked(file, mistakes=[*file.mistakes])
    if file.has_environment:
        found.notes.append(f"{shown(file.path)}: what its environments (Pulumi ESC) say is not looked at")
    if not file.given and (file.mistakes or not file.needs_settings):
        if not file.mistakes:
            found.notes.append(f"{shown(file.path)}: nothing of {NAMESPACE} in it")
        return found
    size = handed_bytes(file.values)
    if size > MOST_BYTES:
        found.notes.append(f"{shown(file.path)}: {_too_large(size)}")
    settings, problems = parse_valid_settings(file.given, PREFIX)
    if settings is None or size > MOST_ANYWHERE:
        found.mistakes += file.mistakes_of(problems)
        return found
    files = {key: _read(file, key, each) for key, each in settings.hand_overs.items() if each.file}
    found.notes += [each for each in files.values() if isinstance(each, str)]
    problems += [each for each in files.values() if isinstance(each, Problem)]
    hand_overs = {key: each for key, each in files.items() if isinstance(each, HandOver)}
    planned = expected_topology(settings, hand_overs, PREFIX)
    if isinstance(planned, list):
        problems += _conflicts(planned, _clusters_of(file.given) - {*settings.cluster_keys})
    found.mistakes += file.mistakes_of(problems)
    if isinstance(planned, Topology) and not found.mistakes:
        found.settings, found.planned = settings, planned
    return found


def _too_large(size: int) -> str:
    """What becomes of settings that Pulumi cannot hand to a program."""
    where = "Linux" if size <= MOST_ANYWHERE else "any system"
    return (
        f"its settings are too large for one program on {where}: Pulumi hands them over in one environment variable, "
        f"which takes {MOST_BYTES:,} bytes on Linux, and these are {size:,}. `pulumi preview` fails there with "
        '"argument list too long". Split the stack into several, or write a program of your own that reads its '
        "settings from a file." + (" How they go together is not looked at." if size > MOST_ANYWHERE else "")
    )


def _read(file: StackFile, key: str, source: HandOverSource) -> HandOver | Problem | str:
    """A hand-over that is a file; or what is wrong with it; or a note, for whoever writes settings may not have it."""
    path = file.program / str(source.file)
    if not path.exists():
        return f"{shown(file.path)}: hand_overs.{key}: {shown(path)} is not there; it is not known what it says"
    found = hand_over_of_file(key, source, file.program)
    if isinstance(found, Unreadable):
        where = f"{PREFIX}hand_overs.{key}.file"
        return Problem(where, f"cannot be read: {found.reason}", found.remedy, source.file)
    return found


def _clusters_of(given: Mapping[str, object]) -> set[str]:
    return {key for section in ("clusters", "hand_overs") for key in mapping(given.get(section))}


def _conflicts(problems: Iterable[Problem], left_out: set[str]) -> Iterator[Problem]:
    """What is wrong between settings, but for what comes from leaving wrong clusters out, and for what is made up."""
    for each in problems:
        named, _, last = each.path.rpartition(".")
        is_of_one_left_out = (named.endswith(".clusters") and each.value in left_out) or (
            named.endswith(".endpoints") and last in left_out
        )
        if not is_of_one_left_out:
            yield replace(each, message=_MADE_UP.sub("<region>", each.message))
