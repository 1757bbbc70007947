"""The stack files of a Pulumi project: the settings of this library in them, and their lines."""

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

Place = tuple[Path, int]
"""A file, and a line in it."""


@dataclass(frozen=True)
class Places:
    """Where settings stand."""

    otherwise: Place
    """Of what stands nowhere."""
    written: Mapping[str, tuple[Document, tuple[str, ...]]] = field(default_factory=dict[str, Any])
    """By configuration key: the document that has it, and its path there."""

    def of(self, path: str) -> Place:
        """The place of a setting, or of the innermost section of its path that is written."""
        known = next((key for key in _outer(path) if key in self.written), None)
        if known is None:
            return self.otherwise
        document, place = self.written[known]
        rest = path[len(known) + 1 :]
        # A key may have dots itself, such as the name of a tag; text that is JSON has no lines of its own.
        while inner := next((each for each in _outer(rest) if (*place, each) in document.lines), None):
            place, rest = (*place, inner), rest[len(inner) + 1 :]
        return document.file, document.lines[place]


@dataclass(frozen=True)
class StackFile:
    """One stack's settings as they are written."""

    path: Path
    stack: str
    given: Mapping[str, object]
    """By name: `clusters`, `consumers`; misspelt ones as well."""
    mistakes: Sequence[Mistake]
    """What is wrong before anything is known of the settings."""
    needs_settings: bool
    """Whether its program is the one that comes with this library; other programs may have theirs in their code."""
    program: Path
    """The directory of the program, from which paths in settings lead on."""
    has_environment: bool
    """Whether a Pulumi ESC environment adds settings, which only Pulumi knows."""
    encrypted: Collection[str]
    """The paths of what is encrypted: what it says is not known here."""
    places: Places = field(repr=False)
    values: Mapping[str, object] = field(default_factory=dict[str, object], repr=False)
    """By configuration key: what Pulumi hands to the program, other namespaces included."""

    def mistakes_of(self, problems: Iterable[Problem]) -> list[Mistake]:
        """The problems at their places, without problems that encrypted values or environments may solve."""
        return [
            self._mistake(each)
            for each in problems
            if not any(path in self.encrypted for path in _outer(each.path))
            and not (self.has_environment and each.is_missing)
        ]

    def _mistake(self, problem: Problem) -> Mistake:
        found = "" if problem.value is None else f" ({_shortened(problem.value)})"
        says = f"{problem.path}{found}: {problem.message}; {problem.remedy}"
        return Mistake(*self.places.of(problem.path), " ".join(says.split()))


def stack_files(files: Sequence[Path] = (), stack: str | None = None) -> list[StackFile]:
    """
    These files; or the file of one stack, or of all stacks, of the project in the working directory.

    A project's file stands for the files of all its stacks.

    Raises `CommandError` where there is no project, or none of its stacks has a file, or this one has none.
    """
    projects: dict[Path, Project] = {}
    found: dict[Path, Project] = {}
    for path in files or [_file_of(stack) if stack else project_file()]:
        file = path.absolute()  # one file may be named in two ways
        named = _project_file_of(file)
        if named not in projects:
            projects[named] = Project(read_yaml(named) if named.is_file() else Document(named))
        project = projects[named]
        if file != named:
            found[file] = project
        elif project.stack_files:
            found |= dict.fromkeys(project.stack_files, project)
        elif project.mistakes:
            found[named] = project  # its mistakes are reported without stacks, too
    if not found and not files:
        [file] = projects
        raise CommandError(
            f"No stack of {path_from_here(file)} has a file. Run `pulumi stack init`, then write the settings into "
            f"Pulumi.<stack>{file.suffix}."
        )
    return [_stack_file(each, project) for each, project in found.items()]


def _file_of(stack: str) -> Path:
    file = Project(read_yaml(project_file())).stack_file(stack)
    if not file.is_file():
        raise CommandError(f"The stack {stack} has no file: {path_from_here(file)} does not exist.")
    return file


def _project_file_of(file: Path) -> Path:
    """The project that a file belongs to; without one, where it would be."""
    if file.name in PROJECT_FILES:
        return file
    above, here = project_file_of(file.parent), project_file_of(Path.cwd())
    # Stack files may lie anywhere, where their project says so (`stackConfigDir`).
    if here and here != above and Project(read_yaml(here)).stack_directory.resolve() == file.parent.resolve():
        return here
    return above or file.parent / "Pulumi.yaml"


def _stack_file(path: Path, project: Project) -> StackFile:
    document = Document(path) if path == project.file else read_yaml(path)
    content = mapping(document.content)
    values = _Values(project)
    broken = [*document.mistakes, *_shape(document)]
    if isinstance(document.content, dict) or not broken:
        values.take(project.document, project.defaults)
        # What a stack says takes the place of what its project says.
        values.take(document, entries(document))
    return StackFile(
        path=path,
        stack=path.name.removeprefix("Pulumi.").removesuffix(path.suffix),
        given=values.given,
        mistakes=[
            *project.mistakes,
            *_misplaced(project.document),
            *([] if project.reads(path) else [_unread(path, project)]),
            *broken,
            *_misplaced(document),
            *values.mistakes,
        ],
        needs_settings=project.name == NAMESPACE,
        program=project.program,
        has_environment=bool(content.get("environment")),
        encrypted=values.encrypted,
        places=Places((path, document.lines.get(("config",), 1)), values.written),
        values=values.all,
    )


def _shape(document: Document) -> Iterator[Mistake]:
    content: object = document.content
    remedy = "write the settings below `config:`, each indented"
    if content is not None and not isinstance(content, dict):
        yield Mistake(document.file, 1, f"is not a mapping; {remedy}")
    config = mapping(content).get("config")
    if config is not None and not isinstance(config, dict):
        yield Mistake(document.file, document.lines["config",], f"config: is not a mapping; {remedy}")


def _unread(path: Path, project: Project) -> Mistake:
    name = path.with_suffix(project.file.suffix).name
    return Mistake(path, 1, f"is not read by Pulumi, because the project is {project.file.name}; rename it to {name}")


def _misplaced(document: Document) -> Iterator[Mistake]:
    """Settings outside of `config:`, which Pulumi accepts and nothing reads."""
    for path, line in document.lines.items():
        outermost, name = path[0], path[-1]
        is_ours = name.startswith(NAMESPACE) or _alike(name) if len(path) == 1 else name.startswith(PREFIX)
        if is_ours and outermost != "config" and len(path) <= 2:
            yield Mistake(
                document.file, line, f"{name}: is not below `config:`, so nothing reads it; indent it below `config:`"
            )


def _alike(key: str) -> str | None:
    """The key of ours that may have been meant."""
    known = [f"{PREFIX}{name}" for name in Settings.model_fields if abs(len(key) - len(f"{PREFIX}{name}")) < 6]
    import difflib  # slow to import, and mostly nothing is misspelt

    return next(iter(difflib.get_close_matches(key, known, n=1, cutoff=0.9)), None)


class _Values:
    """Collects the values of this library's keys, with their places."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.all: dict[str, object] = {}
        self.given: dict[str, object] = {}
        self.written: dict[str, tuple[Document, tuple[str, ...]]] = {}
        self.encrypted: set[str] = set()
        self.mistakes: list[Mistake] = []

    def take(self, document: Document, entries: Iterable[Entry]) -> None:
        for path, value in entries:
            written = path[1]
            key = self.project.key(written)
            place = document.file, document.lines[path]
            if key is None:
                says = (
                    f"{written}: is not a configuration key, so Pulumi does not read the file; write `namespace:name`"
                )
                self.mistakes.append(Mistake(*place, says))
                continue
            self.all[key] = "" if value is None else value
            if not key.startswith(PREFIX):
                self._check_namespace(written, place)
                continue
            # What the project has said of a key is no more: Pulumi takes the one value or the other.
            if key in self.written:
                self.encrypted = {path for path in self.encrypted if key not in _outer(path)}
            self.written[key] = document, path
            found = _parsed(value)
            if found is not None:
                self.given[key.removeprefix(PREFIX)] = found
            where = Places(place, {key: self.written[key]})
            for each in encrypted_paths(found, key):
                self.encrypted.add(each)
                self.mistakes.append(Mistake(*where.of(each), f"{each}: {IS_ENCRYPTED}; {WRITE_IN_PLAIN}"))

    def _check_namespace(self, key: str, place: Place) -> None:
        meant = _alike(key)
        # The project's own namespace is its program's.
        if meant and not key.startswith(f"{self.project.name}:"):
            says = f"{key}: is not a setting of {NAMESPACE}, so nothing reads it; did you mean `{meant}`?"
            self.mistakes.append(Mistake(*place, says))


def _outer(path: str) -> Iterator[str]:
    """A path, and what it may be in: `a.b.c`, `a.b`, `a`."""
    while path:
        yield path
        path = path.rpartition(".")[0]


def _parsed(value: object) -> object:
    """A value as the program gets it: text may be JSON (`pulumi config set` without `--path`)."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    try:
        return parse_json(value)
    except InputError:
        return value


def _shortened(value: object) -> str:
    """A value without its middle: ids differ at their ends, which are names."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:24]}…{text[-48:]}"
