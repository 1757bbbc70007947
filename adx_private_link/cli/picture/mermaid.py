"""A picture in Mermaid, which GitHub and other readers of Markdown draw."""

from __future__ import annotations

from collections.abc import Iterator

from .sketch import Box, Mark, Picture

MOST_ARROWS = 500
"""More than these Mermaid refuses to draw (its setting `maxEdges`)."""

_CLASSES: dict[Mark, str] = {
    "changed": "stroke:#9a6700,stroke-width:3px",
    "new": "stroke:#1a7f37,stroke-width:3px",
    "replaced": "stroke:#bc4c00,stroke-width:4px",
    "removed": "stroke:#cf222e,stroke-width:3px,stroke-dasharray:6 4",
}


def mermaid(picture: Picture) -> str:
    """The picture as text; what an update would touch is marked, in words as well as by colour."""
    return "\n".join(_lines(picture))


def _lines(picture: Picture) -> Iterator[str]:
    yield "flowchart LR"
    for number, (subscription, boxes) in enumerate(picture.subscriptions.items()):
        yield f'  subgraph s{number}["{f"subscription {_text(subscription)}" if subscription else "elsewhere"}"]'
        yield from (f"    {_box(each)}" for each in boxes)
        yield "  end"
    yield from (f"  {source} --> {target}" for source, target in picture.arrows)
    for mark, style in _CLASSES.items():
        if marked := [each.id for each in picture.boxes if each.mark == mark]:
            yield f"  classDef {mark} {style}"
            yield f"  class {','.join(marked)} {mark}"


def _box(box: Box) -> str:
    text = "<br/>".join(_text(each) for each in box.lines)
    match box.kind:
        case "cluster" | "private DNS zone":
            return f'{box.id}[("{text}")]'
        case "approval" | "virtual network link":
            return f'{box.id}(["{text}"])'
        case _:
            return f'{box.id}["{text}"]'


def _text(text: str) -> str:
    """Mermaid's own marks in a name are none."""
    return "".join(each if each.isalnum() or each in " .,:-_/@()" else f"#{ord(each)};" for each in text)
