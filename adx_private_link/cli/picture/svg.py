"""A picture as SVG, drawn by Graphviz."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pygraphviz  # pyright: ignore[reportMissingTypeStubs] - it brings no types

from .sketch import Box, Kind, Mark, Picture

_FILL: dict[Kind, str] = {
    "cluster": "#dbeafe",
    "private link service": "#ede9fe",
    "approval": "#fef9c3",
    "private endpoint": "#dcfce7",
    "private DNS zone": "#ffedd5",
    "virtual network link": "#f1f5f9",
    "external consumer": "#fce7f3",
}
_BORDER: dict[Mark, str] = {
    "same": 'color="#64748b", penwidth=1',
    "changed": 'color="#9a6700", penwidth=3',
    "new": 'color="#1a7f37", penwidth=3',
    "replaced": 'color="#bc4c00", penwidth=4',
    "removed": 'color="#cf222e", penwidth=3',
}


def svg(picture: Picture, title: str) -> str:
    """The picture as one SVG document."""
    graph: Any = pygraphviz.AGraph(string="\n".join(_lines(picture, title)))
    drawn: bytes = graph.draw(format="svg", prog="dot")
    return drawn.decode("utf-8")


def _lines(picture: Picture, title: str) -> Iterator[str]:
    yield "digraph {"
    yield f'  graph [rankdir=LR, label="{_text(title)}", labelloc=t, fontname="Helvetica", ranksep=0.9, nodesep=0.2];'
    yield '  node [shape=box, style="filled,rounded", fontname="Helvetica", fontsize=11, margin="0.15,0.08"];'
    yield '  edge [color="#64748b", arrowsize=0.7];'
    for number, (subscription, boxes) in enumerate(picture.subscriptions.items()):
        name = f"subscription {subscription}" if subscription else "elsewhere"
        yield f"  subgraph cluster_{number} {{"
        yield f'    graph [label="{_text(name)}", style="rounded,dashed", color="#94a3b8", fontsize=10];'
        yield from (f"    {_box(each)}" for each in boxes)
        yield "  }"
    yield from (f"  {source} -> {target};" for source, target in picture.arrows)
    yield "}"


def _box(box: Box) -> str:
    kind, *lines = box.lines
    label = "\\n".join(_text(each) for each in (f"« {kind} »", *lines))
    style = "filled,rounded,dashed" if box.mark == "removed" else "filled,rounded"
    return f'{box.id} [label="{label}", fillcolor="{_FILL[box.kind]}", style="{style}", {_BORDER[box.mark]}];'


def _text(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
