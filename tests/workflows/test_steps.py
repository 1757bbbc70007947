"""The shell steps of the users' workflows, on the real engine in the sandbox, with stand-ins for GitHub."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from azure_sandbox import testing
from engine import install as installer
from tests.stack import harness
from tests.stack.worlds import TWO_BY_TWO, one_and_red

from .files import OF_RUN, PREVIEW, PROJECT, UP_STACK, environment, git, jobs, run, script

Completed = subprocess.CompletedProcess[str]


COMMIT = "5" * 40
PREVIEW_CLIENT = "00000000-0000-0000-0000-0000000000aa"
DEPLOY_CLIENT = "00000000-0000-0000-0000-0000000000bb"
RIGHTS = [
    {"who": who, "scope": f"/subscriptions/{re.sub('0', digit, '00000000-0000-0000-0000-000000000000')}", **what}
    for digit in "1234"
    for who, what in ((PREVIEW_CLIENT, {"actions": ["*/read"]}), (DEPLOY_CLIENT, {}))
]
"""A reader of all subscriptions, and an identity with all rights in them."""
RUNNER = {
    "ACTIONS_ID_TOKEN_REQUEST_URL": "https://token.example",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "token",
}
"""The environment of steps in a job with `id-token: write`."""


JQ = """#!{python}
# Takes the place of the runner's jq; this environment has its library.
import json, pathlib, sys

import jq

slurp, program, *files = sys.argv[1:]
assert slurp == "--slurp"
values = [json.loads(pathlib.Path(file).read_text()) for file in files]
print(json.dumps(jq.compile(program).input_value(values).first()))
"""

LOG = """#!{python}
# Writes down how it is called.
import os, pathlib, sys

with open(os.environ["LOG"], "a") as log:
    print(pathlib.Path(sys.argv[0]).name, *sys.argv[1:], file=log)
"""
STRICT = {"auto-approval-within-list": "mandatory"}
TRUSTED = "66666666-6666-6666-6666-666666666666"


def write_program(file: Path, program: str) -> None:
    """Write a stand-in that this Python runs."""
    file.parent.mkdir(exist_ok=True)
    file.write_text(program.format(python=sys.executable))
    file.chmod(0o755)


class Checkout:
    """A program with the stack `test`, as in a job after its step `Set up`."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir()
        world = directory / "world.yaml"
        world.write_text(yaml.safe_dump({**yaml.safe_load(TWO_BY_TWO.read_text()), "rights": RIGHTS}, sort_keys=False))
        self.stack = harness.Stack(directory, world)
        self.directory = directory
        self.summary = directory / "summary.md"
        self.output = directory / "output"
        self.policies = ""
        """The folder of the policies that a pull request is checked by; empty if there are none."""
        write_program(directory / "bin" / "jq", JQ)
        git(directory, "init", "--quiet")
        self.propose(None, None)

    def propose(self, base: object, own: object) -> None:
        """Commit `policies.json` of what a pull request merges into, and of the merge; None if there is none."""
        file = self.directory / "policies.json"
        for content in (base, own):
            file.unlink(missing_ok=True)
            if content is not None:
                file.write_text(json.dumps(content))
                git(self.directory, "add", file.name)
            git(self.directory, "commit", "--quiet", "--all", "--allow-empty", "--message=A change")

    def new_job(self) -> Path:
        """The runner's folder for temporary files in a new job, where the pack is set up."""
        folder = Path(tempfile.mkdtemp(dir=self.directory.parent))
        (folder / "policies").symlink_to(PROJECT / ".venv-policies")
        return folder

    def preview(self, stack: str = "test") -> Completed:
        """Find the policies of a pull request, and preview with them."""
        temporary = self.new_job()
        self.output.write_text("")
        completed = self.step(PREVIEW, "preview", "Find the policies", temporary=temporary)
        assert completed.returncode == 0, completed.stderr
        self.policies = self.output.read_text().removeprefix("folder=").strip()
        return self.step(PREVIEW, "preview", "Preview", stack, temporary=temporary)

    def step(
        self,
        workflow: Path,
        job: str,
        name: str,
        stack: str = "test",
        stacks: str = "test unmade absent",
        temporary: Path | None = None,
    ) -> Completed:
        sandbox = testing.environment(self.stack.home, attached=False)  # jobs have identities of their own
        values = {
            "matrix.stack": stack,
            "inputs.stack": stack,
            "steps.checkout.outputs.commit": COMMIT,
            "steps.policies.outputs.folder": self.policies,
            "vars.PULUMI_BACKEND_URL": sandbox["PULUMI_BACKEND_URL"],
            "vars.AZURE_TENANT_ID": "99999999-9999-9999-9999-999999999999",
            "vars.AZURE_PREVIEW_CLIENT_ID": PREVIEW_CLIENT,
            "vars.AZURE_CLIENT_ID": DEPLOY_CLIENT,
            "join(fromJSON(needs.stacks.outputs.stacks), ' ')": stacks,
        }
        step = environment(workflow, job, name, values)
        files = {
            "GITHUB_STEP_SUMMARY": self.summary,
            "GITHUB_OUTPUT": self.output,
            "RUNNER_TEMP": temporary or self.new_job(),
        }
        runner = {**RUNNER, **{variable: str(path) for variable, path in files.items()}}
        path = {"PATH": os.pathsep.join([str(self.directory / "bin"), sandbox.get("PATH", os.environ["PATH"])])}
        return run(script(workflow, job, name), self.directory, {**sandbox, **runner, **path, **step})

    def is_up_to_date(self) -> bool:
        """Whether another plan has nothing to do."""
        assert self.plan().returncode == 0
        self.output.write_text("")
        completed = self.step(UP_STACK, "plan", "See whether there is something to do")
        assert completed.returncode == 0, completed.stderr
        assert self.output.read_text() in {"changes=true\n", "changes=false\n"}
        return "false" in self.output.read_text()

    def plan(self) -> Completed:
        return self.step(UP_STACK, "plan", "Preview, and save the plan")

    def up(self) -> Completed:
        return self.step(UP_STACK, "up", "Do what was planned")


def tagged(owner: str) -> dict[str, Any]:
    settings = one_and_red()
    settings["clusters"]["one"]["tags"] = {"owner": owner}
    return settings


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "checkout")


def test_the_plan_is_deployed(checkout: Checkout) -> None:
    """Reviewers agree to the summary, which an identity with read rights made."""
    checkout.stack.configure(**one_and_red())
    assert checkout.step(PREVIEW, "check", "Check the settings").returncode == 0
    assert not checkout.is_up_to_date()
    assert checkout.step(UP_STACK, "plan", "Report, on a preview that failed too").returncode == 0
    assert checkout.summary.read_text().startswith(f"For {COMMIT}:\n\n#")
    assert "adxone.westus.kusto.windows.net" in checkout.summary.read_text()
    completed = checkout.up()
    assert completed.returncode == 0, completed.stdout + completed.stderr
    assert checkout.is_up_to_date()


def test_a_pull_request_that_violates_a_policy_is_refused(checkout: Checkout) -> None:
    """The checks fail before and after credentials, nothing is deployed, and the comment names rule and remedy."""
    (checkout.directory / ".venv-policies").symlink_to(PROJECT / ".venv-policies")
    checkout.propose(STRICT, STRICT)
    settings = one_and_red()
    checkout.stack.configure(**settings)
    assert checkout.step(PREVIEW, "check", "Check the settings").returncode == 0
    assert checkout.preview().returncode == 0

    settings["clusters"]["one"]["auto_approval"] = [TRUSTED]
    checkout.stack.configure(**settings)
    checked = checkout.step(PREVIEW, "check", "Check the settings")
    assert checked.returncode == 1
    assert "(policy auto-approval-within-list); use `approval: approve`" in checked.stdout + checked.stderr
    assert checkout.preview().returncode != 0
    assert checkout.plan().returncode != 0
    assert checkout.step(PREVIEW, "report", "Report", stacks="test").returncode == 0
    report = (checkout.directory / "report.md").read_text()
    assert "**Violates mandatory policies: Pulumi rejects the update**" in report
    assert "`auto-approval-within-list`" in report
    assert "`red` gets private access" in report, "reviewers see the change, too"


@pytest.mark.parametrize(
    ("base", "own"),
    [
        pytest.param(STRICT, None, id="deleted"),
        pytest.param(STRICT, {"auto-approval-within-list": "disabled"}, id="disabled"),
        pytest.param(STRICT, {"auto-approval-within-list": {"subscriptions": [TRUSTED]}}, id="allowed"),
        pytest.param(STRICT, {"auto-approval-within-list": {"exempt": {"*": "I need it"}}}, id="exempt"),
        pytest.param(None, STRICT, id="the first policies"),
    ],
)
def test_a_pull_request_cannot_loosen_its_policies(checkout: Checkout, base: object, own: object) -> None:
    """The policies of what it merges into decide, and its own only if they are the first."""
    checkout.propose(base, own)
    settings = one_and_red()
    settings["clusters"]["one"]["auto_approval"] = [TRUSTED]
    checkout.stack.configure(**settings)
    checked = checkout.step(PREVIEW, "check", "Check the settings")
    assert checked.returncode == 1
    assert "(policy auto-approval-within-list)" in checked.stdout + checked.stderr
    assert checkout.preview().returncode != 0
    assert checkout.step(PREVIEW, "report", "Report", stacks="test").returncode == 0
    assert "`auto-approval-within-list`" in (checkout.directory / "report.md").read_text()


@pytest.mark.parametrize(
    ("own", "message"),
    [
        pytest.param(STRICT, "(policy auto-approval-within-list)", id="stricter"),
        pytest.param({"auto-aproval": "mandatory"}, "auto-aproval: is not a rule", id="misspelt"),
    ],
)
def test_new_policies_are_checked_before_they_are_merged(checkout: Checkout, own: object, message: str) -> None:
    """Afterwards, every other pull request would fail."""
    checkout.propose({"auto-approval-within-list": "disabled"}, own)
    settings = one_and_red()
    settings["clusters"]["one"]["auto_approval"] = [TRUSTED]
    checkout.stack.configure(**settings)
    checked = checkout.step(PREVIEW, "check", "Check the settings")
    assert checked.returncode != 0
    assert message in checked.stdout + checked.stderr


def test_without_policies_the_preview_has_no_pack(checkout: Checkout) -> None:
    """Most repositories have none; those that had any need a merge without them first."""
    checkout.stack.configure(**one_and_red())
    assert checkout.step(PREVIEW, "check", "Check the settings").returncode == 0
    assert checkout.preview().returncode == 0
    assert not checkout.policies


def test_the_pack_is_that_of_the_base(tmp_path: Path) -> None:
    """A pull request can change the code of the rules, and files in its checkout, as well."""
    log = tmp_path / "log"
    for program in ("bin/python", "policies/bin/pip"):
        (tmp_path / program).parent.mkdir(parents=True)
        write_program(tmp_path / program, LOG)
    values = {"steps.policies.outputs.folder": "/base"}
    variables = {
        **environment(PREVIEW, "preview", "Set up the policies", values),
        "PATH": os.pathsep.join([str(tmp_path / "bin"), os.environ["PATH"]]),
        "RUNNER_TEMP": str(tmp_path),
        "LOG": str(log),
    }
    completed = run(script(PREVIEW, "preview", "Set up the policies"), tmp_path, variables)
    assert completed.returncode == 0, completed.stderr
    assert log.read_text().splitlines() == [
        f"python -m venv {tmp_path}/policies",
        "pip install --require-hashes -r /base/requirements-policies.txt",
        "pip install --no-build-isolation --no-deps /base",
    ]


def test_reviewers_are_asked_about_changes_without_operations(checkout: Checkout) -> None:
    """The preview counts neither changed outputs nor `protect`; without a deployment they would never take effect."""
    checkout.stack.configure(**one_and_red())
    assert checkout.plan().returncode == 0
    assert checkout.up().returncode == 0
    program = checkout.directory / "__main__.py"
    text = program.read_text()
    program.write_text(f"# Every line is elsewhere now.\n{text}")
    assert checkout.is_up_to_date()

    program.write_text(text.replace("    return outputs", '    outputs["more"] = "x"\n    return outputs'))
    assert not checkout.is_up_to_date()
    program.write_text(text)
    settings = one_and_red()
    settings["clusters"]["one"]["protect"] = True
    checkout.stack.configure(**settings)
    assert not checkout.is_up_to_date()
    assert checkout.up().returncode == 0
    assert checkout.is_up_to_date()


def test_an_outdated_plan_deploys_nothing(checkout: Checkout) -> None:
    """After another merge, the deployment would differ from what the reviewers agreed to."""
    checkout.stack.configure(**one_and_red())
    assert checkout.plan().returncode == 0
    assert checkout.up().returncode == 0
    checkout.stack.configure(**tagged("data"))
    assert checkout.plan().returncode == 0
    checkout.stack.configure(**tagged("another team"))
    completed = checkout.up()
    assert completed.returncode != 0
    assert "violates plan" in completed.stdout + completed.stderr
    checkout.stack.configure(**one_and_red())
    assert checkout.is_up_to_date()


def test_a_plan_contains_no_secrets(checkout: Checkout) -> None:
    """Readers of the repository can read its artifacts."""
    checkout.stack.configure(**one_and_red())
    checkout.stack.pulumi("config", "set", "--secret", "azure-native:oidcToken", "a-word-that-nobody-knows")
    assert checkout.plan().returncode == 0
    plan = (checkout.directory / "plan.json").read_text()
    assert "oidcToken" in plan
    for artifact in (plan, (checkout.directory / "previews" / "test.json").read_text()):
        assert "a-word-that-nobody-knows" not in artifact


def test_a_preview_writes_nothing_into_the_backend(checkout: Checkout) -> None:
    """An identity with read rights to the container is enough."""
    checkout.stack.configure(**one_and_red())
    state = checkout.directory / ".sandbox" / "stacks"

    def modification_times() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in [state, *state.rglob("*")]}

    before = modification_times()
    assert checkout.preview().returncode == 0
    assert checkout.plan().returncode == 0
    assert before
    assert modification_times() == before


def test_failed_previews_are_in_the_report(checkout: Checkout) -> None:
    """Wrong settings, a stack that does not exist, and a job that ended early must not look like no change."""
    checkout.stack.configure(clusters={"one": {"idd": "x"}})
    (checkout.directory / "Pulumi.unmade.yaml").write_text("config: {}\n")
    assert checkout.preview().returncode != 0
    assert checkout.preview("unmade").returncode != 0
    reported = checkout.step(PREVIEW, "report", "Report")
    assert reported.returncode == 0, reported.stderr
    report = (checkout.directory / "report.md").read_text()
    assert checkout.summary.read_text() == report
    for text in ("idd", "test", "unmade", "absent"):
        assert text in report


@pytest.mark.parametrize(
    ("workflow", "job"), [(PREVIEW, "preview"), (UP_STACK, "plan"), (UP_STACK, "up")], ids=["preview", "plan", "up"]
)
def test_the_engine_is_the_pinned_one(tmp_path: Path, workflow: Path, job: str) -> None:
    """GitHub's runners have another engine, which `make setup` would use."""
    (tmp_path / "engine").symlink_to(PROJECT / "engine")
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to(sys.executable)
    others = tmp_path / "others"
    for name in ("pulumi", "pulumi-language-python"):
        write_program(others / name, "#!{python}\nprint('v9.9.9')\n")
    path = os.pathsep.join([str(others), os.environ["PATH"]])
    completed = run(script(workflow, job, "Set up the engine"), tmp_path, {"PATH": path})
    assert completed.returncode == 0, completed.stderr
    assert installer.version_of(programs / "pulumi") == tuple(map(int, installer.PINNED.split(".")))


GH = """#!{python}
# Keeps comments in a file, as `gh api` does on GitHub.
import json, os, pathlib, sys

import jq

file = pathlib.Path(os.environ["GITHUB"])
comments = json.loads(file.read_text())
command, *rest = sys.argv[1:]
assert command == "api" and os.environ["GH_TOKEN"]
options = dict(zip(rest, rest[1:]))
(path,) = [argument for argument in rest if argument.startswith("repos/")]
if "--method" not in options:
    for value in jq.compile(options["--jq"]).input_value(comments):
        print(value)
    sys.exit()
body = pathlib.Path(options["--field"].removeprefix("body=@")).read_text()
if options["--method"] == "POST":
    assert path == "repos/owner/name/issues/7/comments"
    comments.append({{"id": 99, "user": {{"login": "github-actions[bot]"}}, "body": body}})
else:
    assert options["--method"] == "PATCH"
    (comment,) = [comment for comment in comments if path == f"repos/owner/name/issues/comments/{{comment['id']}}"]
    comment["body"] = body
file.write_text(json.dumps(comments))
"""


class GitHub:
    """The comments of a pull request, and the job that writes one of them."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.comments = directory / "comments.json"
        write_program(directory / "bin" / "gh", GH)

    def set_comments(self, *comments: tuple[str, str]) -> None:
        content = [{"id": number, "user": {"login": who}, "body": body} for number, (who, body) in enumerate(comments)]
        self.comments.write_text(json.dumps(content))

    def comment(self, report: str | None, stacks: str = '["test"]') -> list[str]:
        """Run the job with a report, or without one for None. Returns all comments."""
        (self.directory / "report.md").unlink(missing_ok=True)
        if report is not None:
            (self.directory / "report.md").write_text(report)
        values = {
            **OF_RUN,
            "github.event.number": "7",
            "github.event.pull_request.head.sha": COMMIT,
            "needs.stacks.outputs.stacks": stacks,
        }
        environment_variables = {
            "PATH": str(self.directory / "bin"),  # the job can run nothing but `gh`
            "GITHUB": str(self.comments),
            "MARKER": jobs(PREVIEW)["comment"]["env"]["MARKER"],
        }
        for name in ("Put the comment together", "Write the comment, or bring it up to date"):
            step = environment(PREVIEW, "comment", name, values)
            completed = run(script(PREVIEW, "comment", name), self.directory, {**environment_variables, **step})
            assert completed.returncode == 0, completed.stderr
        return [comment["body"] for comment in json.loads(self.comments.read_text())]


@pytest.fixture
def github(tmp_path: Path) -> GitHub:
    return GitHub(tmp_path)


MARKER = "<!-- adx-private-link report -->\n"
HEAD = f"{MARKER}For {COMMIT} ([run](https://github.example/owner/name/actions/runs/3)):\n\n"


def test_the_comment_is_written_once_and_then_updated(github: GitHub) -> None:
    """Ten pushes are one comment."""
    github.set_comments()
    assert github.comment("first") == [f"{HEAD}first\n"]
    assert github.comment("`$(second)` %s \\n") == [f"{HEAD}`$(second)` %s \\n\n"]


def test_only_the_comment_of_the_workflow_is_updated(github: GitHub) -> None:
    """Others may quote it, and other workflows write as the same bot."""
    others = [("somebody", f"{MARKER}quoted"), ("github-actions[bot]", "coverage")]
    github.set_comments(*others)
    assert github.comment("first") == [f"{MARKER}quoted", "coverage", f"{HEAD}first\n"]
    github.set_comments(*others, ("github-actions[bot]", f"{MARKER}old"), ("github-actions[bot]", f"{MARKER}older"))
    assert github.comment("new") == [f"{MARKER}quoted", "coverage", f"{HEAD}new\n", f"{MARKER}older"]


@pytest.mark.parametrize(
    ("report", "stacks", "text"),
    [
        pytest.param(None, "[]", "No stack", id="no stack is touched"),
        pytest.param(None, '["test"]', "could not be created", id="no report"),
        pytest.param("", '["test"]', "could not be created", id="empty report"),
        pytest.param(None, "", "could not be created", id="unknown stacks"),
    ],
)
def test_an_old_comment_never_stays(github: GitHub, report: str | None, stacks: str, text: str) -> None:
    """It would look like the report of the newest push."""
    github.set_comments(("github-actions[bot]", f"{MARKER}old"))
    (comment,) = github.comment(report, stacks)
    assert comment.startswith(HEAD)
    assert text in comment
    assert "old" not in comment


def test_the_comment_has_the_maximum_length_of_github(github: GitHub) -> None:
    """GitHub rejects more than 65536 characters, and the old comment would stay."""
    github.set_comments(("github-actions[bot]", f"{MARKER}old"))
    (comment,) = github.comment("→é" * 40000)
    assert len(comment) == 65536
    assert comment.startswith(f"{HEAD}→é")
    (comment,) = github.comment("x" * (65536 - 500))  # as long as a report is at most
    assert comment.endswith("x\n")
