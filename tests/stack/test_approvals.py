"""The ways in which a connection gets approved, and what happens when its owner changes their mind."""

from __future__ import annotations

from azure_sandbox.azure import ResourceId
from azure_sandbox.testing import Stack

from .conftest import Deployed, StackMaker
from .worlds import RED, RED_NETWORK, RED_ZONE, TWO_BY_TWO, everybody, one_and_red

HOST = "adxone.westus.kusto.windows.net"
ENDPOINT = f"{RED}/providers/Microsoft.Network/privateEndpoints/pe-one-engine-red"


def test_connections_that_are_approved_at_once_need_no_deployment(new_stack: StackMaker) -> None:
    """By Azure, which trusts the subscription, or because an endpoint connects by its service's id."""
    stack = new_stack(TWO_BY_TWO)
    settings = everybody()
    settings["clusters"] = {"one": settings["clusters"]["one"]}
    settings["consumers"]["red"]["approval"] = "auto"
    settings["consumers"]["blue"]["approval"] = "resource_id"
    stack.configure(**settings)
    done = stack.up()
    assert done.succeeded, done.output
    assert not any("Deployment" in each for each in done.operations)
    assert stack.resolve(RED_NETWORK, HOST)[1].startswith("10.3.0.")
    assert stack.outputs()["clusters"]["one"]["endpoints"]["blue"]["engine"]["connection_state"] == "Approved"
    assert stack.up("--expect-no-changes").succeeded
    stack.refresh()
    assert stack.preview("--expect-no-changes").succeeded


def _set_engine_state(stack: Stack, status: str) -> None:
    """As the service's owner does in the portal."""
    azure = stack.home.azure
    service = stack.outputs()["clusters"]["one"]["services"]["engine"]["id"]
    connection = azure.get(ResourceId.parse(service))["properties"]["privateEndpointConnections"][0]["id"]
    azure.put(ResourceId.parse(connection), {"properties": {"privateLinkServiceConnectionState": {"status": status}}})


def test_a_rejected_connection_withdraws_its_record_and_nothing_else(deployed: Deployed) -> None:
    """Azure cannot bring it back: clients get the public address instead of a dead one; the warning's words heal it."""
    stack = deployed(one_and_red())
    _set_engine_state(stack, "Rejected")
    done = stack.up(preview=True)
    assert done.preview
    for run in (done.preview, done):
        assert run.succeeded, run.output
        assert [each for each in run.operations if "ConsumerEndpoints" not in each] == [
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


def test_an_endpoint_that_somebody_removed_is_named_and_refresh_brings_it_back(deployed: Deployed) -> None:
    stack = deployed(one_and_red())
    stack.home.azure.delete(ResourceId.parse(ENDPOINT))
    preview = stack.preview()
    assert preview.exit_code != 0
    assert "pe-one-engine-red" in preview.output
    assert "pulumi refresh" in preview.output
    assert "Traceback" not in preview.output
    assert stack.refresh().succeeded
    done = stack.up()
    assert done.succeeded, done.output
    assert "create PrivateEndpoint one.red.engine" in done.operations
    assert stack.up("--expect-no-changes").succeeded
