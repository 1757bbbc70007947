"""Violations of policies in reports: from the event log of a preview."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from adx_private_link.cli import main
from adx_private_link.cli.report.reading import read_plan
from adx_private_link.cli.report.summary import stack_report
from adx_private_link.cli.report.violations import read_violations

STACK = "urn:pulumi:prod::access::"
PREVIEW = {
    "steps": [
        {
            "op": "same",
            "urn": f"{STACK}pulumi:pulumi:Stack::access-prod",
            "newState": {"urn": f"{STACK}pulumi:pulumi:Stack::access-prod", "type": "pulumi:pulumi:Stack"},
        }
    ],
    "diagnostics": [{"message": "error: preview failed\n", "severity": "error"}],
    "changeSummary": {"same": 1},
}


def event(policy: str, resource: str, message: str, level: str = "mandatory", pack: str = "adx-private-link") -> str:
    content = {
        "resourceUrn": f"{STACK}azure-native:network:PrivateLinkService::{resource}" if resource else "",
        "message": f"The description of the rule.\n{message}\n",
        "policyName": policy,
        "policyPackName": pack,
        "enforcementLevel": level,
    }
    return json.dumps({"sequence": 1, "policyEvent": content})


LOG = "\n".join(
    [
        json.dumps({"sequence": 0, "preludeEvent": {"config": {}}}),
        event("services-locked", "one.engine", "one.engine has no lock; write `lock: true`", "advisory"),
        *(event("required-tags", f"{key}.engine", f"{key}.engine has no tag owner; write it") for key in "abcdef"),
        event("corporate", "", "The stack has no owner.", pack="corporate"),
        "half a line {",
    ]
)


def test_violations_are_read_mandatory_ones_first() -> None:
    """Messages of other packs keep their description, because nothing else may say what the rule is."""
    violations = read_violations(LOG.encode())
    assert [(violation.policy, violation.level) for violation in violations] == [
        *[("required-tags", "mandatory")] * 6,
        ("corporate", "mandatory"),
        ("services-locked", "advisory"),
    ]
    assert (violations[0].resource, violations[0].message) == ("a.engine", "has no tag owner; write it")
    assert violations[6].message == "The description of the rule. The stack has no owner."


def test_a_preview_that_policies_stop_has_its_plan() -> None:
    """The engine plans everything before it fails, so reviewers see the changes, too."""
    content = json.dumps(PREVIEW).encode()
    assert stack_report(read_plan(content, "")).failed
    stopped = stack_report(read_plan(content, "", LOG.encode()))
    assert not stopped.failed
    assert stopped.messages == ()
    advisory = event("services-locked", "a", "a has no lock", "advisory").encode()
    assert stack_report(read_plan(content, "", advisory)).failed, "something else made it fail"


def test_another_error_is_not_hidden_by_violations() -> None:
    """A program that fails after the first violations has no whole plan."""
    errors: list[Any] = [*PREVIEW["diagnostics"], {"message": "error: no such subnet", "severity": "error"}]
    report = stack_report(read_plan(json.dumps({**PREVIEW, "diagnostics": errors}).encode(), "", LOG.encode()))
    assert report.failed
    assert [message.message for message in report.messages] == ["no such subnet"]
    assert len(report.violations) == 8


@pytest.fixture
def preview(tmp_path: Path) -> Path:
    (tmp_path / "prod.events").write_text(LOG)
    file = tmp_path / "prod.json"
    file.write_text(json.dumps(PREVIEW))
    return file


def test_a_comment_names_the_rules_and_what_to_do(preview: Path) -> None:
    """One line for all resources with the same violation: six tags are one reason."""
    comment = CliRunner().invoke(main, ["report", str(preview)]).output
    assert "> [!CAUTION]\n> **Violates mandatory policies: Pulumi rejects the update**" in comment
    [line] = [line for line in comment.splitlines() if "required-tags" in line]
    assert line.startswith("> - `a.engine`, ")
    assert line.endswith("has no tag owner; write it `required-tags`")
    assert "> - `access/prod`: The description of the rule. The stack has no owner. `corporate`" in comment
    assert "> [!WARNING]\n> **Violates advisory policies**" in comment


def test_json_has_each_violation(preview: Path) -> None:
    """Pipelines decide by codes."""
    result = CliRunner().invoke(main, ["report", str(preview), "--format", "json"])
    [stack] = json.loads(result.output)["stacks"]
    assert stack["violations"][0] == {
        "policy": "required-tags",
        "level": "mandatory",
        "resource": "a.engine",
        "message": "has no tag owner; write it",
    }


def test_text_of_a_pack_is_shown_and_not_obeyed(tmp_path: Path) -> None:
    """A pack repeats values from the pull request that it checks."""
    (tmp_path / "prod.json").write_text(json.dumps(PREVIEW))
    hostile = event("naming", "a.engine", "a.engine is named <img src=x> @team \x1b[31m **bold**")
    (tmp_path / "prod.events").write_text(hostile)
    comment = CliRunner().invoke(main, ["report", str(tmp_path / "prod.json")]).output
    for mark in (" <img", "@team", "\x1b", " **bold**"):
        assert mark not in comment
