"""Rules for workflows, whose mistakes would appear only on GitHub, with the credentials of users."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from .files import ALL, DRIFT, FLEET_PREVIEW, FLEET_UP, FOR_USERS, PREVIEW, PROJECT, UP, UP_STACK, jobs, steps

each_workflow = pytest.mark.parametrize("workflow", ALL, ids=lambda workflow: workflow.name)

CHECKOUT = {"contents": "read"}
LOGIN = {"contents": "read", "id-token": "write"}
PERMISSIONS = {
    "ci.yml": {"test": CHECKOUT},
    "release.yml": {"npm": LOGIN},
    "preview.yml": {
        "check": CHECKOUT,
        "stacks": CHECKOUT,
        "preview": LOGIN,
        "report": CHECKOUT,
        "comment": {"pull-requests": "write"},
    },
    "drift.yml": {"stacks": CHECKOUT, "compare": LOGIN, "report": CHECKOUT, "issue": {"issues": "write"}},
    "fleet-preview.yml": {
        "check": CHECKOUT,
        "preview": LOGIN,
        "report": CHECKOUT,
        "comment": {"pull-requests": "write"},
    },
    "fleet-up.yml": {"zones": LOGIN, "stacks": LOGIN, "report": CHECKOUT},
    "up.yml": {"stacks": CHECKOUT, "stack": LOGIN},
    "up-stack.yml": {"plan": LOGIN, "up": LOGIN},
}


def program(name: str) -> Path:
    """A program of this environment, which may not be on PATH."""
    return Path(sys.executable).with_name(name)


def test_actionlint_finds_nothing(actionlint: Path, tmp_path: Path) -> None:
    """Without it, a mistake in an expression would appear in the first pull request of a user."""
    (tmp_path / ".git").mkdir()
    folder = tmp_path / ".github" / "workflows"  # the folder in which the workflows find each other
    folder.mkdir(parents=True)
    files = [shutil.copy(workflow, folder) for workflow in ALL]
    completed = subprocess.run(
        [actionlint, "-pyflakes=", f"-shellcheck={program('shellcheck')}", *files],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert completed.returncode == 0, completed.stdout + completed.stderr


def test_zizmor_finds_nothing() -> None:
    """It finds injected templates, credentials that stay in the checkout, and caches that others can poison."""
    files = [*ALL, PROJECT / ".pre-commit-hooks.yaml"]
    completed = subprocess.run(
        [program("zizmor"), "--offline", "--persona=pedantic", "--strict-collection", *files],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert completed.returncode == 0, completed.stdout + completed.stderr


@each_workflow
def test_a_job_has_the_permissions_that_it_needs_and_no_others(workflow: Path) -> None:
    """A change of a permission is repeated here."""
    assert yaml.safe_load(workflow.read_text())["permissions"] == {}
    assert {name: job["permissions"] for name, job in jobs(workflow).items()} == PERMISSIONS[workflow.name]


@each_workflow
def test_no_job_runs_for_hours(workflow: Path) -> None:
    """GitHub's own limit is six hours, and each is paid."""
    assert all(job["timeout-minutes"] <= 120 for job in jobs(workflow).values() if "uses" not in job)


@each_workflow
def test_no_secret_is_stored(workflow: Path) -> None:
    """Runs log in to Azure and to the backend with OpenID Connect; a stored secret would outlive the run."""
    assert not re.findall(r"\bsecrets\s*[.\[]", workflow.read_text())


@each_workflow
def test_no_workflow_gives_a_pull_request_the_rights_of_main(workflow: Path) -> None:
    """`pull_request_target` would."""
    events = set(yaml.safe_load(workflow.read_text())[True])  # `on` is true in YAML 1.1
    assert events <= {"pull_request", "push", "schedule", "workflow_dispatch", "workflow_call"}


@each_workflow
def test_shell_steps_get_values_as_environment_variables(workflow: Path) -> None:
    """A branch or a stack file can have the name `$(curl …)`."""
    assert not [step["run"] for step in steps(workflow) if "${{" in step.get("run", "")]


def test_actions_are_pinned_by_the_same_commit_everywhere() -> None:
    """A tag can be moved to other code after a review; the version beside the commit is for people."""
    pins: dict[str, set[str]] = {}
    for workflow in ALL:
        for action, pin in re.findall(r"uses: (\S+?)@(.*)", workflow.read_text()):
            assert re.fullmatch(r"[0-9a-f]{40} # v\d+\.\d+\.\d+", pin), f"{workflow.name}: {action}@{pin}"
            pins.setdefault(action, set()).add(pin)
    assert all(len(commits) == 1 for commits in pins.values()), pins


@pytest.mark.parametrize("workflow", [PREVIEW, FLEET_PREVIEW], ids=lambda workflow: workflow.name)
def test_the_job_that_may_write_runs_no_code_of_the_pull_request(workflow: Path) -> None:
    """Its token could write as the repository's bot; `test_steps.py` tests its shell steps."""
    comment_steps = jobs(workflow)["comment"]["steps"]
    assert [step["uses"].split("@")[0] for step in comment_steps if "uses" in step] == ["actions/download-artifact"]
    assert all("report" in str(step["with"]) for step in comment_steps if "uses" in step)


def test_the_job_that_writes_the_issue_runs_no_code_of_the_repository() -> None:
    """Its token could edit every issue; `test_drift.py` tests its shell steps."""
    issue_steps = jobs(DRIFT)["issue"]["steps"]
    assert [step["uses"].split("@")[0] for step in issue_steps if "uses" in step] == ["actions/download-artifact"]


def test_an_issue_is_closed_only_by_a_report() -> None:
    """A night without a report says nothing about Azure."""
    assert jobs(DRIFT)["issue"]["if"] == "${{ !cancelled() && needs.report.result == 'success' }}"


def test_a_stack_is_planned_and_deployed_by_one_run_at_a_time() -> None:
    """A plan that is made during another update is outdated, and deploys nothing."""
    call = jobs(UP)["stack"]
    assert call["concurrency"] == {"group": "up-${{ matrix.stack }}", "cancel-in-progress": False}
    assert call["uses"] == f"./.github/workflows/{UP_STACK.name}"
    assert not call["strategy"]["fail-fast"]


def test_the_deployed_commit_is_the_planned_one() -> None:
    """The plan is made from the main branch at that moment, not at the start of the run."""
    checkouts = {name: job["steps"][0]["with"]["ref"] for name, job in jobs(UP_STACK).items()}
    assert checkouts == {"plan": "main", "up": "${{ needs.plan.outputs.commit }}"}
    assert jobs(UP_STACK)["plan"]["outputs"]["commit"] == "${{ steps.checkout.outputs.commit }}"


def test_the_comment_is_written_even_after_a_failure() -> None:
    """Otherwise the comment of an earlier push would stay."""
    condition = jobs(PREVIEW)["comment"]["if"]
    assert condition == "${{ !cancelled() && needs.stacks.result != 'skipped' }}"  # skipped: from a fork
    assert [step["if"] for step in jobs(PREVIEW)["comment"]["steps"] if "if" in step] == [
        "needs.report.outputs.artifact"
    ]


def test_previews_have_an_identity_of_their_own() -> None:
    """A preview runs the code of a pull request, so its identity must not be the one that deploys."""
    used_by_job = {
        (workflow, name): set(re.findall(r"vars\.(\w+CLIENT_ID)", str(job)))
        for workflow in FOR_USERS
        for name, job in jobs(workflow).items()
    }
    assert {job: identities for job, identities in used_by_job.items() if identities} == {
        (PREVIEW, "preview"): {"AZURE_PREVIEW_CLIENT_ID"},
        (DRIFT, "compare"): {"AZURE_PREVIEW_CLIENT_ID"},
        (UP_STACK, "plan"): {"AZURE_PREVIEW_CLIENT_ID"},
        (UP_STACK, "up"): {"AZURE_CLIENT_ID"},
        (FLEET_PREVIEW, "preview"): {"AZURE_PREVIEW_CLIENT_ID"},
        (FLEET_UP, "zones"): {"AZURE_CLIENT_ID"},
        (FLEET_UP, "stacks"): {"AZURE_CLIENT_ID"},
    }
    assert [name for name, job in jobs(UP_STACK).items() if "environment" in job] == ["up"]
    assert [name for name, job in jobs(FLEET_UP).items() if "environment" in job] == ["zones", "stacks"]


def test_the_jobs_install_the_tested_versions() -> None:
    """`requirements-cli.txt` has the versions of the environment of these tests, without its tools."""

    def pins(name: str) -> dict[str, str]:
        return dict(re.findall(r"^(\S+)==(\S+) ", (PROJECT / name).read_text(), re.MULTILINE))

    installed, of_fleets = pins("requirements-cli.txt"), pins("requirements-fleet.txt")
    assert installed.items() <= of_fleets.items()
    assert "distributed" in of_fleets
    for files in (of_fleets, pins("requirements-uv.txt")):
        assert files.items() <= pins("requirements-dev.txt").items()
    extras = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    requirements = [*extras["dependencies"], *extras["optional-dependencies"]["cli"], "setuptools"]
    assert {re.split(r"[^\w-]", requirement)[0] for requirement in requirements} <= installed.keys()
    assert "pytest" not in installed


def test_the_page_lists_the_variables_of_the_workflows() -> None:
    """An unset variable is empty, and appears as a failed login."""
    used = {name for workflow in FOR_USERS for name in re.findall(r"vars\.(\w+)", workflow.read_text())}
    page = (PROJECT / "docs" / "how-to" / "github.md").read_text()
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == used


def test_the_commands_of_the_page_are_valid_shell() -> None:
    """Readers paste them."""
    page = (PROJECT / "docs" / "how-to" / "github.md").read_text()
    for shell in re.findall(r"```sh.*?\n(.*?)```", page, re.DOTALL):
        subprocess.run(["bash", "-n", "-c", shell], check=True)
