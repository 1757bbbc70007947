"""A picture as a table of clusters and consumers, for stacks whose picture would be unreadable."""

from __future__ import annotations

from ..markdown_text import code, prose, table
from ..natural_order import natural
from .mermaid import MOST_ARROWS
from .model import Connection, Picture

MOST_NODES = 60
"""The most nodes of a readable picture: twelve clusters with two consumers have 64, and fill three screens."""


def is_readable(picture: Picture) -> bool:
    """Whether a picture is small enough to be read, and for Mermaid to draw."""
    return len(picture.nodes) <= MOST_NODES and len(picture.arrows) <= MOST_ARROWS


def matrix(picture: Picture) -> str:
    """Write a table in Markdown: each cell says who approves a consumer's connections to a cluster."""
    cells: dict[tuple[str, str], list[Connection]] = {}
    targets: dict[str, set[str]] = {}
    for connection in picture.connections:
        cells.setdefault((connection.cluster, connection.consumer), []).append(connection)
        targets.setdefault(connection.cluster, set()).add(connection.target)
    clusters = sorted(targets, key=natural)
    consumers = sorted({consumer for _, consumer in cells}, key=natural)
    words = {(cluster, consumer): _cell(cells[cluster, consumer], targets[cluster]) for cluster, consumer in cells}
    if len(clusters) > len(consumers):
        headings = ["cluster", *map(code, consumers)]
        rows = [[code(cluster), *(words.get((cluster, key), "-") for key in consumers)] for cluster in clusters]
    else:
        headings = ["consumer", *map(code, clusters)]
        rows = [[code(consumer), *(words.get((key, consumer), "-") for key in clusters)] for consumer in consumers]
    return table(headings, rows)


def _cell(connections: list[Connection], targets: set[str]) -> str:
    """Who approves, and what changes; by target where that differs or a target is missing."""
    by_text: dict[str, list[str]] = {}
    for connection in connections:
        mark = "" if connection.mark == "same" else f", {connection.mark}"
        by_text.setdefault(f"{connection.approved}{mark}", []).append(connection.target)
    if [{*of} for of in by_text.values()] == [targets]:
        return prose(next(iter(by_text)))
    return prose("; ".join(f"{' and '.join(of)}: {text}" for text, of in by_text.items()))
