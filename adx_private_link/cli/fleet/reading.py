"""A fleet, read from its two files: the inventory that people write, and the assignments that commands record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from ...problems import Problem
from ...settings.problems import describe_errors
from ..errors import CommandError
from ..files import path_from_here
from ..pulumi.project import Project, project_file_of
from ..pulumi.stack_files import Locations
from ..yaml.documents import Document, Mistake, read_yaml
from .assignment import Assignments, assign, group_name
from .contradictions import find_contradictions, find_unknown_stacks
from .inventory import INVENTORY, Inventory
from .stacks import ZONES, FleetStack, make_stacks

ASSIGNMENTS = "fleet.stacks.yaml"

_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True)
class Fleet:
    """A fleet, as far as its files are right."""

    document: Document
    """The inventory's file."""
    project: Project
    inventory: Inventory | None = None
    recorded: Assignments = field(default_factory=Assignments)
    """The assignments as their file has them."""
    assignments: Assignments = field(default_factory=Assignments)
    """The assignments with those of new clusters."""
    stacks: Sequence[FleetStack] = ()
    mistakes: Sequence[Mistake] = ()

    @property
    def directory(self) -> Path:
        """The directory of the inventory."""
        return self.document.file.parent

    def stack_file(self, stack: str) -> Path:
        """Return the path of a stack's file."""
        return self.project.stack_file(stack)


def read_fleet(directory: Path | None = None) -> Fleet:
    """
    Read the fleet of a directory, the working directory by default.

    Raises:
        CommandError: The directory has no inventory, or no Pulumi project.
    """
    file = (directory or Path.cwd()) / INVENTORY
    if not file.is_file():
        raise CommandError(
            f"{path_from_here(file)} does not exist. Run the command in the directory of the inventory (`--cwd`), or "
            "write one beside Pulumi.yaml."
        )
    project_file = project_file_of(file.parent)
    if project_file is None:
        raise CommandError(f"No Pulumi.yaml is in the directory of {INVENTORY} or above it. Put it beside the program.")
    document, project = read_yaml(file), Project(read_yaml(project_file))
    inventory, mistakes = _parse(document, Inventory)
    recorded_document = _read_if_exists(file.with_name(ASSIGNMENTS))
    recorded, recorded_mistakes = _parse(recorded_document, Assignments)
    mistakes = [*mistakes, *recorded_mistakes]
    if inventory is None or recorded is None:
        return Fleet(document, project, mistakes=mistakes)
    problems = list(find_contradictions(inventory))
    grouped = {
        key: inventory.group_of(key)
        for key, cluster in inventory.clusters.items()
        if all(name in cluster.labels for name in inventory.group_by)
    }
    formerly = {key: cluster.formerly for key, cluster in inventory.clusters.items() if cluster.formerly}
    assigned = assign(recorded, inventory.group_by, grouped, inventory.at_most, formerly)
    names = [*assigned.assignments.stacks, *(f"{ZONES}.{key}" for key in inventory.zones)]
    groups = {ZONES, *(group_name(group) for group in grouped.values())}
    problems += find_unknown_stacks(inventory, names, groups)
    of_record = {id(problem) for problem in assigned.problems if problem.path.startswith("stacks.")}
    problems += [problem for problem in assigned.problems if id(problem) not in of_record]
    mistakes += locate_problems(document, problems)
    mistakes += locate_problems(recorded_document, [p for p in assigned.problems if id(p) in of_record])
    is_grouped = recorded.group_by == inventory.group_by or not recorded.stacks
    stacks = make_stacks(inventory, assigned.assignments) if is_grouped else []
    return Fleet(document, project, inventory, recorded, assigned.assignments, stacks, mistakes)


def read_valid_fleet() -> Fleet:
    """
    Read the fleet of the working directory, for a command that needs it without problems.

    Raises:
        CommandError: It cannot be read, or has problems.
    """
    fleet = read_fleet()
    if fleet.mistakes:
        raise CommandError("The inventory has problems. Run `adx-private-link fleet check`, which lists them.")
    return fleet


def locate_problems(document: Document, problems: Iterable[Problem], prefix: str = "") -> list[Mistake]:
    """Return problems with their lines in a document; `prefix` is what their paths begin with."""
    locations = locate(document, prefix)
    return [problem_at(locations, problem) for problem in problems]


def locate(document: Document, prefix: str = "") -> Locations:
    """Return the locations of all settings in a document."""
    sections = [path[0] for path in document.lines if len(path) == 1]
    return Locations((document.file, 1), {f"{prefix}{name}": (document, (name,)) for name in sections})


def problem_at(locations: Locations, problem: Problem) -> Mistake:
    """Return a problem with its line."""
    return Mistake(*locations.find(problem.path), " ".join(problem.line.split()))


def _read_if_exists(file: Path) -> Document:
    return read_yaml(file) if file.is_file() else Document(file)


def _parse(document: Document, model: type[_Model]) -> tuple[_Model | None, list[Mistake]]:
    """Parse a document; the model is None if it cannot be used."""
    if document.mistakes:
        return None, [*document.mistakes]
    content: Mapping[str, object] | object = document.content
    try:
        return model.model_validate({} if content is None else content), []
    except ValidationError as error:
        return None, locate_problems(document, describe_errors(error.errors(), model, ""))
