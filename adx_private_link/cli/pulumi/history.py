"""The history of a stack: when it was updated last."""

from __future__ import annotations

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from .run import PulumiError, run_pulumi


class _Update(BaseModel):
    """An entry of `pulumi stack history --json`."""

    kind: str = ""
    result: str = ""
    end_time: str = Field(default="", alias="endTime")


def last_update(stack: str | None) -> str:
    """When the outputs may have been written last."""
    try:
        output = run_pulumi("stack", "history", "--json", *(["--stack", stack] if stack else []))
        history = TypeAdapter(list[_Update]).validate_json(output)
    except (PulumiError, ValidationError):
        history = []  # a full disk cuts off its files, too, and the outputs are whole
    updates = [each for each in history if each.kind == "update"]
    if not updates:
        return "last updated"
    failed = "" if updates[0].result == "succeeded" else ", or before it, since it failed"
    return f"last updated, {updates[0].end_time}{failed}"
