"""What is suggested for a stack's settings, and how it goes together with what they say already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast


@dataclass(frozen=True)
class Left:
    """Something that is there and is not taken over."""

    id: str
    why: str


@dataclass(frozen=True)
class Difference:
    """A setting that says something else than what there is."""

    path: str
    in_azure: object
    in_settings: object
    accepted_by: str
    """The setting with which nothing would change in Azure."""


@dataclass
class Suggestions:
    """Settings that describe what there is, and what cannot be described."""

    settings: dict[str, Any] = field(default_factory=dict[str, Any])
    left: list[Left] = field(default_factory=list[Left])
    differences: list[Difference] = field(default_factory=list[Difference])

    def leave(self, id: str, why: str) -> None:
        self.left.append(Left(id, why))

    def section(self, *path: str) -> dict[str, Any]:
        """The settings at a path, to be filled in."""
        section = self.settings
        for name in path:
            section = section.setdefault(name, {})
        return section

    def keep(self, path: tuple[str, ...], what: str, value: object, given: Mapping[str, object]) -> None:
        """
        What no setting can say stays as it is, unless the settings say it all the same.

        `given` are the settings that would say it, by their paths.
        """
        keeps = f"{'.'.join(path)}.keep"
        if given:
            self.differences += [Difference(where, value, said, f"{keeps}: [{what}]") for where, said in given.items()]
        else:
            section = self.section(*path)
            section["keep"] = sorted({*section.get("keep", ()), what})

    def merged(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The settings with whatever they leave open filled in; where they say something else is a difference."""
        return self._merged("", given, self.settings)

    def _merged(self, path: str, given: Mapping[str, Any], suggested: Mapping[str, Any]) -> dict[str, Any]:
        result = dict(given)
        for name in suggested:
            wanted: object = suggested[name]
            said: object = given.get(name)
            where = f"{path}.{name}".lstrip(".")
            if name not in given:
                result[name] = wanted
            elif name == "keep":
                result[name] = sorted({*cast("list[str]", said), *cast("list[str]", wanted)})
            elif (sections := _sections(said, wanted)) is not None:
                result[name] = self._merged(where, *sections)
            elif not _same(said, wanted):
                self.differences.append(Difference(where, wanted, said, f"{where}: {wanted}"))
        return result


def _sections(given: object, suggested: object) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """What has settings of its own: a zone that is made and one that is there already are two things."""
    if not isinstance(given, dict) or not isinstance(suggested, dict):
        return None
    both = cast("dict[str, Any]", given), cast("dict[str, Any]", suggested)
    kinds = {kind for each in both for kind in ("zone_ids", "resource_group") if kind in each}
    return None if kinds == {"zone_ids", "resource_group"} else both


def _same(given: object, suggested: object) -> bool:
    """Azure compares names and ids without case, and lists such as these have no order."""
    return _spelt(given) == _spelt(suggested)


def _spelt(value: object) -> object:
    return (
        sorted(str(each).lower() for each in cast("list[object]", value))
        if isinstance(value, list)
        else str(value).lower()
    )
