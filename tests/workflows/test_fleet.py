"""The workflows of a fleet, their steps run on the real engine in the sandbox."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from azure_sandbox.testing import environment as sandbox_environment
from tests.stack.fleets import STACKS, Fleet

from .files import FLEET_PREVIEW, FLEET_UP, OF_RUN, PREVIEW, PROJECT, environment, git, jobs, run, script

PACK = ".venv-policies"
STRICT = {"all": "disabled", "required-tags": {"enforcementLevel": "mandatory", "names": ["owner"]}}
COMMIT = "0123456789abcdef"


@pytest.fixture
def fleet(tmp_path: Path) -> Fleet:
    """A fleet whose stacks exist, as a person creates them before the first run."""
    fleet = Fleet(tmp_path / "fleet")
    for stack in STACKS:
        fleet.pulumi("stack", "init", "--no-select", "--stack", stack)
    return fleet


def step(fleet: Fleet, workflow: Path, job: str, name: str, **expressions: str) -> subprocess.CompletedProcess[str]:
    """Run a step of a workflow; `expressions` has the shard, and the folder of the policies."""
    sandbox = sandbox_environment(fleet.home, attached=False)
    values = {
        "matrix.shard": expressions.get("shard", ""),
        "steps.policies.outputs.folder": expressions.get("policies", ""),
        "vars.PULUMI_BACKEND_URL": sandbox["PULUMI_BACKEND_URL"],
        "vars.AZURE_CLIENT_ID": "00000000-0000-0000-0000-0000000000bb",
        "vars.AZURE_PREVIEW_CLIENT_ID": "00000000-0000-0000-0000-0000000000cc",
        "vars.AZURE_TENANT_ID": "99999999-9999-9999-9999-999999999999",
        "github.event.pull_request.head.sha": COMMIT,
        "github.event.number": "7",
        **OF_RUN,
    }
    files = {"GITHUB_STEP_SUMMARY": "summary.md", "GITHUB_OUTPUT": "output", "RUNNER_TEMP": "temporary"}
    runner = {variable: str(fleet.directory / path) for variable, path in files.items()}
    identity = environment(workflow, job, name, values)
    # The sandbox has no tokens of GitHub; its identities are tested with the workflow of single stacks.
    identity = {name: value for name, value in identity.items() if not name.startswith("ARM_")}
    of_job: dict[str, str] = jobs(workflow)[job].get("env", {})
    return run(script(workflow, job, name), fleet.directory, {**sandbox, **runner, **of_job, **identity})


def succeed(fleet: Fleet, workflow: Path, job: str, name: str, **expressions: str) -> None:
    """Run a step that must succeed."""
    completed = step(fleet, workflow, job, name, **expressions)
    assert completed.returncode == 0, completed.stdout + completed.stderr


def set_up_policies(fleet: Fleet, policies: object) -> None:
    """Add a policy file, and the environment of the pack, which the step that is left out would install."""
    (fleet.directory / "policies.json").write_text(json.dumps(policies))
    (fleet.directory / PACK).symlink_to(PROJECT / PACK)


def update(fleet: Fleet) -> None:
    """Update the zones and the shards."""
    succeed(fleet, FLEET_UP, "zones", "Check the inventory")
    succeed(fleet, FLEET_UP, "zones", "Update the zones")
    for shard in jobs(FLEET_UP)["stacks"]["strategy"]["matrix"]["shard"]:
        succeed(fleet, FLEET_UP, "stacks", "Update the stacks of this shard", shard=shard)


def test_the_shards_update_every_stack_once(fleet: Fleet) -> None:
    """A stack that no job updates would stay as it was, and nothing would say so."""
    update(fleet)
    assert {*fleet.results()} == {*STACKS}
    succeed(fleet, FLEET_UP, "report", "Report")
    assert "**Update of 3 stacks: 3 changed.**" in (fleet.directory / "summary.md").read_text()
    fleet.check_deployed()


def test_an_update_that_violates_a_policy_is_refused(fleet: Fleet) -> None:
    """A pull request can be merged without its checks, so the main branch is checked before the update, and by it."""
    set_up_policies(fleet, STRICT)
    assert step(fleet, FLEET_UP, "zones", "Check the inventory").returncode == 1
    before = fleet.home.azure.list()
    for job, name, shard in (("zones", "Update the zones", ""), ("stacks", "Update the stacks of this shard", "1/4")):
        completed = step(fleet, FLEET_UP, job, name, shard=shard)
        assert completed.returncode == 2
        assert "Violates policies: required-tags" in completed.stderr
    assert fleet.home.azure.list() == before


def test_a_pull_request_gets_one_comment_about_all_stacks(fleet: Fleet) -> None:
    """It changes every stack, violates a policy, and deletes the policies: those of its base decide."""
    update(fleet)
    git(fleet.directory, "init", "--quiet")
    set_up_policies(fleet, STRICT)
    git(fleet.directory, "add", "policies.json")
    git(fleet.directory, "commit", "--quiet", "--message=Base")
    (fleet.directory / "policies.json").unlink()
    git(fleet.directory, "commit", "--quiet", "--all", "--message=Pull request")
    inventory = fleet.directory / "fleet.yaml"
    inventory.write_text(inventory.read_text() + "    tags: {team: dns}\n")
    fleet.succeed("write")

    checked = step(fleet, FLEET_PREVIEW, "check", "Check the inventory")
    assert checked.returncode == 1
    assert "(policy required-tags)" in checked.stdout
    git(fleet.directory, "worktree", "remove", "temporary/base")

    (fleet.directory / "temporary" / "policies").symlink_to(PROJECT / PACK)
    succeed(fleet, FLEET_PREVIEW, "preview", "Find the policies")
    policies = (fleet.directory / "output").read_text().removeprefix("folder=").strip()
    assert policies == str(fleet.directory / "temporary" / "base")
    for shard in jobs(FLEET_PREVIEW)["preview"]["strategy"]["matrix"]["shard"]:
        step(fleet, FLEET_PREVIEW, "preview", "Preview the stacks of this shard", shard=shard, policies=policies)
    succeed(fleet, FLEET_PREVIEW, "report", "Report")
    assert (fleet.directory / "fleet.html").exists()

    succeed(fleet, FLEET_PREVIEW, "comment", "Put the comment together")
    comment = (fleet.directory / "comment.md").read_text()
    assert comment.startswith("<!-- adx-private-link fleet report -->\n")
    assert "**Preview of 3 stacks: 3 failed.**" in comment
    assert "`required-tags`" in comment
    assert "4 PrivateZone updated (`tags`)" in comment


def test_a_missing_report_is_said_in_the_comment(fleet: Fleet) -> None:
    """The comment of an earlier push would otherwise look like the one of this push."""
    succeed(fleet, FLEET_PREVIEW, "comment", "Put the comment together")
    assert "**The report could not be created:**" in (fleet.directory / "comment.md").read_text()


@pytest.mark.parametrize(
    ("job", "name"),
    [
        ("preview", "Find the policies"),
        ("preview", "Set up the policies"),
        ("comment", "Write the comment, or bring it up to date"),
    ],
)
def test_a_step_is_that_of_single_stacks(job: str, name: str) -> None:
    """`test_steps.py` tests it, with a fake of GitHub."""
    assert script(FLEET_PREVIEW, job, name) == script(PREVIEW, job, name)


@pytest.mark.parametrize(("workflow", "job"), [(FLEET_PREVIEW, "preview"), (FLEET_UP, "stacks")])
def test_the_shards_are_all_parts(workflow: Path, job: str) -> None:
    """A fifth job without another denominator would do some stacks twice, and a missing one leave some out."""
    shards = jobs(workflow)[job]["strategy"]["matrix"]["shard"]
    assert shards == [f"{number}/{len(shards)}" for number in range(1, len(shards) + 1)]
