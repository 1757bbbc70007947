"""Unknown values: how the engine spells a value that a preview cannot know yet."""

from __future__ import annotations

from typing import Final

UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""The unknown string; other types have ids of their own."""
_UNKNOWNS = frozenset(
    [
        UNKNOWN,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    ]
)


def is_unknown(value: object) -> bool:
    """Whether a value is unknown."""
    return isinstance(value, str) and value in _UNKNOWNS
