"""A report as the comment of a pull request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from ..markdown_text import SHOWN, alert, code, cut, fenced, first_lines, folded, more, prose, size, table
from .folding import AlikeClusters, alike_clusters, alike_risks
from .risks.records import SEVERITIES, Effect
from .summary import Message, RiskReport, StackReport
from .tables import Cells
from .violations import alike_violations
from .words.labels import (
    CLUSTER,
    HEADINGS,
    MANAGED_HEADINGS,
    MANAGED_TITLE,
    MESSAGE_TITLES,
    PICTURE,
    RECORD_SET_HEADINGS,
    RISK_EFFECTS,
    SEEN_BEFORE_FAILURE,
    SEVERITY_WORDS,
    TITLE,
    VIOLATION_SEVERITIES,
    VIOLATIONS,
    cluster_count,
    cluster_title,
    counts,
    each_of,
    record_set_counts,
    risks_left_out,
    stack_counts,
    stacks_left_out,
)
from .words.names import listed
from .words.risks import Description

LIMIT = 65_000
"""GitHub takes 65,536 characters in a comment; the rest is for the mark by which a workflow finds its own."""

_CELLS = Cells(value=code, words=prose)


def markdown(reports: Sequence[StackReport], pictures: Sequence[str], limit: int = LIMIT) -> str:
    """
    Write all stacks in one comment of at most `limit` characters; `pictures` are Markdown.

    What is too long is shortened, the longest stack first, and stacks without harm before those with: it loses its
    picture, its operations, its tables; of very many stacks, the rest is counted.
    """
    sections = [[*_lengths(report, picture)] for report, picture in zip(reports, pictures, strict=True)]
    sizes = [[size(text) for text in section] for section in sections]
    head = "\n\n".join(_head(reports))
    room = limit - size(head) - size(stacks_left_out(len(sections)))

    levels = [0] * len(sections)
    total = sum(lengths[0] for lengths in sizes)
    for number, level in _shorter(sizes, reports):
        if total <= room:
            break
        total += sizes[number][level] - sizes[number][level - 1]
        levels[number] = level

    written = [head]
    for number, level in enumerate(levels):
        room -= sizes[number][level]
        if room < 0:
            written.append(stacks_left_out(len(sections) - number))
            break
        written.append(sections[number][level])
    return "\n\n".join(written) + "\n"


def _shorter(sizes: Sequence[Sequence[int]], reports: Sequence[StackReport]) -> Iterator[tuple[int, int]]:
    """The sections to shorten, one after the other, and how far."""
    harms = [any(risk.effect == "cuts-off" for risk in report.risks) for report in reports]
    for is_harmful in (False, True):
        numbers = [number for number, harm in enumerate(harms) if harm == is_harmful]
        for level in range(1, max(map(len, sizes))):
            shortened = [number for number in numbers if level < len(sizes[number])]
            yield from ((n, level) for n in sorted(shortened, key=lambda n: -sizes[n][level - 1]))


def _head(reports: Sequence[StackReport]) -> Iterator[str]:
    yield f"### {TITLE}"
    if len(reports) > 1:
        changed = sum(not report.failed and report.changed > 0 for report in reports)
        yield f"**{stack_counts(len(reports), changed, sum(report.failed for report in reports))}**"


_Section = Callable[[Effect, str], str]
"""Writes the risks of one effect."""


def _lengths(report: StackReport, picture: str) -> Iterator[str]:
    """A stack's section, from the longest form to the shortest."""
    counted, messages, tables = counts(report.counts), [*_messages(report.messages)], [*_tables(report)]
    operations = folded(counted, fenced("\n".join(report.operations))) if report.operations else counted
    violations = [*_violations(report)]
    if report.failed:
        # GitHub shows no alert inside of folded text.
        seen = _joined(*tables, *_risks(report, _titled), operations)
        head = (_title(report), *violations, *messages)
        yield _joined(*head, *([folded(SEEN_BEFORE_FAILURE, seen)] if tables else []))
        yield _joined(*head)
    else:
        risks, record_sets = [*violations, *_risks(report, _alert)], [*_record_sets(report)]
        whole = (_title(report), *risks, *tables, *record_sets, *messages, operations)
        yield _joined(*whole, *([folded(PICTURE, picture)] if picture else []))
        yield _joined(*whole)
        yield _joined(_title(report), *risks, *tables, *messages, counted)
        yield _joined(_title(report), *risks, *messages, counted)
    yield _joined(_title(report), risks_left_out(len(report.risks)) if report.risks else counted)
    yield f"#### {code(report.stack)}\n\n{prose(cut(report.sentence, 200))}"


def _joined(*parts: str) -> str:
    return "\n\n".join(parts)


def _title(report: StackReport) -> str:
    return f"#### {code(report.stack)}\n\n**{prose(report.sentence)}**"


# Risks


def _risks(report: StackReport, section: _Section) -> Iterator[str]:
    for effect in RISK_EFFECTS:
        lines = [*_risk_lines([risk for risk in report.risks if risk.effect == effect])]
        if lines:
            yield section(effect, first_lines(lines))


def _alert(effect: Effect, content: str) -> str:
    """A section as GitHub's alert of the effect's severity."""
    return alert(SEVERITIES[effect], RISK_EFFECTS[effect], content)


def _titled(effect: Effect, content: str) -> str:
    """A section under a plain title."""
    return f"**{SEVERITY_WORDS[SEVERITIES[effect]]}: {RISK_EFFECTS[effect]}**\n\n{content}"


def _risk_lines(risks: Sequence[RiskReport]) -> Iterator[str]:
    """One line a risk; one for all risks that are the same for many clusters, with these folded below."""
    for group in alike_risks(risks):
        line = _risk_line(group.description, group.risks[0].kind)
        if group.is_folded:
            lines = (_risk_line(Description(risk.subject, risk.message), risk.kind) for risk in group.risks)
            list_of_all = folded(each_of(len(group.risks)), "\n".join(lines))
            line = "\n".join([line, "", *(f"  {text}".rstrip() for text in list_of_all.split("\n"))])
        yield line


def _risk_line(description: Description, kind: str) -> str:
    return f"- **{prose(description.subject)}** {prose(description.message)} `{kind}`"


# Violations of policies


def _violations(report: StackReport) -> Iterator[str]:
    for level, title in VIOLATIONS.items():
        lines = [
            f"- {listed([code(name or report.stack) for name in group.resources])}: {prose(group.message)} "
            f"{code(group.policy)}"
            for group in alike_violations(report.violations, level)
        ]
        if lines:
            yield alert(VIOLATION_SEVERITIES[level], title, first_lines(lines))


# Tables


def _tables(report: StackReport) -> Iterator[str]:
    """One table a cluster, and one for all clusters that change alike; the worst first."""
    for group in alike_clusters([*report.access, *report.external]):
        if len(group.clusters) == 1:
            yield f"{cluster_title(code(group.clusters[0]))}\n\n{_rows(HEADINGS, _CELLS.accesses(group.accesses))}"
        else:
            yield from _alike_tables(group)
    if report.managed_endpoints:
        yield f"{MANAGED_TITLE}\n\n{_rows(MANAGED_HEADINGS, map(_CELLS.managed_endpoint, report.managed_endpoints))}"


def _alike_tables(group: AlikeClusters) -> Iterator[str]:
    names = listed([code(cluster) for cluster in group.clusters])
    yield f"{cluster_count(len(group.clusters))}: {names}\n\n{_rows(HEADINGS, _CELLS.accesses_of_many(group))}"
    rows = [
        [code(cluster), *row]
        for cluster in group.clusters
        for row in _CELLS.accesses([access for access in group.accesses if access.cluster == cluster])
    ]
    yield folded(each_of(len(group.clusters)), table([CLUSTER, *HEADINGS], rows))


def _rows(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose rows are folded beyond a number."""
    every = [*rows]
    shown = table(headings, every[:SHOWN])
    if len(every) <= SHOWN:
        return shown
    return f"{shown}\n\n{folded(more(len(every) - SHOWN), table(headings, every[SHOWN:]))}"


# Record sets


def _record_sets(report: StackReport) -> Iterator[str]:
    changes = report.record_sets
    if changes:
        yield folded(
            record_set_counts(Counter(change.operation for change in changes)),
            table(RECORD_SET_HEADINGS, map(_CELLS.record_set, changes)),
        )


# Messages


def _messages(messages: Iterable[Message]) -> Iterator[str]:
    by_title: dict[str, list[str]] = {title: [] for title in MESSAGE_TITLES.values()}
    for message in messages:
        by_title[MESSAGE_TITLES.get(message.severity, MESSAGE_TITLES["info"])].append(message.message)
    for title, texts in by_title.items():
        if texts:
            text = "\n\n".join(texts)
            yield f"**{title}**\n\n{fenced(cut(text, 10_000))}"
