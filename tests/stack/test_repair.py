"""After a crash: `adx-private-link repair`, and `pulumi up` goes on as if nothing had been."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from azure_sandbox.azure import ResourceId, Trouble
from azure_sandbox.azure.trouble import Kind
from azure_sandbox.testing import Stack, environment

from . import harness
from .conftest import StackMaker
from .worlds import RED, RED_NETWORK, RED_ZONE, TWO_BY_TWO, one_and_red

ENDPOINT = f"{RED}/providers/Microsoft.Network/privateEndpoints/pe-one-engine-red"
FIRST = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/first"
RECORD = f"adxone@{RED_ZONE}"
ZONE = f"{RED}/providers/Microsoft.Network/privateDnsZones/privatelink.westus.kusto.windows.net"
HOST = "adxone.westus.kusto.windows.net"


@pytest.fixture
def stack(new_stack: StackMaker) -> Stack:
    stack = new_stack(TWO_BY_TWO)
    stack.configure(**one_and_red())
    return stack


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A stack that is deployed, and one whose first update was killed when it had made its last record."""
    directory = tmp_path_factory.mktemp("originals")
    found = {name: harness.Stack(directory / name, TWO_BY_TWO) for name in ("deployed", "crashed")}
    for each in found.values():
        each.configure(**one_and_red())
    assert found["deployed"].up().succeeded
    crash(found["crashed"], "kills-engine", "PUT */privateDnsZones/*/A/adxone")
    return {name: each.directory for name, each in found.items()}


@pytest.fixture
def deployed(originals: dict[str, Path], tmp_path: Path) -> Stack:
    return harness.Stack.open(shutil.copytree(originals["deployed"], tmp_path / "deployed"))


@pytest.fixture
def crashed(originals: dict[str, Path], tmp_path: Path) -> Stack:
    return harness.Stack.open(shutil.copytree(originals["crashed"], tmp_path / "crashed"))


def crash(stack: Stack, kind: Kind, on: str) -> None:
    """An update that a kill ends, right after Azure has done what was asked."""
    azure = stack.home.azure
    azure.add_trouble(Trouble(kind=kind, on=on))
    # One thing after the other, and none at once: beside it, another could be half written into the state.
    azure.add_trouble(Trouble(kind="slow", on=on, seconds=0.5))
    assert not stack.up("--parallel", "1").succeeded
    assert [met for _, met in azure.troubles()] == [1, 1]
    azure.end_troubles()


def repair(stack: Stack, *arguments: str, answer: str | None = None, **variables: str) -> tuple[int, str]:
    done = subprocess.run(
        [*harness.COMMAND, "repair", "--stack", "test", *arguments],
        cwd=stack.directory,
        env={**environment(stack.home), **variables},
        capture_output=True,
        text=True,
        input=answer,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def answer(stack: Stack, said: bytes, meanwhile: Callable[[], object] = lambda: None) -> tuple[int, str]:
    """Repair at a terminal, and say something when it asks."""
    master, terminal = os.openpty()
    with subprocess.Popen(
        [*harness.COMMAND, "repair", "--stack", "test"],
        cwd=stack.directory,
        env=environment(stack.home),
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as asking:
        assert asking.stdout
        told = ""
        while "Repair the state?" not in told and (more := asking.stdout.read(1)):
            told += more
        try:
            meanwhile()
            os.write(master, said)
        except BaseException:
            asking.kill()  # it would wait for an answer
            raise
        told += asking.stdout.read()
    os.close(master)
    os.close(terminal)
    return asking.returncode, told


def forget(stack: Stack, is_forgotten: Callable[[dict[str, Any]], bool]) -> None:
    """Take resources out of the state, as an older copy of it would not have them."""
    state = json.loads(stack.pulumi("stack", "export").stdout)
    resources = state["deployment"]["resources"]
    state["deployment"]["resources"] = [each for each in resources if not is_forgotten(each)]
    (stack.directory / "torn.json").write_text(json.dumps(state))
    stack.pulumi("stack", "import", "--file", "torn.json")


def files(stack: Stack) -> dict[str, bytes]:
    """The backend as it is on the disk: after a kill even reading it through Pulumi may fail."""
    backend = stack.directory / ".sandbox" / "stacks"
    return {str(each): each.read_bytes() for each in sorted(backend.rglob("*")) if each.is_file()}


def guid(stack: Stack) -> str:
    return stack.home.azure.get(ResourceId.parse(ENDPOINT))["properties"]["resourceGuid"]


def reject(stack: Stack) -> None:
    """The owner of the service turns the endpoint's connection down."""
    azure = stack.home.azure
    service = f"{FIRST}/providers/Microsoft.Network/privateLinkServices/pls-one-engine"
    (connection,) = azure.get(ResourceId.parse(service))["properties"]["privateEndpointConnections"]
    refused = {"status": "Rejected", "description": "no"}
    azure.put(ResourceId.parse(connection["id"]), {"properties": {"privateLinkServiceConnectionState": refused}})


def lock(stack: Stack, pid: int, host: str | None = None, name: str = "mine") -> Path:
    file = next((stack.directory / ".sandbox" / "stacks" / ".pulumi").glob("stacks/*/test.json"))
    held = file.parents[2] / "locks" / "organization" / file.parent.name / "test" / f"{name}.json"
    held.parent.mkdir(parents=True, exist_ok=True)
    who = {"pid": pid, "username": "ann", "hostname": host or platform.node(), "timestamp": "2026-01-01T00:00:00Z"}
    held.write_text(json.dumps(who))
    return held


def test_after_the_engine_was_killed(stack: Stack) -> None:
    """The state is locked, knows that an endpoint was begun, and not that it is there."""
    crash(stack, "kills-engine", "PUT */privateEndpoints/pe-one-engine-red")
    made = guid(stack)
    # A second lock, cut off by its own kill: it does not say whose it is.
    torn = lock(stack, 0, name="torn")
    torn.write_text("")
    settings = (stack.directory / "Pulumi.test.yaml").read_bytes()
    code, told = repair(stack, "--yes")
    assert code == 0, told
    for line in (
        "dead lock",
        "interrupted",
        "creating PrivateEndpoint one.red.engine",
        ENDPOINT,
        "taken over",
        "held by an unknown user",
    ):
        assert line in told
    assert not torn.exists()
    assert (stack.directory / "Pulumi.test.yaml").read_bytes() == settings
    done = stack.up()
    assert done.succeeded, done.output
    assert not [each for each in done.operations if "PrivateEndpoint one.red.engine" in each]
    assert guid(stack) == made
    assert stack.preview("--expect-no-changes").succeeded
    assert stack.resolve(RED_NETWORK, HOST)[-1].startswith("10.")
    code, told = repair(stack)
    assert (code, told.splitlines()[0]) == (0, "nothing to repair in test")


@pytest.mark.parametrize("parts", [("",), (".attrs", ".bak.attrs")])
def test_after_a_kill_that_cut_off_the_state(crashed: Stack, parts: tuple[str, ...]) -> None:
    """
    Pulumi does not write its files at a stroke; the backup is one step behind, and Azure has the rest.

    Without its attributes a state is still whole.
    """
    (state,) = (crashed.directory / ".sandbox" / "stacks" / ".pulumi" / "stacks").glob("*/test.json")
    for part in parts:
        Path(f"{state}{part}").write_bytes(b"")
    code, told = repair(crashed, "--yes")
    assert code == 0, told
    assert (f"{state}.bak" in told) == ("" in parts)
    done = crashed.up()
    assert done.succeeded, done.output
    assert crashed.preview("--expect-no-changes").succeeded


def test_after_the_provider_was_killed_in_the_middle_of_a_replacement(deployed: Stack) -> None:
    """
    The engine lives, and takes the creation for a failure: the state tells of nothing begun.

    It has the old endpoint, deleted and waiting for its replacement; the new one has its name and its id.
    """
    settings = one_and_red()
    settings["clusters"]["one"]["services"] = {"engine": {"frontend": "spare"}}
    deployed.configure(**settings)
    crash(deployed, "kills-sandbox", "PUT */privateEndpoints/pe-one-engine-red")
    made = guid(deployed)
    assert "adx-private-link repair" in deployed.up().output
    code, told = repair(deployed, "--yes")
    assert code == 0, told
    assert [line.split()[-2:] for line in told.splitlines() if "not in the state" in line] == [["taken", "over"]]
    done = deployed.up()
    assert done.succeeded, done.output
    assert guid(deployed) == made
    assert deployed.preview("--expect-no-changes").succeeded


def test_a_state_that_is_many_steps_behind(deployed: Stack) -> None:
    """Somebody has put an old copy of the state back: each object hangs on one that is lost as well."""
    before, made = deployed.world(), sorted(each["urn"] for each in deployed.state())
    lost = ("PrivateEndpoint", "Deployment", "PrivateRecordSet", "VirtualNetworkLink")
    forget(deployed, lambda each: each["type"].endswith(lost))
    code, told = repair(deployed, "--yes")
    assert code == 0, told
    assert told.count("taken over") == 7
    assert sorted(each["urn"] for each in deployed.state()) == made
    done = deployed.up("--expect-no-changes")
    assert done.succeeded, done.output
    assert deployed.world() == before


def test_what_was_taken_over_and_cannot_be_used_does_not_stop_the_repair(deployed: Stack) -> None:
    """A rejected connection publishes nothing, and its endpoint is to be replaced: that takes one in the state."""
    lost = ("PrivateEndpoint", "Deployment")
    forget(
        deployed,
        lambda each: (each["type"].endswith(lost) and "one.red.engine" in each["urn"]) or _is_record(each, RECORD),
    )
    reject(deployed)
    code, told = repair(deployed, "--yes")
    assert code == 0, told
    assert any(each.get("id") == ENDPOINT for each in deployed.state())
    assert "pulumi up --replace '**PrivateEndpoint::one.red.engine'" in deployed.preview().output


def test_after_a_deletion_that_nobody_heard_of(deployed: Stack) -> None:
    deployed.home.azure.delete(ResourceId.parse(f"{ZONE}/A/adxone"))
    code, told = repair(deployed, "--yes")
    assert code == 0
    assert "gone from Azure" in told
    assert deployed.up().operations == [f"create PrivateRecordSet {RECORD}"]


def test_what_somebody_else_has_made_is_left_alone(deployed: Stack) -> None:
    """It has the name of the stack's record, and leads elsewhere."""
    record = ResourceId.parse(f"{ZONE}/A/adxone")
    forget(deployed, lambda each: _is_record(each, RECORD))
    theirs = {"properties": {"ttl": 60, "aRecords": [{"ipv4Address": "10.9.9.9"}]}}
    deployed.home.azure.put(record, theirs)
    code, told = repair(deployed, "--yes")
    assert code == 0
    assert "somebody else's" in told
    assert "differs in aRecords[0].ipv4Address" in told
    assert deployed.home.azure.get(record)["properties"]["aRecords"] == [{"ipv4Address": "10.9.9.9"}]
    assert not any(_is_record(each, RECORD) for each in deployed.state())


def _is_record(resource: dict[str, Any], name: str) -> bool:
    return resource["type"].endswith("PrivateRecordSet") and resource["urn"].endswith(f"::{name}")


def test_nothing_is_done_unasked(crashed: Stack) -> None:
    lock(crashed, os.getpid(), "another-machine")
    before = files(crashed), crashed.world()
    # The copy that a repair tries things out on is not compressed, even where the backend's states are.
    code, told = repair(crashed, answer="", PULUMI_DIY_BACKEND_GZIP="true")
    assert code == 2
    assert "--yes" in told
    assert "dead lock" in told
    assert "lock of another machine" in told
    assert "held by ann@another-machine" in told
    code, told = answer(crashed, b"n\n")
    assert code == 1
    assert "nothing in Azure" in told
    assert (files(crashed), crashed.world()) == before


def test_what_somebody_does_while_it_asks_is_not_undone(crashed: Stack) -> None:
    """A colleague sees the dead lock too, cancels it and goes on."""
    code, told = answer(crashed, b"y\n", meanwhile=lambda: crashed.pulumi("cancel", "--yes"))
    assert code == 2
    assert "somebody has changed test meanwhile" in told
    assert any(each.get("id") == ENDPOINT for each in crashed.state())


def test_an_update_that_runs_is_left_alone(stack: Stack) -> None:
    """Also when an older update has left its lock beside it."""
    lock(stack, 0, "another-machine", "dead")
    held = lock(stack, os.getpid())
    code, told = repair(stack, "--yes")
    assert code == 2
    assert f"an update of test is running: the stack is held by ann@{platform.node()} (pid {os.getpid()})" in told
    assert held.exists()
