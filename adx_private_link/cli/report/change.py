"""What an update would do with one resource, and the values that its JSON holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from ..pulumi.preview import is_unknown
from ..pulumi.state import Resource

Doing = Literal["same", "import", "create", "update", "replace", "delete"]

_COMPONENT = "adxPrivateLink:index:"


class Unknown:
    """A value that only the update will tell."""


UNKNOWN = Unknown()


@dataclass(frozen=True)
class Change:
    """What an update would do with one resource."""

    urn: str
    doing: Doing
    before: Resource | None
    after: Resource | None
    paths: tuple[str, ...]
    """The properties that differ."""
    reasons: tuple[str, ...]
    """The properties, by their first names, for which it is replaced; none where it follows another resource."""
    is_renamed: bool = False
    """Whether it is two resources to the engine: one that goes, and one that comes under another key."""

    @property
    def type(self) -> str:
        return self.urn.split("::")[2].rsplit("$", 1)[-1]

    @property
    def kind(self) -> str:
        """The last part of its type: `PrivateEndpoint`."""
        return "provider" if self.type.startswith("pulumi:providers:") else self.type.rsplit(":", 1)[-1]

    @property
    def is_ours(self) -> bool:
        """Whether it is one of this library's components, or lies in one."""
        return _COMPONENT in self.urn.split("::")[2]

    @property
    def name(self) -> str:
        return self.urn.rsplit("::", 1)[-1]

    @property
    def parent(self) -> str:
        """The URN of the component that it lies in; of one that goes, where it was."""
        found = self.after or self.before
        return found.parent if found else ""

    @property
    def old_parent(self) -> str:
        return self.before.parent if self.before else ""

    @property
    def goes(self) -> bool:
        """Whether what is there now will be gone."""
        return self.doing in ("delete", "replace")

    @property
    def comes(self) -> bool:
        """Whether it is made."""
        return self.doing in ("create", "replace")

    def had(self, *path: str | int) -> object:
        """One of its inputs so far."""
        return at(self.before.inputs, *path) if self.before else None

    def has(self, *path: str | int) -> object:
        """One of its inputs after the update; `UNKNOWN`, where only that will tell."""
        return at(self.after.inputs, *path) if self.after else None

    def told(self, *path: str | int) -> object:
        """One of its outputs so far."""
        return at(self.before.outputs, *path) if self.before else None

    def input(self, *path: str | int) -> object:
        """One of its inputs: after the update, or of what goes."""
        return self.has(*path) if self.after else self.had(*path)


def at(value: object, *path: str | int) -> object:
    """What JSON has at a path; None where it has nothing there, `UNKNOWN` where only the update will tell."""
    for part in path:
        if is_unknown(value):
            return UNKNOWN
        match value, part:
            case dict(), str():
                value = cast("dict[str, object]", value).get(part)
            case list(), int() if part < len(cast("list[object]", value)):
                value = cast("list[object]", value)[part]
            case _:
                return None
    return UNKNOWN if is_unknown(value) else value


def items(value: object) -> list[object]:
    """The items of a list; of anything else, none."""
    return cast("list[object]", value) if isinstance(value, list) else []


def texts(value: object) -> list[str]:
    """The strings of a list; a secret one, or one that is not known, is none."""
    return [each for each in items(value) if isinstance(each, str) and not is_unknown(each)]


def text(value: object) -> str | None:
    """A string that is known, and no secret."""
    return value if isinstance(value, str) and not is_unknown(value) else None


def last(id: object) -> str:
    """What an id ends with: the name."""
    return str(id).rsplit("/", 1)[-1]


def subscription_of(id: object) -> str:
    """The subscription in an id, or nothing."""
    parts = str(id).split("/")
    return parts[2].lower() if len(parts) > 2 else ""
