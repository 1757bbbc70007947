"""What is in the picture of a stack, however it is drawn."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Literal, get_args

Kind = Literal[
    "cluster",
    "private link service",
    "approval",
    "private endpoint",
    "private DNS zone",
    "virtual network link",
    "external consumer",
]
Mark = Literal["same", "changed", "new", "replaced", "removed"]
"""What an update would do with it; of several in one box, the last of these tells."""
MARKS: tuple[Mark, ...] = get_args(Mark)

_DETAILED = 4
"""As many pairs of consumer and cluster are drawn role by role; of more, both roles share a box."""


@dataclass
class Box:
    """One object, or several of a kind that belong together."""

    id: str
    kind: Kind
    subscription: str
    """Where it lies; empty where nobody knows."""
    title: str
    """What all of its lines are about, if there are several."""
    marks: dict[str, Mark] = field(default_factory=dict[str, Mark])
    """By line."""

    @property
    def mark(self) -> Mark:
        """Of several lines, the mark that says most."""
        return max(self.marks.values(), key=MARKS.index)

    @property
    def lines(self) -> list[str]:
        """Its text: what it is, and its lines, with what an update would do beside what it is done with."""
        title = [self.title] if self.title else []
        if len({*self.marks.values()}) == 1:
            return [_marked(self.kind, self.mark), *title, *self.marks]
        return [self.kind, *title, *(_marked(line, mark) for line, mark in self.marks.items())]


def _marked(text: str, mark: Mark) -> str:
    return text if mark == "same" else f"{text}, {mark}"


@dataclass(frozen=True)
class Picture:
    """Boxes, and the arrows between them."""

    boxes: tuple[Box, ...]
    arrows: tuple[tuple[str, str], ...]
    """From one box's id to another's, each once."""

    @property
    def subscriptions(self) -> dict[str, list[Box]]:
        """The boxes by where they lie."""
        found: dict[str, list[Box]] = {}
        for each in self.boxes:
            found.setdefault(each.subscription, []).append(each)
        return found


class Sketch:
    """Collects what is to be drawn; what has one box may be named again and again."""

    def __init__(self, pairs: int) -> None:
        """`pairs`: of consumers and clusters, by which the picture is drawn with more or less detail."""
        self._is_detailed = pairs <= _DETAILED
        self._boxes: dict[Hashable, Box] = {}
        self._arrows: dict[tuple[str, str], None] = {}

    @property
    def picture(self) -> Picture:
        """What was drawn so far."""
        return Picture(tuple(self._boxes.values()), tuple(self._arrows))

    def cluster(self, key: str, subscription: str) -> None:
        """An Azure Data Explorer cluster."""
        self._draw(("cluster", key), "cluster", subscription, key)

    def service(self, cluster: str, role: str, name: str, subscription: str, mark: Mark = "same") -> None:
        """A private link service, in front of its cluster."""
        line = self._named(role, name)
        self._draw(self._service(cluster, role), "private link service", subscription, line, mark)
        self._arrow(self._service(cluster, role), ("cluster", cluster))

    def endpoint(
        self, cluster: str, consumer: str, role: str, name: str, subscription: str, mark: Mark = "same"
    ) -> None:
        """A consumer's private endpoint."""
        id, title = self._endpoint(cluster, consumer, role), f"{consumer} to {cluster}"
        self._draw(id, "private endpoint", subscription, self._named(role, name), mark, title)

    def approval(
        self, cluster: str, consumer: str, role: str, how: str, subscription: str, mark: Mark = "same"
    ) -> None:
        """What lets an endpoint's connection in."""
        id = self._approval(cluster, consumer, role)
        self._draw(id, "approval", subscription, self._approved(consumer, how), mark)
        self._arrow(self._endpoint(cluster, consumer, role), id)
        self._arrow(id, self._service(cluster, role))

    def external(self, cluster: str, consumer: str, role: str, subscription: str, mark: Mark = "same") -> None:
        """Somebody else's consumer, and the approval of its connections."""
        self._draw(("external", consumer), "external consumer", subscription, consumer)
        id = self._approval(cluster, consumer, role)
        owner = self._boxes[self._service(cluster, role)].subscription
        self._draw(id, "approval", owner, self._approved(consumer, "by this stack"), mark)
        self._arrow(("external", consumer), id)
        self._arrow(id, self._service(cluster, role))

    def zone(self, key: str, lines: Iterable[str], subscription: str, mark: Mark = "same") -> None:
        """A private DNS zone, or several that cannot be told apart: name and place."""
        for line in lines:
            self._draw(("zone", key), "private DNS zone", subscription, line, mark)

    def link(self, zone: str, network: str, subscription: str, mark: Mark = "same") -> None:
        """A network that sees a zone."""
        self._draw(("link", zone, network), "virtual network link", subscription, network.rsplit("/", 1)[-1], mark)
        self._arrow(("link", zone, network), ("zone", zone))

    def record(self, zone: str, cluster: str, consumer: str, role: str) -> None:
        """A name in a zone that leads to an endpoint."""
        self._arrow(("zone", zone), self._endpoint(cluster, consumer, role))

    def _named(self, role: str, name: str) -> str:
        return f"{role}: {name}" if self._is_detailed else role

    def _approved(self, consumer: str, how: str) -> str:
        return how if self._is_detailed else f"{consumer}: {how}"

    def _service(self, cluster: str, role: str) -> Hashable:
        return ("service", cluster, role if self._is_detailed else "")

    def _endpoint(self, cluster: str, consumer: str, role: str) -> Hashable:
        return ("endpoint", cluster, consumer, role if self._is_detailed else "")

    def _approval(self, cluster: str, consumer: str, role: str) -> Hashable:
        return ("approval", cluster, *([consumer, role] if self._is_detailed else []))

    def _draw(
        self, key: Hashable, kind: Kind, subscription: str, line: str, mark: Mark = "same", title: str = ""
    ) -> None:
        box = self._boxes.setdefault(key, Box(f"n{len(self._boxes)}", kind, subscription, title))
        box.marks[line] = MARKS[max(MARKS.index(box.marks.get(line, "same")), MARKS.index(mark))]

    def _arrow(self, source: Hashable, target: Hashable) -> None:
        if source in self._boxes and target in self._boxes:
            self._arrows[self._boxes[source].id, self._boxes[target].id] = None
