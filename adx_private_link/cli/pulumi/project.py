"""The Pulumi project that a command is run in, as far as its stack files depend on it."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import CommandError
from ..yaml.documents import Document, Mistake, mapping, read_yaml

PROJECT_FILES = ("Pulumi.json", "Pulumi.yaml", "Pulumi.yml")

Entry = tuple[tuple[str, ...], object]
"""A value, and its path in the file; the second part of that is the configuration key as it is written."""


def project_file() -> Path:
    """The Pulumi.yaml of the program."""
    found = project_file_of(Path.cwd())
    if found is None:
        raise CommandError(
            "No Pulumi.yaml is in this directory or above it. Run the command in the program's directory (`--cwd`)."
        )
    return found


def project_name() -> str:
    """The name of the project that a command is run in."""
    return Project(read_yaml(project_file())).name


def project_file_of(directory: Path) -> Path | None:
    """The nearest Pulumi.yaml, in a directory or above it."""
    return next(
        (each / name for each in (directory, *directory.parents) for name in PROJECT_FILES if (each / name).is_file()),
        None,
    )


def _impossible(path: Path) -> str | None:
    """Why no file can have this path."""
    try:
        path.stat()
    except ValueError as error:  # a NUL, or half a surrogate pair
        return str(error)
    except OSError as error:
        return error.strerror if error.errno in (errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL) else None
    return None


@dataclass(frozen=True)
class Project:
    """What a Pulumi.yaml says."""

    document: Document

    @property
    def file(self) -> Path:
        return self.document.file

    @property
    def name(self) -> str:
        return str(mapping(self.document.content).get("name", ""))

    @property
    def program(self) -> Path:
        """The directory in which the program runs."""
        main = self._path("main")
        return main.parent if main.is_file() else main

    @property
    def stack_directory(self) -> Path:
        """Where the files of its stacks are."""
        # `stackConfigDir` was called `config` before, and a text there still means it.
        has_name = bool(mapping(self.document.content).get("stackConfigDir"))
        return self._path("stackConfigDir" if has_name else "config")

    def _path(self, key: str) -> Path:
        """What it names, from its own directory; what can be no path is this directory itself."""
        path = self.file.parent / self._text(key)
        return self.file.parent if _impossible(path) else path

    def _text(self, key: str) -> str:
        given = mapping(self.document.content).get(key)
        return given if isinstance(given, str) else "" if key == "config" else str(given or "")

    @property
    def mistakes(self) -> list[Mistake]:
        """What is wrong with it, as far as its stack files depend on it."""
        return [
            *self.document.mistakes,
            *(
                Mistake(self.file, self.document.lines.get((key,), 1), f"{key}: is not a path ({reason}); correct it")
                for key in ("main", "stackConfigDir", "config")
                if (reason := _impossible(self.file.parent / self._text(key)))
            ),
        ]

    def stack_file(self, stack: str) -> Path:
        """Where Pulumi keeps the settings of a stack, which may be given with its organization and project."""
        return self.stack_directory / f"Pulumi.{stack.rsplit('/', 1)[-1]}{self.file.suffix}"

    @property
    def stack_files(self) -> list[Path]:
        """The files of its stacks, and those that people take for such (see `reads`)."""
        endings = {self.file.suffix, ".yaml", ".yml"}
        return sorted(file for ending in endings for file in self.stack_directory.glob(f"Pulumi.*{ending}"))

    def reads(self, stack_file: Path) -> bool:
        """Whether Pulumi does: a stack's file has the ending of its project's."""
        return stack_file.suffix == self.file.suffix or not self.file.is_file()

    @property
    def defaults(self) -> Iterator[Entry]:
        """What it says for all its stacks: values, or what declares them."""
        for path, given in entries(self.document):
            if not isinstance(given, dict):
                yield path, given
            for word in ("value", "default"):
                if (value := mapping(given).get(word)) is not None:
                    yield (*path, word), value

    def key(self, written: str) -> str | None:
        """A configuration key in full: the project's own need no namespace. None for what Pulumi takes for no key."""
        match written.split(":"):
            case [name]:
                return f"{self.name}:{name}"
            case [namespace, name] | [namespace, "config", name]:  # the latter is an older way to write it
                return f"{namespace}:{name}"
            case _:
                return None


def entries(document: Document) -> Iterator[Entry]:
    """The configuration that a file has."""
    for key, value in mapping(mapping(document.content).get("config")).items():
        yield ("config", key), value
