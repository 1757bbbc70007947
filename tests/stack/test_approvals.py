"""Connections are approved in several ways, and an owner can reject an approved one."""

from __future__ import annotations

from azure_sandbox.azure import ResourceId, Trouble
from azure_sandbox.testing import Stack

from .conftest import Deployed, StackMaker
from .natives import HOST as NATIVE_HOST
from .natives import NETWORK, native_stack
from .worlds import RED, RED_NETWORK, RED_ZONE, TWO_BY_TWO, one_and_red, two_by_two

HOST = "adxone.westus.kusto.windows.net"
ENDPOINT = f"{RED}/providers/Microsoft.Network/privateEndpoints/pe-one-engine-red"


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


def _set_engine_state(stack: Stack, status: str) -> None:
    """Set the state of the engine's connection, as the service's owner does in the portal."""
    azure = stack.home.azure
    service = stack.outputs()["clusters"]["one"]["services"]["engine"]["id"]
    connection = azure.get(ResourceId.parse(service))["properties"]["privateEndpointConnections"][0]["id"]
    azure.put(ResourceId.parse(connection), {"properties": {"privateLinkServiceConnectionState": {"status": status}}})


def test_a_rejected_connection_loses_its_record_and_nothing_else_changes(deployed: Deployed) -> None:
    """Azure cannot restore it: clients get the public address, and the command in the warning replaces the endpoint."""
    stack = deployed(one_and_red())
    _set_engine_state(stack, "Rejected")
    update = stack.up(preview=True)
    assert update.preview
    for run in (update.preview, update):
        assert run.succeeded, run.output
        assert [operation for operation in run.operations if "ConsumerEndpoints" not in operation] == [
            f"delete PrivateRecordSet adxone@{RED_ZONE}"
        ]
        assert "pe-one-engine-red" in run.output
        assert "is Rejected, and Azure cannot bring it back" in run.output
    endpoints = stack.outputs()["clusters"]["one"]["endpoints"]["red"]
    assert (endpoints["engine"]["connection_state"], endpoints["engine"]["hosts"]) == ("Rejected", {})
    assert endpoints["ingestion"]["connection_state"] == "Approved"
    assert stack.resolve(RED_NETWORK, HOST)[1] == "40.1.1.1"
    assert stack.up("--expect-no-changes").succeeded

    replaced = stack.up("--replace", "**PrivateEndpoint::one.red.engine")
    assert replaced.succeeded, replaced.output
    assert stack.up().succeeded
    assert stack.outputs()["clusters"]["one"]["endpoints"]["red"]["engine"]["connection_state"] == "Approved"
    assert stack.resolve(RED_NETWORK, HOST)[1].startswith("10.3.0.")
    assert stack.up("--expect-no-changes").succeeded


def test_an_endpoint_deleted_by_hand_is_named_and_created_again_after_a_refresh(deployed: Deployed) -> None:
    """A preview without the endpoint's NIC cannot be right: it fails with the next step instead."""
    stack = deployed(one_and_red())
    stack.home.azure.delete(ResourceId.parse(ENDPOINT))
    preview = stack.preview()
    assert preview.exit_code != 0
    assert "pe-one-engine-red" in preview.output
    assert "pulumi refresh" in preview.output
    assert "Traceback" not in preview.output
    assert stack.refresh().succeeded
    update = stack.up()
    assert update.succeeded, update.output
    assert "create PrivateEndpoint one.red.engine" in update.operations
    assert stack.up("--expect-no-changes").succeeded


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
