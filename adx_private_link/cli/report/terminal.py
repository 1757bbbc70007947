"""A report on a terminal: what is folded in a comment is left out, and nothing is broken in the middle."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from rich.console import Console, RenderableType
from rich.text import Text

from ...plain_text import escaped, escaped_line
from ..terminal.tables import table
from .folding import AlikeClusters, alike_clusters, alike_risks
from .risks.records import SEVERITIES, Severity
from .summary import StackReport
from .tables import Cells
from .violations import alike_violations
from .words.labels import (
    HEADINGS,
    MANAGED_HEADINGS,
    MANAGED_TITLE,
    MESSAGE_TITLES,
    RISK_EFFECTS,
    SEVERITY_WORDS,
    VIOLATION_SEVERITIES,
    VIOLATIONS,
    cluster_count,
    cluster_title,
    counts,
    stack_counts,
)
from .words.names import listed

_STYLES: dict[Severity, str] = {"caution": "bold red", "warning": "bold yellow", "note": "bold blue"}
_PLAIN = Cells(value=escaped_line, words=escaped_line)


def print_reports(reports: Sequence[StackReport], console: Console) -> None:
    """Print reports on a console that wraps nothing by itself."""
    if len(reports) > 1:
        changed = sum(not report.failed and report.changed > 0 for report in reports)
        console.print(Text(stack_counts(len(reports), changed, sum(report.failed for report in reports))))
        console.print()
    for number, report in enumerate(reports):
        if number:
            console.print()
        for part in _report(report, console.width):
            console.print(part)


def _report(report: StackReport, width: int) -> Iterator[RenderableType]:
    yield Text(escaped_line(report.stack), "bold")
    yield _wrapped(report.sentence, width)
    yield from _violations(report, width)
    if not report.failed:
        yield from _risks(report, width)
        for group in alike_clusters([*report.access, *report.external]):
            yield Text()
            yield _table(group)
        if report.managed_endpoints:
            yield Text()
            yield table(MANAGED_HEADINGS, map(_PLAIN.managed_endpoint, report.managed_endpoints), MANAGED_TITLE)
    for message in report.messages:
        yield Text()
        yield Text(MESSAGE_TITLES.get(message.severity, MESSAGE_TITLES["info"]), "bold")
        yield Text(escaped(message.message))
    if not report.failed:
        yield Text()
        yield Text(counts(report.counts))


def _violations(report: StackReport, width: int) -> Iterator[RenderableType]:
    for level, title in VIOLATIONS.items():
        groups = alike_violations(report.violations, level)
        if groups:
            severity = VIOLATION_SEVERITIES[level]
            yield Text()
            yield Text(f"{SEVERITY_WORDS[severity]}: {title}", _STYLES[severity])
            for group in groups:
                names = listed([name or report.stack for name in group.resources])
                text = f"{names}: {group.message} [{group.policy}]"
                yield _wrapped(text, width, first="- ", rest="  ")


def _risks(report: StackReport, width: int) -> Iterator[RenderableType]:
    for effect, title in RISK_EFFECTS.items():
        risks = [risk for risk in report.risks if risk.effect == effect]
        if risks:
            severity = SEVERITIES[effect]
            yield Text()
            yield Text(f"{SEVERITY_WORDS[severity]}: {title}", _STYLES[severity])
            for group in alike_risks(risks):
                description = group.description
                text = f"{description.subject} {description.message} [{group.risks[0].kind}]"
                yield _wrapped(text, width, first="- ", rest="  ")


def _table(group: AlikeClusters) -> RenderableType:
    if len(group.clusters) == 1:
        title = cluster_title(escaped_line(group.clusters[0]))
        return table(HEADINGS, _PLAIN.accesses(group.accesses), title)
    names = listed([escaped_line(cluster) for cluster in group.clusters])
    return table(HEADINGS, _PLAIN.accesses_of_many(group), f"{cluster_count(len(group.clusters))}: {names}")


def _wrapped(text: str, width: int, first: str = "", rest: str = "") -> Text:
    """Text in lines that break between words only."""
    lines = textwrap.wrap(
        escaped_line(text),
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return Text("\n".join(lines))
