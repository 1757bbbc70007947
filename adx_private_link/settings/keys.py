"""The keys of clusters, consumers and all other objects of the settings."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from .value_types import Matching

_Value = TypeVar("_Value")


def _distinct(objects: dict[str, _Value]) -> dict[str, _Value]:
    """Keys become names in Azure, which compares them without case."""
    spellings: dict[str, str] = {}
    for key in objects:
        if (first := spellings.setdefault(key.lower(), key)) != key:
            raise PydanticCustomError(
                "distinct",
                "has keys that differ in case only: {first}, {second}",
                {"first": first, "second": key, "remedy": "rename one of them"},
            )
    return objects


Key = Annotated[
    str,
    Matching(
        r"[A-Za-z0-9]([A-Za-z0-9_-]{0,38}[A-Za-z0-9])?",
        "a key",
        "write 1 to 40 letters, digits, `-` or `_`, with a letter or digit at both ends",
    ),
]
"""Names one object of the settings for good: Pulumi's and Azure's names are made from it."""

Keyed = Annotated[dict[Key, _Value], AfterValidator(_distinct)]
"""Objects by key."""
