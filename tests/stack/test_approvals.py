"""The ways in which a connection gets approved, and what happens when its owner changes their mind."""

from __future__ import annotations

from azure_sandbox.azure import ResourceId

from .conftest import StackMaker
from .harness import Stack
from .worlds import RED, RED_NETWORK, RED_ZONE, TWO_BY_TWO, one_and_red

HOST = "adxone.westus.kusto.windows.net"
ENDPOINT = f"{RED}/providers/Microsoft.Network/privateEndpoints/pe-one-engine-red"


def test_auto_approval_trusts_the_subscription_and_needs_no_deployment(new_stack: StackMaker) -> None:
    stack = new_stack(TWO_BY_TWO)
    settings = one_and_red()
    settings["consumers"]["red"]["approval"] = "auto"
    stack.configure(**settings)
    done = stack.up()
    assert done.succeeded, done.output
    assert not any("Deployment" in each for each in done.operations)
    assert stack.resolve(RED_NETWORK, HOST)[1].startswith("10.3.0.")
    assert stack.up("--expect-no-changes").succeeded


def test_connecting_by_id_is_approved_at_once(new_stack: StackMaker) -> None:
    stack = new_stack(TWO_BY_TWO)
    settings = one_and_red()
    settings["consumers"]["red"]["approval"] = "resource_id"
    stack.configure(**settings)
    done = stack.up()
    assert done.succeeded, done.output
    endpoint = stack.outputs()["clusters"]["one"]["endpoints"]["red"]["engine"]
    assert endpoint["connection_state"] == "Approved"
    stack.refresh()
    assert stack.preview("--expect-no-changes").succeeded


def _set_engine_state(stack: Stack, status: str) -> None:
    """As the service's owner does in the portal."""
    azure = stack.home.azure
    service = stack.outputs()["clusters"]["one"]["services"]["engine"]["id"]
    connection = azure.get(ResourceId.parse(service))["properties"]["privateEndpointConnections"][0]["id"]
    azure.put(ResourceId.parse(connection), {"properties": {"privateLinkServiceConnectionState": {"status": status}}})


def test_a_rejected_connection_withdraws_its_record_and_nothing_else(new_stack: StackMaker) -> None:
    """Azure cannot bring it back: clients get the public address instead of a dead one; the warning's words heal it."""
    stack = new_stack(TWO_BY_TWO)
    stack.configure(**one_and_red())
    assert stack.up().succeeded
    _set_engine_state(stack, "Rejected")
    preview, done = stack.preview(), stack.up()
    for run in (preview, done):
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


def test_an_endpoint_that_somebody_removed_is_named_and_refresh_brings_it_back(new_stack: StackMaker) -> None:
    stack = new_stack(TWO_BY_TWO)
    stack.configure(**one_and_red())
    assert stack.up().succeeded
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
