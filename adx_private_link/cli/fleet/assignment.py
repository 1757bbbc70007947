"""
Assignments: which cluster is in which stack. A cluster never moves by itself.

A cluster that moved to another stack would be deleted by the one and created by the other, in any order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import Field

from ...problems import Problem
from ...settings.section import Section

ALL = "all"
"""The name of the only group where clusters are not grouped."""

Group = tuple[str, ...]
"""The values of the labels by which clusters are grouped, in the order of their names."""


class RecordedStack(Section):
    """A stack, as the file of assignments has it."""

    group: list[str] = Field(description="The values of the labels in `group_by`.")
    clusters: list[str] = Field(description="Keys of its clusters.")


class Assignments(Section):
    """The content of `fleet.stacks.yaml`."""

    version: Literal[1] = Field(default=1, description="The version of this format.")
    group_by: list[str] = Field(default_factory=list[str], description="Names of the labels that group clusters.")
    stacks: dict[str, RecordedStack] = Field(
        default_factory=dict[str, RecordedStack], description="The stacks, by name."
    )


@dataclass(frozen=True)
class Assigned:
    """New assignments, and the problems that only a person can solve."""

    assignments: Assignments
    problems: Sequence[Problem] = field(default_factory=list[Problem])
    """Paths that begin with `stacks` are in the file of assignments, the others in the inventory."""


def group_name(group: Group) -> str:
    """Return the name of a group, with which the names of its stacks begin."""
    return ".".join(group) or ALL


def assign(
    recorded: Assignments,
    group_by: Sequence[str],
    groups: Mapping[str, Group],
    at_most: int,
    formerly: Mapping[str, str] | None = None,
) -> Assigned:
    """
    Assign each new cluster to a stack of its group, and leave all others where they are.

    Args:
        recorded: The assignments so far.
        group_by: The names of the labels that group clusters.
        groups: The group of each cluster, by its key.
        at_most: The most clusters that a stack gets; one that has more keeps them.
        formerly: The former keys of renamed clusters, by their new keys.
    """
    if recorded.stacks and recorded.group_by != [*group_by]:
        names = ", ".join(recorded.group_by) or "nothing"
        remedy = f"write `group_by: [{', '.join(recorded.group_by)}]`; for another grouping, destroy the stacks first"
        return Assigned(recorded, [Problem("group_by", f"differs from that of the stacks: {names}", remedy)])
    new_keys = {old: new for new, old in (formerly or {}).items() if old not in groups}
    problems: list[Problem] = []
    stacks: dict[str, RecordedStack] = {}
    stack_of: dict[str, str] = {}
    for name, stack in recorded.stacks.items():
        clusters: list[str] = []
        for written in stack.clusters:
            key = new_keys.get(written, written)
            if key not in groups:
                continue  # it was removed from the inventory
            if (first := stack_of.setdefault(key, name)) != name or key in clusters:
                problems.append(_twice(name, key, first))
                continue
            clusters.append(key)
            if groups[key] != tuple(stack.group):
                problems.append(_moved(key, name, stack, group_by))
        stacks[name] = RecordedStack(group=stack.group, clusters=sorted(clusters))
        if not clusters:
            problems.append(_emptied(name))
    for key in sorted(groups.keys() - stack_of.keys()):
        name = _open_stack(stacks, groups[key], at_most)
        clusters = stacks[name].clusters if name in stacks else []
        stacks[name] = RecordedStack(group=[*groups[key]], clusters=sorted([*clusters, key]))
    ordered = {name: stacks[name] for name in sorted(stacks, key=_order)}
    return Assigned(Assignments(group_by=[*group_by], stacks=ordered), problems)


def _open_stack(stacks: Mapping[str, RecordedStack], group: Group, at_most: int) -> str:
    """Return the first stack of a group with a free place, or the name of a new one."""
    names = [name for name in sorted(stacks, key=_order) if tuple(stacks[name].group) == group]
    for name in names:
        if 0 < len(stacks[name].clusters) < at_most:
            return name
    numbers = [_order(name)[1] for name in names]
    return f"{group_name(group)}.{max(numbers, default=0) + 1}"


def _order(name: str) -> tuple[str, int]:
    group, _, number = name.rpartition(".")
    return (group, int(number)) if number.isdecimal() else (name, 0)


def _twice(stack: str, cluster: str, first: str) -> Problem:
    remedy = "remove it from the stack that does not have its resources (`pulumi stack --show-urns`)"
    return Problem(f"stacks.{stack}.clusters", f"has {cluster}, which is in {first} as well", remedy, cluster)


def _moved(cluster: str, name: str, stack: RecordedStack, group_by: Sequence[str]) -> Problem:
    labels = ", ".join(f"{label}: {value}" for label, value in zip(group_by, stack.group, strict=False))
    return Problem(
        f"clusters.{cluster}.labels",
        f"differs from the labels of its stack {name} ({labels}), and a cluster never moves by itself",
        "write the labels of its stack; or remove the cluster, deploy that stack, and add it again",
    )


def _emptied(stack: str) -> Problem:
    return Problem(
        f"stacks.{stack}",
        "has no cluster of the inventory any more",
        f"run `pulumi destroy --stack {stack}` and `pulumi stack rm {stack}`, then remove it here",
    )
