"""Many providers at once, killed at any moment: nothing lost, nothing doubled, nothing torn."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest

from azure_sandbox.azure import AzureError, ResourceId, World
from azure_sandbox.sandbox_environment import sandbox_environment
from azure_sandbox.sandbox_home import SandboxHome

from . import workers
from .engine import Engine
from .places import CONSUMER, Cloud, endpoint
from .workers import ROOMY, endpoint_id


@pytest.fixture
def target(cloud: Cloud, alias: str) -> str:
    """A service to connect to, and a subnet with room for everybody."""
    cloud.put(ROOMY, {"properties": {"addressPrefix": "10.3.0.128/25"}})
    return alias


def test_many_threads_get_an_address_each(cloud: Cloud, target: str) -> None:
    def connect(number: int) -> None:
        cloud.put(endpoint_id(f"pe-{number}"), endpoint(target, subnet=ROOMY))

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(connect, range(40)))
    addresses = [address for number in range(40) for address in cloud.address_of(endpoint_id(f"pe-{number}"))]
    assert len(addresses) == len(set(addresses)) == 40
    assert len(cloud.connections()) == 40


def test_many_processes_get_an_address_each(cloud: Cloud, target: str, tmp_path: Path) -> None:
    with ProcessPoolExecutor(4, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(workers.connect, [tmp_path / "azure.db"] * 4, [target] * 4, range(4)))
    names = [endpoint_id(f"pe-{process}-{number}") for process in range(4) for number in range(8)]
    addresses = [address for name in names for address in cloud.address_of(name)]
    assert len(addresses) == len(set(addresses)) == 32
    assert len(cloud.connections()) == 32


def test_of_many_who_want_one_address_one_has_it(cloud: Cloud, target: str) -> None:
    wanted = [{"name": "ip", "properties": {"privateIPAddress": "10.3.0.140"}}]

    def take(number: int) -> str:
        try:
            cloud.put(endpoint_id(f"pe-{number}"), endpoint(target, subnet=ROOMY, ipConfigurations=wanted))
        except AzureError as error:
            return error.code
        return "taken"

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(take, range(16)))
    assert sorted(results) == ["PrivateIPAddressIsAllocated"] * 15 + ["taken"]
    assert len(cloud.connections()) == 1


def test_whoever_has_it_open_finds_the_new_one_in_its_place(tmp_path: Path) -> None:
    """`rm -r .sandbox`, or a `reset` of a damaged state, while a test or a provider is at work."""
    home = SandboxHome(tmp_path / "sandbox")
    azure = home.azure
    azure.put(ResourceId.parse(CONSUMER), {"location": "westeurope"})
    home.state.unlink()
    assert azure.is_new
    other = SandboxHome(tmp_path / "sandbox")
    other.reset(None)
    assert azure.list() == other.azure.list() != []


def test_many_who_open_a_new_sandbox_find_one_world(tmp_path: Path) -> None:
    """`make up` and a test run started in the same second."""
    with ThreadPoolExecutor(16) as pool:
        for round in range(10):
            assert set(pool.map(workers.open_home, [tmp_path / f"new-{round}"] * 16)) == {16}
    with ProcessPoolExecutor(4, multiprocessing.get_context("spawn")) as pool:
        assert set(pool.map(workers.open_home, [tmp_path / f"fresh-{number % 2}" for number in range(4)])) == {16}


def test_a_world_is_put_into_a_new_sandbox_once(tmp_path: Path) -> None:
    """Whoever comes second must not take away what the first has deployed already, not even everything."""
    home = SandboxHome(tmp_path / "new")
    azure = home.azure
    for each in azure.list():
        if "/providers/" not in each["id"]:
            azure.delete(ResourceId.parse(each["id"]))
    azure.start_from(World(resources=[{"id": CONSUMER, "location": "westus"}]), only_if_new=True)
    assert home.azure.list() == []


def test_a_killed_process_leaves_nothing_half_done(cloud: Cloud, target: str, tmp_path: Path) -> None:
    for wait in (0.0, 0.01, 0.05):
        writer = subprocess.Popen(
            [sys.executable, "-m", "tests.sandbox.workers", str(tmp_path / "azure.db"), target],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        with writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(wait)
            writer.kill()
        assert writer.returncode == -signal.SIGKILL
        _assert_whole(cloud)
    cloud.put(endpoint_id("after"), endpoint(target, subnet=ROOMY))


def _assert_whole(cloud: Cloud) -> None:
    """Every endpoint has its connection and its interface, and there are no others."""
    ids = set(cloud.ids())
    endpoints = {each for each in ids if "/privateEndpoints/" in each}
    assert {each["properties"]["privateEndpoint"]["id"] for each in cloud.connections()} == endpoints
    interfaces = {cloud.get(each)["properties"]["networkInterfaces"][0]["id"] for each in endpoints}
    assert {each for each in ids if "/networkInterfaces/pe" in each} == interfaces
    subnet = cloud.get(ROOMY)["properties"]
    assert {each["id"] for each in subnet.get("privateEndpoints", [])} == endpoints


@pytest.fixture
def plugin(tmp_path: Path) -> list[str]:
    """The command that the engine runs for the provider."""
    home = SandboxHome(tmp_path / "home")
    directory = Path(sandbox_environment(home, os.environ)["PULUMI_HOME"])
    (executable,) = directory.rglob("pulumi-resource-azure-native")
    return [str(executable)]


# An engine in miniature: starts the provider, reads its port, tells both, and waits.
_ENGINE = """
import subprocess, sys, time
provider = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, text=True)
print(provider.pid, provider.stdout.readline().strip(), flush=True)
time.sleep(60)
"""


def test_a_provider_ends_when_its_engine_is_killed(plugin: list[str], tmp_path: Path) -> None:
    # A program's own files must not be taken for Python's modules.
    (tmp_path / "random.py").write_text("raise AssertionError('not your module')")
    command = [sys.executable, "-c", _ENGINE, *plugin]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as engine:
        assert engine.stdout is not None
        pid, port = map(int, engine.stdout.readline().split())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            assert Engine(channel).version()
        assert _alive(pid)
        engine.kill()
    _eventually(lambda: not _alive(pid))


def test_a_provider_whose_engine_died_before_it_was_ready_ends_too(plugin: list[str]) -> None:
    """It starts with another parent then, and would never see it change."""
    killed = subprocess.Popen([sys.executable, "-c", _ENGINE, *plugin], stdout=subprocess.PIPE)
    with killed:
        children = Path(f"/proc/{killed.pid}/task/{killed.pid}/children")
        _eventually(lambda: bool(children.read_text().split()))
        pid = int(children.read_text().split()[0])
        killed.kill()
    _eventually(lambda: not _alive(pid))


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def _eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
