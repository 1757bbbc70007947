"""Files and JSON from outside: every problem with them is one message."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from adx_private_link.untrusted import InputError, parse_json, read_file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_json_is_read_in_the_encodings_of_common_tools(encoding: str) -> None:
    """Windows PowerShell's `>` writes UTF-16 and a byte order mark."""
    assert parse_json('{"name": "Zürich"}'.encode(encoding)) == {"name": "Zürich"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n", "is empty"),
        (b"{", "is not JSON: EOF while parsing an object at line 1 column 1"),
        (b"{} x", "is not JSON: trailing characters at line 1 column 4"),
        (b"\x1f\x8b\x08", "is not UTF-8 text: byte 1 is 0x8b"),
        (b"\xff\xfe\x00\xd8", "is not UTF-16 text: byte 2 is 0x00"),
        (b"[" * 202 + b"]" * 202, "is not JSON: it is nested too deeply at line 1 column 202"),
        (b"[" * 1_000_000, "is not JSON: it is nested too deeply at line 1 column 202"),
        (b"1" * 5000, "is not JSON: number out of range at line 1 column 4302"),
        (b"[NaN]", "is not JSON: expected value at line 1 column 2"),
        (b'"\\ud800"', "is not JSON: unexpected end of hex escape at line 1 column 8"),
    ],
)
def test_invalid_json_is_an_input_error(content: bytes, message: str) -> None:
    with pytest.raises(InputError) as raised:
        parse_json(content)
    assert str(raised.value) == message


def test_half_a_surrogate_pair_is_not_json() -> None:
    """Python decodes a file name that is not UTF-8 to such text."""
    with pytest.raises(InputError, match="is not JSON"):
        parse_json('"\ud800"')


def test_output_of_programs_may_be_in_any_encoding() -> None:
    assert parse_json(b'"Z\xfcrich"', errors="replace") == "Z\N{REPLACEMENT CHARACTER}rich"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing", "does not exist"),
        (".", "is a directory, not a file"),
        ("file/inside", "cannot be read: Not a directory"),
        ("x" * 300, "cannot be read: File name too long"),
        ("nul\0", "cannot be read: embedded null byte"),
        ("/dev/zero", "is larger than 1 MiB"),
    ],
)
def test_an_unreadable_file_is_an_input_error(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError) as raised:
        read_file(tmp_path / name, most=2**20)
    assert str(raised.value) == message


def test_a_pipe_that_no_program_writes_to_is_empty(tmp_path: Path) -> None:
    """A plain `open` would wait for a writer for ever."""
    os.mkfifo(tmp_path / "pipe")
    assert read_file(tmp_path / "pipe") == b""


def test_a_pipe_of_the_shell_is_read() -> None:
    """The shell makes such a pipe for `<(pulumi preview --json)`."""
    ours, theirs = os.pipe()
    os.write(theirs, b"{}")
    os.close(theirs)
    assert read_file(f"/dev/fd/{ours}") == b"{}"


@pytest.mark.parametrize(
    ("content", "message"), [(io.TextIOWrapper(io.BytesIO(b"123")), "is larger"), (None, "is closed")]
)
def test_standard_input_is_limited_and_may_be_closed(
    monkeypatch: pytest.MonkeyPatch, content: io.TextIOWrapper | None, message: str
) -> None:
    monkeypatch.setattr(sys, "stdin", content)
    with pytest.raises(InputError, match=message):
        read_file("-", most=2)
