"""`check --policies`: violations at their lines, without Pulumi and Azure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.projects import RIGHT, run, write

VISIBLE = RIGHT.replace("/clusters/myadx\n", "/clusters/myadx\n      visible_to_all: true\n")


def check(directory: Path, stack_file: str, policies: object) -> tuple[int, str]:
    write(directory, prod=stack_file)
    (directory / "policies.json").write_text(json.dumps(policies))
    result = run(directory, "check", "--policies", "policies.json")
    return result.exit_code, result.output


def test_a_violation_of_a_mandatory_rule_is_a_problem_at_its_line(tmp_path: Path) -> None:
    """A reviewer sees it beside the line of the pull request."""
    code, output = check(tmp_path, VISIBLE, {"all": "disabled", "no-visibility-to-all": "mandatory"})
    assert code == 1
    assert output.startswith(
        "Pulumi.prod.yaml:3: adx-private-link:clusters.myadx: myadx.engine is visible to all (`*`) (policy "
        "no-visibility-to-all); remove `visible_to_all`"
    )


def test_a_violation_of_an_advisory_rule_is_a_note(tmp_path: Path) -> None:
    code, output = check(tmp_path, VISIBLE, {"all": "disabled", "no-visibility-to-all": "advisory"})
    assert code == 0
    assert "Pulumi.prod.yaml:3: adx-private-link:clusters.myadx: myadx.engine is visible to all" in output


def test_access_as_wide_as_the_internet_is_open(tmp_path: Path) -> None:
    """Two halves state as much as `open`."""
    only = {"all": "disabled", "lock-down-stated": "mandatory"}
    stated = "      outbound: {fqdns: []}\n      trusted_tenants: own\n      public_access: "
    halves, office = (
        RIGHT.replace("/clusters/myadx\n", f"/clusters/myadx\n{stated}{ranges}\n")
        for ranges in ("[0.0.0.0/1, 128.0.0.0/1]", "[20.1.2.0/24]")
    )
    code, output = check(tmp_path, halves, only)
    assert (code, "myadx is stated as open to the public (policy lock-down-stated)" in output) == (1, True), output
    assert check(tmp_path, office, only)[0] == 0


def test_services_are_not_asked_for_where_the_kind_is_not_known(tmp_path: Path) -> None:
    """The cluster may be native: then it has no services, and a preview rejects `lock`."""
    assert check(tmp_path, RIGHT, {"all": "disabled", "services-locked": "mandatory"})[0] == 0
    code, output = check(tmp_path, VISIBLE, {"all": "disabled", "services-locked": "mandatory"})
    assert (code, "myadx.engine has no lock (policy services-locked)" in output) == (1, True)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "policies.json is no policy file: it"),
        ('{"x": 1}', "x: is not a rule"),
        (
            '{"all": "mandatory", "record-ttl": {"seconds": 60}, "all": "disabled"}',
            "policies.json is no policy file: it has a key twice in one object: all.",
        ),
        (
            '{"record-ttl": {"seconds": 60, "seconds": 7200}}',
            "policies.json is no policy file: it has a key twice in one object: seconds.",
        ),
    ],
)
def test_a_wrong_policy_file_is_an_error(tmp_path: Path, text: str, problem: str) -> None:
    """Otherwise a misspelt rule would pass for good."""
    write(tmp_path, prod=RIGHT)
    (tmp_path / "policies.json").write_text(text)
    result = run(tmp_path, "check", "--policies", "policies.json")
    assert result.exit_code == 2
    assert problem in result.output
