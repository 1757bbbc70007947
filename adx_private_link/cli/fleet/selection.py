"""Which stacks a command works on, and in which order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..errors import ArgumentError
from .stacks import ZONES, FleetStack

_SHARD = re.compile(r"(\d+)/(\d+)")


@dataclass(frozen=True)
class Shard:
    """One of several equal parts of a fleet: the part for one job of a pipeline."""

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """
        Parse a shard such as `3/8`.

        Raises:
            ValueError: The text is none.
        """
        match = _SHARD.fullmatch(text)
        shard = cls(int(match[1]), int(match[2])) if match else cls(0, 0)
        if not 1 <= shard.number <= shard.of:
            raise ValueError(text)
        return shard


def parse_labels(texts: Sequence[str]) -> dict[str, str]:
    """
    Parse labels such as `team=data`; `stack` and `group` are labels of every stack.

    Raises:
        ArgumentError: A text is not a label, or one label has two values.
    """
    labels: dict[str, str] = {}
    for text in texts:
        name, _, value = text.partition("=")
        if not name or not value:
            raise ArgumentError(f"{text!r} is not a label. Write `name=value`, such as `team=data`.")
        if labels.setdefault(name, value) != value:
            raise ArgumentError(f"`{name}` has two values, and no stack has both.")
    return labels


def select(stacks: Sequence[FleetStack], labels: Mapping[str, str], shard: Shard | None) -> list[FleetStack]:
    """
    Return the stacks that have all labels, of these the shard's.

    Raises:
        ArgumentError: No stack has the labels.
    """
    selected = [stack for stack in stacks if has_labels(stack, labels)]
    if not selected and labels:
        listed = ", ".join(f"{name}={value}" for name, value in labels.items())
        raise ArgumentError(f"No stack has {listed}. `adx-private-link fleet status` lists the stacks.")
    return selected if shard is None else selected[shard.number - 1 :: shard.of]


def has_labels(stack: FleetStack, labels: Mapping[str, str]) -> bool:
    """Return whether a stack has all labels."""
    own = {**stack.labels, "stack": stack.name, "group": stack.group}
    return all(own.get(name) == value for name, value in labels.items())


def in_waves(stacks: Sequence[FleetStack], canary: Mapping[str, str]) -> list[list[FleetStack]]:
    """Return the stacks in waves: those with shared zones, the canaries, the others. Each waits for the one before."""
    zones = [stack for stack in stacks if stack.group == ZONES]
    others = [stack for stack in stacks if stack.group != ZONES]
    first = [stack for stack in others if canary and has_labels(stack, canary)]
    rest = [stack for stack in others if stack not in first]
    return [wave for wave in (zones, first, rest) if wave]
