"""The stack files of a Pulumi project: this library's settings in them, with the line of each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...problems import Problem
from ...settings import Settings
from ...settings.secrets import IS_ENCRYPTED, WRITE_IN_PLAIN, encrypted_paths
from ...untrusted import InputError, parse_json
from ..errors import CommandError
from ..files import path_from_here
from ..yaml.documents import Document, Mistake, mapping, read_yaml
from .project import PROJECT_FILES, Entry, Project, entries, project_file, project_file_of

NAMESPACE = "adx-private-link"
PREFIX = f"{NAMESPACE}:"

Location = tuple[Path, int]
"""A file, and a line in it."""


@dataclass(frozen=True)
class Locations:
    """The files and lines of settings."""

    default: Location
    """The location of a setting that no file has."""
    sources: Mapping[str, tuple[Document, tuple[str, ...]]] = field(default_factory=dict[str, Any])
    """By configuration key: the document that has it, and its path there."""

    def find(self, path: str) -> Location:
        """Return the location of a setting, or of the innermost section around it that a file has."""
        key = next((outer for outer in _outer_paths(path) if outer in self.sources), None)
        if key is None:
            return self.default
        document, in_document = self.sources[key]
        rest = path[len(key) + 1 :]
        # A key may contain dots, such as the name of a tag. Settings in JSON text have no lines of their own.
        while part := next((outer for outer in _outer_paths(rest) if (*in_document, outer) in document.lines), None):
            in_document, rest = (*in_document, part), rest[len(part) + 1 :]
        return document.file, document.lines[in_document]


@dataclass(frozen=True)
class StackFile:
    """A stack file, with its settings as they are written."""

    path: Path
    stack: str
    sections: Mapping[str, object]
    """The sections of settings by name: `clusters`, `consumers`; including misspelt ones."""
    mistakes: Sequence[Mistake]
    """The mistakes that are found without the settings' models."""
    needs_settings: bool
    """Whether its program is the one of this library; other programs may have their settings in their code."""
    program: Path
    """The directory of the program, to which paths in settings are relative."""
    has_environment: bool
    """Whether a Pulumi ESC environment adds settings, which only Pulumi can read."""
    encrypted: Collection[str]
    """The paths of encrypted values, which are unknown here."""
    locations: Locations = field(repr=False)
    values: Mapping[str, object] = field(default_factory=dict[str, object], repr=False)
    """The values that Pulumi passes to the program, by configuration key, including other namespaces."""

    def locate_problems(self, problems: Iterable[Problem]) -> list[Mistake]:
        """Return problems with their lines, without those that encrypted values or environments may solve."""
        return [
            self._locate(problem)
            for problem in problems
            if not any(path in self.encrypted for path in _outer_paths(problem.path))
            and not (self.has_environment and problem.is_missing)
        ]

    def _locate(self, problem: Problem) -> Mistake:
        value = "" if problem.value is None else f" ({_shorten(problem.value)})"
        message = f"{problem.path}{value}: {problem.message}; {problem.remedy}"
        return Mistake(*self.locations.find(problem.path), " ".join(message.split()))


def read_stack_files(files: Sequence[Path] = (), stack: str | None = None) -> list[StackFile]:
    """
    Read stack files.

    Args:
        files: The files to read; a project's file stands for the files of all its stacks. Without any, they are those
            of the project in the working directory.
        stack: The stack whose file is read, if there are no `files`; None for all stacks of the project.

    Raises:
        CommandError: The working directory has no project, or the stack has no file, or none of the stacks has one.
    """
    projects: dict[Path, Project] = {}
    projects_by_stack_file: dict[Path, Project] = {}
    for path in files or [_find_file(stack) if stack else project_file()]:
        file = path.absolute()  # two arguments may be paths of one file
        own_project_file = _project_file_of(file)
        if own_project_file not in projects:
            document = read_yaml(own_project_file) if own_project_file.is_file() else Document(own_project_file)
            projects[own_project_file] = Project(document)
        project = projects[own_project_file]
        if file != own_project_file:
            projects_by_stack_file[file] = project
        elif project.stack_files:
            projects_by_stack_file |= dict.fromkeys(project.stack_files, project)
        elif project.mistakes:
            # A project without stacks is checked, too.
            projects_by_stack_file[file] = project
    if not projects_by_stack_file and not files:
        [file] = projects
        raise CommandError(
            f"No stack of {path_from_here(file)} has a file. Run `pulumi stack init`, then write the settings into "
            f"Pulumi.<stack>{file.suffix}."
        )
    return [_read_stack_file(file, project) for file, project in projects_by_stack_file.items()]


def _find_file(stack: str) -> Path:
    file = Project(read_yaml(project_file())).stack_file(stack)
    if not file.is_file():
        raise CommandError(
            f"The stack {stack} has no file: {path_from_here(file)} does not exist. Write its settings there, or "
            "correct the name of the stack."
        )
    return file


def _project_file_of(file: Path) -> Path:
    """Return the project's file for a stack file; without a project, the path that its file would have."""
    if file.name in PROJECT_FILES:
        return file
    above, here = project_file_of(file.parent), project_file_of(Path.cwd())
    # A project may keep its stack files in any directory (`stackConfigDir`).
    if here and here != above and Project(read_yaml(here)).stack_directory.resolve() == file.parent.resolve():
        return here
    return above or file.parent / "Pulumi.yaml"


def _read_stack_file(path: Path, project: Project) -> StackFile:
    document = Document(path) if path == project.file else read_yaml(path)
    content = mapping(document.content)
    configuration = _Configuration(project)
    invalid = [*document.mistakes, *_find_invalid_mappings(document)]
    if isinstance(document.content, dict) or not invalid:
        configuration.add(project.document, project.defaults)
        # A stack's values replace those of its project.
        configuration.add(document, entries(document))
    return StackFile(
        path=path,
        stack=path.name.removeprefix("Pulumi.").removesuffix(path.suffix),
        sections=configuration.sections,
        mistakes=[
            *project.mistakes,
            *_find_misplaced(project.document),
            *([] if project.reads(path) else [_unread(path, project)]),
            *invalid,
            *_find_misplaced(document),
            *configuration.mistakes,
        ],
        needs_settings=project.name == NAMESPACE,
        program=project.program,
        has_environment=bool(content.get("environment")),
        encrypted=configuration.encrypted,
        locations=Locations((path, document.lines.get(("config",), 1)), configuration.sources),
        values=configuration.values,
    )


def _find_invalid_mappings(document: Document) -> Iterator[Mistake]:
    content: object = document.content
    remedy = "write the settings below `config:`, each indented"
    if content is not None and not isinstance(content, dict):
        yield Mistake(document.file, 1, f"is not a mapping; {remedy}")
    config = mapping(content).get("config")
    if config is not None and not isinstance(config, dict):
        yield Mistake(document.file, document.lines["config",], f"config: is not a mapping; {remedy}")


def _unread(path: Path, project: Project) -> Mistake:
    """Return the mistake of a file that Pulumi does not read, because its ending is not that of the project's file."""
    name = path.with_suffix(project.file.suffix).name
    return Mistake(path, 1, f"is not read by Pulumi, because the project is {project.file.name}; rename it to {name}")


def _find_misplaced(document: Document) -> Iterator[Mistake]:
    """Report settings outside of `config:`, which Pulumi accepts and nothing reads."""
    for path, line in document.lines.items():
        outermost, name = path[0], path[-1]
        is_ours = name.startswith(NAMESPACE) or _find_similar_key(name) if len(path) == 1 else name.startswith(PREFIX)
        if is_ours and outermost != "config" and len(path) <= 2:
            yield Mistake(
                document.file, line, f"{name}: is not below `config:`, so nothing reads it; indent it below `config:`"
            )


def _find_similar_key(key: str) -> str | None:
    """Return the key of this library that a misspelt key may mean."""
    known = [f"{PREFIX}{name}" for name in Settings.model_fields if abs(len(key) - len(f"{PREFIX}{name}")) < 6]
    import difflib  # slow to import, and needed only for misspelt keys

    return next(iter(difflib.get_close_matches(key, known, n=1, cutoff=0.9)), None)


class _Configuration:
    """Collects the configuration of a project and its stack, with locations and mistakes."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.values: dict[str, object] = {}
        self.sections: dict[str, object] = {}
        self.sources: dict[str, tuple[Document, tuple[str, ...]]] = {}
        self.encrypted: set[str] = set()
        self.mistakes: list[Mistake] = []

    def add(self, document: Document, entries: Iterable[Entry]) -> None:
        for path, value in entries:
            written_key = path[1]
            key = self.project.full_key(written_key)
            location = document.file, document.lines[path]
            if key is None:
                message = (
                    f"{written_key}: is not a configuration key, so Pulumi does not read the file; write "
                    "`namespace:name`"
                )
                self.mistakes.append(Mistake(*location, message))
                continue
            self.values[key] = "" if value is None else value
            if key.startswith(PREFIX):
                self._add_section(key, value, document, path)
            else:
                self._check_namespace(written_key, location)

    def _add_section(self, key: str, value: object, document: Document, path: tuple[str, ...]) -> None:
        # Pulumi does not merge a project's value with the stack's, so the encrypted parts of the former do not count.
        if key in self.sources:
            self.encrypted = {encrypted for encrypted in self.encrypted if key not in _outer_paths(encrypted)}
        self.sources[key] = document, path
        section = parse_value(value)
        if section is not None:
            self.sections[key.removeprefix(PREFIX)] = section
        locations = Locations((document.file, document.lines[path]), {key: self.sources[key]})
        for encrypted in encrypted_paths(section, key):
            self.encrypted.add(encrypted)
            message = f"{encrypted}: {IS_ENCRYPTED}; {WRITE_IN_PLAIN}"
            self.mistakes.append(Mistake(*locations.find(encrypted), message))

    def _check_namespace(self, key: str, location: Location) -> None:
        similar_key = _find_similar_key(key)
        # The project's own namespace belongs to its program.
        if similar_key and not key.startswith(f"{self.project.name}:"):
            message = f"{key}: is not a setting of {NAMESPACE}, so nothing reads it; did you mean `{similar_key}`?"
            self.mistakes.append(Mistake(*location, message))


def _outer_paths(path: str) -> Iterator[str]:
    """Return a path and the paths around it: `a.b.c`, `a.b`, `a`."""
    while path:
        yield path
        path = path.rpartition(".")[0]


def parse_value(value: object) -> object:
    """Return a value as the program gets it: text may be JSON (`pulumi config set` without `--path`)."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    try:
        return parse_json(value)
    except InputError:
        return value


def _shorten(value: object) -> str:
    """Return a value without its middle: ids differ at their ends, which are names."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:24]}…{text[-48:]}"
