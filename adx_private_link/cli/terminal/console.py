"""Output for people: tables that a pipe can read, and text that a terminal shows without obeying it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any

from rich.console import Console
from rich.text import Text

from ...plain_text import escaped


class _Console(Console):
    """Shows what comes from outside, such as names and Azure's texts, without obeying its control characters."""

    def print(self, *objects: Any, **options: Any) -> None:
        super().print(*map(_harmless, objects), **options)


def _harmless(shown: object) -> object:
    match shown:
        case str():
            return escaped(shown)
        case Text() if (text := escaped(shown.plain)) != shown.plain:
            return Text(text, shown.style)
        case _:
            return shown


def console(*, stderr: bool = False) -> Console:
    """Output as it is. Nothing is wrapped, in a terminal either: an id, a host name and YAML stay whole."""
    return _Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)


def table(headings: Sequence[str], rows: Iterable[Sequence[str | Text]], title: str | None = None) -> Text:
    """A table without lines, each column as wide as its widest cell; a cell may have several lines."""
    head = [Text(escaped(each), "bold") for each in headings]
    body = [[_cell(cell) for cell in row] for row in rows]
    cells = [[[*cell.split("\n", allow_blank=True)] for cell in row] for row in [head, *body]]
    widths = [max(line.cell_len for cell in column for line in cell) for column in zip(*cells, strict=True)]
    lines = [line for row in cells for line in _lines(row, widths)]
    return Text("\n").join([Text(escaped(title), "italic"), *lines] if title else lines)


def _cell(cell: str | Text) -> Text:
    return Text(escaped(cell)) if isinstance(cell, str) else Text(escaped(cell.plain), cell.style)


def _lines(row: Sequence[Sequence[Text]], widths: Sequence[int]) -> Iterator[Text]:
    for cells in zip_longest(*row, fillvalue=Text()):
        line = Text()
        for cell, width in zip(cells, widths, strict=True):
            line.append_text(cell).append(" " * (width - cell.cell_len + 2))
        line.rstrip()
        yield line
