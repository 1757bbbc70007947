"""The check of a stack file without Pulumi and Azure: its mistakes, its settings, its topology."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...facts.expected import UNKNOWN, expected_kinds, stated_kind
from ...facts.hand_overs import hand_over_of_file
from ...facts.records import Unreadable
from ...garbage import no_garbage_collection
from ...problems import Problem
from ...settings import ClusterKind, HandOver, HandOverSource, Settings, parse_valid_settings
from ...topology.expected import expected_topology
from ...topology.records import Topology
from ..files import path_from_here
from ..pulumi.config_variable import MOST_BYTES_ANYWHERE, MOST_BYTES_ON_LINUX, count_variable_bytes
from ..pulumi.stack_files import NAMESPACE, PREFIX, StackFile, read_stack_files
from ..yaml.documents import Mistake, mapping
from .access_notes import notes_on_access
from .notes import notes_on_effects, notes_on_kinds

_UNKNOWN_REGION = re.compile(rf"[\w-]+\.{UNKNOWN}\b")
"""The placeholder for a cluster's region, which only Azure knows."""


@dataclass
class CheckedStack:
    """A stack file, with everything that is known about it without Azure."""

    file: StackFile
    settings: Settings | None = None
    """None if the file has mistakes, as is the topology."""
    topology: Topology | None = None
    """The topology, planned with expected facts."""
    mistakes: list[Mistake] = field(default_factory=list[Mistake])
    notes: list[str] = field(default_factory=list[str])
    """Notes about parts that are not checked, and about limits of some systems."""
    expected_kinds: dict[str, ClusterKind] = field(default_factory=dict[str, ClusterKind])
    """The kinds of the clusters that only Azure knows, as they are expected, by key."""
    expectations: list[str] = field(default_factory=list[str])
    """Notes about what the check expects of Azure, such as the kind of a cluster."""


def check_stack_files(
    files: Sequence[Path] = (), stack: str | None = None, deployed: Mapping[str, ClusterKind] | None = None
) -> list[CheckedStack]:
    """
    Check stack files; arguments and errors are those of `read_stack_files`.

    `deployed` are the kinds of the clusters that are deployed, by key.
    """
    # Large settings become millions of objects, and looking for garbage among them takes half of the time.
    with no_garbage_collection():
        return [check_stack_file(file, deployed) for file in read_stack_files(files, stack)]


def mistakes_of(stacks: Iterable[CheckedStack]) -> list[Mistake]:
    """Return the mistakes of all stack files, sorted; a mistake in the project's file only once, though each has it."""
    return sorted({mistake for stack in stacks for mistake in stack.mistakes})


def check_stack_file(file: StackFile, deployed: Mapping[str, ClusterKind] | None = None) -> CheckedStack:
    """
    Check a stack file: each setting by itself, and then conflicts between settings.

    `deployed` are the kinds of the clusters that are deployed, by key.
    """
    checked = CheckedStack(file, mistakes=[*file.mistakes])
    if file.has_environment:
        checked.notes.append(f"{path_from_here(file.path)}: its environments (Pulumi ESC) are not checked")
    if not file.sections and (file.mistakes or not file.needs_settings):
        if not file.mistakes:
            checked.notes.append(f"{path_from_here(file.path)}: has no settings of {NAMESPACE}")
        return checked
    size = count_variable_bytes(file.values)
    if size > MOST_BYTES_ON_LINUX:
        checked.notes.append(f"{path_from_here(file.path)}: {_too_large(size)}")
    settings, problems = parse_valid_settings(file.sections, PREFIX)
    if settings is None or size > MOST_BYTES_ANYWHERE:
        checked.mistakes += file.locate_problems(problems)
        return checked
    from_files = {key: _read(file, key, source) for key, source in settings.hand_overs.items() if source.file}
    checked.notes += [note for note in from_files.values() if isinstance(note, str)]
    problems += [problem for problem in from_files.values() if isinstance(problem, Problem)]
    hand_overs = {key: hand_over for key, hand_over in from_files.items() if isinstance(hand_over, HandOver)}
    planned = expected_topology(settings, hand_overs, deployed, PREFIX)
    if isinstance(planned, list):
        problems += _select_conflicts(planned, _cluster_keys(file.sections) - {*settings.cluster_keys})
    checked.mistakes += file.locate_problems(problems)
    if isinstance(planned, Topology) and not checked.mistakes:
        checked.settings, checked.topology = settings, planned
        inline = {key for key, source in settings.hand_overs.items() if source.inline}
        checked.expected_kinds = {
            key: kind
            for key, kind in expected_kinds(settings, deployed).items()
            if key not in {*hand_overs, *inline, *(deployed or ())} and not stated_kind(settings, key)
        }
        notes = [
            *notes_on_kinds(settings, checked.expected_kinds),
            *notes_on_effects(settings, planned),
            *notes_on_access(settings),
        ]
        checked.expectations += [f"{path_from_here(file.path)}: {note}" for note in notes]
    return checked


def _too_large(size: int) -> str:
    """Return the note about settings that Pulumi cannot pass to a program."""
    system = "Linux" if size <= MOST_BYTES_ANYWHERE else "any system"
    return (
        f"its settings are too large for one program on {system}: Pulumi passes them in one environment variable, "
        f"which holds {MOST_BYTES_ON_LINUX:,} bytes on Linux, and these are {size:,}. `pulumi preview` fails there "
        'with "argument list too long". Split the stack into several, or write a program of your own that reads its '
        "settings from a file." + (" Conflicts between settings are not checked." if size > MOST_BYTES_ANYWHERE else "")
    )


def _read(file: StackFile, key: str, source: HandOverSource) -> HandOver | Problem | str:
    """Read a hand-over from its file; return a problem with the file, or a note about a file that may arrive later."""
    path = file.program / str(source.file)
    if not path.exists():
        setting = f"{path_from_here(file.path)}: hand_overs.{key}"
        return f"{setting}: {path_from_here(path)} does not exist yet and is not checked"
    hand_over = hand_over_of_file(key, source, file.program)
    if isinstance(hand_over, Unreadable):
        setting = f"{PREFIX}hand_overs.{key}.file"
        return Problem(setting, f"cannot be read: {hand_over.reason}", hand_over.remedy, source.file)
    return hand_over


def _cluster_keys(sections: Mapping[str, object]) -> set[str]:
    return {key for name in ("clusters", "hand_overs") for key in mapping(sections.get(name))}


def _select_conflicts(problems: Iterable[Problem], invalid_clusters: set[str]) -> Iterator[Problem]:
    """Return conflicts between settings, without those that exist only because invalid clusters are left out."""
    for problem in problems:
        section, _, last = problem.path.rpartition(".")
        is_consequence = (section.endswith(".clusters") and problem.value in invalid_clusters) or (
            section.endswith(".endpoints") and last in invalid_clusters
        )
        if not is_consequence:
            yield without_placeholders(problem)


def without_placeholders(problem: Problem) -> Problem:
    """Return a problem that names no placeholder of a region, which only Azure knows."""
    return replace(problem, message=_UNKNOWN_REGION.sub("<region>", problem.message))
