"""The nightly comparison of stacks with Azure, and the one issue about what differs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from azure_sandbox.azure import ResourceId
from tests.stack.worlds import RED, one_and_red

from .files import DRIFT, OF_RUN, environment, jobs, run, script
from .test_steps import COMMIT, Checkout, write_program

ENDPOINT = f"{RED}/providers/Microsoft.Network/privateEndpoints/pe-one-engine-red"
RECORD = f"{RED}/providers/Microsoft.Network/privateDnsZones/privatelink.westus.kusto.windows.net/A/ingest-adxone"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A program whose stack is deployed."""
    checkout = Checkout(tmp_path_factory.mktemp("drift") / "checkout")
    checkout.stack.configure(**one_and_red())
    assert checkout.plan().returncode == 0
    assert checkout.up().returncode == 0
    return checkout


def drift_of(checkout: Checkout) -> str:
    """Report the preview of the stack `test`, and return whether it differs from Azure."""
    checkout.output.write_text("")
    completed = checkout.step(DRIFT, "report", "Report", stacks="test")
    assert completed.returncode == 0, completed.stderr
    return checkout.output.read_text()


def test_nothing_differs_after_an_update(checkout: Checkout) -> None:
    """What Azure decides by itself, such as approvals and addresses, is no drift; neither is anything written."""
    state = checkout.directory / ".sandbox" / "stacks"
    before = {path: path.stat().st_mtime_ns for path in [state, *state.rglob("*")]}
    world = checkout.stack.world()
    assert checkout.step(DRIFT, "compare", "Compare the stack with Azure").returncode == 0
    assert {path: path.stat().st_mtime_ns for path in [state, *state.rglob("*")]} == before
    assert checkout.stack.world() == world
    assert drift_of(checkout) == "drift=false\n"


def test_changes_by_hand_differ(checkout: Checkout) -> None:
    """A changed tag, a deleted record and a deleted endpoint: whatever `pulumi up` would put back."""
    azure = checkout.stack.home.azure
    endpoint = azure.get(ResourceId.parse(ENDPOINT))
    azure.put(ResourceId.parse(ENDPOINT), {**endpoint, "tags": {"by": "hand"}})
    azure.delete(ResourceId.parse(RECORD))
    checkout.summary.unlink(missing_ok=True)
    assert checkout.step(DRIFT, "compare", "Compare the stack with Azure").returncode == 0
    assert drift_of(checkout) == "drift=true\n"
    report = (checkout.directory / "report.md").read_text()
    assert checkout.summary.read_text() == report
    assert "update PrivateEndpoint one.red.engine (tags" in report
    assert "create PrivateRecordSet ingest-adxone@" in report
    assert "delete" not in report.split("Resources:")[1]


def test_a_stack_that_cannot_be_compared_is_drift(checkout: Checkout) -> None:
    """Otherwise a broken login would close the issue."""
    checkout.stack.configure(clusters={"one": {"idd": "x"}})
    assert checkout.step(DRIFT, "compare", "Compare the stack with Azure").returncode != 0
    assert drift_of(checkout) == "drift=true\n"


GH = """#!{python}
# Keeps issues in a file, as `gh api` does on GitHub.
import json, os, pathlib, sys

import jq

file = pathlib.Path(os.environ["GITHUB"])
issues = json.loads(file.read_text())
command, *rest = sys.argv[1:]
assert command == "api" and os.environ["GH_TOKEN"]
(path,) = [argument for argument in rest if argument.startswith("repos/")]
fields = dict(field.split("=", 1) for flag, field in zip(rest, rest[1:]) if flag == "--field")
method = dict(zip(rest, rest[1:])).get("--method")
if method is None:
    assert path == "repos/owner/name/issues?state=open&per_page=100"
    open_issues = [issue for issue in issues if issue["state"] == "open"]
    for value in jq.compile(rest[rest.index("--jq") + 1]).input_value(open_issues):
        print(value)
    sys.exit()
if "body" in fields:
    fields["body"] = pathlib.Path(fields["body"].removeprefix("@")).read_text()
if method == "POST":
    assert path == "repos/owner/name/issues"
    issues.append({{"number": 99, "state": "open", "user": {{"login": "github-actions[bot]"}}, **fields}})
else:
    assert method == "PATCH"
    (issue,) = [issue for issue in issues if path == f"repos/owner/name/issues/{{issue['number']}}"]
    issue.update(fields)
file.write_text(json.dumps(issues))
"""
MARKER = "<!-- adx-private-link drift -->\n"


class Issues:
    """The issues of a repository, and the job that writes one of them."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.file = directory / "issues.json"
        self.file.write_text("[]")
        write_program(directory / "bin" / "gh", GH)

    def add(self, number: int, who: str, body: str | None) -> None:
        issue = {"number": number, "state": "open", "user": {"login": who}, "body": body}
        self.file.write_text(json.dumps([*self.all(), issue]))

    def all(self) -> list[dict[str, Any]]:
        return json.loads(self.file.read_text())

    def night(self, report: str, drift: str) -> int:
        """Run the job, and return its exit code."""
        (self.directory / "report.md").write_text(report)
        values = {
            **OF_RUN,
            "github.sha": COMMIT,
            "needs.report.outputs.drift": drift,
        }
        shared = {
            "PATH": str(self.directory / "bin"),  # the job can run nothing but `gh`
            "GITHUB": str(self.file),
            "MARKER": jobs(DRIFT)["issue"]["env"]["MARKER"],
        }
        code = 0
        for name in ("Put the issue together", "Open, edit or close the issue"):
            step = environment(DRIFT, "issue", name, values)
            completed = run(script(DRIFT, "issue", name), self.directory, {**shared, **step})
            code = code or completed.returncode
        return code


@pytest.fixture
def issues(tmp_path: Path) -> Issues:
    return Issues(tmp_path)


def test_an_issue_is_opened_edited_and_closed(issues: Issues) -> None:
    """Ten nights with drift are one issue, and the next drift is another."""
    assert issues.night("nothing", "false") == 0
    assert issues.all() == []
    assert issues.night("first `$(night)` %s", "true") == 0
    [issue] = issues.all()
    assert issue["title"] == "Azure differs from the stacks"
    assert issue["body"].startswith(f"{MARKER}What `pulumi up` would change in Azure, for {COMMIT} ([run](https://")
    assert issue["body"].endswith("\n\nfirst `$(night)` %s\n")
    assert issues.night("second", "true") == 0
    assert ([issue["body"][-7:] for issue in issues.all()], issues.all()[0]["state"]) == (["second\n"], "open")
    assert issues.night("nothing", "false") == 0
    [issue] = issues.all()
    assert (issue["state"], issue["body"].endswith("\n\nnothing\n")) == ("closed", True)
    assert issues.night("third", "true") == 0
    assert [issue["state"] for issue in issues.all()] == ["closed", "open"]


def test_only_the_issue_of_the_workflow_is_edited(issues: Issues) -> None:
    """People quote it, other workflows write as the same bot, and an issue may be empty."""
    others = [(1, "a-person", f"{MARKER}quoted"), (2, "github-actions[bot]", "coverage"), (3, "a-person", None)]
    for other in others:
        issues.add(*other)
    assert issues.night("nothing", "false") == 0
    assert [issue["state"] for issue in issues.all()] == ["open"] * 3
    issues.add(4, "github-actions[bot]", f"{MARKER}old")
    issues.add(5, "github-actions[bot]", f"{MARKER}older")
    assert issues.night("new", "true") == 0
    bodies = {issue["number"]: issue["body"] for issue in issues.all()}
    assert bodies[4].endswith("new\n")
    assert bodies[5] == f"{MARKER}older"
    assert [bodies[number] for number, _, _ in others] == [body for _, _, body in others]


def test_an_unknown_result_closes_nothing(issues: Issues) -> None:
    issues.add(4, "github-actions[bot]", f"{MARKER}old")
    assert issues.night("", "") != 0
    assert issues.all()[0]["state"] == "open"


def test_the_issue_has_the_maximum_length_of_github(issues: Issues) -> None:
    """GitHub rejects more than 65536 characters, and the issue would be out of date."""
    assert issues.night("→é" * 40000, "true") == 0
    assert len(issues.all()[0]["body"]) == 65536


def test_it_runs_every_night_on_main() -> None:
    """GitHub runs a schedule on the default branch, which the identity of previews trusts."""
    events = yaml.safe_load(DRIFT.read_text())[True]
    assert [schedule["cron"] for schedule in events["schedule"]] == ["17 3 * * *"]
    assert jobs(DRIFT)["stacks"]["if"] == "github.ref == 'refs/heads/main'"
