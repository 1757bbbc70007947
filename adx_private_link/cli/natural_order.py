"""The natural order of names, which people expect: 1, 2, 10."""

from __future__ import annotations

import re
from math import inf

_PARTS = re.compile(r"\d+|\D+")


def natural(name: str) -> tuple[list[tuple[float, str]], str]:
    """Return the key to sort a name by: digits count as numbers and come before letters."""
    return [_part(part) for part in _PARTS.findall(name)], name


def _part(part: str) -> tuple[float, str]:
    digits = part.lstrip("0")
    return (len(digits), digits) if part.isdecimal() else (inf, part)
