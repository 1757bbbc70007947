"""Pieces of Markdown that several generated pages have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-Z`])")


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph: a page has one on each line."""
    return _BETWEEN_SENTENCES.split(" ".join(text.split()))


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of a table."""
    yield f"| {' | '.join(headings)} |"
    yield f"|{'---|' * len(headings)}"
    for row in rows:
        yield f"| {' | '.join(cell(text) for text in row)} |"


def cell(text: str) -> str:
    """Text that does not end its cell."""
    return text.replace("|", "\\|").replace("\n", " ")


def closed(text: str) -> str:
    """Text with a full stop, and a capital letter where it starts with a word."""
    text = text[0].upper() + text[1:] if text else text
    return text if text.endswith((".", "!", "?", ":")) else f"{text}."


def slug(heading: str) -> str:
    """The anchor that GitHub gives to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
