"""One consumer of a native cluster fails: the others get their access, and the next update finishes the work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from azure_sandbox import portal_changes
from azure_sandbox.azure import Json, ResourceId, Trouble
from azure_sandbox.testing import Stack

from .conftest import StackMaker
from .harness import expect_success
from .native_names import assert_private, assert_public
from .worlds import BOTH_KINDS, NATIVE_ONE, OUTSIDE_NETWORK, RED, RED_NETWORK, native_and_red, two_natives

ENDPOINT = f"{RED}/providers/Microsoft.Network/privateEndpoints/pe-one-cluster-red"
HOST = "newone.westus.kusto.windows.net"


def three_consumers() -> dict[str, Any]:
    """Return settings of one native cluster and three consumers; the names of the third are elsewhere."""
    settings = two_natives()
    del settings["clusters"]["two"]
    settings["consumers"]["pink"] = {"subnet_id": f"{OUTSIDE_NETWORK}/subnets/clients", "dns": "elsewhere"}
    return settings


def states_of(stack: Stack) -> dict[str, str]:
    """Return the states of the connections, by consumer."""
    endpoints = stack.outputs()["clusters"]["one"]["endpoints"]
    return {consumer: targets["cluster"]["connection_state"] for consumer, targets in endpoints.items()}


def test_three_consumers_of_one_cluster_need_one_update(new_stack: StackMaker) -> None:
    """Azure runs one operation at a time on a cluster (hashicorp/terraform-provider-azurerm#18501)."""
    stack = new_stack(BOTH_KINDS)
    stack.configure(**three_consumers())
    expect_success(stack.up())
    assert states_of(stack) == dict.fromkeys(("blue", "pink", "red"), "Approved")
    for consumer in ("red", "blue"):
        assert_private(stack, "one", consumer)


# Blue is the first of the three.
@pytest.mark.parametrize(
    ("target", "trouble"),
    [
        ("privateEndpoints/pe-one-cluster-blue", "refused"),
        ("privateEndpoints/pe-one-cluster-blue", "failed"),
        ("deployments/approve-one.blue.cluster", "refused"),
        ("deployments/approve-one.blue.cluster", "maintenance"),
    ],
)
def test_the_others_do_not_wait_for_one_that_fails(new_stack: StackMaker, target: str, trouble: Any) -> None:
    """A policy of one subscription, or an operation of somebody else on the cluster, concerns one consumer only."""
    stack = new_stack(BOTH_KINDS)
    stack.configure(**three_consumers())
    stack.home.azure.add_trouble(Trouble(kind=trouble, on=f"PUT */{target}"))
    failed = stack.up("--continue-on-error")
    assert not failed.succeeded
    assert "Next: " in failed.output
    assert "Traceback" not in failed.output
    # A failed approval is not waited for, and a failed endpoint has no other errors than its own.
    assert "waiting for" not in failed.output
    assert "zone-group" not in failed.output
    assert {consumer: state for consumer, state in states_of(stack).items() if consumer != "blue"} == {
        "pink": "Approved",
        "red": "Approved",
    }
    assert_private(stack, "one", "red")

    update = expect_success(stack.up())
    assert all(".blue." in operation or " one.blue" in operation for operation in update.operations)
    assert states_of(stack) == dict.fromkeys(("blue", "pink", "red"), "Approved")
    assert_private(stack, "one", "blue")
    assert stack.up("--expect-no-changes").succeeded


def create_stack(new_stack: StackMaker, directory: Path, **world: Any) -> Stack:
    """Create a stack of one consumer that connects by id, in a world with other rights or switches."""
    changed: Json = {**yaml.safe_load(BOTH_KINDS.read_text()), **world}
    file = directory / "world.yaml"
    file.write_text(yaml.safe_dump(changed, sort_keys=False))
    stack, settings = new_stack(file), native_and_red()
    settings["consumers"]["red"]["approval"] = "resource_id"
    stack.configure(**settings)
    return stack


CONSUMER = {"scope": RED.rsplit("/", 2)[0]}
OWNER = NATIVE_ONE.split("/resourceGroups")[0]
READ, APPROVE = "*/read", "Microsoft.Kusto/clusters/privateEndpointConnectionsApproval/action"


def test_a_connection_by_id_needs_the_right_to_approve(new_stack: StackMaker, tmp_path: Path) -> None:
    """Without it Azure rejects the endpoint, and the error names the right and the cluster."""
    stack = create_stack(new_stack, tmp_path, rights=[CONSUMER, {"scope": OWNER, "actions": [READ]}])
    output = stack.up().output
    assert "Next: grant the missing right to the identity that runs this" in output
    assert "PrivateEndpointConnectionsApproval/action" in output
    assert "newone" in output
    assert_public(stack, RED_NETWORK, HOST)


def test_a_connection_by_id_needs_no_other_right_on_the_cluster(new_stack: StackMaker, tmp_path: Path) -> None:
    """The identity can neither write deployments nor connections there."""
    stack = create_stack(new_stack, tmp_path, rights=[CONSUMER, {"scope": OWNER, "actions": [READ, APPROVE]}])
    expect_success(stack.up())
    assert_private(stack, "one", "red")


def test_the_right_to_write_connections_is_named_when_an_approval_lacks_it(
    new_stack: StackMaker, tmp_path: Path
) -> None:
    """Azure checks the rights of a template in one error of its own, with another code."""
    actions = [READ, "Microsoft.Resources/deployments/write"]
    stack = create_stack(new_stack, tmp_path, rights=[CONSUMER, {"scope": OWNER, "actions": actions}])
    stack.configure(**native_and_red())
    output = stack.up().output
    assert "one.red.cluster.approval: create failed. Next: grant the missing right" in output
    assert "Microsoft.Kusto/clusters/privateEndpointConnections/write" in output


def test_an_automatic_approval_that_does_not_come_is_reported(new_stack: StackMaker, tmp_path: Path) -> None:
    """Some people's automatic connections stay Pending (MicrosoftDocs/azure-docs#111201)."""
    stack = create_stack(new_stack, tmp_path, switches={"approval-by-rights": "waits"})
    output = stack.up().output
    assert "pe-one-cluster-red (consumer red, cluster) is Pending, not Approved" in output
    assert "Write `approval: approve` for consumers.red, or approve it and run `pulumi up` again." in output
    assert_public(stack, RED_NETWORK, HOST)

    portal_changes.decide_connection(stack.home.azure, ResourceId.parse(ENDPOINT), "Approved")
    operations = expect_success(stack.up()).operations
    assert "create PrivateDnsZoneGroup one.red.cluster.zone-group" in operations
    # The error stopped the first update, perhaps before its last zone was linked.
    assert all(
        operation.startswith(("create PrivateDnsZoneGroup", "create VirtualNetworkLink")) for operation in operations
    )
    assert_private(stack, "one", "red")
