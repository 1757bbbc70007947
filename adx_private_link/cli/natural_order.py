"""The order in which people expect names: 1, 2, 10."""

from __future__ import annotations

import re

_PARTS = re.compile(r"\d+|\D+")


def natural(name: str) -> tuple[list[tuple[int, str]], str]:
    """A key to sort a name by: its digits count as numbers."""
    parts = ((part.lstrip("0") if part.isdecimal() else part) for part in _PARTS.findall(name))
    return [(len(part) if part.isdecimal() else 0, part) for part in parts], name
