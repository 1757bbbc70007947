"""The Pulumi project that a command is run in, as far as its stack files depend on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from .yaml_lines import Document, mapping

PROJECT_FILES = ("Pulumi.json", "Pulumi.yaml", "Pulumi.yml")

Entry = tuple[tuple[str, ...], object]
"""A value, and its path in the file; the second part of that is the configuration key as it is written."""


def project_file() -> Path:
    """The Pulumi.yaml of the program."""
    found = project_file_of(Path.cwd())
    if found is None:
        raise click.ClickException("no Pulumi.yaml here or above; run it in the directory of the program")
    return found


def project_file_of(directory: Path) -> Path | None:
    """The nearest Pulumi.yaml, in a directory or above it."""
    return next(
        (each / name for each in (directory, *directory.parents) for name in PROJECT_FILES if (each / name).is_file()),
        None,
    )


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
        main = self.file.parent / str(mapping(self.document.content).get("main") or "")
        return main.parent if main.is_file() else main

    @property
    def stack_files(self) -> list[Path]:
        """The files of its stacks; other endings are not Pulumi's."""
        content = mapping(self.document.content)
        config = content.get("config")
        # `stackConfigDir` was called `config` before, and a text there still means it.
        directory = content.get("stackConfigDir") or (config if isinstance(config, str) else "")
        return sorted((self.file.parent / str(directory)).glob(f"Pulumi.*{self.file.suffix}"))

    @property
    def defaults(self) -> Iterator[Entry]:
        """What it says for all its stacks: values, or what declares them."""
        for path, given in entries(self.document):
            if not isinstance(given, dict):
                yield path, given
            for word in ("value", "default"):
                if (value := mapping(given).get(word)) is not None:
                    yield (*path, word), value

    def key(self, written: str) -> str:
        """A configuration key in full: the project's own need no namespace."""
        if ":" not in written:
            return f"{self.name}:{written}"
        namespace, *_, name = written.split(":")
        return f"{namespace}:{name}"  # `namespace:config:name` is an older way to write it


def entries(document: Document) -> Iterator[Entry]:
    """The configuration that a file has."""
    for key, value in mapping(mapping(document.content).get("config")).items():
        yield ("config", str(key)), value
