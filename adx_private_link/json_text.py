"""JSON from outside: in any encoding that tools write, of a bounded size and depth."""

from __future__ import annotations

import json
from typing import Any

MOST_BYTES = 64 * 1024 * 1024
"""A stack of 200 clusters has 2 MB of outputs."""


def read_json(content: str | bytes) -> Any:
    """
    The value of a JSON text. Bytes may be UTF-8, UTF-16 or UTF-32, with or without a byte order mark: the `>` of
    Windows PowerShell writes UTF-16.

    Raises:
        ValueError: The text is no JSON, or too long, or nested too deeply; with words for people.
    """
    if len(content) > MOST_BYTES:
        raise ValueError(f"it is longer than {MOST_BYTES // 1024**2} MB")
    try:
        # From bytes, `json` finds the encoding out by itself.
        return json.loads(content)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except UnicodeDecodeError:
        raise ValueError("it is neither UTF-8 nor UTF-16") from None
