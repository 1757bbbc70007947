"""Suggested settings for a stack, beside the settings that it has already."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, cast

Path = tuple[str, ...]


@dataclass(frozen=True)
class Left:
    """An object in Azure that is not imported."""

    id: str
    why: str


@dataclass(frozen=True)
class Difference:
    """A setting whose value differs from Azure's."""

    path: str
    in_azure: object
    in_settings: object
    accepted_by: str
    """The setting with which nothing would change in Azure."""


@dataclass(frozen=True)
class Dead:
    """A private endpoint that is imported, and that clients cannot use."""

    id: str
    state: str
    replaced_by: str
    """The command that replaces it."""


@dataclass
class Suggestions:
    """Settings that describe the objects in Azure, and objects that no setting describes."""

    given: Mapping[str, Any]
    """The settings of the stack, of which nothing is changed."""
    settings: dict[str, Any] = field(init=False)
    """All of them, with whatever was left open filled in."""
    left: list[Left] = field(default_factory=list[Left])
    differences: list[Difference] = field(default_factory=list[Difference])
    dead: list[Dead] = field(default_factory=list[Dead])

    def __post_init__(self) -> None:
        self.settings = deepcopy({**self.given})

    def said(self, path: Path) -> Any:
        """What the settings say at a path; None where they leave it open."""
        value: Any = self.given
        for name in path:
            value = cast("dict[str, Any]", value).get(name) if isinstance(value, dict) else None
        return value

    def leave(self, id: str, why: str) -> None:
        self.left.append(Left(id, why))

    def say(self, path: Path, in_azure: object, default: object) -> None:
        """What a setting has to say to take over what there is; nothing, where that is the default."""
        said, where = self.said(path), ".".join(path)
        if said is None:
            if in_azure != default:
                self._section(path[:-1])[path[-1]] = in_azure
        elif not same(said, in_azure):
            accepted_by = f"leave out {where}" if in_azure == default else f"{where}: {in_azure}"
            self.differ(path, in_azure, accepted_by)

    def keep(self, path: Path, what: str, in_azure: Mapping[Path, object]) -> None:
        """
        What no setting can say stays as it is, unless the settings say otherwise.

        `in_azure` has, by path, what the settings would have to say of it.
        """
        if what in (self.said((*path, "keep")) or ()):
            return
        others = {
            where: each
            for where, each in in_azure.items()
            if (said := self.said(where)) is not None and not same(said, each)
        }
        for where, each in others.items():
            self.differ(where, each, f"{'.'.join(path)}.keep: [{what}]")
        if not others:
            section = self._section(path)
            section["keep"] = sorted({*section.get("keep", ()), what})

    def differ(self, path: Path, in_azure: object, accepted_by: str) -> None:
        self.differences.append(Difference(".".join(path), in_azure, self.said(path), accepted_by))

    def _section(self, path: Path) -> dict[str, Any]:
        section = self.settings
        for name in path:
            section = section.setdefault(name, {})
        return section


def same(given: object, found: object) -> bool:
    """Azure compares names and ids without case, and lists such as these have no order."""
    return _spelt(given) == _spelt(found)


def _spelt(value: object) -> object:
    if isinstance(value, list | tuple):
        return sorted(str(each).lower() for each in cast("list[object]", value))
    return str(value).lower()
