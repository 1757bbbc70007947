"""What `fleet write` writes: the file of each stack, and the assignments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from ..files import write_file
from ..yaml.documents import Document, Mistake, mapping, read_yaml
from .reading import ASSIGNMENTS, Fleet
from .stack_files import assignments_text, stack_file_text


def plan_files(fleet: Fleet) -> dict[Path, str]:
    """Return the text of every file of a fleet, by path, in the order in which they are written."""
    texts = {fleet.directory / ASSIGNMENTS: assignments_text(fleet.assignments)}
    for stack in fleet.stacks:
        path = fleet.stack_file(stack.name)
        texts[path] = stack_file_text(stack, _read_if_exists(path))
    return texts


def find_changed(texts: Mapping[Path, str]) -> dict[Path, str]:
    """Return the files whose content differs from the planned one. Pulumi writes stack files in its own form."""
    return {path: text for path, text in texts.items() if not _has_content(path, text)}


def write_files(texts: Mapping[Path, str]) -> None:
    """
    Write files, the assignments first: a cluster whose stack file exists has a recorded place.

    Raises:
        CommandError: A file cannot be written. Another run writes the rest.
    """
    for path, text in texts.items():
        write_file(path, text)


def find_unwritable(fleet: Fleet) -> Iterator[Mistake]:
    """Yield the stack files that cannot be read, and those whose secrets provider is not that of the inventory."""
    for stack in fleet.stacks:
        path = fleet.stack_file(stack.name)
        document = _read_if_exists(path)
        yield from document.mistakes
        content = mapping(document.content)
        provider, planned = content.get("secretsprovider"), stack.options.secrets_provider
        is_passphrase = bool(content.get("encryptionsalt")) and not provider
        if planned and (is_passphrase or (provider and provider != planned)):
            line = document.lines.get(("secretsprovider",), 1)
            remedy = f"run `pulumi stack change-secrets-provider --stack {stack.name} {planned}`"
            message = f"secretsprovider: differs from the inventory ({planned}), and `fleet write` keeps it; {remedy}"
            yield Mistake(path, line, message)


def _read_if_exists(path: Path) -> Document:
    return read_yaml(path) if path.is_file() else Document(path)


def _has_content(path: Path, text: str) -> bool:
    try:
        written = path.read_text(encoding="utf-8")
        return written == text or [*yaml.safe_load_all(written)] == [*yaml.safe_load_all(text)]
    except (OSError, ValueError, yaml.YAMLError):
        return False
