"""Writing files, whole or not at all and never through a link, and naming them."""

from __future__ import annotations

import os
import stat
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import CommandError


def write_file(path: Path, text: str) -> None:
    """
    Write a file in one step: a full disk leaves the old one as it was, and nothing is ever half written.

    A link is never followed: its target may be any file of the user.

    Raises:
        CommandError: It cannot be written, or is no regular file; in one line.
    """
    with _one_line(path):
        mode = _mode(path)
        temporary = path.with_name(f".adx-private-link-{os.getpid()}")
        try:
            # Exclusive: whatever has that name already, a link included, is an error.
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if mode is None else mode)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            temporary.replace(path)
        finally:
            with suppress(FileNotFoundError):
                temporary.unlink()


def make_directory(path: Path) -> None:
    """
    Make a directory, with those above it, unless it exists.

    Raises:
        CommandError: It cannot be made; in one line.
    """
    with _one_line(path):
        path.mkdir(parents=True, exist_ok=True)


def _mode(path: Path) -> int | None:
    """The permissions of the file that will be replaced."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(mode):
        raise CommandError(f"{path} is a symbolic link, which is not followed. Remove it, or name another file.")
    if not stat.S_ISREG(mode):
        raise CommandError(f"{path} is not a regular file. Name another one.")
    return stat.S_IMODE(mode)


def path_from_here(file: Path) -> str:
    """A path from the working directory, as people write it."""
    return os.path.relpath(file)


@contextmanager
def _one_line(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from None
