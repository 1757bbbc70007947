"""States of a stack, whole and damaged, in the files of a backend."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

from adx_private_link.cli.pulumi.recovery import DamagedState, read_state, restore
from adx_private_link.cli.pulumi.state import ExportedState
from adx_private_link.cli.pulumi.state_copies import WholeCopy, read_copy
from adx_private_link.cli.pulumi.state_files import StateFiles

VERSION = "v3.259.0"
MAGIC = hashlib.sha256(VERSION.encode()).hexdigest()

FileWriter = Callable[[Path, bytes], object]
"""Creates a file, whole or damaged, from the content of a whole one."""


def checkpoint(tag: str, minute: int, stack: str = "s", **more: object) -> bytes:
    """Return a state with one resource, as Pulumi 3.259 writes it."""
    urn = f"urn:pulumi:{stack}::p::pulumi:pulumi:Stack::{tag}"
    latest = {
        "manifest": {"time": f"2026-11-28T19:{minute:02}:36.123456789Z", "magic": MAGIC, "version": VERSION},
        "resources": [{"urn": urn, "custom": False, "type": "pulumi:pulumi:Stack"}],
        "metadata": {},
        **more,
    }
    content = {"version": 3, "checkpoint": {"stack": f"organization/p/{stack}", "latest": latest}}
    return json.dumps(content, separators=(",", ":")).encode()


def leave_out(_file: Path, _content: bytes) -> None:
    """Leave the file out."""


def link(file: Path, content: bytes) -> None:
    """Write a link to a file in another directory."""
    elsewhere = file.parents[2] / f"of-{file.name}"
    elsewhere.write_bytes(content)
    file.symlink_to(elsewhere)


KINDS: dict[str, FileWriter] = {
    "whole": Path.write_bytes,
    "link": link,
    "gzip": lambda file, content: file.write_bytes(gzip.compress(content)),
    "cut off": lambda file, content: file.write_bytes(content[: len(content) // 2]),
    "cut off gzip": lambda file, content: file.write_bytes(gzip.compress(content)[:-9]),
    "empty": lambda file, _: file.write_bytes(b""),
    "zeros": lambda file, content: file.write_bytes(bytes(len(content))),
    "other JSON": lambda file, _: file.write_text('{"name": "web", "version": 3}'),
    "no resources": lambda file, _: file.write_text('{"version": 3, "checkpoint": {"stack": "organization/p/s"}}'),
    "an export": lambda file, _: file.write_text('{"version": 3, "deployment": {"manifest": {}}}'),
    "deep JSON": lambda file, _: file.write_text("[" * 100_000),
    "breaks a rule": lambda file, content: file.write_bytes(content.replace(b'"custom"', b'"parent":"urn","custom"')),
    "another stack": lambda file, _: file.write_bytes(checkpoint("theirs", 59, "other")),
    "directory": lambda file, _: file.mkdir(),
    "dangling link": lambda file, _: file.symlink_to(file.with_name("nowhere")),
    "link to itself": lambda file, _: file.symlink_to(file),
    "pipe": lambda file, _: os.mkfifo(file),
    "missing": leave_out,
}

WHOLE = {"whole", "gzip", "link"}

ATTRIBUTES: dict[str, FileWriter] = {
    "none": leave_out,
    "whole": lambda file, _: file.write_text('{"user.content_type":"text/plain","user.metadata":null,"md5":"eHg="}'),
    "empty": lambda file, _: file.write_bytes(b""),
    "cut off": lambda file, _: file.write_text('{"user.cache'),
    "other JSON": lambda file, _: file.write_text('{"user.metadata": 5}'),
    "directory": lambda file, _: file.mkdir(),
}


def state_of(files: StateFiles) -> Path:
    return files.root / "stacks" / "p" / "s.json"


def names(state: ExportedState) -> list[str]:
    return [resource.urn.rsplit("::", 1)[1] for resource in state.deployment.resources]


def whole_copies(files: StateFiles) -> set[str]:
    """Return the names in all whole copies, including those that are set aside."""
    copies = [read_copy(files, file) for file in files.root.rglob("*") if file.is_file()]
    return {name for copy in copies if isinstance(copy, WholeCopy) for name in names(copy.state)}


def read_and_restore(files: StateFiles) -> tuple[ExportedState, DamagedState | None]:
    """Read the state and restore it if it is damaged; no whole copy may get lost."""
    state, damaged = read_state("s", files)
    if damaged:
        before = whole_copies(files)
        restore("s", files, damaged)
        assert whole_copies(files) >= before
    return state, damaged
