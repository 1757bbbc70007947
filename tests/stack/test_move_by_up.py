"""
A cluster leaves its virtual network and returns, by somebody's hand, and this stack follows by `pulumi up` alone.

No source says what becomes of private link services on the load balancers of a cluster that leaves.
"""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox import portal_changes
from azure_sandbox.azure import OperationFailed, ResourceId
from azure_sandbox.testing import Run, Stack

from .conftest import Deployed, StackMaker
from .harness import expect_success
from .worlds import CLUSTER_ONE, RED, RED_NETWORK, TWO_BY_TWO, one_and_red

HOST = "adxone.westus.kusto.windows.net"
HOSTS = (HOST, f"ingest-{HOST}")
CLUSTER = ResourceId.parse(CLUSTER_ONE)
_ENDPOINTS = f"{RED}/providers/Microsoft.Network/privateEndpoints/pe-one"
ITSELF = {f"{_ENDPOINTS}-cluster-red"}
SERVICES = {f"{_ENDPOINTS}-engine-red", f"{_ENDPOINTS}-ingestion-red"}
SERVICE_RESOURCES = ["PrivateLinkService one.engine", "PrivateLinkService one.ingestion"]


def moving(**cluster: Any) -> dict[str, Any]:
    """Settings of a stack whose consumer has the zones of a native cluster."""
    settings = one_and_red()
    settings["clusters"]["one"] |= cluster
    settings["consumers"]["red"]["dns"]["storage_zones"] = "made"
    return settings


def _expect_access(stack: Stack, through: set[str]) -> None:
    reached = [stack.reach(RED_NETWORK, host) for host in HOSTS]
    assert [reach.outcome for reach in reached] == ["connected", "connected"]
    assert {reach.through for reach in reached} == through


def _up(stack: Stack) -> list[str]:
    """Run `up` twice: it does what its preview announced, and the second time nothing."""
    run = expect_success(stack.up(preview=True))
    assert run.preview
    assert sorted(run.preview.operations) == sorted(run.operations)
    expect_success(stack.preview("--expect-no-changes"))
    return run.operations


def _of_kind(operations: list[str], kind: str) -> set[str]:
    return {operation.split()[0] for operation in operations if f" {kind} " in operation}


@pytest.mark.parametrize("outcome", ["orphan", "detach"])
def test_a_prepared_cluster_moves_there_and_back(deployed: Deployed, outcome: str) -> None:
    """The names are updated in place, and the services stay until the settings say otherwise."""
    stack = deployed(moving(targets="both"))
    stack.home.azure.set_switch("flip-with-service", outcome)
    _expect_access(stack, SERVICES)
    expect_success(stack.preview("--expect-no-changes"))

    portal_changes.leave_network(stack.home.azure, CLUSTER)
    there = _up(stack)
    _expect_access(stack, ITSELF)
    assert _of_kind(there, "PrivateRecordSet") == {"update"}
    assert _of_kind(there, "PrivateDnsZoneGroup") == {"create"}
    assert not any(operation.startswith("delete") for operation in there)
    expect_success(stack.refresh())
    expect_success(stack.preview("--expect-no-changes"))

    portal_changes.return_to_network(stack.home.azure, CLUSTER)
    back = _up(stack)
    _expect_access(stack, SERVICES)
    assert _of_kind(back, "PrivateLinkService") == (
        set[str]() if outcome == "orphan" else {"delete-replaced", "create-replacement"}
    )
    assert _of_kind(back, "PrivateDnsZoneGroup") == {"delete"}

    portal_changes.leave_network(stack.home.azure, CLUSTER)
    _up(stack)
    stack.configure(**moving(targets="cluster"))
    without = _up(stack)
    _expect_access(stack, ITSELF)
    assert {f"delete {resource}" for resource in SERVICE_RESOURCES} <= {*without}
    assert not _of_kind(without, "PrivateRecordSet")
    expect_success(stack.destroy())


def test_a_cluster_that_somebody_moved_gets_its_names_back(deployed: Deployed) -> None:
    """Somebody clicked on the button in the portal: the next `up` restores access, and removes nothing."""
    stack = deployed(moving())
    portal_changes.leave_network(stack.home.azure, CLUSTER)
    assert stack.reach(RED_NETWORK, HOST).outcome == "not-in-effect"
    operations = _up(stack)
    _expect_access(stack, ITSELF)
    assert not any(operation.startswith("delete") for operation in operations)
    stack.configure(**moving(targets="cluster"))
    assert {f"delete {resource}" for resource in SERVICE_RESOURCES} <= {*_up(stack)}
    _expect_access(stack, ITSELF)


def test_services_go_in_the_update_that_moves_the_names(deployed: Deployed) -> None:
    """An owner who is sure needs one update: the records move first."""
    stack = deployed(moving())
    portal_changes.leave_network(stack.home.azure, CLUSTER)
    stack.configure(**moving(targets="cluster"))
    operations = _up(stack)
    _expect_access(stack, ITSELF)
    moved = [index for index, operation in enumerate(operations) if operation.startswith("update PrivateRecordSet")]
    deleted = [index for index, operation in enumerate(operations) if operation.startswith("delete PrivateEndpoint")]
    assert len(moved) == len(deleted) == 2
    assert max(moved) < min(deleted)


def test_the_bridge_frees_the_load_balancers_before_the_cluster_leaves(deployed: Deployed) -> None:
    """Where Azure does not let it leave with services, they go first, and clients use the public endpoint meanwhile."""
    stack = deployed(moving(targets="both"))
    azure = stack.home.azure
    azure.set_switch("flip-with-service", "refuse")
    with pytest.raises(OperationFailed, match="private link service"):
        portal_changes.leave_network(azure, CLUSTER)
    assert expect_success(stack.up()).operations == []
    _expect_access(stack, SERVICES)

    stack.configure(**moving(targets="cluster", names="public"))
    _up(stack)
    _expect_access(stack, {""})
    portal_changes.leave_network(azure, CLUSTER)
    _expect_access(stack, {""})
    _up(stack)
    _expect_access(stack, {""})
    stack.configure(**moving(targets="both"))
    _up(stack)
    _expect_access(stack, ITSELF)

    portal_changes.return_to_network(azure, CLUSTER)
    operations = _up(stack)
    assert {f"create {resource}" for resource in SERVICE_RESOURCES} <= {*operations}
    _expect_access(stack, SERVICES)


def test_endpoints_that_azure_rejects_before_the_move_stop_nothing(new_stack: StackMaker) -> None:
    """Microsoft's pages contradict each other on endpoints of injected clusters; the services stay as they are."""
    stack = new_stack(TWO_BY_TWO)
    stack.configure(**moving())
    expect_success(stack.up())
    stack.home.azure.set_switch("injected-target", "refuse")
    stack.configure(**moving(targets="both"))
    rejected = stack.up()
    assert not rejected.succeeded
    assert _next_step(rejected) == (
        "Azure does not accept endpoints of a cluster that is in a virtual network: remove `targets: both`, and move "
        "the cluster without them (`adx-private-link migrate CLUSTER --unprepared`); `pulumi up` creates them right "
        "after the move."
    )
    _expect_access(stack, SERVICES)
    portal_changes.leave_network(stack.home.azure, CLUSTER)
    _up(stack)
    _expect_access(stack, ITSELF)


def _next_step(run: Run) -> str:
    [line] = {line.partition("Next: ")[2] for line in run.output.splitlines() if "Next: " in line}
    return line
