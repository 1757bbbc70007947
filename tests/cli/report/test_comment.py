"""The comment: GitHub accepts it, whatever it contains, and renders it as intended."""

from __future__ import annotations

import re
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from adx_private_link.cli.report.accesses import Access
from adx_private_link.cli.report.markdown import LIMIT, markdown
from adx_private_link.cli.report.risks import RISKS
from adx_private_link.cli.report.risks.records import Kind
from adx_private_link.cli.report.summary import Message, RiskReport, StackReport
from adx_private_link.cli.report.words.labels import RISK_EFFECTS

from .reports import on_a_terminal


def stack(number: int, rows: int = 1, words: int = 1, message: str = "", kind: Kind = "approval-given") -> StackReport:
    """Create a stack's report of a given size."""
    access = [
        Access(
            cluster=f"adx{row // 10}",
            consumer=f"consumer{row}",
            target="engine",
            role="engine",
            host=f"adx{row // 10}.westus.kusto.windows.net",
            before="10.0.0.4",
            after_is_known=False,
            connection="approved",
            endpoint="replace",
            record="replace",
            effect="interrupted",
        )
        for row in range(rows)
    ]
    return StackReport(
        stack=f"project/stack{number}",
        sentence=f"Something happens{' to a consumer' * words}.",
        failed=False,
        access=tuple(access),
        external=(),
        unchanged=0,
        risks=tuple(risk(kind, n, words) for n in range(rows)),
        counts={"replace": rows},
        operations=tuple(f"replace PrivateEndpoint adx.{row}.engine" for row in range(rows)),
        messages=(Message(severity="warning", message=message),) if message else (),
    )


def risk(kind: Kind, number: int, words: int) -> RiskReport:
    codes = RISKS[kind]
    return RiskReport(
        kind=kind,
        severity=codes.severity,
        effect=codes.effect,
        subject=f"adx {number}",
        message="is …" * words,
    )


@settings(deadline=None, max_examples=15)
@given(
    sizes=st.lists(st.tuples(st.integers(0, 120), st.integers(0, 60), st.text(max_size=50)), min_size=1, max_size=40),
    picture=st.integers(0, 4000),
    many=st.booleans(),
)
def test_it_is_never_longer_than_github_takes(*, sizes: list[tuple[int, int, str]], picture: int, many: bool) -> None:
    """GitHub rejects a comment that is too long."""
    reports = [stack(number, *size) for number, size in enumerate(sizes * (10 if many else 1))]
    comment = markdown(reports, ["x" * picture] * len(reports))
    assert len(comment) <= LIMIT
    # What GitHub counts may be units of UTF-16.
    assert len(comment.encode("utf-16-le")) // 2 <= LIMIT


def test_every_stack_is_shown_before_any_is_shown_at_length() -> None:
    reports = [stack(number, rows=60) for number in range(40)]
    comment = markdown(reports, [""] * 40)
    for report in reports:
        assert f"#### `{report.stack}`" in comment
        assert report.sentence in comment


def test_stacks_without_room_are_counted() -> None:
    reports = [stack(number) for number in range(2000)]
    comment = markdown(reports, [""] * 2000)
    shown = comment.count("#### ")
    assert f"And {2000 - shown} stacks more" in comment


def test_harm_is_shortened_last() -> None:
    """If a comment is too long, the reviewer has to see the dangerous stack."""
    harmless = [stack(number, rows=300) for number in range(20)]
    dangerous = stack(99, rows=30, kind="service-replaced")
    comment = markdown([*harmless, dangerous], [""] * 21)
    section = comment.partition("#### `project/stack99`")[2].partition("#### ")[0]
    assert section.count("`service-replaced`") == 30


@given(st.text(alphabet="`\n~x ", max_size=60))
def test_messages_stay_inside_their_fence(message: str) -> None:
    """Messages contain texts of Azure, which must not become markup or mention people (`@`)."""
    comment = markdown([stack(1, message=f"@everyone {message}")], [""])
    fence = re.search(r"^(`{3,})text\n@everyone", comment, re.MULTILINE)
    assert fence
    inside = comment[fence.end() :].partition(f"\n{fence[1]}\n")[0]
    assert fence[1] not in inside


def test_no_name_breaks_a_table() -> None:
    row = stack(1).access[0].model_copy(update={"host": "a|b`c", "consumer": "<img>"})
    comment = markdown([stack(1).model_copy(update={"access": (row,)})], [""])
    [line] = [line for line in comment.splitlines() if "a/bc" in line]
    assert line.count("|") == 7
    assert "`<img>`" in line


def test_all_kinds_of_risks_are_shown() -> None:
    for kind in RISKS:
        assert (f"`{kind}`" in markdown([stack(1, kind=kind)], [""])) == (kind != "preview-failed")


def test_harm_comes_first_and_is_marked() -> None:
    """A reviewer who reads three lines has read the worst."""
    kinds: list[Kind] = ["approval-given", "endpoint-replaced", "service-removed", "lock-removed"]
    report = stack(1).model_copy(update={"risks": tuple(risk(kind, 1, 1) for kind in kinds)})
    alerts = re.findall(r"^> \[!(\w+)\]\n> \*\*(.*)\*\*$", markdown([report], [""]), re.MULTILINE)
    assert [severity for severity, _ in alerts] == ["CAUTION", "WARNING", "WARNING", "NOTE"]
    assert alerts[0][1] == RISK_EFFECTS["cuts-off"]
    assert markdown([report], [""]).index("[!NOTE]") < markdown([report], [""]).index("| consumer |")


def test_a_terminal_gets_titles_instead_of_alerts() -> None:
    text = on_a_terminal(stack(1, kind="service-removed"))
    assert "[!" not in text
    assert "Caution: Cuts off access" in text


def test_the_cluster_with_the_worst_change_comes_first() -> None:
    rows = [
        stack(1).access[0].model_copy(update={"cluster": "a", "effect": "published"}),
        stack(1).access[0].model_copy(update={"cluster": "b", "effect": "removed"}),
    ]
    comment = markdown([stack(1).model_copy(update={"access": tuple(rows)})], [""])
    assert comment.index("Cluster `b`") < comment.index("Cluster `a`")


def test_every_kind_has_a_section() -> None:
    assert {kind.effect for kind in RISKS.values()} - {"not-known"} == {*RISK_EFFECTS}
    assert {*RISKS} == {*get_args(Kind)}
