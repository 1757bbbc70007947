"""One resource of a preview, as the engine plans it: old and new inputs, outputs, operation and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ...naming.logical import ConsumerName
from ..pulumi.state import Resource
from .values import at, text

Operation = Literal["same", "import", "create", "update", "replace", "delete"]

_COMPONENT = "adxPrivateLink:index:"
_STACK = "::pulumi:pulumi:Stack::"


@dataclass(frozen=True)
class PlannedResource:
    """One resource and the operation that an update performs on it."""

    urn: str
    operation: Operation
    old: Resource | None
    new: Resource | None
    paths: tuple[str, ...]
    """The properties that differ."""
    reasons: tuple[str, ...]
    """The properties, by their first names, that force a replacement; none where it follows another resource."""
    is_renamed: bool = False
    """Whether the engine sees two resources: one that it deletes and one that it creates under another key."""

    @property
    def type(self) -> str:
        return self.urn.split("::")[2].rsplit("$", 1)[-1]

    @property
    def kind(self) -> str:
        """The last part of its type, such as `PrivateEndpoint`."""
        return "provider" if self.type.startswith("pulumi:providers:") else self.type.rsplit(":", 1)[-1]

    @property
    def properties(self) -> tuple[str, ...]:
        """The properties that differ, by their first names."""
        return tuple(dict.fromkeys(path.partition("[")[0] for path in self.paths))

    @property
    def is_ours(self) -> bool:
        """Whether it is one of this library's components, or below one."""
        return _COMPONENT in self.urn.split("::")[2]

    @property
    def name(self) -> str:
        return self.urn.rsplit("::", 1)[-1]

    @property
    def parent(self) -> str:
        """The URN of its component; the old one where it is deleted."""
        state = self.new or self.old
        return state.parent if state else ""

    @property
    def old_parent(self) -> str:
        return self.old.parent if self.old else ""

    @property
    def cluster_key(self) -> str:
        """The key of the cluster that a component is of."""
        name = ConsumerName.parse(self.name)
        return name.cluster if name else self.name

    @property
    def consumer_key(self) -> str:
        """The key of the consumer that a component is of."""
        name = ConsumerName.parse(self.name)
        return text(self.input("consumer")) or (name.consumer if name else self.name)

    @property
    def outer(self) -> str:
        """The name of the component around it; empty where that is the stack."""
        return "" if not self.parent or _STACK in self.parent else self.parent.rsplit("::", 1)[-1]

    def old_input(self, *path: str | int) -> object:
        return at(self.old.inputs, *path) if self.old else None

    def new_input(self, *path: str | int) -> object:
        """One of its new inputs; `UNKNOWN` where only the update decides it."""
        return at(self.new.inputs, *path) if self.new else None

    def output(self, *path: str | int) -> object:
        """One of its outputs, as of the last update."""
        return at(self.old.outputs, *path) if self.old else None

    def input(self, *path: str | int) -> object:
        """One of its new inputs; of a resource that is deleted, one of the old."""
        return self.new_input(*path) if self.new else self.old_input(*path)
