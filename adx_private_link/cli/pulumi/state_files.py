"""The files that a Pulumi backend of local files keeps for one stack: state, backups, history, locks."""

from __future__ import annotations

import itertools
import json
import os
import re
import stat
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from .state import ExportedState, StoredState

_SUFFIXES = (".json", ".json.gz", ".json.zst")
"""The endings of a state's file, by compression, in the order in which Pulumi lists them."""
_COMPRESSION = r"(\.gz|\.zst)?"


@dataclass(frozen=True)
class StateFiles:
    """The files of one stack in a backend of local files."""

    root: Path
    project: str
    stack: str

    # The state and its copies

    @property
    def state(self) -> Path:
        """The file that Pulumi reads: of several compressions, the one that was written last."""
        directory = self.root / "stacks" / self.project
        files = [directory / f"{self.stack}{suffix}" for suffix in _SUFFIXES]
        written = [(time, order) for order, file in enumerate(files) if (time := modification_time(file)) is not None]
        return files[max(written, default=(0, 0))[1]]

    @property
    def full_name(self) -> str:
        """The name of the stack in its state."""
        return f"organization/{self.project}/{self.stack}"

    @property
    def empty(self) -> bytes:
        """The content of a state without resources."""
        manifest = {"time": "0001-01-01T00:00:00Z", "magic": "", "version": ""}
        content = {
            "version": 3,
            "checkpoint": {"stack": self.full_name, "latest": {"manifest": manifest, "metadata": {}}},
        }
        return json.dumps(content).encode()

    @property
    def empty_state(self) -> ExportedState:
        """The export of a state without resources."""
        return StoredState.model_validate_json(self.empty).to_export()

    def restore(self, content: bytes) -> Path | None:
        """
        Replace a damaged state by a whole one, in one step, and return the path under which the damaged one is kept.

        The content is on the disk before a file is moved: if it does not fit, nothing has changed.

        Raises:
            OSError: The content does not fit, or may not be written.
        """
        state = self.state
        state.parent.mkdir(parents=True, exist_ok=True)
        with _written_file(state.with_name(f"{state.name}.{os.getpid()}.tmp"), content) as file:
            # Pulumi needs no attributes, and those of the damaged file are wrong for this one.
            _set_aside(Path(f"{state}.attrs"))
            damaged = _set_aside(state)
            file.replace(state)
        return damaged

    def require_room(self, size: int) -> None:
        """
        Check that Pulumi can write this many bytes beside the state; if it cannot, it cuts off the state.

        Raises:
            OSError: The bytes do not fit, or may not be written.
        """
        state = self.state
        with _written_file(state.with_name(f"{state.name}.{os.getpid()}.tmp"), bytes(size)):
            pass

    @property
    def copies(self) -> list[list[Path]]:
        """The files that may have a copy of the state, in groups: each beside the state, backups, history."""
        return [*([file] for file in self._beside()), self._backups(), self._history()]

    def _beside(self) -> list[Path]:
        """Return the files beside the state: its backup, retained checkpoints, and states in other compressions."""
        name = re.escape(self.stack)
        files = _list_files(self.root / "stacks" / self.project, rf"{name}\.json{_COMPRESSION}(\.bak|\.\d+)?")
        return [file for file in files if file != self.state]

    def _backups(self) -> list[Path]:
        """Return the copies of the state before each update, the newest first."""
        return _list_files(self.root / "backups" / self.project / self.stack, rf".*\.json{_COMPRESSION}")

    def _history(self) -> list[Path]:
        """Return the copies of the state after each update, the newest first."""
        return _list_files(self.root / "history" / self.project / self.stack, rf".*\.checkpoint\.json{_COMPRESSION}")

    # Locks

    def read_locks(self) -> dict[Path, bytes]:
        """Return the content of each lock, by its file; an empty content if it cannot be read."""
        directory = self.root / "locks" / "organization" / self.project / self.stack
        # To Pulumi, any file in that directory is a lock, and no directory is one.
        files = reversed(_list_files(directory, r".*(?<!\.attrs)"))
        return {file: read_or_empty(file) for file in files if not os.path.isdir(file)}  # noqa: PTH112 - `is_dir` can raise

    def delete_locks(self, locks: Iterable[Path]) -> None:
        """
        Delete locks as `pulumi cancel` does, which fails if the state is damaged.

        Raises:
            OSError: A lock cannot be deleted.
        """
        for lock in locks:
            lock.unlink(missing_ok=True)
            with suppress(OSError):
                Path(f"{lock}.attrs").unlink()


def modification_time(file: Path) -> int | None:
    """Return when a file was written; None if no regular file has this path."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns if stat.S_ISREG(status.st_mode) else None


def read_or_empty(file: Path) -> bytes:
    """Read a file; nothing if it cannot be read."""
    try:
        return file.read_bytes() if modification_time(file) is not None else b""
    except OSError:
        return b""


def _list_files(directory: Path, name: str) -> list[Path]:
    """Return the files whose names match, in reverse order: names that end in a time begin with the newest."""
    try:
        return sorted((file for file in directory.iterdir() if re.fullmatch(name, file.name)), reverse=True)
    except OSError:
        return []


@contextmanager
def _written_file(file: Path, content: bytes) -> Generator[Path]:
    """Write a temporary file that is on the disk in full; the block may rename it."""
    try:
        with file.open("wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        yield file
    finally:
        with suppress(OSError):
            file.unlink()


def _set_aside(file: Path) -> Path | None:
    """Rename a file to a name that Pulumi does not read, and return the new path; None if it does not exist."""
    if not os.path.lexists(file):
        return None
    names = (file.with_name(f"{file.name}.damaged{number or ''}") for number in itertools.count())
    return file.rename(next(name for name in names if not os.path.lexists(name)))
