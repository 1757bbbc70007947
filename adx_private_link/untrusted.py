"""Files and JSON from outside, read in the encodings that common tools write, and bounded in size and depth."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import IO, Any

from pydantic_core import from_json

MOST_BYTES = 256 * 2**20
"""The most bytes that are read: far more than any stack's state or preview has, and an end for /dev/zero."""


class InputError(ValueError):
    """
    The error of a file or a text that cannot be used.

    The message continues a sentence that begins with the file: `is a directory`, `is not JSON: …`.
    """


def read_file(file: Path | str, most: int = MOST_BYTES) -> bytes:
    """
    Return the content of a file; `-` is standard input.

    Raises `InputError`, also for a file of more than `most` bytes.
    """
    try:
        if str(file) == "-":
            return _read_bounded(_standard_input(), most)
        with open(file, "rb", opener=_opener) as content:
            if os.name == "posix":
                os.set_blocking(content.fileno(), True)
            return _read_bounded(content, most)
    except InputError:
        raise
    except FileNotFoundError:
        raise InputError("does not exist") from None
    except IsADirectoryError:
        raise InputError("is a directory, not a file") from None
    except (OSError, ValueError) as error:  # `ValueError`: a path with a NUL or half a surrogate pair
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"cannot be read: {reason}") from None


def _standard_input() -> IO[bytes]:
    if not sys.stdin:  # closed, as by `<&-`
        raise InputError("is closed")
    return sys.stdin.buffer


def _opener(file: str, flags: int) -> int:
    # Without O_NONBLOCK, opening a pipe that no program writes to never ends; with it, the pipe is empty.
    return os.open(file, flags | getattr(os, "O_NONBLOCK", 0))


def _read_bounded(content: IO[bytes], most: int) -> bytes:
    data = content.read(most + 1)
    if len(data) > most:
        raise InputError(f"is larger than {most // 2**20} MiB")
    return data


def decode(content: bytes, errors: str = "strict") -> str:
    """
    Decode the text of a file: UTF-8, UTF-16 or UTF-32, with or without a byte order mark.

    Windows PowerShell's `>` writes UTF-16, and its `Out-File -Encoding utf8` a byte order mark (MicrosoftDocs,
    PowerShell-Docs, about_Character_Encoding.md). Raises `InputError`.
    """
    encoding = json.detect_encoding(content)
    try:
        return content.decode(encoding, errors)
    except UnicodeDecodeError as error:
        raise InputError(f"is not {encoding.upper()} text: byte {error.start} is {content[error.start]:#04x}") from None


def parse_json(content: bytes | str, errors: str = "strict", *, unique_keys: bool = False) -> Any:
    """
    Parse a JSON text of at most about 200 levels.

    With `unique_keys`, a key that an object has twice is an error, too: of large files that programs write, the check
    would take longer than the rest.

    Raises `InputError` with line and column, also for values that Python's own `json` accepts although they are not
    JSON, such as NaN and half a surrogate pair, and for numbers of more than 4300 digits.
    """
    text = content if isinstance(content, str) else decode(content, errors)
    if not text.strip():
        raise InputError("is empty")
    try:
        value = from_json(text, allow_inf_nan=False)
    except (TypeError, ValueError) as error:  # `TypeError`: a text with half a surrogate pair
        reason = str(error).replace("recursion limit exceeded", "it is nested too deeply")
        raise InputError(f"is not JSON: {reason}") from None
    if unique_keys:
        json.loads(text, object_pairs_hook=_reject_repeated_keys)
    return value


def _reject_repeated_keys(pairs: list[tuple[str, Any]]) -> None:
    if repeated := [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]:
        raise InputError(f"has a key twice in one object: {', '.join(repeated)}")
