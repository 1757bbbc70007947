"""The comment about a fleet: what needs a look comes first, what is alike is one line, and GitHub accepts it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from adx_private_link.cli.fleet.comment import comment
from adx_private_link.cli.fleet.inventory import StackOptions
from adx_private_link.cli.fleet.outcomes import Change, StackOutcome, read_outcomes
from adx_private_link.cli.fleet.results import Operation, Results, StackResult, Status
from adx_private_link.cli.fleet.stacks import FleetStack
from adx_private_link.cli.report.markdown import LIMIT
from adx_private_link.cli.report.reading import read_plan
from adx_private_link.cli.report.summary import stack_report
from adx_private_link.cli.report.violations import Violation

from ..projects import run
from ..report.test_comment import risk
from ..report.test_comment import stack as fake_report
from ..report.test_folding import many
from .fleets import write_fleet

TAGGED = {Change("update", "PrivateEndpoint", ("tags",)): 20, Change("create", "PrivateRecordSet"): 3}


def outcome(
    name: str,
    status: Status = "unchanged",
    operation: Operation = "preview",
    changes: Mapping[Change, int] | None = None,
    **result: object,
) -> StackOutcome:
    """Create the outcome of a stack, in the group that its name begins with."""
    stack = FleetStack(name, name.partition(".")[0], {}, {}, StackOptions())
    values = {"stack": name, "operation": operation, "fingerprint": "x", "status": status, **result}
    return StackOutcome(stack, StackResult.model_validate(values), changes=changes or {})


def interrupted(name: str, clusters: int) -> StackOutcome:
    """Create the outcome of a preview that deletes the private endpoints of a stack's clusters."""
    # No two stacks of a fleet have a cluster of the same key.
    preview = re.sub(rb"adx(\d)", f"adx-{name.replace('.', '-')}-\\1".encode(), many(clusters).content)
    report = stack_report(read_plan(preview, name))
    found = outcome(name, "changed", changes={Change("delete", "PrivateEndpoint"): clusters})
    assert found.result is not None
    result = found.result.model_copy(update={"risks": [risk.kind for risk in report.risks]})
    return StackOutcome(found.stack, result, report, found.changes)


def test_the_stacks_of_each_group_are_counted() -> None:
    """A reviewer sees at once which team has to look; the worst group comes first."""
    text = comment(
        "preview",
        [
            outcome("data.1"),
            outcome("data.2", "changed"),
            interrupted("ops.1", 4),
            outcome("ops.2", "failed", error="error: SubnetIsFull"),
            StackOutcome(outcome("ops.3").stack),
        ],
    )
    assert "**Preview of 5 stacks: 1 failed, 1 interrupted, 1 changed, 1 unchanged, 1 not run.**" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert rows == [
        "| group | stacks | not run | unchanged | changed | interrupted | failed |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        "| `ops` | 3 | 1 |  |  | 1 | 1 |",
        "| `data` | 2 |  | 1 | 1 |  |  |",
    ]


def test_a_change_that_many_stacks_have_is_one_line() -> None:
    """A tag in the defaults changes every stack, and one stack has something else."""
    outcomes = [outcome(f"data.{number}", "changed", changes=TAGGED) for number in range(27)]
    text = comment("preview", [*outcomes, outcome("ops.1", "changed", changes={Change("delete", "PrivateZone"): 1})])
    line = "- 540 PrivateEndpoint updated (`tags`), 81 PrivateRecordSet created: 27 stacks"
    assert text.splitlines().count(line) == 1
    assert text.count("`data.26`") == 1
    assert "- 1 PrivateZone deleted: `ops.1`" in text
    assert text.index("27 stacks") < text.index("PrivateZone")
    assert "<pre>" not in MarkdownIt().render(text), "the names are folded below their line, not shown as code"


def test_a_risk_that_many_stacks_have_is_one_line() -> None:
    """300 stacks lose the access of one consumer: a line for each of their clusters would be too long to read."""
    text = comment("preview", [interrupted(f"data.{number}", 3) for number in range(30)])
    lines = [line for line in text.splitlines() if line.endswith(": 30 stacks") and "`access-removed`" in line]
    assert len(lines) == 1
    assert "90 clusters" in lines[0]
    assert text.index("[!CAUTION]") < text.index("**Changes**")


def test_a_failure_that_many_stacks_have_is_one_line_with_one_whole_error() -> None:
    """An expired credential fails all of them, and each error names its own stack."""
    failed = [
        outcome(f"data.{number}", "failed", error=f"pulumi preview: data.{number}\nerror: data.{number}: no credential")
        for number in range(12)
    ]
    text = comment("preview", failed)
    assert [line for line in text.splitlines() if "no credential" in line and "12 stacks" in line]
    assert text.count("pulumi preview:") == 1


def test_violations_of_policies_come_before_risks() -> None:
    violation = Violation(policy="required-tags", level="mandatory", resource="adx.engine", message="has no tag owner")
    report = fake_report(1, kind="service-removed").model_copy(update={"violations": (violation,)})
    found = outcome("data.1", "changed")
    text = comment("preview", [StackOutcome(found.stack, found.result, report)])
    assert "- has no tag owner `required-tags`: `data.1`" in text
    assert text.index("`required-tags`") < text.index("`service-removed`")


def test_an_update_that_stopped_at_a_risk_is_told_from_one_that_interrupted() -> None:
    """Nothing was deployed: there is time to look at it."""
    text = comment("up", [outcome("data.1", "risk", "up", risks=["zone-removed"])])
    assert "**Update of 1 stack: 1 stopped.**" in text


def test_repaired_stacks_are_named() -> None:
    """An operator asks why an update took long, and whether a machine dies again and again."""
    assert "the state was repaired first: `data.1`" in comment(
        "up", [outcome("data.1", "changed", "up", repaired=True)]
    )


@settings(deadline=None, max_examples=25)
@given(
    stacks=st.lists(
        st.tuples(
            st.text(min_size=1, max_size=100),
            st.sampled_from(["unchanged", "changed", "risk", "failed"]),
            st.integers(0, 30),
            st.text(max_size=3_000),
        ),
        min_size=1,
        max_size=30,
    ),
    many=st.booleans(),
)
def test_it_is_never_longer_than_github_takes(*, stacks: list[tuple[str, Status, int, str]], many: bool) -> None:
    """A pipeline that fails because its comment is too long hides what the comment is about."""
    outcomes: list[StackOutcome] = []
    for number, (name, status, rows, error) in enumerate(stacks * (10 if many else 1)):
        changes = {Change("update", f"{name}{error[:200]}", (error,)): number + 1}
        found = outcome(f"{name}.{number}", status, changes=changes, error=f"{number} {error}")
        report = fake_report(number, rows, rows).model_copy(
            update={"risks": tuple(risk("service-removed", number * 100 + row, rows) for row in range(rows))}
        )
        outcomes.append(StackOutcome(found.stack, found.result, report, found.changes))
    text = comment("preview", outcomes)
    assert len(text.encode("utf-16-le", "surrogatepass")) // 2 <= LIMIT
    assert f" of {len(outcomes)} stack" in text


def test_the_command_reads_the_results(tmp_path: Path) -> None:
    """The results of shards are put together from the artifacts of jobs."""
    directory = write_fleet(tmp_path)
    assert run(directory, "fleet", "write").exit_code == 0
    results = Results(directory / "fleet-results")
    preview = many(4)
    removed = {"stack": "data.1", "status": "changed", "changes": {"delete": 12}, "risks": ["access-removed"]}
    results.write_preview("preview", "data.1", preview.content.decode(), b"")
    for values in (removed, {"stack": "ops.1", "status": "unchanged"}):
        results.write(StackResult.model_validate({"operation": "preview", "fingerprint": "x", **values}))

    result = run(directory, "fleet", "report")
    assert result.exit_code == 0, result.output
    assert "**Preview of 4 stacks: 1 interrupted, 1 unchanged, 2 not run.**" in result.output
    assert "4 PrivateEndpoint deleted" in result.output
    assert "`access-removed`: `data.1`" in result.output
    assert "2 not run" not in run(directory, "fleet", "report", "--select", "stack=ops.1").output


def test_an_update_without_a_preview_has_the_counts_of_its_history(tmp_path: Path) -> None:
    result = StackResult(stack="data.1", operation="up", fingerprint="x", status="changed", changes={"create": 7})
    Results(tmp_path).write(result)
    [found] = read_outcomes([outcome("data.1").stack], "up", Results(tmp_path))
    assert "- 7 resources created: `data.1`" in comment("up", [found])
