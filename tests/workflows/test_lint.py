"""What workflows must never do: their mistakes are found on somebody else's machine, with somebody's credentials."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from .files import ALL, FOR_USERS, PREVIEW, PROJECT, UP, UP_STACK, jobs, steps

each_workflow = pytest.mark.parametrize("workflow", ALL, ids=lambda each: each.name)

CHECKOUT = {"contents": "read"}
LOGIN = {"contents": "read", "id-token": "write"}
PERMISSIONS = {
    "ci.yml": {"test": CHECKOUT},
    "preview.yml": {
        "check": CHECKOUT,
        "stacks": CHECKOUT,
        "preview": LOGIN,
        "report": CHECKOUT,
        "comment": {"pull-requests": "write"},
    },
    "up.yml": {"stacks": CHECKOUT, "stack": LOGIN},
    "up-stack.yml": {"plan": LOGIN, "up": LOGIN},
}


def program(name: str) -> Path:
    """A program of this environment, which need not be on PATH."""
    return Path(sys.executable).with_name(name)


def test_actionlint_finds_nothing(actionlint: Path, tmp_path: Path) -> None:
    """Without GitHub, a mistake in an expression would show at the first pull request of a user."""
    (tmp_path / ".git").mkdir()
    folder = tmp_path / ".github" / "workflows"  # where they are copied to, and find each other
    folder.mkdir(parents=True)
    files = [shutil.copy(each, folder) for each in ALL]
    done = subprocess.run(
        [actionlint, "-pyflakes=", f"-shellcheck={program('shellcheck')}", *files],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_zizmor_finds_nothing() -> None:
    """Injected templates, credentials left in the checkout, caches that others can poison."""
    files = [*ALL, PROJECT / ".pre-commit-hooks.yaml"]
    done = subprocess.run(
        [program("zizmor"), "--offline", "--persona=pedantic", "--strict-collection", *files],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@each_workflow
def test_a_job_may_do_what_it_must_and_no_more(workflow: Path) -> None:
    """Who adds a right to a job says so here as well."""
    assert yaml.safe_load(workflow.read_text())["permissions"] == {}
    assert {name: job["permissions"] for name, job in jobs(workflow).items()} == PERMISSIONS[workflow.name]


@each_workflow
def test_no_job_runs_for_hours(workflow: Path) -> None:
    """GitHub's own limit is six hours, for each of which somebody pays."""
    assert all(job["timeout-minutes"] <= 120 for job in jobs(workflow).values() if "uses" not in job)


@each_workflow
def test_no_secret_is_stored(workflow: Path) -> None:
    """Azure and the backend know the run by OpenID Connect; a stored secret would outlive it."""
    assert not re.findall(r"\bsecrets\s*[.\[]", workflow.read_text())


@each_workflow
def test_no_pull_request_gets_more_than_its_own_token(workflow: Path) -> None:
    """`pull_request_target` runs a stranger's change with the rights of main."""
    events = set(yaml.safe_load(workflow.read_text())[True])  # `on` is true in YAML 1.1
    assert events <= {"pull_request", "push", "workflow_dispatch", "workflow_call"}


@each_workflow
def test_shell_gets_values_by_its_environment(workflow: Path) -> None:
    """A branch or a stack file can be called `$(curl …)`."""
    assert not [each["run"] for each in steps(workflow) if "${{" in each.get("run", "")]


def test_actions_are_pinned_by_commit_everywhere_the_same() -> None:
    """A tag can be moved to other code after it was reviewed; the version beside it is for people."""
    pins: dict[str, set[str]] = {}
    for workflow in ALL:
        for action, pin in re.findall(r"uses: (\S+?)@(.*)", workflow.read_text()):
            assert re.fullmatch(r"[0-9a-f]{40} # v\d+\.\d+\.\d+", pin), f"{workflow.name}: {action}@{pin}"
            pins.setdefault(action, set()).add(pin)
    assert all(len(each) == 1 for each in pins.values()), pins


def test_the_job_that_may_write_runs_nothing_of_the_pull_request() -> None:
    """Its token could answer for the repository's bot; what its shell runs, `test_steps.py` holds."""
    made = jobs(PREVIEW)["comment"]["steps"]
    assert [each["uses"].split("@")[0] for each in made if "uses" in each] == ["actions/download-artifact"]
    assert all("report" in str(each["with"]) for each in made if "uses" in each)


def test_a_stack_is_planned_and_deployed_by_one_run_at_a_time() -> None:
    """A plan that is made while another update is under way is older than it, and deploys nothing."""
    call = jobs(UP)["stack"]
    assert call["concurrency"] == {"group": "up-${{ matrix.stack }}", "cancel-in-progress": False}
    assert call["uses"] == f"./.github/workflows/{UP_STACK.name}"
    assert not call["strategy"]["fail-fast"]


def test_what_is_deployed_is_the_commit_that_was_planned() -> None:
    """The plan is made of what main says then, not when the run began."""
    checkouts = {name: job["steps"][0]["with"]["ref"] for name, job in jobs(UP_STACK).items()}
    assert checkouts == {"plan": "main", "up": "${{ needs.plan.outputs.commit }}"}
    assert jobs(UP_STACK)["plan"]["outputs"]["commit"] == "${{ steps.checkout.outputs.commit }}"


def test_the_comment_is_written_whatever_happens() -> None:
    """One that is left over from the push before would be read as this one's."""
    condition = jobs(PREVIEW)["comment"]["if"]
    assert condition == "${{ !cancelled() && needs.stacks.result != 'skipped' }}"  # skipped: from a fork
    assert [each["if"] for each in jobs(PREVIEW)["comment"]["steps"] if "if" in each] == [
        "needs.report.outputs.artifact"
    ]


def test_a_preview_is_made_by_an_identity_of_its_own() -> None:
    """The preview runs the program of whoever proposes a change: its identity must not be the one that deploys."""
    used = {
        (workflow, name): set(re.findall(r"vars\.(\w+CLIENT_ID)", str(job)))
        for workflow in FOR_USERS
        for name, job in jobs(workflow).items()
    }
    assert {place: each for place, each in used.items() if each} == {
        (PREVIEW, "preview"): {"AZURE_PREVIEW_CLIENT_ID"},
        (UP_STACK, "plan"): {"AZURE_PREVIEW_CLIENT_ID"},
        (UP_STACK, "up"): {"AZURE_CLIENT_ID"},
    }
    assert [name for name, job in jobs(UP_STACK).items() if "environment" in job] == ["up"]


def test_what_the_jobs_install_is_what_is_tested() -> None:
    """`requirements-cli.txt` has the same versions as the environment that runs these tests, without its tools."""

    def pins(name: str) -> dict[str, str]:
        return dict(re.findall(r"^(\S+)==(\S+) ", (PROJECT / name).read_text(), re.MULTILINE))

    installed = pins("requirements-cli.txt")
    for files in (installed, pins("requirements-uv.txt")):
        assert files.items() <= pins("requirements-dev.txt").items()
    extras = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    wanted = [*extras["dependencies"], *extras["optional-dependencies"]["cli"], "setuptools"]
    assert {re.split(r"[^\w-]", each)[0] for each in wanted} <= installed.keys()
    assert "pytest" not in installed


def test_the_page_names_every_variable_and_nothing_that_is_not_used() -> None:
    """A variable that nobody has set is empty, and shows as a failed login."""
    used = {name for each in FOR_USERS for name in re.findall(r"vars\.(\w+)", each.read_text())}
    page = (PROJECT / "docs" / "how-to" / "github.md").read_text()
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == used


def test_the_commands_of_the_page_are_shell() -> None:
    """They are pasted as they are."""
    page = (PROJECT / "docs" / "how-to" / "github.md").read_text()
    for shell in re.findall(r"```sh.*?\n(.*?)```", page, re.DOTALL):
        subprocess.run(["bash", "-n", "-c", shell], check=True)
