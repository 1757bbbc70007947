"""The picture of a stack as records: nodes in groups, arrows between them, and marks for changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from typing import Literal, get_args

Kind = Literal[
    "virtual network link",
    "private DNS zone",
    "zone group",
    "private endpoint",
    "external consumer",
    "approval",
    "private link service",
    "cluster",
    "managed private endpoint",
    "source of data",
]
"""The kinds of nodes, in the order of the way from a client to its cluster, and from there to the data."""
KINDS: tuple[Kind, ...] = get_args(Kind)
Mark = Literal["same", "updated", "created", "replaced", "deleted"]
"""What an update does with an object; of several in one node, the last of these marks wins."""
MARKS: tuple[Mark, ...] = get_args(Mark)


@dataclass(frozen=True)
class Node:
    """One object, or several of a kind that belong together."""

    id: str
    kind: Kind
    subscription: str
    """Empty where it is not known."""
    title: str = ""
    """What all lines are about, if there are several."""
    marks: dict[str, Mark] = field(default_factory=dict[str, Mark])
    """By line."""

    @property
    def mark(self) -> Mark:
        """The strongest mark of its lines."""
        return reduce(stronger, self.marks.values(), MARKS[0])

    @property
    def lines(self) -> list[str]:
        """Its text: the kind and its lines, with the mark beside what it is for."""
        title = [self.title] if self.title else []
        if len({*self.marks.values()}) <= 1:
            return [_marked(self.kind, self.mark), *title, *self.marks]
        return [self.kind, *title, *(_marked(line, mark) for line, mark in self.marks.items())]


def _marked(text: str, mark: Mark) -> str:
    return text if mark == "same" else f"{text}, {mark}"


def stronger(one: Mark, other: Mark) -> Mark:
    """The stronger of two marks."""
    return MARKS[max(MARKS.index(one), MARKS.index(other))]


@dataclass(frozen=True)
class Arrow:
    """An arrow between two nodes, by their ids."""

    source: str
    target: str
    label: str = ""


@dataclass(frozen=True)
class Group:
    """The nodes of one subscription."""

    subscription: str
    """Empty where it is not known."""
    nodes: tuple[Node, ...]

    @property
    def title(self) -> str:
        return f"subscription {self.subscription}" if self.subscription else "elsewhere"


@dataclass(frozen=True)
class Connection:
    """One consumer's connection to one target of a cluster."""

    cluster: str
    consumer: str
    target: str
    approved: str
    """Who approves it."""
    mark: Mark


@dataclass(frozen=True)
class Picture:
    """Nodes, the arrows between them, and the connections that they show."""

    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    connections: tuple[Connection, ...]

    @property
    def groups(self) -> tuple[Group, ...]:
        """The nodes by subscription."""
        by_subscription: dict[str, list[Node]] = {}
        for node in self.nodes:
            by_subscription.setdefault(node.subscription, []).append(node)
        return tuple(Group(subscription, tuple(nodes)) for subscription, nodes in by_subscription.items())
