"""An object in a plan: the operation that the update performs on it, and its values before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from .resources import Operation

_T = TypeVar("_T")


@dataclass(frozen=True)
class Values(Generic[_T]):
    """One value of an object, before and after the update."""

    old: _T
    new: _T
    latest: _T
    """The new value; of an object that is deleted, the old one."""


@dataclass(frozen=True)
class Reason:
    """A property that forces a replacement, with its old and new value where they are texts."""

    property: str
    old: str | None
    new: str | None

    def without_values(self) -> Reason:
        return Reason(self.property, None, None)


@dataclass(frozen=True)
class Planned:
    """One object and the operation that the update performs on it."""

    operation: Operation

    @property
    def exists_before(self) -> bool:
        return self.operation not in ("create", "import")

    @property
    def exists_after(self) -> bool:
        return self.operation != "delete"

    @property
    def is_deleted(self) -> bool:
        """Whether the object that exists now is deleted, for good or to be replaced."""
        return self.operation in ("delete", "replace")

    @property
    def is_created(self) -> bool:
        return self.operation in ("create", "replace")
