"""Tables for people, which a pipe can read and a narrow terminal does not break."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from ...plain_text import escaped


@dataclass(frozen=True)
class Table:
    """
    A table without borders, each column as wide as its widest cell; a cell may have several lines.

    On a terminal that is too narrow, each row becomes a block with a line for each cell, so that no cell is broken.
    """

    headings: Sequence[str]
    rows: Sequence[Sequence[str | Text]]
    title: str | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        columns = self._columns()
        is_too_wide = console.is_terminal and max(line.cell_len for line in columns) > options.max_width
        lines = self._blocks() if is_too_wide and self.rows else columns
        yield Text("\n").join([Text(escaped(self.title), "italic"), *lines] if self.title else lines)

    def _columns(self) -> list[Text]:
        head = [Text(escaped(heading), "bold") for heading in self.headings]
        cells = [[_split_lines(cell) for cell in row] for row in [head, *self.rows]]
        widths = [max(line.cell_len for cell in column for line in cell) for column in zip(*cells, strict=True)]
        return [line for row in cells for line in _align(row, widths)]

    def _blocks(self) -> list[Text]:
        width = max(len(heading) for heading in self.headings)
        blocks: list[Text] = []
        for row in self.rows:
            for heading, cell in zip(self.headings, row, strict=True):
                first = [Text(escaped(heading), "bold")]
                blocks += _align([first, _split_lines(cell)], [width, 0])
            blocks.append(Text())
        return blocks[:-1]


def table(headings: Sequence[str], rows: Iterable[Sequence[str | Text]], title: str | None = None) -> Table:
    """Return a table to print on a `console`."""
    return Table(headings, list(rows), title)


def _split_lines(cell: str | Text) -> list[Text]:
    text = Text(escaped(cell)) if isinstance(cell, str) else Text(escaped(cell.plain), cell.style)
    return [*text.split("\n", allow_blank=True)]


def _align(row: Sequence[Sequence[Text]], widths: Sequence[int]) -> Iterator[Text]:
    for cells in zip_longest(*row, fillvalue=Text()):
        line = Text()
        for cell, width in zip(cells, widths, strict=True):
            line.append_text(cell).append(" " * (width - cell.cell_len + 2))
        line.rstrip()
        yield line
