"""Draws a picture object by object."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace

from .model import Arrow, Connection, Kind, Mark, Node, Picture, stronger

_DETAILED = 4
"""Up to so many pairs of consumer and cluster are drawn target by target; of more, all targets share a node."""


class Sketch:
    """Collects the nodes and arrows of a picture; an object may be drawn again and again."""

    def __init__(self, pairs: int) -> None:
        """`pairs`: the number of pairs of consumer and cluster, which decides how detailed the picture is."""
        self._is_detailed = pairs <= _DETAILED
        self._nodes: dict[Hashable, Node] = {}
        self._arrows: dict[Arrow, None] = {}
        self._connections: dict[tuple[str, str, str], Connection] = {}

    @property
    def picture(self) -> Picture:
        """The picture of everything that was drawn so far."""
        return Picture(tuple(self._nodes.values()), tuple(self._arrows), tuple(self._connections.values()))

    def cluster(self, key: str, subscription: str) -> None:
        """Draw a cluster."""
        self._draw(("cluster", key), "cluster", subscription, key)

    def service(self, cluster: str, target: str, name: str, subscription: str, mark: Mark = "same") -> None:
        """Draw a private link service in front of its cluster."""
        line = self._named(target, name)
        self._draw(self._service(cluster, target), "private link service", subscription, line, mark)
        self._arrow(self._service(cluster, target), ("cluster", cluster))

    def endpoint(
        self, cluster: str, consumer: str, target: str, name: str, subscription: str, mark: Mark = "same"
    ) -> None:
        """Draw a consumer's private endpoint."""
        key, title = self._endpoint(cluster, consumer, target), f"{consumer} to {cluster}"
        self._draw(key, "private endpoint", subscription, self._named(target, name), mark, title)
        self._connect(Connection(cluster, consumer, target, "", mark))

    def approval(
        self, cluster: str, consumer: str, target: str, approved: str, subscription: str, mark: Mark = "same"
    ) -> None:
        """Draw the approval of an endpoint's connection."""
        key = self._approval(cluster, consumer, target)
        self._draw(key, "approval", subscription, self._approved(consumer, approved), mark)
        self._arrow(self._endpoint(cluster, consumer, target), key)
        self._arrow(key, self._target(cluster, target))
        self._connect(Connection(cluster, consumer, target, approved, mark))

    def external(self, cluster: str, consumer: str, target: str, subscription: str, mark: Mark = "same") -> None:
        """Draw an external consumer and the approval of its connections."""
        self._draw(("external", consumer), "external consumer", subscription, consumer)
        key = self._approval(cluster, consumer, target)
        owner = self._nodes[self._target(cluster, target)].subscription
        self._draw(key, "approval", owner, self._approved(consumer, "by this stack"), mark)
        self._arrow(("external", consumer), key)
        self._arrow(key, self._target(cluster, target))
        self._connect(Connection(cluster, f"{consumer} (external)", target, "by this stack", mark))

    def zone(self, key: str, lines: Iterable[str], subscription: str, mark: Mark = "same", title: str = "") -> None:
        """Draw a private DNS zone, or several that share a node, by name and place."""
        for line in lines:
            self._draw(("zone", key), "private DNS zone", subscription, line, mark, title)

    def link(self, zone: str, network: str, subscription: str, mark: Mark = "same") -> None:
        """Draw the link of a network, by its id, to a zone."""
        self._draw(("link", zone, network), "virtual network link", subscription, network.rsplit("/", 1)[-1], mark)
        self._arrow(("link", zone, network), ("zone", zone))

    def record(self, zone: str, cluster: str, consumer: str, target: str) -> None:
        """Draw the record sets in a zone that have the address of an endpoint."""
        self._arrow(("zone", zone), self._endpoint(cluster, consumer, target))

    def zone_group(
        self, cluster: str, consumer: str, target: str, zones: Iterable[str], subscription: str, mark: Mark = "same"
    ) -> None:
        """Draw the zone group of an endpoint between its zones and the endpoint, or, of many, the zones only."""
        endpoint = self._endpoint(cluster, consumer, target)
        key = ("zone group", cluster, consumer) if self._is_detailed else endpoint
        if self._is_detailed:
            self._draw(key, "zone group", subscription, f"{consumer} to {cluster}", mark)
            self._arrow(key, endpoint)
        for zone in zones:
            self._arrow(("zone", zone), key)

    def managed_endpoint(
        self, cluster: str, key: str, target: str, approved: str, owner: str, mark: Mark = "same"
    ) -> None:
        """Draw a managed private endpoint between its cluster and its target, by the target's id."""
        name = target.rpartition("/")[2]
        subscription = self._nodes["cluster", cluster].subscription
        line = f"{key}: approved {approved}" if approved else key
        self._draw(("managed", cluster), "managed private endpoint", subscription, line, mark, f"of {cluster}")
        self._draw(("source", target.lower()), "source of data", owner, name)
        self._arrow(("cluster", cluster), ("managed", cluster))
        self._arrow(("managed", cluster), ("source", target.lower()))

    def _named(self, target: str, name: str) -> str:
        return f"{target}: {name}" if self._is_detailed else target

    def _approved(self, consumer: str, approved: str) -> str:
        return approved if self._is_detailed else f"{consumer}: {approved}"

    def _target(self, cluster: str, target: str) -> Hashable:
        """What an approval leads to: a service, or a native cluster itself."""
        return ("cluster", cluster) if target == "cluster" else self._service(cluster, target)

    def _service(self, cluster: str, target: str) -> Hashable:
        return ("service", cluster, target if self._is_detailed else "")

    def _endpoint(self, cluster: str, consumer: str, target: str) -> Hashable:
        return ("endpoint", cluster, consumer, target if self._is_detailed else "")

    def _approval(self, cluster: str, consumer: str, target: str) -> Hashable:
        return ("approval", cluster, *([consumer, target] if self._is_detailed else []))

    def _draw(
        self, key: Hashable, kind: Kind, subscription: str, line: str, mark: Mark = "same", title: str = ""
    ) -> None:
        node = self._nodes.setdefault(key, Node(f"n{len(self._nodes)}", kind, subscription, title))
        node.marks[line] = stronger(node.marks.get(line, "same"), mark)

    def _arrow(self, source: Hashable, target: Hashable) -> None:
        if source in self._nodes and target in self._nodes:
            self._arrows[Arrow(self._nodes[source].id, self._nodes[target].id)] = None

    def _connect(self, connection: Connection) -> None:
        key = (connection.cluster, connection.consumer, connection.target)
        known = self._connections.get(key, connection)
        mark = stronger(known.mark, connection.mark)
        self._connections[key] = replace(known, approved=connection.approved or known.approved, mark=mark)
