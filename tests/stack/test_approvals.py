"""Connections are approved in several ways, and an owner can reject an approved one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from azure_sandbox import portal_changes
from azure_sandbox.azure import ResourceId, Trouble

from .conftest import Deployed, StackMaker
from .harness import expect_success
from .natives import HOST as NATIVE_HOST
from .natives import NETWORK, native_stack
from .worlds import (
    BOTH_KINDS,
    OUTSIDE_NETWORK,
    RED,
    RED_NETWORK,
    RED_ZONE,
    TWO_BY_TWO,
    native_and_red,
    one_and_red,
    two_by_two,
    two_natives,
)

HOST = "adxone.westus.kusto.windows.net"


@dataclass(frozen=True)
class Kind:
    """A stack with one cluster of a kind, and its first endpoint."""

    name: str
    world: Path
    settings: Callable[[], dict[str, Any]]
    cluster: str
    target: str
    names: str
    """What leads clients to the endpoint, as its operations name it."""

    @property
    def host(self) -> str:
        return f"{self.cluster}.westus.kusto.windows.net"

    @property
    def endpoint_id(self) -> ResourceId:
        return ResourceId.parse(f"{RED}/providers/Microsoft.Network/privateEndpoints/pe-one-{self.target}-red")


KINDS = (
    Kind("injected", TWO_BY_TWO, one_and_red, "adxone", "engine", f"PrivateRecordSet adxone@{RED_ZONE}"),
    Kind("native", BOTH_KINDS, native_and_red, "newone", "cluster", "PrivateDnsZoneGroup one.red.cluster.zone-group"),
)
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


def test_connections_that_are_approved_at_once_need_no_deployment(new_stack: StackMaker) -> None:
    """Azure approves at once for subscriptions on the auto-approval list, and for endpoints that connect by id."""
    stack = new_stack(TWO_BY_TWO)
    settings = two_by_two()
    settings["clusters"] = {"one": settings["clusters"]["one"]}
    settings["consumers"]["red"]["approval"] = "auto"
    settings["consumers"]["blue"]["approval"] = "resource_id"
    stack.configure(**settings)
    update = stack.up()
    assert update.succeeded, update.output
    assert not any("Deployment" in operation for operation in update.operations)
    assert stack.resolve(RED_NETWORK, HOST)[1].startswith("10.3.0.")
    assert stack.outputs()["clusters"]["one"]["endpoints"]["blue"]["engine"]["connection_state"] == "Approved"
    assert stack.up("--expect-no-changes").succeeded
    stack.refresh()
    assert stack.preview("--expect-no-changes").succeeded


def test_a_native_cluster_approves_a_connection_by_id_at_once(new_stack: StackMaker) -> None:
    """One consumer connects by id, and this stack approves the other one."""
    stack = new_stack(BOTH_KINDS)
    settings = two_natives()
    settings["consumers"]["blue"]["approval"] = "resource_id"
    stack.configure(**settings)
    update = expect_success(stack.up())
    assert sorted(operation for operation in update.operations if "Deployment" in operation) == [
        "create Deployment one.red.cluster.approval",
        "create Deployment two.red.cluster.approval",
    ]
    for cluster in stack.outputs()["clusters"].values():
        for endpoints in cluster["endpoints"].values():
            assert endpoints["cluster"]["connection_state"] == "Approved"
    assert stack.up("--expect-no-changes").succeeded
    stack.refresh()
    assert stack.preview("--expect-no-changes").succeeded


@each_kind
@pytest.mark.parametrize("decision", ["Rejected", "Disconnected"])
def test_a_lost_connection_loses_its_names_and_nothing_else_changes(
    deployed: Deployed, kind: Kind, decision: str
) -> None:
    """Azure cannot restore it: clients get the public address, and the command in the warning replaces the endpoint."""
    stack = deployed(kind.settings(), kind.world)
    azure = stack.home.azure
    public = stack.resolve(OUTSIDE_NETWORK, kind.host)
    if decision == "Rejected":
        portal_changes.decide_connection(azure, kind.endpoint_id, "Rejected")
    else:
        portal_changes.remove_connection(azure, kind.endpoint_id)
    update = stack.up(preview=True)
    assert update.preview
    for run in (update.preview, update):
        assert run.succeeded, run.output
        expected = [f"delete {kind.names}"]
        if decision == "Disconnected":
            # Its approval has no connection to approve any more.
            expected.append(f"update Deployment one.red.{kind.target}.approval")
        assert sorted(operation for operation in run.operations if "ConsumerEndpoints" not in operation) == expected
        assert kind.endpoint_id.name in run.output
        assert f"is {decision}, and Azure cannot bring it back" in run.output
    endpoints = stack.outputs()["clusters"]["one"]["endpoints"]["red"]
    lost = endpoints.pop(kind.target)
    assert (lost["connection_state"], lost["hosts"], lost["names"]) == (decision, {}, {})
    assert {endpoint["connection_state"] for endpoint in endpoints.values()} <= {"Approved"}
    assert stack.resolve(RED_NETWORK, kind.host) == public
    assert stack.up("--expect-no-changes").succeeded

    replaced = stack.up("--replace", f"**PrivateEndpoint::one.red.{kind.target}")
    assert replaced.succeeded, replaced.output
    assert stack.up().succeeded
    assert stack.outputs()["clusters"]["one"]["endpoints"]["red"][kind.target]["connection_state"] == "Approved"
    assert stack.resolve(RED_NETWORK, kind.host)[1].startswith("10.3.0.")
    assert stack.up("--expect-no-changes").succeeded


@each_kind
def test_an_endpoint_deleted_by_hand_is_named_and_created_again_after_a_refresh(deployed: Deployed, kind: Kind) -> None:
    """A preview without the endpoint's NIC cannot be right: it fails with the next step instead."""
    stack = deployed(kind.settings(), kind.world)
    stack.home.azure.delete(kind.endpoint_id)
    preview = stack.preview()
    assert preview.exit_code != 0
    assert kind.endpoint_id.name in preview.output
    assert "pulumi refresh" in preview.output
    assert "Traceback" not in preview.output
    assert stack.refresh().succeeded
    update = stack.up()
    assert update.succeeded, update.output
    assert f"create PrivateEndpoint one.red.{kind.target}" in update.operations
    assert stack.up("--expect-no-changes").succeeded
    assert stack.resolve(RED_NETWORK, kind.host)[1].startswith("10.3.0.")


@each_kind
def test_a_connection_that_others_approve_is_published_after_it(new_stack: StackMaker, kind: Kind) -> None:
    """With `approval: elsewhere`, a name that leads to an endpoint without an approval would cut clients off."""
    stack, settings = new_stack(kind.world), kind.settings()
    settings["consumers"]["red"]["approval"] = "elsewhere"
    stack.configure(**settings)
    update = expect_success(stack.up())
    assert not [name for name in update.operations if any(part in name for part in ("Deployment", "Record", "Group"))]
    owner = "cluster" if kind.name == "native" else "service"
    assert f"waits for the approval of the {owner}'s owner" in update.output
    waiting = stack.outputs()["clusters"]["one"]["endpoints"]["red"][kind.target]
    assert (waiting["connection_state"], waiting["hosts"]) == ("Pending", {})
    assert expect_success(stack.up()).operations == []
    assert not stack.resolve(RED_NETWORK, kind.host)[1].startswith("10.")

    portal_changes.decide_connection(stack.home.azure, kind.endpoint_id, "Approved")
    update = expect_success(stack.up(preview=True))
    assert update.preview
    for run in (update.preview, update):
        operations = [operation for operation in run.operations if "ConsumerEndpoints" not in operation]
        assert operations == [f"create {kind.names}"]
    assert stack.resolve(RED_NETWORK, kind.host)[1].startswith("10.3.0.")
    expect_success(stack.refresh())
    assert expect_success(stack.preview()).operations == []


def test_an_approval_that_collides_with_another_write_to_the_cluster_is_repeated(new_stack: StackMaker) -> None:
    """
    Somebody else's write to the cluster is running when the new endpoint's connection is approved.

    Azure reports it inside of the deployment only (hashicorp/terraform-provider-azurerm#18501).
    """
    stack = new_stack()
    stack.configure(**native_stack())
    assert stack.up().succeeded
    renamed = {"endpoints": {"new": {"cluster": {"name": "pe-renamed"}}}}
    stack.configure(**native_stack(**renamed))
    stack.home.azure.add_trouble(Trouble(kind="maintenance", on="PUT */deployments/*"))
    update = stack.up()
    assert update.succeeded, update.output
    assert [count for _, count in stack.home.azure.troubles()] == [1]
    assert stack.resolve(NETWORK, NATIVE_HOST)[1].startswith("10.3.0.")
