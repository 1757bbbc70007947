"""The Pulumi project of a stack file: its name, its program, its stack files, its configuration keys."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import CommandError
from ..yaml.documents import Document, Mistake, mapping, read_yaml

PROJECT_FILES = ("Pulumi.json", "Pulumi.yaml", "Pulumi.yml")

Entry = tuple[tuple[str, ...], object]
"""A path in a file and its value; the second part of the path is the configuration key as it is written."""


def project_file() -> Path:
    """
    Return the Pulumi.yaml of the working directory.

    Raises:
        CommandError: Neither the working directory nor a directory above it has one.
    """
    file = project_file_of(Path.cwd())
    if file is None:
        raise CommandError(
            "No Pulumi.yaml is in this directory or above it. Run the command in the program's directory (`--cwd`)."
        )
    return file


def project_name() -> str:
    """Return the name of the working directory's project."""
    return Project(read_yaml(project_file())).name


def project_file_of(directory: Path) -> Path | None:
    """Return the nearest Pulumi.yaml, in a directory or above it; None if none exists."""
    return next(
        (
            above / name
            for above in (directory, *directory.parents)
            for name in PROJECT_FILES
            if (above / name).is_file()
        ),
        None,
    )


def _reason_against(path: Path) -> str | None:
    """Return the reason why no file can have this path; None for a possible path."""
    try:
        path.stat()
    except ValueError as error:  # a NUL, or half a surrogate pair
        return str(error)
    except OSError as error:
        return error.strerror if error.errno in (errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL) else None
    return None


@dataclass(frozen=True)
class Project:
    """The settings of a Pulumi.yaml that concern stack files."""

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
        """The directory of its stack files."""
        # `stackConfigDir` was once called `config`, and Pulumi still reads text there as the directory.
        has_name = bool(mapping(self.document.content).get("stackConfigDir"))
        return self._path("stackConfigDir" if has_name else "config")

    def _path(self, key: str) -> Path:
        """Return the path in a key, relative to the project's directory; that directory for an impossible path."""
        path = self.file.parent / self._text(key)
        return self.file.parent if _reason_against(path) else path

    def _text(self, key: str) -> str:
        value = mapping(self.document.content).get(key)
        return value if isinstance(value, str) else "" if key == "config" else str(value or "")

    @property
    def mistakes(self) -> list[Mistake]:
        """The mistakes in the file that concern stack files."""
        return [
            *self.document.mistakes,
            *(
                Mistake(self.file, self.document.lines.get((key,), 1), f"{key}: is not a path ({reason}); correct it")
                for key in ("main", "stackConfigDir", "config")
                if (reason := _reason_against(self.file.parent / self._text(key)))
            ),
        ]

    def stack_file(self, stack: str) -> Path:
        """Return the file of a stack, whose name may include its organization and project."""
        return self.stack_directory / f"Pulumi.{stack.rsplit('/', 1)[-1]}{self.file.suffix}"

    @property
    def stack_files(self) -> list[Path]:
        """The files of its stacks, including files that look like one and that Pulumi does not read (see `reads`)."""
        endings = {self.file.suffix, ".yaml", ".yml"}
        return sorted(file for ending in endings for file in self.stack_directory.glob(f"Pulumi.*{ending}"))

    def reads(self, stack_file: Path) -> bool:
        """Return whether Pulumi reads a stack file: it must have the same ending as the project's file."""
        return stack_file.suffix == self.file.suffix or not self.file.is_file()

    @property
    def defaults(self) -> Iterator[Entry]:
        """The configuration of all its stacks: plain values, and the values and defaults in declarations."""
        for path, declared in entries(self.document):
            if not isinstance(declared, dict):
                yield path, declared
            for word in ("value", "default"):
                if (value := mapping(declared).get(word)) is not None:
                    yield (*path, word), value

    def full_key(self, written: str) -> str | None:
        """Return a configuration key with its namespace, which defaults to the project; None for an invalid key."""
        match written.split(":"):
            case [name]:
                return f"{self.name}:{name}"
            case [namespace, name] | [namespace, "config", name]:  # the latter is an older way to write it
                return f"{namespace}:{name}"
            case _:
                return None


def entries(document: Document) -> Iterator[Entry]:
    """Return the entries of a file below `config`."""
    for key, value in mapping(mapping(document.content).get("config")).items():
        yield ("config", key), value
