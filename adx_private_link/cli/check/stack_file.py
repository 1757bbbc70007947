"""What can be found out about a stack file without Pulumi and Azure: its problems, its settings, its graph."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...facts.expected import UNKNOWN
from ...facts.hand_overs import hand_over_of_file
from ...facts.records import Unreadable
from ...problems import Problem
from ...settings import HandOver, HandOverSource, Settings, parse_valid_settings
from ...topology.expected import expected_topology
from ...topology.records import Topology
from ..files import path_from_here
from ..pulumi.handed_settings import MOST_ANYWHERE, MOST_BYTES, handed_bytes
from ..pulumi.stack_files import NAMESPACE, PREFIX, StackFile, stack_files
from ..yaml.documents import Mistake, mapping

_MADE_UP = re.compile(rf"[\w-]+\.{UNKNOWN}\b")
"""The domain of a cluster whose region is not known offline."""


@dataclass
class Checked:
    """A stack file, with everything that is known about it without Azure."""

    file: StackFile
    settings: Settings | None = None
    """None where something is wrong, as is the graph."""
    planned: Topology | None = None
    """The graph, with facts that can be expected."""
    mistakes: list[Mistake] = field(default_factory=list[Mistake])
    notes: list[str] = field(default_factory=list[str])
    """Parts that are not checked, and limits of some systems."""


def check_stack_files(files: Sequence[Path] = (), stack: str | None = None) -> list[Checked]:
    """Check these files, or the file of a stack, or those of all stacks of the project. Raises as `stack_files`."""
    # Large settings make millions of objects, and none of them is garbage: looking for some takes half of the time.
    collects = gc.isenabled()
    gc.disable()
    try:
        return [check_stack_file(file) for file in stack_files(files, stack)]
    finally:
        if collects:
            gc.enable()


def check_stack_file(file: StackFile) -> Checked:
    """Check a stack file: each setting by itself, and then how they go together."""
    found = Checked(file, mistakes=[*file.mistakes])
    if file.has_environment:
        found.notes.append(f"{path_from_here(file.path)}: its environments (Pulumi ESC) are not checked")
    if not file.given and (file.mistakes or not file.needs_settings):
        if not file.mistakes:
            found.notes.append(f"{path_from_here(file.path)}: has no settings of {NAMESPACE}")
        return found
    size = handed_bytes(file.values)
    if size > MOST_BYTES:
        found.notes.append(f"{path_from_here(file.path)}: {_too_large(size)}")
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
    """The note about settings that Pulumi cannot hand to a program."""
    where = "Linux" if size <= MOST_ANYWHERE else "any system"
    return (
        f"its settings are too large for one program on {where}: Pulumi passes them in one environment variable, "
        f"which holds {MOST_BYTES:,} bytes on Linux, and these are {size:,}. `pulumi preview` fails there with "
        '"argument list too long". Split the stack into several, or write a program of your own that reads its '
        "settings from a file." + (" Conflicts between settings are not checked." if size > MOST_ANYWHERE else "")
    )


def _read(file: StackFile, key: str, source: HandOverSource) -> HandOver | Problem | str:
    """A hand-over from its file; a problem with the file; or a note, because the file may arrive later."""
    path = file.program / str(source.file)
    if not path.exists():
        place = f"{path_from_here(file.path)}: hand_overs.{key}"
        return f"{place}: {path_from_here(path)} does not exist yet and is not checked"
    found = hand_over_of_file(key, source, file.program)
    if isinstance(found, Unreadable):
        where = f"{PREFIX}hand_overs.{key}.file"
        return Problem(where, f"cannot be read: {found.reason}", found.remedy, source.file)
    return found


def _clusters_of(given: Mapping[str, object]) -> set[str]:
    return {key for section in ("clusters", "hand_overs") for key in mapping(given.get(section))}


def _conflicts(problems: Iterable[Problem], left_out: set[str]) -> Iterator[Problem]:
    """Conflicts between settings, without conflicts that come from leaving wrong clusters out."""
    for each in problems:
        named, _, last = each.path.rpartition(".")
        is_of_one_left_out = (named.endswith(".clusters") and each.value in left_out) or (
            named.endswith(".endpoints") and last in left_out
        )
        if not is_of_one_left_out:
            yield replace(each, message=_MADE_UP.sub("<region>", each.message))
