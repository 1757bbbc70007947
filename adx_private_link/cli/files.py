"""Files that commands write, whole or not at all and never through a link, and their paths in messages."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import CommandError


def write_file(path: Path, text: str) -> None:
    """
    Write a file in one step: if the disk is full, the old file stays as it was.

    Links are never followed, because the target may be any file of the user.

    Raises:
        CommandError: The file cannot be written, or is not a regular file. The message is one line.
    """
    with _command_error_for(path):
        mode = _permissions(path)
        # No name of another process: in containers, and on machines that share a directory, their numbers are the same.
        temporary = path.with_name(f".adx-private-link-{secrets.token_hex(8)}")
        try:
            # Exclusive: if the temporary name is taken, by a link or a file, that is an error.
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if mode is None else mode)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            temporary.replace(path)
        finally:
            with suppress(FileNotFoundError):
                temporary.unlink()


def make_directory(path: Path) -> None:
    """
    Create a directory and its parents, unless they exist.

    Raises:
        CommandError: The directory cannot be created. The message is one line.
    """
    with _command_error_for(path):
        path.mkdir(parents=True, exist_ok=True)


def _permissions(path: Path) -> int | None:
    """Return the permissions of the file that will be replaced; None if it does not exist."""
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
    """Return a file's path from the working directory, as people write it."""
    return os.path.relpath(file)


@contextmanager
def _command_error_for(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from None
