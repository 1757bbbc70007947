"""The shell of the users' workflows, on the real engine in the sandbox; a stand-in takes the place of GitHub."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from azure_sandbox import testing
from engine import install as installer
from tests.stack import harness
from tests.stack.worlds import TWO_BY_TWO, one_and_red

from .files import PREVIEW, PROJECT, UP_STACK, environment, jobs, run, script

Finished = subprocess.CompletedProcess[str]


COMMIT = "5" * 40
PREVIEWS = "00000000-0000-0000-0000-0000000000aa"
DEPLOYS = "00000000-0000-0000-0000-0000000000bb"
RIGHTS = [
    {"who": who, "scope": f"/subscriptions/{re.sub('0', digit, '00000000-0000-0000-0000-000000000000')}", **what}
    for digit in "1234"
    for who, what in ((PREVIEWS, {"actions": ["*/read"]}), (DEPLOYS, {}))
]
"""An identity that is Reader in all subscriptions, and one that may do everything there."""
RUNNER = {
    "ACTIONS_ID_TOKEN_REQUEST_URL": "https://token.example",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "token",
}
"""What GitHub gives the steps of a job with `id-token: write`."""


JQ = """#!{python}
# Stands in for the runner's jq, of which this environment has the library.
import json, pathlib, sys

import jq

slurp, program, *files = sys.argv[1:]
assert slurp == "--slurp"
values = [json.loads(pathlib.Path(each).read_text()) for each in files]
print(json.dumps(jq.compile(program).input_value(values).first()))
"""


def put(file: Path, program: str) -> None:
    """Make a stand-in, which this Python runs."""
    file.parent.mkdir(exist_ok=True)
    file.write_text(program.format(python=sys.executable))
    file.chmod(0o755)


class Checkout:
    """A program with the stack `test`, as a job has it after its `Set up`."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir()
        world = directory / "world.yaml"
        world.write_text(yaml.safe_dump({**yaml.safe_load(TWO_BY_TWO.read_text()), "rights": RIGHTS}, sort_keys=False))
        self.stack = harness.Stack(directory, world)
        self.directory = directory
        self.summary = directory / "summary.md"
        self.output = directory / "output"
        put(directory / "bin" / "jq", JQ)

    def step(self, workflow: Path, job: str, name: str, stack: str = "test") -> Finished:
        sandbox = testing.environment(self.stack.home, attached=False)  # jobs have identities of their own
        values = {
            "matrix.stack": stack,
            "inputs.stack": stack,
            "steps.checkout.outputs.commit": COMMIT,
            "vars.PULUMI_BACKEND_URL": sandbox["PULUMI_BACKEND_URL"],
            "vars.AZURE_TENANT_ID": "99999999-9999-9999-9999-999999999999",
            "vars.AZURE_PREVIEW_CLIENT_ID": PREVIEWS,
            "vars.AZURE_CLIENT_ID": DEPLOYS,
            "join(fromJSON(needs.stacks.outputs.stacks), ' ')": "test unmade absent",
        }
        step = environment(workflow, job, name, values)
        runner = {**RUNNER, "GITHUB_STEP_SUMMARY": str(self.summary), "GITHUB_OUTPUT": str(self.output)}
        path = {"PATH": os.pathsep.join([str(self.directory / "bin"), sandbox.get("PATH", os.environ["PATH"])])}
        return run(script(workflow, job, name), self.directory, {**sandbox, **runner, **path, **step})

    def nothing_left(self) -> bool:
        """Whether another plan has nothing to do."""
        assert self.plan().returncode == 0
        self.output.write_text("")
        done = self.step(UP_STACK, "plan", "See whether there is something to do")
        assert done.returncode == 0, done.stderr
        assert self.output.read_text() in {"changes=true\n", "changes=false\n"}
        return "false" in self.output.read_text()

    def plan(self) -> Finished:
        return self.step(UP_STACK, "plan", "Preview, and save the plan")

    def up(self) -> Finished:
        return self.step(UP_STACK, "up", "Do what was planned")


def tagged(owner: str) -> dict[str, Any]:
    settings = one_and_red()
    settings["clusters"]["one"]["tags"] = {"owner": owner}
    return settings


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "checkout")


def test_what_was_planned_is_deployed(checkout: Checkout) -> None:
    """The reviewers agree to what the summary says; an identity that only reads has found it out."""
    checkout.stack.configure(**one_and_red())
    assert checkout.step(PREVIEW, "check", "Check the settings").returncode == 0
    assert not checkout.nothing_left()
    assert checkout.step(UP_STACK, "plan", "Report, on a preview that failed too").returncode == 0
    assert checkout.summary.read_text().startswith(f"For {COMMIT}:\n\n#")
    assert "adxone.westus.kusto.windows.net" in checkout.summary.read_text()
    done = checkout.up()
    assert done.returncode == 0, done.stdout + done.stderr
    assert checkout.nothing_left()


def test_reviewers_are_asked_for_what_is_no_operation_too(checkout: Checkout) -> None:
    """The preview counts neither as a change; what is not deployed now would never be."""
    checkout.stack.configure(**one_and_red())
    assert checkout.plan().returncode == 0
    assert checkout.up().returncode == 0
    program = checkout.directory / "__main__.py"
    text = program.read_text()
    program.write_text(f"# Every line is elsewhere now.\n{text}")
    assert checkout.nothing_left()

    program.write_text(text.replace("    return outputs", '    outputs["more"] = "x"\n    return outputs'))
    assert not checkout.nothing_left()
    program.write_text(text)
    settings = one_and_red()
    settings["clusters"]["one"]["protect"] = True
    checkout.stack.configure(**settings)
    assert not checkout.nothing_left()
    assert checkout.up().returncode == 0
    assert checkout.nothing_left()


def test_a_plan_that_is_overtaken_deploys_nothing(checkout: Checkout) -> None:
    """Somebody merges while the reviewers think: what they agreed to is not what would be done."""
    checkout.stack.configure(**one_and_red())
    assert checkout.plan().returncode == 0
    assert checkout.up().returncode == 0
    checkout.stack.configure(**tagged("data"))
    assert checkout.plan().returncode == 0
    checkout.stack.configure(**tagged("somebody else"))
    done = checkout.up()
    assert done.returncode != 0
    assert "violates plan" in done.stdout + done.stderr
    checkout.stack.configure(**one_and_red())
    assert checkout.nothing_left()


def test_a_plan_keeps_secrets_from_those_who_may_download_it(checkout: Checkout) -> None:
    """Whoever may read the repository may read its artifacts."""
    checkout.stack.configure(**one_and_red())
    checkout.stack.pulumi("config", "set", "--secret", "azure-native:oidcToken", "a-word-that-nobody-knows")
    assert checkout.plan().returncode == 0
    plan = (checkout.directory / "plan.json").read_text()
    assert "oidcToken" in plan
    for artifact in (plan, (checkout.directory / "previews" / "test.json").read_text()):
        assert "a-word-that-nobody-knows" not in artifact


def test_a_preview_writes_nothing_into_the_backend(checkout: Checkout) -> None:
    """So an identity that may only read the container suffices."""
    checkout.stack.configure(**one_and_red())
    state = checkout.directory / ".sandbox" / "stacks"

    def written() -> dict[Path, int]:
        return {each: each.stat().st_mtime_ns for each in [state, *state.rglob("*")]}

    before = written()
    assert checkout.step(PREVIEW, "preview", "Preview").returncode == 0
    assert checkout.plan().returncode == 0
    assert before
    assert written() == before


def test_previews_that_failed_are_in_the_report(checkout: Checkout) -> None:
    """Wrong settings, a stack that nobody has made, and a job that ended before: none may look like no change."""
    checkout.stack.configure(clusters={"one": {"idd": "x"}})
    (checkout.directory / "Pulumi.unmade.yaml").write_text("config: {}\n")
    assert checkout.step(PREVIEW, "preview", "Preview").returncode != 0
    assert checkout.step(PREVIEW, "preview", "Preview", stack="unmade").returncode != 0
    reported = checkout.step(PREVIEW, "report", "Report")
    assert reported.returncode == 0, reported.stderr
    report = (checkout.directory / "report.md").read_text()
    assert checkout.summary.read_text() == report
    for said in ("idd", "test", "unmade", "absent"):
        assert said in report


@pytest.mark.parametrize(
    ("workflow", "job"), [(PREVIEW, "preview"), (UP_STACK, "plan"), (UP_STACK, "up")], ids=["preview", "plan", "up"]
)
def test_the_engine_is_the_pinned_one(tmp_path: Path, workflow: Path, job: str) -> None:
    """GitHub's runners have another one, which would do for `make setup`."""
    (tmp_path / "engine").symlink_to(PROJECT / "engine")
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to(sys.executable)
    others = tmp_path / "others"
    for name in ("pulumi", "pulumi-language-python"):
        put(others / name, "#!{python}\nprint('v9.9.9')\n")
    path = os.pathsep.join([str(others), os.environ["PATH"]])
    done = run(script(workflow, job, "Set up the engine"), tmp_path, {"PATH": path})
    assert done.returncode == 0, done.stderr
    assert installer.version_of(programs / "pulumi") == tuple(map(int, installer.PINNED.split(".")))


GH = """#!{python}
# Keeps comments in a file, as `gh api` would on GitHub.
import json, os, pathlib, sys

import jq

file = pathlib.Path(os.environ["GITHUB"])
comments = json.loads(file.read_text())
command, *rest = sys.argv[1:]
assert command == "api" and os.environ["GH_TOKEN"]
options = dict(zip(rest, rest[1:]))
(place,) = [each for each in rest if each.startswith("repos/")]
if "--method" not in options:
    for each in jq.compile(options["--jq"]).input_value(comments):
        print(each)
    sys.exit()
body = pathlib.Path(options["--field"].removeprefix("body=@")).read_text()
if options["--method"] == "POST":
    assert place == "repos/owner/name/issues/7/comments"
    comments.append({{"id": 99, "user": {{"login": "github-actions[bot]"}}, "body": body}})
else:
    assert options["--method"] == "PATCH"
    (comment,) = [each for each in comments if place == f"repos/owner/name/issues/comments/{{each['id']}}"]
    comment["body"] = body
file.write_text(json.dumps(comments))
"""


class GitHub:
    """A pull request's comments, and the job that writes one of them."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.comments = directory / "comments.json"
        put(directory / "bin" / "gh", GH)

    def has(self, *comments: tuple[str, str]) -> None:
        content = [{"id": number, "user": {"login": who}, "body": body} for number, (who, body) in enumerate(comments)]
        self.comments.write_text(json.dumps(content))

    def comment(self, report: str | None, stacks: str = '["test"]') -> list[str]:
        """All comments, after the job; None is a report that there is not."""
        (self.directory / "report.md").unlink(missing_ok=True)
        if report is not None:
            (self.directory / "report.md").write_text(report)
        values = {
            "github.token": "token",
            "github.server_url": "https://github.example",
            "github.repository": "owner/name",
            "github.run_id": "3",
            "github.event.number": "7",
            "github.event.pull_request.head.sha": COMMIT,
            "needs.stacks.outputs.stacks": stacks,
        }
        given = {
            "PATH": str(self.directory / "bin"),  # the job can run nothing but `gh`
            "GITHUB": str(self.comments),
            "MARKER": jobs(PREVIEW)["comment"]["env"]["MARKER"],
        }
        for name in ("Put the comment together", "Write the comment, or bring it up to date"):
            step = environment(PREVIEW, "comment", name, values)
            done = run(script(PREVIEW, "comment", name), self.directory, {**given, **step})
            assert done.returncode == 0, done.stderr
        return [each["body"] for each in json.loads(self.comments.read_text())]


@pytest.fixture
def github(tmp_path: Path) -> GitHub:
    return GitHub(tmp_path)


MARKER = "<!-- adx-private-link report -->\n"
HEAD = f"{MARKER}For {COMMIT} ([run](https://github.example/owner/name/actions/runs/3)):\n\n"


def test_the_comment_is_written_once_and_then_brought_up_to_date(github: GitHub) -> None:
    """Ten pushes are one comment."""
    github.has()
    assert github.comment("first") == [f"{HEAD}first\n"]
    assert github.comment("`$(second)` %s \\n") == [f"{HEAD}`$(second)` %s \\n\n"]


def test_only_the_workflows_own_comment_is_changed(github: GitHub) -> None:
    """Others may quote it, and other workflows write as the same bot."""
    others = [("somebody", f"{MARKER}quoted"), ("github-actions[bot]", "coverage")]
    github.has(*others)
    assert github.comment("first") == [f"{MARKER}quoted", "coverage", f"{HEAD}first\n"]
    github.has(*others, ("github-actions[bot]", f"{MARKER}old"), ("github-actions[bot]", f"{MARKER}older"))
    assert github.comment("new") == [f"{MARKER}quoted", "coverage", f"{HEAD}new\n", f"{MARKER}older"]


@pytest.mark.parametrize(
    ("report", "stacks", "said"),
    [
        pytest.param(None, "[]", "No stack", id="no stack is touched"),
        pytest.param(None, '["test"]', "could not be made", id="no report"),
        pytest.param("", '["test"]', "could not be made", id="empty report"),
        pytest.param(None, "", "could not be made", id="nobody knows which stacks"),
    ],
)
def test_an_old_comment_never_stays(github: GitHub, report: str | None, stacks: str, said: str) -> None:
    """It would be read as what the newest push does."""
    github.has(("github-actions[bot]", f"{MARKER}old"))
    (comment,) = github.comment(report, stacks)
    assert comment.startswith(HEAD)
    assert said in comment
    assert "old" not in comment


def test_the_comment_is_never_longer_than_github_takes(github: GitHub) -> None:
    """It refuses more than 65536 characters, and the old comment would stay."""
    github.has(("github-actions[bot]", f"{MARKER}old"))
    (comment,) = github.comment("→é" * 40000)
    assert len(comment) == 65536
    assert comment.startswith(f"{HEAD}→é")
    (comment,) = github.comment("x" * (65536 - 500))  # as long as a report is at most
    assert comment.endswith("x\n")
