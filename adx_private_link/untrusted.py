"""Reads files and JSON from outside: in the encodings that common tools write, and bounded in size and depth."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import IO, Any

from pydantic_core import from_json

MOST_BYTES = 256 * 2**20
"""Far more than the state or the preview of any stack has; endless files such as /dev/zero end here."""


class InputError(ValueError):
    """
    A file or a text that cannot be used.

    The message continues a sentence that begins with the file: `is a directory`, `is not JSON: …`.
    """


def read_file(file: Path | str, most: int = MOST_BYTES) -> bytes:
    """
    The content of a file; `-` is standard input.

    Raises `InputError`, also where the file has more than `most` bytes.
    """
    try:
        if str(file) == "-":
            return _bounded(_standard_input(), most)
        with open(file, "rb", opener=_opener) as opened:
            if os.name == "posix":
                os.set_blocking(opened.fileno(), True)
            return _bounded(opened, most)
    except InputError:
        raise
    except FileNotFoundError:
        raise InputError("does not exist") from None
    except IsADirectoryError:
        raise InputError("is a directory, not a file") from None
    except (OSError, ValueError) as error:  # `ValueError`: a path that has a NUL, or half a surrogate pair
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"cannot be read: {reason}") from None


def _standard_input() -> IO[bytes]:
    if not sys.stdin:  # closed, as by `<&-`
        raise InputError("is closed")
    return sys.stdin.buffer


def _opener(file: str, flags: int) -> int:
    # Without it, opening a pipe that no program writes to never ends; with it, the pipe is empty.
    return os.open(file, flags | getattr(os, "O_NONBLOCK", 0))


def _bounded(content: IO[bytes], most: int) -> bytes:
    found = content.read(most + 1)
    if len(found) > most:
        raise InputError(f"is larger than {most // 2**20} MiB")
    return found


def decode(content: bytes, errors: str = "strict") -> str:
    """
    The text of a file: UTF-8, UTF-16 or UTF-32, with or without a byte order mark.

    Windows PowerShell's `>` writes UTF-16, and its `Out-File -Encoding utf8` a byte order mark (MicrosoftDocs,
    PowerShell-Docs, about_Character_Encoding.md). Raises `InputError`.
    """
    encoding = json.detect_encoding(content)
    try:
        return content.decode(encoding, errors)
    except UnicodeDecodeError as error:
        raise InputError(f"is not {encoding.upper()} text: byte {error.start} is {content[error.start]:#04x}") from None


def parse_json(content: bytes | str, errors: str = "strict") -> Any:
    """
    The value of a JSON text of about 200 levels at most.

    Raises `InputError`, with line and column: also for what Python's own `json` takes and JSON does not know, such as
    NaN, half a surrogate pair, and numbers of more than 4300 digits.
    """
    text = content if isinstance(content, str) else decode(content, errors)
    if not text.strip():
        raise InputError("is empty")
    try:
        return from_json(text, allow_inf_nan=False)
    except (TypeError, ValueError) as error:  # `TypeError`: a text that has half a surrogate pair
        reason = str(error).replace("recursion limit exceeded", "it is nested too deeply")
        raise InputError(f"is not JSON: {reason}") from None
