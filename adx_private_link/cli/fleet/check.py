"""The check of a whole fleet, without Pulumi and Azure: each stack as `check` does it, then all of them together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ...garbage import no_garbage_collection
from ...policies.policy_file import ActiveRule
from ..check.policies import check_policies
from ..check.stack_file import CheckedStack, check_stack_file
from ..pulumi.stack_files import PREFIX, Locations, StackFile
from ..yaml.documents import Document, Mistake, mapping
from .conflicts import find_conflicts
from .reading import Fleet, locate, problem_at
from .stacks import FleetStack

_INHERITED = {"clusters": "cluster", "consumers": "consumer"}
"""The key in `defaults`, by section."""


@dataclass(frozen=True)
class CheckedFleet:
    """A fleet, with everything that is known about it without Azure."""

    stacks: int
    mistakes: Sequence[Mistake]
    notes: Sequence[str]


@no_garbage_collection()
def check_fleet(fleet: Fleet, rules: Sequence[ActiveRule] = ()) -> CheckedFleet:
    """Check a fleet: its files, the settings and policies of each stack, and conflicts between stacks."""
    document = _with_inherited_lines(fleet.document)
    locations = locate(document, PREFIX)
    stacks = {stack.name: check_stack_file(_stack_file(fleet, stack, locations)) for stack in fleet.stacks}
    for checked in stacks.values():
        check_policies(checked, rules)
    mistakes = {*fleet.mistakes}
    for checked in stacks.values():
        mistakes |= {_in_inventory(document, mistake) for mistake in checked.mistakes}
    plain = locate(document)
    planned = {name: checked.topology for name, checked in stacks.items() if checked.topology}
    mistakes |= {problem_at(plain, problem) for problem in find_conflicts(planned)}
    return CheckedFleet(len(stacks), sorted(mistakes), _notes(stacks))


def _stack_file(fleet: Fleet, stack: FleetStack, locations: Locations) -> StackFile:
    """A stack's file as it will be, with the lines of the inventory."""
    values: dict[str, object] = {f"{PREFIX}{name}": section for name, section in stack.sections.items()}
    return StackFile(
        path=fleet.document.file,
        stack=stack.name,
        sections=stack.sections,
        mistakes=[],
        needs_settings=True,
        program=fleet.project.program,
        has_environment=False,
        encrypted=(),
        locations=locations,
        values={**stack.options.config, **values},
    )


def _with_inherited_lines(document: Document) -> Document:
    """The document, in which an object also has the lines of the defaults that it takes over."""
    content, lines = mapping(document.content), dict(document.lines)
    for section, kind in _INHERITED.items():
        start = ("defaults", kind)
        defaults = {path[2:]: line for path, line in document.lines.items() if path[:2] == start and len(path) > 2}
        for key in mapping(content.get(section)):
            for rest, line in defaults.items():
                lines.setdefault((section, key, *rest), line)
    return replace(document, lines=lines)


def _in_inventory(document: Document, mistake: Mistake) -> Mistake:
    """The mistake with the path that the inventory has; what all objects inherit is one mistake of the defaults."""
    message = mistake.message.removeprefix(PREFIX)
    first, last = _lines_of_defaults(document)
    if mistake.file == document.file and first < mistake.line <= last:
        for section, kind in _INHERITED.items():
            message = re.sub(rf"^{section}\.[^.: ]+\.", f"defaults.{kind}.", message)
        message = re.sub("^alerts", "defaults.alerts", message)
    return replace(mistake, message=message)


def _lines_of_defaults(document: Document) -> tuple[int, int]:
    lines = [line for path, line in document.lines.items() if path[0] == "defaults"]
    return (min(lines), max(lines)) if lines else (0, 0)


def _notes(stacks: Mapping[str, CheckedStack]) -> list[str]:
    """The notes about each stack. What the check expects of Azure is left out: it would be a line for each stack."""
    return [f"{name}: {note.partition(': ')[2]}" for name, checked in stacks.items() for note in checked.notes]
