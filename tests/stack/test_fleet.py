"""
A fleet on the real engine: whatever is killed or lost in a run, the next one converges.

Each command is a process, as in a pipeline, and so is each worker.
"""

from __future__ import annotations

import json
import os
import platform
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from azure_sandbox.azure.resource_ids import ResourceId
from azure_sandbox.testing import environment
from tests.policies.test_pack import PACK
from tests.waiting import wait_until

from .fleets import CLIENTS, FLEET, SECONDS, STACKS, Fleet


@pytest.fixture
def fleet(tmp_path: Path) -> Fleet:
    return Fleet(tmp_path / "fleet")


def _worker(process: subprocess.Popen[str]) -> psutil.Process | None:
    """The process of the worker, once it runs an update."""
    try:
        for child in psutil.Process(process.pid).children(recursive=True):
            if any(grandchild.name() == "pulumi" and "up" in grandchild.cmdline() for grandchild in child.children()):
                return child
    except psutil.NoSuchProcess:
        return None
    return None


def _kill_tree(process: psutil.Process) -> None:
    for member in [process, *process.children(recursive=True)]:
        try:
            member.send_signal(signal.SIGKILL)
        except psutil.NoSuchProcess:
            continue


def test_a_fleet_is_deployed_and_a_second_run_has_nothing_to_do(fleet: Fleet) -> None:
    """Zones come first: without them, the previews of all other stacks fail."""
    output = fleet.succeed("up", "--yes", "--create")
    assert output.splitlines()[0].startswith("1/3  changed  zones.west  14 create")
    fleet.check_deployed()
    again = fleet.succeed("up", "--yes")
    assert "3 stacks already done in fleet-results" in again
    # The keys that Pulumi wrote into the stack files are no difference to the inventory.
    assert fleet.succeed("write", "--check").startswith("3 stacks, 0 files to write")


def test_policies_stop_the_stacks_that_violate_them_and_no_other(fleet: Fleet) -> None:
    """The rules of a security team are of no use if a fleet goes round them."""
    policies = {"all": "disabled", "required-tags": {"enforcementLevel": "mandatory", "names": ["owner"]}}
    (fleet.directory / "policies.json").write_text(json.dumps(policies))
    inventory = fleet.directory / "fleet.yaml"
    inventory.write_text(inventory.read_text() + "    tags: {owner: network}\n")
    fleet.succeed("write")
    pack = ["--policy-pack", str(PACK), "--policy-pack-config", "policies.json"]
    fleet.succeed("up", "--yes", "--create", "--select", "group=zones", *pack)

    code, output = fleet.run("up", "--yes", "--create", *pack)
    assert code == 2
    assert "Violates policies: required-tags" in output
    results = fleet.results()
    assert {name: result.status for name, result in results.items()} == {
        "zones.west": "changed",
        "data.1": "failed",
        "ops.1": "failed",
    }
    assert results["data.1"].violations == ["required-tags"]
    types = [resource["type"] for resource in fleet.home.azure.list()]
    assert "Microsoft.Network/privateEndpoints" not in types

    code, output = fleet.run("preview", *pack)
    assert code == 2
    comment = fleet.succeed("report")
    assert "**Preview of 3 stacks: 2 failed, 1 unchanged.**" in comment
    assert "Violates mandatory policies" in comment
    # Every operation that was planned is kept, although Pulumi rejects the update.
    assert "PrivateEndpoint created" in comment


@pytest.mark.parametrize("after_first_create", [False, True])
def test_a_killed_worker_is_replaced_and_its_stack_repaired(fleet: Fleet, *, after_first_create: bool) -> None:
    """A machine is switched off, with its engines: a lock stays, and objects that no state has."""
    process = fleet.start("up", "--yes", "--create", "--workers", "1", "--select", "stack=zones.west")
    wait_until(lambda: bool(_worker(process) and fleet.locks("zones.west")), SECONDS)
    if after_first_create:
        wait_until(
            lambda: bool(any("/privateDnsZones/" in resource["id"] for resource in fleet.home.azure.list())), SECONDS
        )
    worker = _worker(process)
    assert worker is not None
    _kill_tree(worker)
    output, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, output
    assert fleet.results()["zones.west"].repaired
    fleet.succeed("up", "--yes", "--create")
    fleet.check_deployed()


def test_an_engine_that_outlives_its_worker_is_waited_for(fleet: Fleet) -> None:
    """The worker alone dies, of too little memory for example: its engine finishes the update."""
    process = fleet.start("up", "--yes", "--create", "--workers", "1")
    wait_until(lambda: bool(_worker(process) and fleet.locks("zones.west")), SECONDS)
    worker = _worker(process)
    assert worker is not None
    worker.kill()
    output, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, output
    fleet.check_deployed()


def test_ctrl_c_lets_pulumi_end_and_the_next_run_goes_on(fleet: Fleet) -> None:
    """Someone sees a mistake: no lock stays and no object without a state, and no worker shows a traceback."""
    with fleet.on_terminal("up", "--yes", "--create", "--workers", "1") as (process, shown):
        wait_until(lambda: any("/privateDnsZones/" in resource["id"] for resource in fleet.home.azure.list()), SECONDS)
        os.killpg(process.pid, signal.SIGINT)
        process.wait(SECONDS)
    output = "".join(shown)
    assert process.returncode == 130, output
    assert "0/3" in output, "the progress of all stacks"
    assert "Waiting for the operations that are running; Ctrl-C again stops waiting." in output
    assert "Run the command again for the stacks that are not done." in output
    assert "Traceback" not in output
    assert "canceled" in fleet.results()["zones.west"].error
    assert not fleet.locks("zones.west")
    fleet.succeed("up", "--yes", "--create")
    fleet.check_deployed()


def test_a_killed_run_is_continued_by_the_next_one(fleet: Fleet) -> None:
    """The runner of a pipeline is stopped in the middle."""
    process = fleet.start("up", "--yes", "--create", "--workers", "1")
    wait_until(lambda: bool("zones.west" in fleet.results() and _worker(process)), SECONDS)
    _kill_tree(psutil.Process(process.pid))
    process.communicate()
    done = fleet.results()["zones.west"]
    output = fleet.succeed("up", "--yes", "--create")
    assert "already done in fleet-results" in output
    assert fleet.results()["zones.west"] == done
    fleet.check_deployed()


def _free_port() -> int:
    with socket.socket() as unbound:
        unbound.bind(("127.0.0.1", 0))
        return unbound.getsockname()[1]


def test_a_killed_scheduler_is_reported_and_the_next_run_converges(fleet: Fleet) -> None:
    """The machine of the scheduler is lost, while workers on others go on with what they have begun."""
    address, dask = f"tcp://127.0.0.1:{_free_port()}", str(Path(sys.executable).with_name("dask"))
    host, port = "127.0.0.1", address.rpartition(":")[2]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": fleet.directory}
    scheduler = subprocess.Popen([dask, "scheduler", "--host", host, "--port", port, "--no-dashboard"], **quiet)
    command = [dask, "worker", address, "--nthreads", "1", "--no-dashboard"]
    worker = subprocess.Popen(command, env=environment(fleet.home, warm=False), **quiet)
    try:
        process = fleet.start("up", "--yes", "--create", "--scheduler", address)
        wait_until(lambda: bool("zones.west" in fleet.results()), SECONDS)
        scheduler.kill()
        output, _ = process.communicate(timeout=SECONDS)
    finally:
        scheduler.kill()
        _kill_tree(psutil.Process(worker.pid))
        scheduler.wait()
        worker.wait()
    assert process.returncode == 2, output
    assert "The scheduler has ended." in output
    assert "Traceback" not in output
    assert "1 stack already done" in fleet.succeed("up", "--yes", "--create")
    fleet.check_deployed()


def test_two_fleets_at_once_wait_for_each_other(fleet: Fleet) -> None:
    """Two people start the same command; no lock is cancelled under a running update."""
    for stack in STACKS:
        fleet.pulumi("stack", "init", "--no-select", "--stack", stack)
    processes = [fleet.start("up", "--yes", "--results", name) for name in ("first", "second")]
    for process in processes:
        output, _ = process.communicate(timeout=SECONDS)
        assert process.returncode == 0, output
    for name in ("first", "second"):
        assert not any(result.repaired for result in fleet.results("up", name).values())
    fleet.check_deployed()


def test_the_lock_of_another_machine_is_left_alone(fleet: Fleet) -> None:
    """Whether an update runs on another machine cannot be known here: cancelled, it would be overwritten."""
    fleet.succeed("up", "--yes", "--create", "--select", "stack=zones.west")
    process = fleet.start("refresh", "--yes", "--select", "stack=zones.west")
    wait_until(lambda: bool(fleet.locks("zones.west")), SECONDS)
    [lock] = fleet.locks("zones.west")
    content = lock.read_text()
    process.communicate(timeout=SECONDS)
    assert platform.node() in content
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.write_text(content.replace(platform.node(), "another-machine"))
    code, output = fleet.run("refresh", "--yes", "--select", "stack=zones.west", "--wait", "1", "--results", "locked")
    assert code == 2, output
    assert "cannot be known here" in fleet.results("refresh", "locked")["zones.west"].error
    assert lock.exists()


def test_a_missing_stack_is_created_only_on_request(fleet: Fleet) -> None:
    """Pulumi writes the key of its secrets into the stack file, which a runner throws away."""
    code, output = fleet.run("up", "--yes", "--select", "stack=zones.west")
    assert code == 2
    assert "fleet up --create" in fleet.results()["zones.west"].error, output


def test_a_risk_stops_the_canaries_and_everything_after_them(fleet: Fleet) -> None:
    """What would cut off the first team must not cut off all."""
    fleet.succeed("up", "--yes", "--create")
    path = fleet.directory / "fleet.yaml"
    path.write_text(FLEET.replace(f"{CLIENTS}\n", f"{CLIENTS}\n    request_message: Another\n"))
    fleet.succeed("write")
    code, output = fleet.run("up", "--yes", "--canary", "team=data", "--fail-on", "any")
    assert code == 1, output
    assert fleet.results()["data.1"].status == "risk"
    assert "endpoint-replaced" in fleet.results()["data.1"].risks
    group = next(line for line in output.splitlines() if line.startswith("ops"))
    assert group.split() == ["ops", "1", "1"], "not run"
    # Nothing was updated.
    assert "changed" in fleet.succeed("preview", "--select", "team=data")


def test_drift_is_found_and_reported(fleet: Fleet) -> None:
    """A link is removed in the portal."""
    fleet.succeed("up", "--yes", "--create")
    fleet.succeed("drift")
    ids = [resource["id"] for resource in fleet.home.azure.list()]
    fleet.home.azure.delete(ResourceId.parse(next(id for id in ids if "/virtualNetworkLinks/" in id)))
    code, output = fleet.run("drift", "--results", "second")
    assert code == 1, output
    assert {name: result.status for name, result in fleet.results("drift", "second").items()} == {
        "zones.west": "changed",
        "data.1": "unchanged",
        "ops.1": "unchanged",
    }
    assert (fleet.directory / "second" / "drift" / "previews" / "zones.west.json").exists()
