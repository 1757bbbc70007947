"""Checks that a page explains exactly what the code has."""

from __future__ import annotations

from collections.abc import Collection


def check_explained(what: str, used: Collection[str], explained: Collection[str]) -> None:
    """Compare the names in the code with those that a page explains. Raises `ValueError` if they differ."""
    if missing := {*used} - {*explained}:
        raise ValueError(f"the generator of the page explains no {what}: {sorted(missing)}")
    if superfluous := {*explained} - {*used}:
        raise ValueError(f"the generator of the page explains {what} that the code lacks: {sorted(superfluous)}")
