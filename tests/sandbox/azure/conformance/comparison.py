"""Comparison of the sandbox's answers with documented ones: every key, every value, and nothing more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from azure_sandbox.azure import Json

from ...small_world import SandboxCloud
from .patterns import Like


@dataclass(frozen=True)
class Difference:
    """A difference between two answers: its path (`properties.subnets[].name`), its kind, and both values."""

    path: str
    kind: str
    values: str = field(default="", compare=False)


def list_differences(documented: Any, answer: Any, path: str = "") -> Iterator[Difference]:
    """The differences between a documented answer, which may have patterns, and the sandbox's answer."""
    if isinstance(documented, Like):
        if not documented.matches(answer):
            yield Difference(path, "value", f"{answer!r} instead of {documented!r}")
    elif isinstance(documented, dict) and isinstance(answer, dict):
        yield from _compare_objects(documented, answer, path)  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(documented, list) and isinstance(answer, list):
        yield from _compare_lists(documented, answer, path)  # pyright: ignore[reportUnknownArgumentType]
    elif type(documented) is not type(answer) or documented != answer:  # pyright: ignore[reportUnknownArgumentType]
        yield Difference(path, "value", f"{answer!r} instead of {documented!r}")


def _compare_objects(documented: Json, answer: Json, path: str) -> Iterator[Difference]:
    prefix = f"{path}." if path else ""
    for name, value in documented.items():
        if name in answer:
            yield from list_differences(value, answer[name], f"{prefix}{name}")
        else:
            yield Difference(f"{prefix}{name}", "missing")
    for name in answer:
        if name not in documented:
            yield Difference(f"{prefix}{name}", "extra", repr(answer[name]))


def _compare_lists(documented: list[Any], answer: list[Any], path: str) -> Iterator[Difference]:
    if len(documented) != len(answer):
        yield Difference(path, "value", f"{len(answer)} items instead of {len(documented)}: {answer!r}")
    for documented_item, item in zip(documented, answer, strict=False):
        yield from list_differences(documented_item, item, f"{path}[]")


@dataclass(frozen=True)
class Case:
    """A documented answer, and how the sandbox creates the same resource."""

    documented: Json
    create: Callable[[SandboxCloud], str]
    """Creates the resource and returns its id."""
    newer: dict[str, str] = field(default_factory=dict[str, str])
    """Reasons for keys that only the sandbox has: a newer API version (its schema is that of 2024-05-01 and later),
    or an example that is abridged."""
    differs: dict[str, str] = field(default_factory=dict[str, str])
    """Reasons for values that differ from Azure's."""


def assert_conforms(cloud: SandboxCloud, case: Case) -> None:
    """Fail if the answer differs without a reason, or if a reason explains no difference."""
    differences = list(list_differences(case.documented, cloud.get(case.create(cloud))))
    unexplained = [
        difference
        for difference in differences
        if difference.path not in case.differs and (difference.kind != "extra" or difference.path not in case.newer)
    ]
    assert unexplained == []
    assert {*case.newer, *case.differs} - {difference.path for difference in differences} == set()
