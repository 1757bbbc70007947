"""A report as the comment of a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from .access import Access
from .risks import EFFECTS
from .summary import Said, StackReport

LIMIT = 65536
"""Characters that GitHub takes in a comment."""

_ROWS = 50
"""Rows of a table; those that follow are counted."""
_HEADINGS = ("consumer", "role", "host", "address", "connection", "operation")
_WORDS = {"create": "new", "update": "changed", "replace": "replaced", "delete": "removed"}


def markdown(reports: Sequence[StackReport], pictures: Sequence[str], limit: int = LIMIT) -> str:
    """
    All stacks in one comment, at most `limit` characters long.

    What is too long is told shorter, the longest first, and what harms nobody before what does: without the picture,
    without the operations, without the tables; and of very many stacks, the rest is counted.
    """
    sections = [[*_lengths(*each)] for each in zip(reports, pictures, strict=True)]
    sizes = [[_size(each) for each in section] for section in sections]
    head = "\n\n".join(_head(reports))
    room = limit - _size(head) - _size(_left_out(len(sections)))

    levels = [0] * len(sections)
    total = sum(each[0] for each in sizes)
    for number, level in _shorter(sizes, reports):
        if total <= room:
            break
        total += sizes[number][level] - sizes[number][level - 1]
        levels[number] = level

    told = [head]
    for number, level in enumerate(levels):
        room -= sizes[number][level]
        if room < 0:
            told.append(_left_out(len(sections) - number))
            break
        told.append(sections[number][level])
    return "\n\n".join(told) + "\n"


def without_folds(reports: Sequence[StackReport]) -> str:
    """The same for a terminal, which folds nothing and draws no picture."""
    return "\n\n".join([*_head(reports), *map(_open, reports)])


def _shorter(sizes: Sequence[Sequence[int]], reports: Sequence[StackReport]) -> Iterator[tuple[int, int]]:
    """Which section to tell shorter, one after the other, and how short."""
    cut_off = [any(risk.kind in EFFECTS["Cuts people off"] for risk in each.risks) for each in reports]
    for harmful in (False, True):
        numbers = [number for number, each in enumerate(cut_off) if each == harmful]
        for level in range(1, max(map(len, sizes))):
            shortened = [number for number in numbers if level < len(sizes[number])]
            yield from ((n, level) for n in sorted(shortened, key=lambda n: -sizes[n][level - 1]))


def _size(text: str) -> int:
    """As GitHub may count it, in units of UTF-16; with the empty line that follows."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2 + 2


def _left_out(count: int) -> str:
    return f"And {count} stacks more, which find no room in a comment: see the job's summary."


def _head(reports: Sequence[StackReport]) -> Iterator[str]:
    yield "### Private access to Azure Data Explorer"
    if len(reports) > 1:
        changed = [each for each in reports if not each.failed and any(map(each.counts.get, _WORDS))]
        failed = sum(each.failed for each in reports)
        told = f"**{len(changed)} of {len(reports)} stacks change"
        yield f"{told}; the preview of {failed} failed.**" if failed else f"{told}.**"


def _lengths(report: StackReport, picture: str) -> Iterator[str]:
    """A stack's section, longer and shorter."""
    head, counted = _title(report), _counted(report)
    operations = _folded(counted, _fenced("\n".join(report.operations))) if report.operations else counted
    said, risks, tables = [*_messages(report.messages)], [*_risks(report)], [*_tables(report.access)]
    if report.failed:
        seen = "\n\n".join([*tables, *risks, operations])
        yield "\n\n".join([head, *said, *([_folded("What it came to before; not all of it", seen)] if tables else [])])
    else:
        drawn = [_folded("The picture", f"```mermaid\n{picture}\n```")] if picture else []
        yield "\n\n".join([head, *tables, *risks, *said, operations, *drawn])
        yield "\n\n".join([head, *tables, *risks, *said, operations])
    yield _open(report)
    if not report.failed:
        yield "\n\n".join([head, *risks, *said, counted])
    few = f"Its {len(report.risks)} risks are too long for here: see the job's summary." if report.risks else counted
    yield f"{head}\n\n{few}"
    yield f"#### {_code(report.stack)}\n\n{_cut(report.sentence, 200)}"


def _title(report: StackReport) -> str:
    return f"#### {_code(report.stack)}\n\n**{report.sentence}**"


def _open(report: StackReport) -> str:
    """What a reviewer has to see of a stack; of one whose preview failed, what was said."""
    if report.failed:
        return "\n\n".join([_title(report), *_messages(report.messages)])
    access, risks = _tables(report.access), _risks(report)
    return "\n\n".join([_title(report), *access, *risks, *_messages(report.messages), _counted(report)])


# Tables


def _tables(access: Iterable[Access]) -> Iterator[str]:
    by_cluster: dict[str, list[Access]] = {}
    for each in access:
        by_cluster.setdefault(each.cluster, []).append(each)
    for cluster, of in by_cluster.items():
        rows = [_row(each) for each in of]
        table = [f"Cluster {_code(cluster)}", "", _line(_HEADINGS), _line(["---"] * len(_HEADINGS)), *rows[:_ROWS]]
        yield "\n".join(table)
        if len(rows) > _ROWS:
            yield _folded(f"{len(rows) - _ROWS} rows more", "\n".join([*table[2:4], *rows[_ROWS:]]))


def _row(access: Access) -> str:
    consumer = f"{_code(access.consumer)} (external)" if access.external else _code(access.consumer)
    return _line([consumer, access.role, _code(access.host), _addresses(access), access.connection, access.operation])


def _addresses(access: Access) -> str:
    if access.external:
        return "theirs"
    before, after = (_address(each) for each in (access.before, access.after))
    return after if before == after else f"{before} → {after}"


def _address(address: str | None) -> str:
    return "none" if address is None else _code(address) if address[:1].isdigit() else address


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(each.replace('|', '/') for each in cells)} |"


# Everything else


def _risks(report: StackReport) -> Iterator[str]:
    for effect, kinds in EFFECTS.items():
        found = [each for each in report.risks if each.kind in kinds]
        if found:
            lines = [f"- **{each.subject}** {each.message}. `{each.kind}`" for each in found]
            shown = "\n".join([f"**{effect}**", "", *lines[:_ROWS]])
            yield shown
            if len(lines) > _ROWS:
                yield _folded(f"{len(lines) - _ROWS} more", "\n".join(lines[_ROWS:]))


def _messages(messages: Iterable[Said]) -> Iterator[str]:
    titles = {"error": "Errors", "warning": "Warnings"}
    by_title: dict[str, list[str]] = {"Errors": [], "Warnings": []}
    for each in messages:
        by_title.setdefault(titles.get(each.severity, "Notes"), []).append(each.message)
    for title, found in by_title.items():
        if found:
            text = "\n\n".join(found)
            yield f"**{title}**\n\n{_fenced(_cut(text, 10_000))}"


def _counted(report: StackReport) -> str:
    told = [f"{count} {words}" for doing, words in _WORDS.items() if (count := report.counts.get(doing))]
    same = report.counts.get("same", 0)
    return f"Resources: {', '.join([*told, f'{same} unchanged'])}."


def _folded(title: str, content: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{content}\n\n</details>"


def _fenced(text: str) -> str:
    """Text as it is: the fence is longer than any in it."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def _code(text: str) -> str:
    return f"`{text.replace('`', '')}`"


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
