"""A picture as SVG, drawn by Graphviz."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pygraphviz  # pyright: ignore[reportMissingTypeStubs] - it brings no types

from .legend import TITLE, legend
from .model import Arrow, Kind, Mark, Node, Picture

_FILL: dict[Kind, str] = {
    "cluster": "#dbeafe",
    "private link service": "#ede9fe",
    "approval": "#fef9c3",
    "private endpoint": "#dcfce7",
    "private DNS zone": "#ffedd5",
    "zone group": "#fed7aa",
    "virtual network link": "#f1f5f9",
    "external consumer": "#fce7f3",
    "managed private endpoint": "#d1fae5",
    "source of data": "#e0f2fe",
}
_BORDER: dict[Mark, str] = {
    "same": 'color="#64748b", penwidth=1',
    "updated": 'color="#9a6700", penwidth=3',
    "created": 'color="#1a7f37", penwidth=3',
    "replaced": 'color="#bc4c00", penwidth=4',
    "deleted": 'color="#cf222e", penwidth=3',
}


def svg(picture: Picture, title: str) -> str:
    """Draw a picture as one SVG document."""
    graph: Any = pygraphviz.AGraph(string="\n".join(_lines(picture, title)))
    drawn: bytes = graph.draw(format="svg", prog="dot")
    return drawn.decode("utf-8")


def _lines(picture: Picture, title: str) -> Iterator[str]:
    nodes, arrows = legend(picture)
    yield "digraph {"
    yield f'  graph [rankdir=LR, label="{_text(title)}", labelloc=t, fontname="Helvetica", ranksep=0.9, nodesep=0.2];'
    # Otherwise Graphviz orders nodes once more, for fewer crossings, and clusters lose their natural order.
    yield "  graph [remincross=false];"
    yield '  node [shape=box, style="filled,rounded", fontname="Helvetica", fontsize=11, margin="0.15,0.08"];'
    yield '  edge [color="#64748b", arrowsize=0.7, fontname="Helvetica", fontsize=9];'
    for number, group in enumerate(picture.groups):
        yield from _cluster(f"cluster_{number}", group.title, group.nodes)
    yield from map(_arrow, picture.arrows)
    yield from _cluster("cluster_legend", TITLE, nodes)
    yield from map(_arrow, arrows)
    yield "}"


def _cluster(id: str, title: str, nodes: Iterable[Node]) -> Iterator[str]:
    yield f"  subgraph {id} {{"
    yield f'    graph [label="{_text(title)}", style="rounded,dashed", color="#94a3b8", fontsize=10];'
    yield from (f"    {_node(node)}" for node in nodes)
    yield "  }"


def _arrow(arrow: Arrow) -> str:
    return f'  {arrow.source} -> {arrow.target} [label="{_text(arrow.label)}"];'


def _node(node: Node) -> str:
    kind, *lines = node.lines
    label = "\\n".join(_text(line) for line in (f"« {kind} »", *lines))
    style = "filled,rounded,dashed" if node.mark == "deleted" else "filled,rounded"
    return f'{node.id} [label="{label}", fillcolor="{_FILL[node.kind]}", style="{style}", {_BORDER[node.mark]}];'


def _text(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
