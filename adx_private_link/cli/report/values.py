"""Values in Pulumi's JSON: looked up by path, and never a secret."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Final, cast

from ..pulumi.preview import is_unknown
from ..pulumi.state import value_in


class Unknown(Enum):
    """The value that stands for all values that only the update decides."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN

Get = Callable[..., object]
"""A look-up of a value by its path."""


def at(value: object, *path: str | int) -> object:
    """The value that JSON has at a path; None where there is none, `UNKNOWN` where only the update decides it."""
    for part in path:
        if is_unknown(value):
            return UNKNOWN
        value = value_in(value, part)
    return UNKNOWN if is_unknown(value) else value


def items(value: object) -> list[object]:
    """The items of a list; of any other value, none."""
    return cast("list[object]", value) if isinstance(value, list) else []


def keys(value: object) -> list[str]:
    """The keys of a mapping, in order; of any other value, none."""
    return sorted(cast("dict[str, object]", value)) if isinstance(value, dict) else []


def texts(value: object) -> tuple[str, ...]:
    """The strings of a list, without those that are secret or unknown."""
    return tuple(item for item in items(value) if isinstance(item, str) and not is_unknown(item))


def text(value: object) -> str | None:
    """A string that is neither secret nor unknown."""
    return value if isinstance(value, str) and not is_unknown(value) else None


def number(value: object) -> float | None:
    """A number that is neither secret nor unknown."""
    return value if isinstance(value, int | float) else None


def name_in(id: str) -> str:
    """The name that an id ends with."""
    return id.rsplit("/", 1)[-1]


def subscription_in(id: str | None) -> str:
    """The subscription in an id, in lower case; empty where there is none."""
    parts = (id or "").split("/")
    return parts[2].lower() if len(parts) > 2 else ""
