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

    What is too long is told shorter, the longest first and what harms nobody before what does: without the picture,
    without the operations, without the tables; and of very many stacks, the rest is counted.
    """
    sections = [[*_lengths(*each)] for each in zip(reports, pictures, strict=True)]
    levels = [0] * len(sections)
    head = "\n\n".join(_head(reports))
    room = limit - len(head) - 200  # for the line that counts what is left out

    def length(number: int) -> int:
        return len(sections[number][levels[number]]) + 2

    total = sum(map(length, range(len(sections))))
    while total > room:
        shortened = [each for each, level in enumerate(levels) if level + 1 < len(sections[each])]
        if not shortened:
            break
        longest = max(shortened, key=lambda each: (-levels[each], length(each)))
        total -= length(longest)
        levels[longest] += 1
        total += length(longest)
    return "\n\n".join([head, *_fitting(sections, levels, room)]) + "\n"


def _fitting(sections: Sequence[Sequence[str]], levels: Sequence[int], room: int) -> Iterator[str]:
    """As many stacks as there is room for, and how many there are besides."""
    for number, (section, level) in enumerate(zip(sections, levels, strict=True)):
        room -= len(section[level]) + 2
        if room < 0:
            yield f"And {len(sections) - number} stacks more, which find no room in a comment: see the job's summary."
            return
        yield section[level]


def _head(reports: Sequence[StackReport]) -> Iterator[str]:
    yield "### Private access to Azure Data Explorer"
    if len(reports) > 1:
        changed = [each for each in reports if not each.failed and any(map(each.counts.get, _WORDS))]
        failed = sum(each.failed for each in reports)
        told = f"**{len(changed)} of {len(reports)} stacks change"
        yield f"{told}; the preview of {failed} failed.**" if failed else f"{told}.**"


def _lengths(report: StackReport, picture: str) -> Iterator[str]:
    """A stack's section, longer and shorter."""
    head = [f"#### {_code(report.stack)}", f"**{report.sentence}**"]
    said, risks, tables = [*_messages(report.messages)], [*_risks(report)], [*_tables(report.access)]
    counted = _counted(report)
    operations = _folded(counted, _fenced("\n".join(report.operations))) if report.operations else counted
    drawn = [_folded("The picture", f"```mermaid\n{picture}\n```")] if picture else []
    if report.failed:
        seen = "\n\n".join([*tables, *risks, operations])
        yield "\n\n".join([*head, *said, *([_folded("What it came to before; not all of it", seen)] if tables else [])])
        yield "\n\n".join([*head, *said])
    else:
        yield "\n\n".join([*head, *tables, *risks, *said, operations, *drawn])
        yield "\n\n".join([*head, *tables, *risks, *said, operations])
        yield "\n\n".join([*head, *tables, *risks, *said, counted])
        yield "\n\n".join([*head, *risks, *said, counted])
    few = f"Its {len(report.risks)} risks are too long for here: see the job's summary." if report.risks else counted
    yield "\n\n".join([*head, few])
    yield f"{head[0]}\n\n{_cut(report.sentence, 200)}"


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
    for severity, title in (("error", "Errors"), ("warning", "Warnings")):
        found = [each.message for each in messages if each.severity == severity]
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
