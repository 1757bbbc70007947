"""The ways in which a connection gets approved, and what happens when its owner changes their mind."""

from __future__ import annotations

from azure_sandbox.azure import ResourceId

from .conftest import StackMaker
from .worlds import RED, RED_NETWORK, TWO_BY_TWO, one_and_red

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


def test_a_rejected_connection_is_named_and_replacing_the_endpoint_heals_it(new_stack: StackMaker) -> None:
    """Azure cannot bring a rejected connection back; the message's own command is the way out."""
    stack = new_stack(TWO_BY_TWO)
    stack.configure(**one_and_red())
    assert stack.up().succeeded
    azure = stack.home.azure
    service = stack.outputs()["clusters"]["one"]["services"]["engine"]["id"]
    connection = azure.get(ResourceId.parse(service))["properties"]["privateEndpointConnections"][0]["id"]
    azure.put(
        ResourceId.parse(connection), {"properties": {"privateLinkServiceConnectionState": {"status": "Rejected"}}}
    )
    preview = stack.preview()
    assert preview.exit_code != 0
    assert "pe-one-engine-red" in preview.output
    assert "Rejected" in preview.output
    assert "--replace '**one.red.engine'" in preview.output
    assert "Traceback" not in preview.output
    healed = stack.up("--replace", "**PrivateEndpoint::one.red.engine")
    assert healed.succeeded, healed.output
    assert stack.outputs()["clusters"]["one"]["endpoints"]["red"]["engine"]["connection_state"] == "Approved"


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
