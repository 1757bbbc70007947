"""A report as the comment of a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ...plain_text import escaped, escaped_line
from .accesses import Access, ExternalAccess
from .summary import Message, StackReport
from .words import CONNECTIONS, RISK_EFFECTS, access_operation, counts, external_operation, host_words

LIMIT = 65_000
"""GitHub takes 65,536 characters in a comment; the rest is for the mark by which a workflow finds its own."""

_ROWS = 50
"""Rows of a table; further rows are folded."""
_HEADINGS = ("consumer", "role", "host", "address", "connection", "operation")


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
    cut_off = [any(risk.effect == "cuts-off" for risk in report.risks) for report in reports]
    for harmful in (False, True):
        numbers = [number for number, each in enumerate(cut_off) if each == harmful]
        for level in range(1, max(map(len, sizes))):
            shortened = [number for number in numbers if level < len(sizes[number])]
            yield from ((n, level) for n in sorted(shortened, key=lambda n: -sizes[n][level - 1]))


def _size(text: str) -> int:
    """As GitHub may count it, in units of UTF-16; with the empty line that follows."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2 + 2


def _left_out(count: int) -> str:
    return f"And {count} stacks more, for which a comment has no room: `--format json` has them."


def _head(reports: Sequence[StackReport]) -> Iterator[str]:
    yield "### Private access to Azure Data Explorer"
    if len(reports) > 1:
        changed = [each for each in reports if not each.failed and each.changed]
        failed = sum(each.failed for each in reports)
        told = f"**{len(changed)} of {len(reports)} stacks change"
        yield f"{told}; the preview of {failed} failed.**" if failed else f"{told}.**"


def _lengths(report: StackReport, picture: str) -> Iterator[str]:
    """A stack's section, longer and shorter."""
    head, counted = _title(report), counts(report.counts)
    operations = _folded(counted, _fenced("\n".join(report.operations))) if report.operations else counted
    said, risks, tables = [*_messages(report.messages)], [*_risks(report)], [*_tables(report)]
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
    few = (
        f"Its {len(report.risks)} risks are too long for a comment: `--format json` has them."
        if report.risks
        else counted
    )
    yield f"{head}\n\n{few}"
    yield f"#### {_code(report.stack)}\n\n{_prose(_cut(report.sentence, 200))}"


def _title(report: StackReport) -> str:
    return f"#### {_code(report.stack)}\n\n**{_prose(report.sentence)}**"


def _open(report: StackReport) -> str:
    """What a reviewer has to see of a stack; of one whose preview failed, what was said."""
    if report.failed:
        return "\n\n".join([_title(report), *_messages(report.messages)])
    access, risks = _tables(report), _risks(report)
    return "\n\n".join([_title(report), *access, *risks, *_messages(report.messages), counts(report.counts)])


# Tables


def _tables(report: StackReport) -> Iterator[str]:
    rows: dict[str, list[str]] = {}
    for each in report.access:
        rows.setdefault(each.cluster, []).append(_row(each))
    for each in report.external:
        rows.setdefault(each.cluster, []).append(_external_row(each))
    for cluster, of in sorted(rows.items()):
        head = [_line(_HEADINGS), _line(["---"] * len(_HEADINGS))]
        yield "\n".join([f"Cluster {_code(cluster)}", "", *head, *of[:_ROWS]])
        if len(of) > _ROWS:
            yield _folded(f"{len(of) - _ROWS} rows more", "\n".join([*head, *of[_ROWS:]]))


def _row(access: Access) -> str:
    cells = [_code(access.consumer), _prose(access.role), _code(host_words(access.host, access.role))]
    return _line([*cells, _addresses(access), CONNECTIONS[access.connection], access_operation(access)])


def _addresses(access: Access) -> str:
    before = _code(access.before) if access.before else "not private"
    after = _code(access.after) if access.after else "not private"
    if not access.after_is_known:
        after = "known after the update"
    return after if before == after else f"{before} → {after}"


def _external_row(access: ExternalAccess) -> str:
    before, after = len(access.approved_before), len(access.approved_after)
    counted = f"{after} approved" if before == after else f"{before} → {after} approved"
    role = _prose(access.role)
    return _line(
        [f"{_code(access.consumer)} (external)", role, "theirs", "theirs", counted, external_operation(access)]
    )


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(each.replace('|', '/') for each in cells)} |"


# Everything else


def _risks(report: StackReport) -> Iterator[str]:
    for effect, title in RISK_EFFECTS.items():
        risks = [risk for risk in report.risks if risk.effect == effect]
        if risks:
            lines = [f"- **{_prose(risk.subject)}** {_prose(risk.message)}. `{risk.kind}`" for risk in risks]
            yield "\n".join([f"**{title}**", "", *lines[:_ROWS]])
            if len(lines) > _ROWS:
                yield _folded(f"{len(lines) - _ROWS} more", "\n".join(lines[_ROWS:]))


def _messages(messages: Iterable[Message]) -> Iterator[str]:
    titles = {"error": "Errors", "warning": "Warnings"}
    by_title: dict[str, list[str]] = {"Errors": [], "Warnings": []}
    for each in messages:
        by_title.setdefault(titles.get(each.severity, "Notes"), []).append(each.message)
    for title, found in by_title.items():
        if found:
            text = "\n\n".join(found)
            yield f"**{title}**\n\n{_fenced(_cut(text, 10_000))}"


def _folded(title: str, content: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{content}\n\n</details>"


def _fenced(text: str) -> str:
    """Text as it is: the fence is longer than any in it."""
    text = escaped(text)
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def _code(text: str) -> str:
    """A value in a code span, where nothing in it means anything to Markdown."""
    return f"`{escaped_line(text).replace('`', '').strip() or '?'}`"


_MARKS = re.compile(r"[\\*_\[\]<|~&]")
"""What Markdown and HTML give a meaning to, inside of a line."""
_REFERENCES = re.compile(r"(?<=@)(?=\w)|(?<=#)(?=\d)|(?<=GH-)(?=\d)|(?<=:)(?=//)|(?<=www)(?=\.)", re.IGNORECASE)
"""Where GitHub begins to see a mention, an issue or a link."""
_NOTHING = "\u200b"


def _prose(text: str) -> str:
    """A sentence whose values come from a preview: only its code spans mean anything to Markdown."""
    pieces = escaped_line(text).split("`")
    if len(pieces) % 2 == 0:  # a value with a backtick: the last one opens no span
        pieces[-2:] = [f"{pieces[-2]}'{pieces[-1]}"]
    return "".join(_code(each) if number % 2 else _without_marks(each) for number, each in enumerate(pieces))


def _without_marks(text: str) -> str:
    return _MARKS.sub(r"\\\g<0>", _REFERENCES.sub(_NOTHING, text))


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
