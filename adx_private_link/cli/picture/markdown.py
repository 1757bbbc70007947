"""A picture in Markdown: drawn by Mermaid where it is readable, and a matrix where it is not."""

from __future__ import annotations

from ..markdown_text import fenced
from .legend import sentence
from .matrix import is_readable, matrix
from .mermaid import mermaid
from .model import Picture


def in_markdown(picture: Picture) -> str:
    """Write a picture, or its matrix where the picture would be unreadable."""
    return drawn(picture) if is_readable(picture) else tabulated(picture)


def drawn(picture: Picture) -> str:
    """Write a picture in Mermaid, with its legend."""
    return f"{fenced(mermaid(picture), 'mermaid')}\n\n{sentence(picture)}"


def tabulated(picture: Picture) -> str:
    """Write a picture's matrix, with its legend."""
    legend = "Each cell says who approves the consumer's connections to the cluster."
    if not is_readable(picture):
        legend = f"A picture of {len(picture.nodes)} objects would be unreadable. {legend}"
    return f"{legend}\n\n{matrix(picture)}"
