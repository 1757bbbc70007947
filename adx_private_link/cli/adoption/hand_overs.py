"""Hand-overs of other stacks, written into the settings, because the backend of a copy has no other stacks."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from ..errors import CommandError
from ..pulumi.run import run_pulumi
from ..tool_output import parse_output


def with_inline_hand_overs(settings: dict[str, Any]) -> dict[str, Any]:
    """Return the sections of the settings with the content of each hand-over in place of its stack."""
    sources: dict[str, Any] = settings.get("hand_overs") or {}
    if not sources:
        return settings
    return {**settings, "hand_overs": {key: inline_hand_over(key, source) for key, source in sources.items()}}


def inline_hand_over(key: str, source: dict[str, Any]) -> dict[str, Any]:
    """Return a hand-over with its content. Raises `CommandError` if its stack does not hand over the cluster."""
    if "stack" not in source:
        return source
    stack, cluster = str(source["stack"]), str(source.get("cluster") or key)
    command = ["stack", "output", "hand_overs", "--json", "--stack", stack]
    hand_overs = parse_output(TypeAdapter(dict[str, Any]), run_pulumi(*command), f"`pulumi {' '.join(command)}`")
    if cluster not in hand_overs:
        raise CommandError(
            f"hand_overs.{key}: stack {stack} does not hand over cluster {cluster}; write one of its keys as `cluster` "
            f"({', '.join(hand_overs) or 'it has none'}), or ask its owner to add you to `external_consumers`"
        )
    other_settings = {name: value for name, value in source.items() if name not in ("stack", "cluster")}
    return {**other_settings, "inline": hand_overs[cluster]}
