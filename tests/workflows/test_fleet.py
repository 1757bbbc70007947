"""The workflow that updates a fleet, its steps run on the real engine in the sandbox."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from azure_sandbox.testing import environment as sandbox_environment
from tests.stack.fleets import STACKS, Fleet

from .files import FLEET_UP, environment, jobs, run, script


@pytest.fixture
def fleet(tmp_path: Path) -> Fleet:
    """A fleet whose stacks exist, as a person creates them before the first run."""
    fleet = Fleet(tmp_path / "fleet")
    for stack in STACKS:
        fleet.pulumi("stack", "init", "--no-select", "--stack", stack)
    return fleet


def step(fleet: Fleet, job: str, name: str, shard: str = "") -> subprocess.CompletedProcess[str]:
    """Run a step of the workflow."""
    sandbox = sandbox_environment(fleet.home, attached=False)
    values = {
        "matrix.shard": shard,
        "vars.PULUMI_BACKEND_URL": sandbox["PULUMI_BACKEND_URL"],
        "vars.AZURE_CLIENT_ID": "00000000-0000-0000-0000-0000000000bb",
        "vars.AZURE_TENANT_ID": "99999999-9999-9999-9999-999999999999",
    }
    runner = {"GITHUB_STEP_SUMMARY": str(fleet.directory / "summary.md")}
    identity = environment(FLEET_UP, job, name, values)
    # The sandbox has no tokens of GitHub; its identities are tested with the workflow of single stacks.
    identity = {name: value for name, value in identity.items() if not name.startswith("ARM_")}
    completed = run(script(FLEET_UP, job, name), fleet.directory, {**sandbox, **runner, **identity})
    assert completed.returncode == 0, completed.stdout + completed.stderr
    return completed


def test_the_shards_update_every_stack_once(fleet: Fleet) -> None:
    """A stack that no job updates would stay as it was, and nothing would say so."""
    step(fleet, "zones", "Check the inventory")
    step(fleet, "zones", "Update the zones")
    for shard in jobs(FLEET_UP)["stacks"]["strategy"]["matrix"]["shard"]:
        step(fleet, "stacks", "Update the stacks of this shard", shard)
    assert {*fleet.results()} == {*STACKS}
    step(fleet, "status", "Show the last result of each stack")
    summary = (fleet.directory / "summary.md").read_text()
    assert all(stack in summary for stack in STACKS)
    fleet.check_deployed()


def test_the_shards_are_all_parts() -> None:
    """A fifth job without another denominator would update some stacks twice, and a missing one leave some out."""
    shards = jobs(FLEET_UP)["stacks"]["strategy"]["matrix"]["shard"]
    assert shards == [f"{number}/{len(shards)}" for number in range(1, len(shards) + 1)]
