"""The history of a stack's updates."""

from __future__ import annotations

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from .run import PulumiError, run_pulumi


class Update(BaseModel):
    """An entry of `pulumi stack history --json`."""

    kind: str = ""
    result: str = ""
    end_time: str = Field(default="", alias="endTime")
    resource_changes: dict[str, int] = Field(default_factory=dict[str, int], alias="resourceChanges")
    """The number of resources by operation."""

    @property
    def has_succeeded(self) -> bool:
        return self.result == "succeeded"


def last_update(stack: str | None) -> Update | None:
    """Return the last `pulumi up`; None if the history cannot be read or has none."""
    try:
        output = run_pulumi("stack", "history", "--json", *(["--stack", stack] if stack else []))
        history = TypeAdapter(list[Update]).validate_json(output)
    except (PulumiError, ValidationError):
        return None  # a full disk cuts off these files, too, while the outputs are whole
    return next((update for update in history if update.kind == "update"), None)
