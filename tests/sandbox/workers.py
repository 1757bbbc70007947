"""What other processes do to a sandbox. Light to import: each of them starts anew."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from azure_sandbox.azure import Azure, StoreFile
from azure_sandbox.sandbox_home import SandboxHome

from .places import CONSUMER, CONSUMER_NETWORK, Cloud, endpoint, network

ROOMY = f"{CONSUMER_NETWORK}/subnets/roomy"


def endpoint_id(name: str) -> str:
    return network(CONSUMER, "privateEndpoints", name)


def connect(state: Path, target: str, process: int) -> None:
    """Eight endpoints."""
    cloud = Cloud(Azure(StoreFile(state)))
    for number in range(8):
        cloud.put(endpoint_id(f"pe-{process}-{number}"), endpoint(target, subnet=ROOMY))


def open_home(directory: Path) -> int:
    """How many resources somebody finds who opens a sandbox."""
    return len(SandboxHome(directory).azure.list())


def come_and_go(state: Path, target: str) -> None:
    """Endpoints are made and deleted until somebody kills the process."""
    cloud = Cloud(Azure(StoreFile(state)))
    print("ready", flush=True)  # noqa: T201
    for number in itertools.count():
        cloud.put(endpoint_id(f"pe-{number % 5}"), endpoint(target, subnet=ROOMY))
        cloud.delete(endpoint_id(f"pe-{number % 7}"))


if __name__ == "__main__":
    come_and_go(Path(sys.argv[1]), sys.argv[2])
