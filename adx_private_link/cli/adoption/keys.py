"""New keys of settings, derived from names in Azure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count

_LONGEST = 40


def free_key(names: Sequence[str], taken: set[str]) -> str:
    """Return the first name that is free as a key, or the last one with a number; `taken` is in lower case."""
    for name in names:
        if (key := _as_key(name)).lower() not in taken:
            return key
    numbered = (_as_key(f"{names[-1][: _LONGEST - 4]}-{number}") for number in count(2))
    return next(key for key in numbered if key.lower() not in taken)


def _as_key(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name)[:_LONGEST].strip("-_") or "network"
