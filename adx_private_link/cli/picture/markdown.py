"""A picture in Markdown: drawn by Mermaid where it is readable, and a matrix where it is not."""

from __future__ import annotations

from ..markdown_text import fenced
from .legend import SENTENCE
from .matrix import matrix
from .mermaid import MOST_ARROWS, mermaid
from .model import Picture

MOST_NODES = 60
"""The most nodes of a readable picture: twelve clusters with two consumers have 64, and fill three screens."""


def is_readable(picture: Picture) -> bool:
    """Whether a picture is small enough to be read, and for Mermaid to draw."""
    return len(picture.nodes) <= MOST_NODES and len(picture.arrows) <= MOST_ARROWS


def in_markdown(picture: Picture) -> str:
    """Write a picture, or its matrix where the picture would be unreadable."""
    return drawn(picture) if is_readable(picture) else tabulated(picture)


def drawn(picture: Picture) -> str:
    """Write a picture in Mermaid, with its legend."""
    return f"{fenced(mermaid(picture), 'mermaid')}\n\n{SENTENCE}"


def tabulated(picture: Picture) -> str:
    """Write a picture's matrix, with its legend."""
    legend = "Each cell says who approves the consumer's connections to the cluster."
    if not is_readable(picture):
        legend = f"A picture of {len(picture.nodes)} objects would be unreadable. {legend}"
    return f"{legend}\n\n{matrix(picture)}"
