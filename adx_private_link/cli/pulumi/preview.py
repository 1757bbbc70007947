"""The output of `pulumi preview --json`: the steps of an update, and the messages about it."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from .state import PulumiJson, Resource

# The engine's placeholders for unknown values: a string, number, boolean, list and object.
_UNKNOWN = re.compile(
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9|1c4a061d-8072-4f0a-a4cb-0ff528b18fe7|3eeb2bf0-c639-47a8-9e75-3b44932eb421|"
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2|dd056dcd-154b-4c76-9bd3-c8f88648b5ff"
)
# `urn:pulumi:<stack>::<project>::<types>::<name>`
_Urn = Annotated[str, StringConstraints(pattern=r"^urn:pulumi:(.*?::){3}")]


def is_unknown(value: object) -> bool:
    """Return whether a preview does not know a value yet."""
    return isinstance(value, str) and _UNKNOWN.search(value) is not None


class Step(PulumiJson):
    """A step of an update: an operation on one resource, or a part of it."""

    op: str
    urn: _Urn
    new_state: Resource | None = Field(default=None, alias="newState")
    old_state: Resource | None = Field(default=None, alias="oldState")
    detailed_diff: dict[str, Any] | None = Field(default=None, alias="detailedDiff")
    """The kind of difference, by property path."""
    replace_reasons: list[str] | None = Field(default=None, alias="replaceReasons")


class Diagnostic(PulumiJson):
    """A message of the program, the engine or the provider."""

    message: str = ""
    severity: str = "info"
    urn: str = ""

    @property
    def text(self) -> str:
        """The message without its severity, which Pulumi writes before it."""
        return self.message.strip().removeprefix(f"{self.severity}:").strip()


class Preview(PulumiJson):
    """The whole output of `pulumi preview --json`."""

    steps: list[Step] = Field(default_factory=list[Step])
    diagnostics: list[Diagnostic] = Field(default_factory=list[Diagnostic])
    change_summary: dict[str, int] = Field(default_factory=dict[str, int], alias="changeSummary")
    """The number of resources for each operation, including resources without a step."""

    @property
    def planned(self) -> list[Resource]:
        """All resources after the update, as the program plans them."""
        halves = ("create-replacement", "delete-replaced")
        return [step.new_state for step in self.steps if step.new_state and step.op not in halves]

    @property
    def operations(self) -> list[str]:
        """The operations of the update: `update PrivateEndpoint myadx.analytics.engine`."""
        quiet = ("same", "read", "refresh", "create-replacement", "delete-replaced")
        changes = [(step.op, step.new_state or step.old_state) for step in self.steps if step.op not in quiet]
        return [f"{operation} {resource.name}" for operation, resource in changes if resource]

    @property
    def created(self) -> list[Resource]:
        """The resources that the update would create, including replacements, in its order."""
        return [step.new_state for step in self.steps if step.op in ("create", "replace") and step.new_state]
