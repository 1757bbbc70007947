"""Suggestions: settings that describe existing objects, and the objects that no setting describes."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, cast

Path = tuple[str, ...]


@dataclass(frozen=True)
class LeftAlone:
    """An object in Azure that is not imported."""

    id: str
    reason: str


@dataclass(frozen=True)
class Difference:
    """A setting whose value differs from Azure's."""

    path: str
    in_azure: object
    in_settings: object
    accepted_by: str
    """The setting that accepts Azure's value."""


@dataclass(frozen=True)
class DeadEndpoint:
    """A private endpoint that is imported, although clients cannot use it."""

    id: str
    state: str
    replaced_by: str
    """The command that replaces it."""


@dataclass
class Suggestions:
    """Settings that describe the objects in Azure, and objects that no setting describes."""

    current: Mapping[str, Any]
    """The stack's settings. Suggestions never change them."""
    settings: dict[str, Any] = field(init=False)
    """The stack's settings, completed with suggested values."""
    left_alone: list[LeftAlone] = field(default_factory=list[LeftAlone])
    differences: list[Difference] = field(default_factory=list[Difference])
    dead_endpoints: list[DeadEndpoint] = field(default_factory=list[DeadEndpoint])

    def __post_init__(self) -> None:
        self.settings = deepcopy({**self.current})

    def current_value(self, path: Path) -> Any:
        """Return the stack's value at a path; None if it has none."""
        value: Any = self.current
        for name in path:
            value = cast("dict[str, Any]", value).get(name) if isinstance(value, dict) else None
        return value

    def leave_alone(self, id: str, reason: str) -> None:
        """Report an object that is not imported."""
        self.left_alone.append(LeftAlone(id, reason))

    def suggest(self, path: Path, in_azure: object, default: object) -> None:
        """Suggest Azure's value if it is not the default; report a difference if the stack has another value."""
        current, setting = self.current_value(path), ".".join(path)
        if current is None:
            if in_azure != default:
                self._section(path[:-1])[path[-1]] = in_azure
        elif not is_same_value(current, in_azure):
            accepted_by = f"leave out {setting}" if in_azure == default else f"{setting}: {in_azure}"
            self.report_difference(path, in_azure, accepted_by)

    def keep(self, path: Path, name: str, in_azure: Mapping[Path, object]) -> None:
        """
        Suggest to keep a property that no setting can describe; report a difference if settings contradict it.

        `in_azure` has Azure's value for each setting that can contradict it.
        """
        if name in (self.current_value((*path, "keep")) or ()):
            return
        contradicted = {
            setting: value
            for setting, value in in_azure.items()
            if (current := self.current_value(setting)) is not None and not is_same_value(current, value)
        }
        for setting, value in contradicted.items():
            self.report_difference(setting, value, f"{'.'.join(path)}.keep: [{name}]")
        if not contradicted:
            section = self._section(path)
            section["keep"] = sorted({*section.get("keep", ()), name})

    def report_difference(self, path: Path, in_azure: object, accepted_by: str) -> None:
        """Report a setting whose value differs from Azure's; once for all objects that have this value."""
        difference = Difference(".".join(path), in_azure, self.current_value(path), accepted_by)
        if difference not in self.differences:
            self.differences.append(difference)

    def _section(self, path: Path) -> dict[str, Any]:
        section = self.settings
        for name in path:
            section = section.setdefault(name, {})
        return section


def is_same_value(one: object, other: object) -> bool:
    """Return whether two values mean the same: Azure compares names and ids without case, and lists without order."""
    return _normalised(one) == _normalised(other)


def _normalised(value: object) -> object:
    if isinstance(value, list | tuple):
        return sorted(str(item).lower() for item in cast("list[object]", value))
    return str(value).lower()
