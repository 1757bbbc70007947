"""`adx-private-link release` cuts off connections of others to a native cluster, and no others."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from azure_sandbox.azure import ResourceId
from azure_sandbox.testing import Stack, environment

from .conftest import StackMaker
from .harness import COMMAND
from .natives import HOST, NATIVE, NETWORK, connect_endpoint, native_stack, stack_of_both

PARTNER = {"subscription": NETWORK.split("/")[2], "endpoint_names": ["theirs"]}


@pytest.fixture
def stack(new_stack: StackMaker) -> Stack:
    """A deployed stack of a native cluster and an injected one, with two connections of others to the native one."""
    stack = new_stack()
    stack.configure(**stack_of_both())
    assert stack.up().succeeded
    for name in ("theirs", "others"):
        connect_endpoint(stack.home.azure, name)
    return stack


def release(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `release` without a terminal."""
    return subprocess.run(
        [*COMMAND, "release", "--stack", stack.name, *arguments],
        cwd=stack.directory,
        env=environment(stack.home),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def connected(stack: Stack) -> dict[str, str]:
    """Return the states of the cluster's connections, by the names of their endpoints."""
    connections: list[dict[str, Any]] = stack.home.azure.get(ResourceId.parse(NATIVE))["properties"][
        "privateEndpointConnections"
    ]
    states = [connection["properties"] for connection in connections]
    return {
        state["privateEndpoint"]["id"].rsplit("/", 1)[-1]: state["privateLinkServiceConnectionState"]["status"]
        for state in states
    }


def test_connections_of_others_to_a_native_cluster_are_removed(stack: Stack) -> None:
    """An owner cuts off a team that has left; a cluster takes one write at a time, and there are two connections."""
    before = stack.state()
    assert connected(stack) == {"pe-new-cluster-analytics": "Approved", "theirs": "Pending", "others": "Pending"}
    unconfirmed = release(stack, "newadx")
    assert unconfirmed.returncode == 2
    assert "--yes" in unconfirmed.stderr
    rows = [line.split() for line in unconfirmed.stdout.splitlines()]
    assert [(row[0], row[1].rsplit("/", 1)[-1], row[2]) for row in rows[1:]] == [
        ("newadx", "others", "Pending"),
        ("newadx", "theirs", "Pending"),
    ]
    completed = release(stack, "--yes", NATIVE)
    assert completed.returncode == 0, completed.stderr
    assert connected(stack) == {"pe-new-cluster-analytics": "Approved"}
    assert release(stack, "--yes", NATIVE).stdout.startswith("No other stack is connected")
    assert stack.state() == before
    assert stack.up("--expect-no-changes").succeeded
    assert stack.resolve(NETWORK, HOST)[1].startswith("10.3.0.")


def test_an_injected_cluster_is_released_by_its_services(stack: Stack) -> None:
    """Endpoints connect to its services, so the cluster itself has no connections."""
    completed = release(stack, "--yes", "myadx")
    assert completed.returncode == 2
    assert "myadx is not a private link service or native cluster of the stack" in completed.stderr
    for target in ("privatelinkservices/pls-old-engine", "clusters/newadx"):
        assert target in completed.stderr.lower()


def test_a_cluster_that_only_external_consumers_use_is_released(new_stack: StackMaker) -> None:
    """The stack has no endpoint that names the cluster; its approvals do."""
    stack = new_stack()
    theirs = connect_endpoint(stack.home.azure)
    stack.configure(clusters=native_stack()["clusters"], consumers={}, external_consumers={"partner": PARTNER})
    update = stack.up()
    assert update.succeeded, update.output
    assert connected(stack) == {"theirs": "Approved"}
    completed = release(stack, "--yes", "newadx")
    assert completed.returncode == 0, completed.stderr
    assert theirs in completed.stdout
    assert connected(stack) == {}
    assert stack.up().succeeded
    assert stack.up("--expect-no-changes").succeeded
