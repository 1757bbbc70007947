"""The outcomes of a fleet as the comment of a pull request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ...counts import plural
from ..markdown_text import alert, code, cut, fenced, first_lines, folded, more, prose, size, table
from ..report.folding import alike_risks
from ..report.markdown import LIMIT
from ..report.risks import RISKS
from ..report.risks.records import SEVERITIES
from ..report.summary import WORST_FIRST
from ..report.words.labels import OPERATIONS, RISK_EFFECTS, TITLE, VIOLATION_SEVERITIES, VIOLATIONS
from .outcomes import OUTCOMES, Change, Outcome, StackOutcome
from .results import Operation
from .summary import group_rows, summarise_groups

_Key = TypeVar("_Key", bound=Hashable)

_RUNS: Mapping[Operation, str] = {
    "preview": "Preview",
    "up": "Update",
    "refresh": "Refresh",
    "drift": "Comparison with Azure",
}
_ALWAYS: tuple[Outcome, ...] = ("unchanged", "changed", "interrupted", "failed")
"""The columns that every comment has, also where they are empty."""
_OPERATIONS: dict[str, str] = {**OPERATIONS}
"""The words of operations; the history of a stack has others, too, which are written as they are."""
_NAMED = 6
"""So many stacks are named in a line; of more, the number is, and their names are folded."""


@dataclass(frozen=True)
class _Detail:
    """How much of everything is written."""

    lines: int
    """Lines of a section."""
    characters: int
    """Characters of a line, without the names of its stacks."""
    stacks: int
    """Names of stacks that are folded below a line."""

    def line(self, text: str, stacks: Sequence[str]) -> str:
        """Write a line about several stacks."""
        if len(stacks) <= _NAMED:
            return f"- {text}: {', '.join(map(code, stacks))}"
        line, named = f"- {text}: {plural(len(stacks), 'stack')}", [*map(code, stacks[: self.stacks])]
        if not named:
            return line
        if len(named) < len(stacks):
            named.append(more(len(stacks) - len(named)))
        # Markdown keeps what is indented below its line.
        return "\n\n  ".join([line, *folded("Their names", ", ".join(named)).split("\n\n")])

    def section(self, lines: Sequence[str]) -> str:
        """Write lines, and the number of those that there is no room for."""
        if len(lines) <= self.lines:
            return first_lines(lines)
        return first_lines([*lines[: self.lines], f"- {more(len(lines) - self.lines)}, for which there is no room"])

    def prose(self, text: str) -> str:
        """Write a sentence."""
        return prose(cut(text, self.characters))


_DETAILS = (_Detail(1_000, 2_000, 1_000), _Detail(200, 1_000, 50), _Detail(50, 500, 0), _Detail(5, 150, 0))
"""Each one is tried, until the comment is short enough."""


def comment(operation: Operation, outcomes: Sequence[StackOutcome], limit: int = LIMIT) -> str:
    """
    Write what an operation does to all stacks, in one comment of at most `limit` characters.

    What is the same for several stacks is one line. What is too long loses the names of stacks, then lines.
    """
    text = ""
    for detail in _DETAILS:
        text = "\n\n".join(_parts(operation, outcomes, detail)) + "\n"
        if size(text) <= limit:
            break
    return text


def _parts(operation: Operation, outcomes: Sequence[StackOutcome], detail: _Detail) -> Iterator[str]:
    counts: Counter[Outcome] = Counter(outcome.outcome for outcome in outcomes)
    listed = ", ".join(f"{counts[outcome]} {words}" for outcome, words in OUTCOMES.items() if counts[outcome])
    yield f"### {TITLE}"
    yield f"**{_RUNS[operation]} of {plural(len(outcomes), 'stack')}{f': {listed}' if listed else ''}.**"
    yield _groups(outcomes, counts, detail)
    yield from _failures(outcomes, detail)
    yield from _violations(outcomes, detail)
    yield from _risks(outcomes, detail)
    yield from _changes(outcomes, detail)
    if repaired := [outcome.stack.name for outcome in outcomes if outcome.result and outcome.result.repaired]:
        yield f"**Repaired**\n\n{detail.line('An update had been killed, so the state was repaired first', repaired)}"


def _groups(outcomes: Sequence[StackOutcome], counts: Mapping[Outcome, int], detail: _Detail) -> str:
    columns: list[Outcome] = [outcome for outcome in reversed(OUTCOMES) if outcome in _ALWAYS or counts[outcome]]
    summaries = summarise_groups(outcomes)
    worst_first = sorted(summaries, key=lambda summary: [-summary.counts[outcome] for outcome in OUTCOMES])
    rows = [[code(group), *numbers] for group, *numbers in group_rows(worst_first[: detail.lines], columns)]
    headings = ["group", "stacks", *(OUTCOMES[column] for column in columns)]
    left_out = len(summaries) - len(rows)
    return table(headings, rows) + (f"\n\nAnd {plural(left_out, 'group')} more." if left_out else "")


def _failures(outcomes: Sequence[StackOutcome], detail: _Detail) -> Iterator[str]:
    failed = {
        outcome.stack.name: outcome.result for outcome in outcomes if outcome.result and outcome.outcome == "failed"
    }
    if failed:
        # Most errors name their stack, and are the same without its name.
        errors = _stacks_by((result.words.replace(name, "…"), name) for name, result in failed.items())
        yield alert("caution", "Failed", detail.section([detail.line(detail.prose(e), names) for e, names in errors]))
        name, result = next(iter(failed.items()))
        yield folded(f"The whole error of {code(name)}", fenced(cut(result.error, detail.characters)))


def _violations(outcomes: Sequence[StackOutcome], detail: _Detail) -> Iterator[str]:
    for level, title in VIOLATIONS.items():
        violations = _stacks_by(
            ((violation.policy, violation.message), outcome.stack.name)
            for outcome in outcomes
            if outcome.report
            for violation in outcome.report.violations
            if violation.level == level
        )
        lines = [detail.line(f"{detail.prose(text)} {code(policy)}", stacks) for (policy, text), stacks in violations]
        if lines:
            yield alert(VIOLATION_SEVERITIES[level], title, detail.section(lines))


def _risks(outcomes: Sequence[StackOutcome], detail: _Detail) -> Iterator[str]:
    kinds = [*RISKS]
    for effect, title in RISK_EFFECTS.items():
        found = [
            (risk, outcome.stack.name)
            for outcome in outcomes
            if outcome.report
            for risk in outcome.report.risks
            if risk.effect == effect
        ]
        stack_of = {id(risk): stack for risk, stack in found}
        alike = _stacks_by(
            ((risk.kind, group.description), stack_of[id(risk)])
            for group in alike_risks(risk for risk, _ in found)
            for risk in group.risks
        )
        lines = [
            detail.line(f"**{detail.prose(words.subject)}** {detail.prose(words.message)} `{kind}`", stacks)
            for (kind, words), stacks in sorted(alike, key=lambda item: kinds.index(item[0][0]))
        ]
        if lines:
            yield alert(SEVERITIES[effect], title, detail.section(lines))


def _changes(outcomes: Sequence[StackOutcome], detail: _Detail) -> Iterator[str]:
    changed = {outcome.stack.name: outcome.changes for outcome in outcomes if outcome.changes}
    lines: list[str] = []
    for changes, stacks in _stacks_by((frozenset(changes), name) for name, changes in changed.items()):
        counts = {change: sum(changed[stack][change] for stack in stacks) for change in changes}
        lines.append(detail.line(cut(_change_words(counts), detail.characters), stacks))
    if lines:
        yield f"**Changes**\n\n{detail.section(lines)}"


def _change_words(counts: Mapping[Change, int]) -> str:
    worst_first = sorted(counts, key=lambda change: (_harm(change.operation), change.kind, change.properties))
    return ", ".join(_words_of(change, counts[change]) for change in worst_first)


def _words_of(change: Change, count: int) -> str:
    operation = _OPERATIONS.get(change.operation, change.operation)
    properties = f" ({', '.join(map(code, change.properties))})" if change.properties else ""
    return f"{count} {prose(change.kind) if change.kind else 'resources'} {operation}{properties}"


def _harm(operation: str) -> int:
    return WORST_FIRST.index(operation) if operation in WORST_FIRST else len(WORST_FIRST)


def _stacks_by(pairs: Iterable[tuple[_Key, str]]) -> list[tuple[_Key, list[str]]]:
    """Group the names of stacks, those of most stacks first; each name is once in a group."""
    groups: dict[_Key, dict[str, None]] = {}
    for key, stack in pairs:
        groups.setdefault(key, {})[stack] = None
    return sorted(((key, [*stacks]) for key, stacks in groups.items()), key=lambda item: -len(item[1]))
