"""
The copies of a stack's state: which are whole, which are damaged and how, and which whole one is the newest.

Any file may be damaged: Pulumi replaces a state by renaming a temporary file, and does so after a failed write, too, so
that a full disk cuts off the state and its backup at the same byte (gocloud.dev, `blob/fileblob`: `Close` renames
whatever `Write` got through; pulumi, `pkg/backend/diy/state.go`).
"""

from __future__ import annotations

import gzip
import json
import os
import stat
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import Base64Bytes, BaseModel, Field, ValidationError

from .integrity import find_broken_rule
from .state import ExportedState, StoredState
from .state_files import StateFiles, modification_time, read_or_empty

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_MOST_BYTES = 1 << 30


class _Attributes(BaseModel):
    """The attributes that gocloud.dev keeps beside a file (`blob/fileblob/attrs.go`)."""

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
    """The damage of a file that should be a stack's state."""

    file: Path
    reason: str
    """The rest of a sentence that begins with the file."""
    may_be_whole: bool = False
    """Whether another user or program may be able to read the file: then it must not be replaced."""
    breaks_rule: bool = False
    """Whether the state is complete and breaks one of Pulumi's rules: then `pulumi state repair` may repair it."""

    def __str__(self) -> str:
        return f"{self.file} {self.reason}"


def find_damage(files: StateFiles) -> Damage | None:
    """Return the damage of a stack's state; None if Pulumi can read it, or if the stack has no files."""
    match read_copy(files, files.state):
        case Damage() as damage:
            return damage
        case WholeCopy():
            return _find_damaged_attributes(files.state)
        case None if any(files.copies):
            return Damage(files.state, "is missing")
        case None:
            return None


def find_newest_copy(files: StateFiles) -> WholeCopy | None:
    """Return the newest whole copy, which is the state itself if only its attributes are damaged."""
    newest_of_groups = (_first_whole(files, group) for group in ([files.state], *files.copies))
    return max((copy for copy in newest_of_groups if copy), key=lambda copy: copy.written, default=None)


def find_unreadable(files: StateFiles) -> list[Damage]:
    """Return the files that may be newer whole copies, and that this user or this program cannot read."""
    copies = [read_copy(files, file) for group in ([files.state], *files.copies) for file in group]
    return [copy for copy in copies if isinstance(copy, Damage) and copy.may_be_whole]


def _first_whole(files: StateFiles, group: Iterable[Path]) -> WholeCopy | None:
    return next((copy for file in group if isinstance(copy := read_copy(files, file), WholeCopy)), None)


def read_copy(files: StateFiles, file: Path) -> WholeCopy | Damage | None:
    """Read a copy of a stack's state; None if the file does not exist."""
    content = _read(file)
    if not isinstance(content, bytes):
        return content
    if content.startswith(_ZSTD):
        return Damage(file, "is compressed with zstd, which only Pulumi reads", may_be_whole=True)
    try:
        stored = StoredState.model_validate_json(_decompress(content))
    except (OSError, EOFError, zlib.error, ValidationError):
        return Damage(file, _describe(content))
    if not _is_of_stack(stored, files.project, files.stack):
        return Damage(file, f"is the state of another stack ({stored.checkpoint.stack!r})")
    if rule := find_broken_rule(stored.checkpoint.latest):
        return Damage(file, rule, breaks_rule=True)
    written = stored.checkpoint.latest.written, modification_time(file) or 0
    return WholeCopy(file, content, stored.to_export(), written)


def _find_damaged_attributes(state: Path) -> Damage | None:
    """Return the damage of a file's attributes. Pulumi rejects a file with damaged ones, and accepts one without."""
    file = Path(f"{state}.attrs")
    if not os.path.lexists(file):
        return None
    try:
        _Attributes.model_validate_json(read_or_empty(file))
    except ValidationError:
        return Damage(file, "is damaged")
    return None


def _read(file: Path) -> bytes | Damage | None:
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            return Damage(file, "is not a file")
        if status.st_size > _MOST_BYTES:
            return Damage(file, f"has {status.st_size:,} bytes, which is too much for a state", may_be_whole=True)
        return file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = f"cannot be read: {error.strerror or error}"
        return Damage(file, reason, may_be_whole=isinstance(error, PermissionError))


def _decompress(content: bytes) -> bytes:
    if not content.startswith(_GZIP):
        return content
    decompressor = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    decompressed = decompressor.decompress(content, _MOST_BYTES)
    if not decompressor.eof:
        raise EOFError
    return decompressed


def _describe(content: bytes) -> str:
    """Describe content that is no stored state."""
    if not content.strip():
        return "is empty"
    try:
        json.loads(gzip.decompress(content) if content.startswith(_GZIP) else content)
    except (OSError, EOFError, zlib.error, ValueError, RecursionError):
        return "is cut off or overwritten"
    return "is not a state of Pulumi"


def _is_of_stack(stored: StoredState, project: str, stack: str) -> bool:
    checkpoint = stored.checkpoint
    urns = [resource.urn for resource in checkpoint.latest.resources]
    if urns:
        return any(urn.startswith(f"urn:pulumi:{stack}::{project}::") for urn in urns)
    return checkpoint.stack.split("/")[-2:] in ([project, stack], [stack])
