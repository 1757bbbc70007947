"""Many processes share one state, and some are killed: no change is lost, doubled or half done."""

from __future__ import annotations

import multiprocessing
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from azure_sandbox.azure import AzureError, ResourceId, World
from azure_sandbox.sandbox_home import SandboxHome

from ..commands import RESOURCES
from ..small_world import CONSUMER, SandboxCloud, endpoint
from . import processes
from .processes import ROOMY, endpoint_id


@pytest.fixture
def target(cloud: SandboxCloud, alias: str) -> str:
    """The alias of a service, and a subnet with room for many endpoints."""
    cloud.put(ROOMY, {"properties": {"addressPrefix": "10.3.0.128/25"}})
    return alias


def test_many_threads_allocate_different_addresses(cloud: SandboxCloud, target: str) -> None:
    def connect(number: int) -> None:
        cloud.put(endpoint_id(f"pe-{number}"), endpoint(target, subnet=ROOMY))

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(connect, range(40)))
    addresses = [address for number in range(40) for address in cloud.address_of(endpoint_id(f"pe-{number}"))]
    assert len(addresses) == len(set(addresses)) == 40
    assert len(cloud.connections()) == 40


def test_many_processes_allocate_different_addresses(cloud: SandboxCloud, target: str, tmp_path: Path) -> None:
    with ProcessPoolExecutor(4, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(processes.create_endpoints, [tmp_path / "azure.db"] * 4, [target] * 4, range(4)))
    names = [endpoint_id(f"pe-{process}-{number}") for process in range(4) for number in range(8)]
    addresses = [address for name in names for address in cloud.address_of(name)]
    assert len(addresses) == len(set(addresses)) == 32
    assert len(cloud.connections()) == 32


def test_one_of_many_threads_gets_a_static_address(cloud: SandboxCloud, target: str) -> None:
    configurations = [{"name": "ip", "properties": {"privateIPAddress": "10.3.0.140"}}]

    def take(number: int) -> str:
        try:
            cloud.put(endpoint_id(f"pe-{number}"), endpoint(target, subnet=ROOMY, ipConfigurations=configurations))
        except AzureError as error:
            return error.code
        return "taken"

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(take, range(16)))
    assert sorted(results) == ["PrivateIPAddressIsAllocated"] * 15 + ["taken"]
    assert len(cloud.connections()) == 1


def test_an_open_sandbox_finds_a_replaced_state(tmp_path: Path) -> None:
    """`rm -r .sandbox`, or a `reset` of a damaged state, can happen while a test or a provider runs."""
    home = SandboxHome(tmp_path / "sandbox")
    azure = home.azure
    azure.put(ResourceId.parse(CONSUMER), {"location": "westeurope"})
    home.state.unlink()
    assert azure.is_new
    other = SandboxHome(tmp_path / "sandbox")
    other.reset(None)
    assert azure.list() == other.azure.list() != []


def test_many_processes_open_a_new_sandbox_with_one_world(tmp_path: Path) -> None:
    """`make up` and a test run can start in the same second."""
    with ThreadPoolExecutor(16) as pool:
        for round in range(10):
            assert set(pool.map(processes.count_resources, [tmp_path / f"new-{round}"] * 16)) == {RESOURCES}
    with ProcessPoolExecutor(4, multiprocessing.get_context("spawn")) as pool:
        assert set(pool.map(processes.count_resources, [tmp_path / f"fresh-{number % 2}" for number in range(4)])) == {
            RESOURCES
        }


def test_a_new_sandbox_gets_its_world_once(tmp_path: Path) -> None:
    """A second process must not undo the deployments of the first one, not even a deletion of all resources."""
    home = SandboxHome(tmp_path / "new")
    azure = home.azure
    for resource in azure.list():
        if "/providers/" not in resource["id"]:
            azure.delete(ResourceId.parse(resource["id"]))
    azure.start_from(World(resources=[{"id": CONSUMER, "location": "westus"}]), only_if_new=True)
    assert home.azure.list() == []


def test_a_killed_process_leaves_no_half_done_change(cloud: SandboxCloud, target: str, tmp_path: Path) -> None:
    for wait in (0.0, 0.01, 0.05):
        writer = subprocess.Popen(
            [sys.executable, "-m", "tests.sandbox.azure.processes", str(tmp_path / "azure.db"), target],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[3],
        )
        with writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(wait)
            writer.kill()
        assert writer.returncode == -signal.SIGKILL
        _assert_consistent(cloud)
    cloud.put(endpoint_id("after"), endpoint(target, subnet=ROOMY))


def _assert_consistent(cloud: SandboxCloud) -> None:
    """Fail unless each endpoint has its connection and its interface, and no others exist."""
    ids = set(cloud.ids())
    endpoints = {id for id in ids if "/privateEndpoints/" in id}
    assert {connection["properties"]["privateEndpoint"]["id"] for connection in cloud.connections()} == endpoints
    interfaces = {cloud.get(id)["properties"]["networkInterfaces"][0]["id"] for id in endpoints}
    assert {id for id in ids if "/networkInterfaces/pe" in id} == interfaces
    subnet = cloud.get(ROOMY)["properties"]
    assert {endpoint["id"] for endpoint in subnet.get("privateEndpoints", [])} == endpoints
