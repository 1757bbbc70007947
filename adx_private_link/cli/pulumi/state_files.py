"""
The files that a Pulumi backend of local files keeps for one stack: state, backup, history, locks.

Everything that reads or replaces these files is here. Any of them may be damaged: Pulumi replaces a state by renaming a
temporary file, and does so after a failed write, too, so that a full disk cuts off the state and its backup at the same
byte (gocloud.dev, `blob/fileblob`: `Close` renames whatever `Write` got through; pulumi, `pkg/backend/diy/state.go`).
"""

from __future__ import annotations

import gzip
import itertools
import json
import os
import re
import stat
import zlib
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import (
    Base64Bytes,
    BaseModel,
    Field,
    ValidationError,
)

from .integrity import broken_rule
from .state import ExportedState, StoredState

# Pulumi's names for a state, by compression, in the order in which it lists them.
_SUFFIXES = (".json", ".json.gz", ".json.zst")
_COMPRESSION = r"(\.gz|\.zst)?"
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_LARGEST = 1 << 30


class _Attributes(BaseModel):
    """What gocloud.dev keeps beside a file (`blob/fileblob/attrs.go`)."""

    cache_control: str | None = Field(default=None, alias="user.cache_control")
    content_disposition: str | None = Field(default=None, alias="user.content_disposition")
    content_encoding: str | None = Field(default=None, alias="user.content_encoding")
    content_language: str | None = Field(default=None, alias="user.content_language")
    content_type: str | None = Field(default=None, alias="user.content_type")
    metadata: dict[str, str] | None = Field(default=None, alias="user.metadata")
    md5: Base64Bytes | None = None


@dataclass(frozen=True)
class WholeCopy:
    """A whole copy of a stack's state."""

    file: Path
    content: bytes
    state: ExportedState
    written: tuple[datetime, int]
    """When Pulumi wrote this state, and when this file was written."""


@dataclass(frozen=True)
class Damage:
    """A file that should be a stack's state and cannot be used as one."""

    file: Path
    why: str
    may_be_whole: bool = False
    """Whether another user or program could read it: then it must not be replaced."""
    breaks_rule: bool = False
    """Whether it is complete and breaks a rule of Pulumi's: then `pulumi state repair` may still save it."""

    def __str__(self) -> str:
        return f"{self.file} {self.why}"


@dataclass(frozen=True)
class StateFiles:
    """Where a backend of files keeps a stack."""

    root: Path
    project: str
    stack: str

    # The state and its copies

    @property
    def state(self) -> Path:
        """The file that Pulumi reads: of several compressions, the one that was written last."""
        beside = self.root / "stacks" / self.project
        names = [beside / f"{self.stack}{suffix}" for suffix in _SUFFIXES]
        written = [(time, order) for order, each in enumerate(names) if (time := _time_of_file(each)) is not None]
        return names[max(written, default=(0, 0))[1]]

    @property
    def full_name(self) -> str:
        """As a state names its stack."""
        return f"organization/{self.project}/{self.stack}"

    @property
    def empty(self) -> bytes:
        """A state without resources."""
        manifest = {"time": "0001-01-01T00:00:00Z", "magic": "", "version": ""}
        content = {
            "version": 3,
            "checkpoint": {"stack": self.full_name, "latest": {"manifest": manifest, "metadata": {}}},
        }
        return json.dumps(content).encode()

    @property
    def empty_state(self) -> ExportedState:
        """The same as `pulumi stack export` would write it."""
        return StoredState.model_validate_json(self.empty).exported()

    def damage(self) -> Damage | None:
        """The damage of the state; None where Pulumi can read it, or where the stack has no files."""
        match self.read(self.state):
            case Damage() as damage:
                return damage
            case WholeCopy():
                return _damaged_attributes(self.state)
            case None if any(True for _ in self._others()):
                return Damage(self.state, "is missing")
            case None:
                return None

    def newest_copy(self) -> WholeCopy | None:
        """The newest whole copy of the state: the state itself (where only its attributes are damaged), or another."""
        folders = [[self.state], *([each] for each in self._beside()), self._backups(), self._history()]
        newest = (self._first_whole(each) for each in folders)
        return max((each for each in newest if each), key=lambda each: each.written, default=None)

    def unreadable(self) -> list[Damage]:
        """Files that may be newer whole copies, and that this user or this program cannot read."""
        found = [self.read(each) for each in (self.state, *self._others())]
        return [each for each in found if isinstance(each, Damage) and each.may_be_whole]

    def read(self, file: Path) -> WholeCopy | Damage | None:
        """A copy of the stack's state; None where there is no such file."""
        content = _content(file)
        if not isinstance(content, bytes):
            return content
        if content.startswith(_ZSTD):
            return Damage(file, "is compressed with zstd, which only Pulumi reads", may_be_whole=True)
        try:
            backup = StoredState.model_validate_json(_decompressed(content))
        except (OSError, EOFError, zlib.error, ValidationError):
            return Damage(file, _what_it_is(content))
        if not self._is_ours(backup):
            return Damage(file, f"is the state of another stack ({backup.checkpoint.stack!r})")
        if broken := broken_rule(backup.checkpoint.latest):
            return Damage(file, broken, breaks_rule=True)
        written = backup.checkpoint.latest.written, _time_of_file(file) or 0
        return WholeCopy(file, content, backup.exported(), written)

    def restore(self, content: bytes) -> Path | None:
        """
        Put a whole state in the place of a damaged one, at a stroke; the path under which the damaged one is kept.

        The content is on the disk before anything is moved: where it does not fit, nothing has changed.

        Raises:
            OSError: It does not fit, or may not be written.
        """
        state = self.state
        state.parent.mkdir(parents=True, exist_ok=True)
        with _on_the_disk(state.with_name(f"{state.name}.{os.getpid()}.tmp"), content) as file:
            # Attributes are optional, and those of another file are worse than none.
            _set_aside(Path(f"{state}.attrs"))
            aside = _set_aside(state)
            file.replace(state)
        return aside

    def require_room(self, size: int) -> None:
        """Raises `OSError` where Pulumi could not write so much beside the state: it would cut off the state."""
        state = self.state
        with _on_the_disk(state.with_name(f"{state.name}.{os.getpid()}.tmp"), bytes(size)):
            pass

    def _first_whole(self, files: Iterable[Path]) -> WholeCopy | None:
        return next((copy for each in files if isinstance(copy := self.read(each), WholeCopy)), None)

    def _is_ours(self, backup: StoredState) -> bool:
        checkpoint = backup.checkpoint
        urns = [each.urn for each in checkpoint.latest.resources]
        if urns:
            return any(each.startswith(f"urn:pulumi:{self.stack}::{self.project}::") for each in urns)
        return checkpoint.stack.split("/")[-2:] in ([self.project, self.stack], [self.stack])

    def _others(self) -> Iterator[Path]:
        yield from (*self._beside(), *self._backups(), *self._history())

    def _beside(self) -> list[Path]:
        """StoredState, copies that Pulumi was asked to retain, and a state in another compression."""
        name = re.escape(self.stack)
        found = _matching(self.root / "stacks" / self.project, rf"{name}\.json{_COMPRESSION}(\.bak|\.\d+)?")
        return [each for each in found if each != self.state]

    def _backups(self) -> list[Path]:
        """Copies of the state before each update, the newest first."""
        return _matching(self.root / "backups" / self.project / self.stack, rf".*\.json{_COMPRESSION}")

    def _history(self) -> list[Path]:
        """Copies of the state after each update, the newest first."""
        return _matching(self.root / "history" / self.project / self.stack, rf".*\.checkpoint\.json{_COMPRESSION}")

    # Locks

    def lock_contents(self) -> dict[Path, bytes]:
        """What every lock says, by its file; nothing of one that cannot be read."""
        directory = self.root / "locks" / "organization" / self.project / self.stack
        # Pulumi takes any file in that directory for a lock, and no directory.
        files = reversed(_matching(directory, r".*(?<!\.attrs)"))
        return {file: _readable(file) for file in files if not os.path.isdir(file)}  # noqa: PTH112 - it raises nothing

    def delete_locks(self, locks: Iterable[Path]) -> None:
        """
        Delete locks, as `pulumi cancel` does, which cannot where the state is damaged.

        Raises:
            OSError: They may not be deleted.
        """
        for lock in locks:
            lock.unlink(missing_ok=True)
            with suppress(OSError):
                Path(f"{lock}.attrs").unlink()


def _content(file: Path) -> bytes | Damage | None:
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            return Damage(file, "is not a file")
        if status.st_size > _LARGEST:
            return Damage(file, f"has {status.st_size:,} bytes, which is too much for a state", may_be_whole=True)
        return file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        why = f"cannot be read: {error.strerror or error}"
        return Damage(file, why, may_be_whole=isinstance(error, PermissionError))


def _time_of_file(file: Path) -> int | None:
    """When a file was written; None for anything else under its name."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns if stat.S_ISREG(status.st_mode) else None


def _matching(directory: Path, name: str) -> list[Path]:
    """The files whose name matches, in the reverse order of their names: these end in the time of their writing."""
    try:
        return sorted((each for each in directory.iterdir() if re.fullmatch(name, each.name)), reverse=True)
    except OSError:
        return []


def _readable(file: Path) -> bytes:
    try:
        return file.read_bytes() if _time_of_file(file) is not None else b""
    except OSError:
        return b""


def _decompressed(content: bytes) -> bytes:
    if not content.startswith(_GZIP):
        return content
    decompressor = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    found = decompressor.decompress(content, _LARGEST)
    if not decompressor.eof:
        raise EOFError
    return found


def _what_it_is(content: bytes) -> str:
    if not content.strip():
        return "is empty"
    try:
        json.loads(gzip.decompress(content) if content.startswith(_GZIP) else content)
    except (OSError, EOFError, zlib.error, ValueError, RecursionError):
        return "is cut off or overwritten"
    return "is not a state of Pulumi"


def _damaged_attributes(state: Path) -> Damage | None:
    """Pulumi reads no file whose attributes, beside it, it does not understand; it needs none."""
    file = Path(f"{state}.attrs")
    if not os.path.lexists(file):
        return None
    try:
        _Attributes.model_validate_json(_readable(file))
    except ValidationError:
        return Damage(file, "is damaged")
    return None


@contextmanager
def _on_the_disk(file: Path, content: bytes) -> Generator[Path]:
    """A temporary file that is written in full; it may be renamed meanwhile."""
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
    """Keep what is under a name under another one, which Pulumi does not read."""
    if not os.path.lexists(file):
        return None
    names = (file.with_name(f"{file.name}.damaged{number or ''}") for number in itertools.count())
    return file.rename(next(each for each in names if not os.path.lexists(each)))
