"""Checks that a page describes exactly what the code has."""

from __future__ import annotations

from collections.abc import Collection


def check_described(what: str, used: Collection[str], described: Collection[str]) -> None:
    """Compare the names in the code with those that a page describes. Raises `ValueError` if they differ."""
    if missing := {*used} - {*described}:
        raise ValueError(f"the generator of the page describes no {what}: {sorted(missing)}")
    if superfluous := {*described} - {*used}:
        raise ValueError(f"the generator of the page describes {what} that the code lacks: {sorted(superfluous)}")
