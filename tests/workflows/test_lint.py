"""What workflows must never do: their mistakes are found on somebody else's machine, with somebody's credentials."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from .files import ALL, FOR_USERS, PREVIEW, PROJECT, UP, jobs, steps

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
    "up.yml": {"stacks": CHECKOUT, "plan": LOGIN, "up": LOGIN},
}


def program(name: str) -> Path:
    """A program of this environment, which need not be on PATH."""
    return Path(sys.executable).with_name(name)


def test_actionlint_finds_nothing(actionlint: Path) -> None:
    """Without GitHub, a mistake in an expression would show at the first pull request of a user."""
    done = subprocess.run(
        [actionlint, "-pyflakes=", f"-shellcheck={program('shellcheck')}", *ALL],
        cwd=PROJECT,
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
    assert all(job["timeout-minutes"] <= 120 for job in jobs(workflow).values())


@each_workflow
def test_no_secret_is_stored(workflow: Path) -> None:
    """Azure and the backend know the run by OpenID Connect; a stored secret would outlive it."""
    assert not re.findall(r"\bsecrets\s*[.\[]", workflow.read_text())


@each_workflow
def test_no_pull_request_gets_more_than_its_own_token(workflow: Path) -> None:
    """`pull_request_target` runs a stranger's change with the rights of main."""
    events = set(yaml.safe_load(workflow.read_text())[True])  # `on` is true in YAML 1.1
    assert events <= {"pull_request", "push", "workflow_dispatch"}


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
    """Its token could answer for the repository's bot."""
    assert not [each for each in jobs(PREVIEW)["comment"]["steps"] if "checkout" in each.get("uses", "")]


def test_a_preview_is_made_by_an_identity_of_its_own() -> None:
    """The preview runs the program of whoever proposes a change: its identity must not be the one that deploys."""
    used = {
        (workflow, name): set(re.findall(r"vars\.(\w+CLIENT_ID)", str(job)))
        for workflow in FOR_USERS
        for name, job in jobs(workflow).items()
    }
    assert {place: each for place, each in used.items() if each} == {
        (PREVIEW, "preview"): {"AZURE_PREVIEW_CLIENT_ID"},
        (UP, "plan"): {"AZURE_PREVIEW_CLIENT_ID"},
        (UP, "up"): {"AZURE_CLIENT_ID"},
    }
    assert [name for name, job in jobs(UP).items() if "environment" in job] == ["up"]


def test_the_page_names_every_variable_and_nothing_that_is_not_used() -> None:
    """A variable that nobody has set is empty, and shows as a failed login."""
    used = {name for each in FOR_USERS for name in re.findall(r"vars\.(\w+)", each.read_text())}
    page = (PROJECT / "docs" / "workflows.md").read_text()
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == used


def test_the_commands_of_the_page_are_shell() -> None:
    """They are pasted as they are."""
    page = (PROJECT / "docs" / "workflows.md").read_text()
    for shell in re.findall(r"```sh\n(.*?)```", page, re.DOTALL):
        subprocess.run(["bash", "-n", "-c", shell], check=True)
