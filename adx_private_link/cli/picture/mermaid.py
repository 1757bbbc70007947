"""A picture in Mermaid, which GitHub and other readers of Markdown draw."""

from __future__ import annotations

from collections.abc import Iterator

from .model import Mark, Node, Picture

MOST_ARROWS = 500
"""Mermaid refuses to draw more (its setting `maxEdges`)."""

_CLASSES: dict[Mark, str] = {
    "updated": "stroke:#9a6700,stroke-width:3px",
    "created": "stroke:#1a7f37,stroke-width:3px",
    "replaced": "stroke:#bc4c00,stroke-width:4px",
    "deleted": "stroke:#cf222e,stroke-width:3px,stroke-dasharray:6 4",
}


def mermaid(picture: Picture) -> str:
    """Write a picture as text; changes are marked in words as well as by colour."""
    return "\n".join(_lines(picture))


def _lines(picture: Picture) -> Iterator[str]:
    # Without it, lines of more than 200 pixels are broken.
    yield '%%{init: {"flowchart": {"wrappingWidth": 600}}}%%'
    yield "flowchart LR"
    for number, group in enumerate(picture.groups):
        yield f'  subgraph s{number}["{_text(group.title)}"]'
        yield from (f"    {_node(node)}" for node in group.nodes)
        yield "  end"
    yield from (f"  {arrow.source} --> {arrow.target}" for arrow in picture.arrows)
    for mark, style in _CLASSES.items():
        if marked := [node.id for node in picture.nodes if node.mark == mark]:
            yield f"  classDef {mark} {style}"
            yield f"  class {','.join(marked)} {mark}"


def _node(node: Node) -> str:
    text = "<br/>".join(_text(line) for line in node.lines)
    match node.kind:
        case "cluster" | "private DNS zone" | "source of data":
            return f'{node.id}[("{text}")]'
        case "approval" | "virtual network link":
            return f'{node.id}(["{text}"])'
        case _:
            return f'{node.id}["{text}"]'


def _text(text: str) -> str:
    """Text in which no character means anything to Mermaid."""
    return "".join(
        character if character.isalnum() or character in " .,:-_/@()" else f"#{ord(character)};" for character in text
    )
