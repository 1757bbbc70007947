"""After a crash `adx-private-link repair` restores the state, and `pulumi up` continues."""

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
    """A deployed stack, and one whose first update was killed when it had created its last record."""
    directory = tmp_path_factory.mktemp("originals")
    stacks = {name: harness.Stack(directory / name, TWO_BY_TWO) for name in ("deployed", "crashed")}
    for stack in stacks.values():
        stack.configure(**one_and_red())
    assert stacks["deployed"].up().succeeded
    crash(stacks["crashed"], "kills-engine", "PUT */privateDnsZones/*/A/adxone")
    return {name: stack.directory for name, stack in stacks.items()}


@pytest.fixture
def deployed(originals: dict[str, Path], tmp_path: Path) -> Stack:
    return harness.Stack.open(shutil.copytree(originals["deployed"], tmp_path / "deployed"))


@pytest.fixture
def crashed(originals: dict[str, Path], tmp_path: Path) -> Stack:
    return harness.Stack.open(shutil.copytree(originals["crashed"], tmp_path / "crashed"))


def crash(stack: Stack, kind: Kind, on: str) -> None:
    """Run an update that is killed right after Azure has answered a request."""
    azure = stack.home.azure
    azure.add_trouble(Trouble(kind=kind, on=on))
    # Operations run one by one and slowly, so that the kill interrupts only this one.
    azure.add_trouble(Trouble(kind="slow", on=on, seconds=0.5))
    assert not stack.up("--parallel", "1").succeeded
    assert [count for _, count in azure.troubles()] == [1, 1]
    azure.end_troubles()


def repair(stack: Stack, *arguments: str, answer: str | None = None, **variables: str) -> tuple[int, str]:
    """Run `repair`, and return its exit code and its output."""
    completed = subprocess.run(
        [*harness.COMMAND, "repair", "--stack", "test", *arguments],
        cwd=stack.directory,
        env={**environment(stack.home), **variables},
        capture_output=True,
        text=True,
        input=answer,
        check=False,
    )
    assert "Traceback" not in completed.stderr
    return completed.returncode, completed.stdout + completed.stderr


def repair_at_terminal(stack: Stack, answer: bytes, meanwhile: Callable[[], object] = lambda: None) -> tuple[int, str]:
    """Run `repair` at a terminal, and answer its question."""
    master, terminal = os.openpty()
    with subprocess.Popen(
        [*harness.COMMAND, "repair", "--stack", "test"],
        cwd=stack.directory,
        env=environment(stack.home),
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout
        output = ""
        while "Repair the state?" not in output and (more := process.stdout.read(1)):
            output += more
        try:
            meanwhile()
            os.write(master, answer)
        except BaseException:
            process.kill()  # It would wait for an answer.
            raise
        output += process.stdout.read()
    os.close(master)
    os.close(terminal)
    return process.returncode, output


def forget(stack: Stack, selects: Callable[[dict[str, Any]], bool]) -> None:
    """Remove resources from the state, as if it were an older copy."""
    state = json.loads(stack.pulumi("stack", "export").stdout)
    resources = state["deployment"]["resources"]
    state["deployment"]["resources"] = [resource for resource in resources if not selects(resource)]
    (stack.directory / "torn.json").write_text(json.dumps(state))
    stack.pulumi("stack", "import", "--file", "torn.json")


def read_backend(stack: Stack) -> dict[str, bytes]:
    """Read the files of the backend, because Pulumi may fail to read them after a kill."""
    backend = stack.directory / ".sandbox" / "stacks"
    return {str(file): file.read_bytes() for file in sorted(backend.rglob("*")) if file.is_file()}


def read_guid(stack: Stack) -> str:
    """Return the endpoint's GUID, which a replacement would change."""
    return stack.home.azure.get(ResourceId.parse(ENDPOINT))["properties"]["resourceGuid"]


def reject(stack: Stack) -> None:
    """Reject the endpoint's connection, as the owner of the service can."""
    azure = stack.home.azure
    service = f"{FIRST}/providers/Microsoft.Network/privateLinkServices/pls-one-engine"
    (connection,) = azure.get(ResourceId.parse(service))["properties"]["privateEndpointConnections"]
    rejected = {"status": "Rejected", "description": "no"}
    azure.put(ResourceId.parse(connection["id"]), {"properties": {"privateLinkServiceConnectionState": rejected}})


def lock(stack: Stack, pid: int, host: str | None = None, name: str = "mine") -> Path:
    """Write a lock of a process, and return its file."""
    file = next((stack.directory / ".sandbox" / "stacks" / ".pulumi").glob("stacks/*/test.json"))
    lock_file = file.parents[2] / "locks" / "organization" / file.parent.name / "test" / f"{name}.json"
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    holder = {"pid": pid, "username": "ann", "hostname": host or platform.node(), "timestamp": "2026-01-01T00:00:00Z"}
    lock_file.write_text(json.dumps(holder))
    return lock_file


def test_a_repair_imports_what_a_killed_engine_created(stack: Stack) -> None:
    """The state is locked, and says that an endpoint was started, but not that it exists."""
    crash(stack, "kills-engine", "PUT */privateEndpoints/pe-one-engine-red")
    created_guid = read_guid(stack)
    # Another kill cut off a second lock, so that its holder is unknown.
    torn = lock(stack, 0, name="torn")
    torn.write_text("")
    settings = (stack.directory / "Pulumi.test.yaml").read_bytes()
    code, output = repair(stack, "--yes")
    assert code == 0, output
    for line in (
        "dead lock",
        "interrupted",
        "creating PrivateEndpoint one.red.engine",
        ENDPOINT,
        "imported",
        "held by an unknown user",
    ):
        assert line in output
    assert not torn.exists()
    assert (stack.directory / "Pulumi.test.yaml").read_bytes() == settings
    update = stack.up()
    assert update.succeeded, update.output
    assert not [operation for operation in update.operations if "PrivateEndpoint one.red.engine" in operation]
    assert read_guid(stack) == created_guid
    assert stack.preview("--expect-no-changes").succeeded
    assert stack.resolve(RED_NETWORK, HOST)[-1].startswith("10.")
    code, output = repair(stack)
    assert (code, output.splitlines()[0]) == (0, "The state of test needs no repair.")


@pytest.mark.parametrize("parts", [("",), (".attrs", ".bak.attrs")])
def test_a_repair_restores_a_state_that_a_kill_cut_off(crashed: Stack, parts: tuple[str, ...]) -> None:
    """
    Pulumi's writes are not atomic; the backup is one step behind, and Azure has the rest.

    Without its attributes a state is still complete.
    """
    (state,) = (crashed.directory / ".sandbox" / "stacks" / ".pulumi" / "stacks").glob("*/test.json")
    for part in parts:
        Path(f"{state}{part}").write_bytes(b"")
    code, output = repair(crashed, "--yes")
    assert code == 0, output
    assert (f"{state}.bak" in output) == ("" in parts)
    update = crashed.up()
    assert update.succeeded, update.output
    assert crashed.preview("--expect-no-changes").succeeded


def test_a_repair_imports_the_replacement_that_a_killed_provider_created(deployed: Stack) -> None:
    """
    The engine survives and believes that the creation failed, so the state contains no pending operation.

    It contains the old endpoint as deleted; the new one has the same name and id.
    """
    settings = one_and_red()
    settings["clusters"]["one"]["services"] = {"engine": {"frontend": "spare"}}
    deployed.configure(**settings)
    crash(deployed, "kills-sandbox", "PUT */privateEndpoints/pe-one-engine-red")
    created_guid = read_guid(deployed)
    assert "adx-private-link repair" in deployed.up().output
    code, output = repair(deployed, "--yes")
    assert code == 0, output
    assert [line.split()[-1] for line in output.splitlines() if "not in the state" in line] == ["imported"]
    update = deployed.up()
    assert update.succeeded, update.output
    assert read_guid(deployed) == created_guid
    assert deployed.preview("--expect-no-changes").succeeded


def test_a_repair_completes_a_state_that_is_many_steps_behind(deployed: Stack) -> None:
    """An old copy of the state was restored: each missing object depends on another missing one."""
    before, urns = deployed.world(), sorted(resource["urn"] for resource in deployed.state())
    lost = ("PrivateEndpoint", "Deployment", "PrivateRecordSet", "VirtualNetworkLink")
    forget(deployed, lambda resource: resource["type"].endswith(lost))
    code, output = repair(deployed, "--yes")
    assert code == 0, output
    assert output.count("imported") == 7
    assert sorted(resource["urn"] for resource in deployed.state()) == urns
    update = deployed.up("--expect-no-changes")
    assert update.succeeded, update.output
    assert deployed.world() == before


def test_a_rejected_endpoint_does_not_stop_the_repair(deployed: Stack) -> None:
    """A rejected connection publishes nothing; to replace its endpoint, the state has to contain it."""
    lost = ("PrivateEndpoint", "Deployment")
    forget(
        deployed,
        lambda resource: (
            (resource["type"].endswith(lost) and "one.red.engine" in resource["urn"]) or _is_record(resource, RECORD)
        ),
    )
    reject(deployed)
    code, output = repair(deployed, "--yes")
    assert code == 0, output
    assert any(resource.get("id") == ENDPOINT for resource in deployed.state())
    assert "pulumi up --replace '**PrivateEndpoint::one.red.engine'" in deployed.preview().output


def test_a_repair_removes_a_deleted_record_from_the_state(deployed: Stack) -> None:
    """Another tool deleted the record, or an update whose state was lost."""
    deployed.home.azure.delete(ResourceId.parse(f"{ZONE}/A/adxone"))
    code, output = repair(deployed, "--yes")
    assert code == 0
    assert "deleted in Azure" in output
    assert deployed.up().operations == [f"create PrivateRecordSet {RECORD}"]


def test_a_repair_leaves_a_record_of_others_alone(deployed: Stack) -> None:
    """The record has the name of the stack's own one, and points elsewhere."""
    record = ResourceId.parse(f"{ZONE}/A/adxone")
    forget(deployed, lambda resource: _is_record(resource, RECORD))
    record_of_others = {"properties": {"ttl": 60, "aRecords": [{"ipv4Address": "10.9.9.9"}]}}
    deployed.home.azure.put(record, record_of_others)
    code, output = repair(deployed, "--yes")
    assert code == 0
    assert "not as planned" in output
    assert "differs in aRecords[0].ipv4Address" in output
    assert deployed.home.azure.get(record)["properties"]["aRecords"] == [{"ipv4Address": "10.9.9.9"}]
    assert not any(_is_record(resource, RECORD) for resource in deployed.state())


def _is_record(resource: dict[str, Any], name: str) -> bool:
    return resource["type"].endswith("PrivateRecordSet") and resource["urn"].endswith(f"::{name}")


def test_a_repair_changes_nothing_without_consent(crashed: Stack) -> None:
    """An operator must be able to see first what it would do."""
    lock(crashed, os.getpid(), "another-machine")
    before = read_backend(crashed), crashed.world()
    # A repair tries on a copy of the state, which is not compressed even if the backend compresses states.
    code, output = repair(crashed, answer="", PULUMI_DIY_BACKEND_GZIP="true")
    assert code == 2
    assert "--yes" in output
    assert "dead lock" in output
    assert "lock of another machine" in output
    assert "held by ann@another-machine" in output
    code, output = repair_at_terminal(crashed, b"n\n")
    assert code == 1
    assert "nothing in Azure" in output
    assert (read_backend(crashed), crashed.world()) == before


def test_a_change_of_the_state_during_the_question_stops_the_repair(crashed: Stack) -> None:
    """A colleague sees the dead lock too, and cancels it."""
    code, output = repair_at_terminal(crashed, b"y\n", meanwhile=lambda: crashed.pulumi("cancel", "--yes"))
    assert code == 2
    assert "test was changed in the meantime" in output
    assert any(resource.get("id") == ENDPOINT for resource in crashed.state())


def test_a_running_update_stops_the_repair(stack: Stack) -> None:
    """The lock of an older update beside it makes no difference."""
    lock(stack, 0, "another-machine", "dead")
    lock_file = lock(stack, os.getpid())
    code, output = repair(stack, "--yes")
    assert code == 2
    assert f"An update of test is running: the stack is held by ann@{platform.node()} (pid {os.getpid()})" in output
    assert lock_file.exists()
