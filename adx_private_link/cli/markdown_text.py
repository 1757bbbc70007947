"""Markdown for text from outside: GitHub shows the text and obeys none of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ..plain_text import escaped, escaped_line

_MARKS = re.compile(r"[\\*_\[\]<|~&]")
"""The characters that mean something to Markdown and HTML inside of a line."""
_REFERENCES = re.compile(r"(?<=@)(?=\w)|(?<=#)(?=\d)|(?<=GH-)(?=\d)|(?<=:)(?=//)|(?<=www)(?=\.)", re.IGNORECASE)
"""The places where GitHub recognises a mention, an issue or a link."""
_ZERO_WIDTH_SPACE = "\u200b"
SHOWN = 50
"""Lines and rows that are shown; further ones are folded."""


def code(text: str) -> str:
    """Write a value in a code span."""
    return f"`{escaped_line(text).replace('`', '').strip() or '?'}`"


def prose(text: str) -> str:
    """Write a sentence in which only code spans mean anything to Markdown."""
    pieces = escaped_line(text).split("`")
    if len(pieces) % 2 == 0:  # a value contains a backtick, so the last one opens no span
        pieces[-2:] = [f"{pieces[-2]}'{pieces[-1]}"]
    return "".join(code(piece) if number % 2 else _escape_marks(piece) for number, piece in enumerate(pieces))


def _escape_marks(text: str) -> str:
    return _MARKS.sub(r"\\\g<0>", _REFERENCES.sub(_ZERO_WIDTH_SPACE, text))


def fenced(text: str, language: str = "text") -> str:
    """Write a block of text in a fence that is longer than any fence in the text."""
    text = escaped(text)
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def alert(severity: str, title: str, content: str) -> str:
    """Write an alert of GitHub (`caution`, `warning` or `note`) with a title."""
    lines = [f"[!{severity.upper()}]", f"**{title}**", "", *content.split("\n")]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def folded(title: str, content: str) -> str:
    """Write content that is hidden until the reader opens it."""
    return f"<details><summary>{title}</summary>\n\n{content}\n\n</details>"


def more(count: int) -> str:
    """Write the title of what is folded because of its length."""
    return f"{count} more"


def first_lines(lines: Sequence[str]) -> str:
    """Write the first lines, and the others folded."""
    shown = "\n".join(lines[:SHOWN])
    if len(lines) <= SHOWN:
        return shown
    rest = "\n".join(lines[SHOWN:])
    return f"{shown}\n\n{folded(more(len(lines) - SHOWN), rest)}"


def size(text: str) -> int:
    """The size as GitHub may count it, in units of UTF-16; with the empty line that follows."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2 + 2


def cut(text: str, length: int) -> str:
    """Shorten a text to a length."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Write a table whose cells are Markdown."""
    header = [*headings]
    return "\n".join(map(_row, [header, ["---"] * len(header), *rows]))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
