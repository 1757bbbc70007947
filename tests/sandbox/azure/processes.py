"""Work on a sandbox in other processes. The module is light to import, because each process imports it."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from azure_sandbox.azure import Azure, StoreFile
from azure_sandbox.sandbox_home import SandboxHome

from ..small_world import CONSUMER, CONSUMER_NETWORK, SandboxCloud, endpoint, network

ROOMY = f"{CONSUMER_NETWORK}/subnets/roomy"


def endpoint_id(name: str) -> str:
    return network(CONSUMER, "privateEndpoints", name)


def create_endpoints(state: Path, target: str, process: int) -> None:
    """Create eight endpoints."""
    cloud = SandboxCloud(Azure(StoreFile(state)))
    for number in range(8):
        cloud.put(endpoint_id(f"pe-{process}-{number}"), endpoint(target, subnet=ROOMY))


def count_resources(directory: Path) -> int:
    """Open a sandbox. Returns the number of its resources."""
    return len(SandboxHome(directory).azure.list())


def create_and_delete_endpoints(state: Path, target: str) -> None:
    """Create and delete endpoints until the process is killed."""
    cloud = SandboxCloud(Azure(StoreFile(state)))
    print("ready", flush=True)  # noqa: T201
    for number in itertools.count():
        cloud.put(endpoint_id(f"pe-{number % 5}"), endpoint(target, subnet=ROOMY))
        cloud.delete(endpoint_id(f"pe-{number % 7}"))


if __name__ == "__main__":
    create_and_delete_endpoints(Path(sys.argv[1]), sys.argv[2])
