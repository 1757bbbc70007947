"""How a connection gets approved, and what happens when it is not."""

from __future__ import annotations

import asyncio

import pytest

from adx_private_link.components import waiting
from tests.samples.building import GUEST, OWNER

from . import objects
from .azure import Azure
from .programs import APPROVAL, ENDPOINT, RECORD, SERVICE, program, with_consumer
from .registration import UNKNOWN, Graph, deploy, must_deploy

NAME = "pe-myadx-engine-analytics"


@pytest.fixture(name="waited", autouse=True)
def _waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Waiting takes no time, and is noted."""
    waited: list[float] = []
    sleep = asyncio.sleep

    async def sleep_shortly(seconds: float) -> None:
        if seconds:
            waited.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", sleep_shortly)
    return waited


def _state(graph: Graph) -> str:
    return graph.result["endpoints"]["analytics"]["engine"]["connection_state"]


def _published(graph: Graph) -> list[str]:
    """Addresses that got into DNS for the engine."""
    records = [each for each in graph.of("PrivateRecordSet") if each.label == RECORD]
    return [address["ipv4Address"] for each in records for address in each.inputs["aRecords"]]


# approve


def test_exactly_the_own_connection_is_approved_by_the_services_owner() -> None:
    """A stranger's connection is on the service as well; nobody approves it in passing."""
    graph = must_deploy(program())
    approval = graph[APPROVAL]
    assert approval.provider == OWNER
    assert approval.inputs["deploymentName"] == "approve-myadx.analytics.engine"
    assert approval.inputs["resourceGroupName"] == "adx"
    assert approval.inputs["properties"]["parameters"] == {
        "service": {"value": "pls-myadx-engine"},
        "connections": {"value": [f"{NAME}.guid"]},
    }


def test_the_approval_is_an_upsert_of_the_connection() -> None:
    properties = must_deploy(program())[APPROVAL].inputs["properties"]
    assert properties["mode"] == "Incremental"
    [resource] = properties["template"]["resources"]
    assert resource["type"] == "Microsoft.Network/privateLinkServices/privateEndpointConnections"
    assert resource["name"] == "[concat(parameters('service'), '/', parameters('connections')[copyIndex()])]"
    assert resource["properties"]["privateLinkServiceConnectionState"]["status"] == "Approved"
    assert resource["copy"]["count"] == "[length(parameters('connections'))]"


def test_an_approved_connection_is_told_as_approved() -> None:
    """The state from before the approval would be out of date in the stack's output."""
    assert _state(must_deploy(program())) == "Approved"


@pytest.mark.parametrize("state", ["Approved", "Pending", "Rejected"])
def test_the_list_of_connections_does_not_follow_their_state(state: str) -> None:
    """Otherwise the preview after an approval would not be empty."""
    graph = deploy(program(), must_deploy(program()).azure.later(states={NAME: state}), preview=True)
    assert graph[APPROVAL].inputs["properties"]["parameters"]["connections"]["value"] == [f"{NAME}.guid"]


def test_a_preview_does_not_know_the_connections_and_asks_nobody() -> None:
    graph = must_deploy(program(), preview=True)
    assert graph[APPROVAL].inputs["properties"]["parameters"]["connections"]["value"] == UNKNOWN
    # Whether a service is there is asked once, of each, before anything is registered.
    assert graph.azure.asked_for("getPrivateLinkService") == ["pls-myadx-engine", "pls-myadx-ingestion"]
    assert graph.azure.asked_for("getPrivateEndpoint") == []


def test_a_connection_that_is_listed_late_is_waited_for(waited: list[float]) -> None:
    graph = must_deploy(program(), Azure(listed_after=8))
    assert graph[APPROVAL].inputs["properties"]["parameters"]["connections"]["value"] == [f"{NAME}.guid"]
    assert waited


def test_waiting_has_an_end_and_a_remedy(waited: list[float]) -> None:
    """A connection that the owner removed never comes back."""
    graph = deploy(program(), Azure(listed_after=10_000))
    assert "lists no connection of" in str(graph.error)
    assert "pulumi up --replace '**PrivateEndpoint::myadx.analytics.engine'" in str(graph.error)
    assert sum(waited) >= waiting.WAIT
    assert max(waited) <= 30
    assert not _published(graph)


def test_a_preview_does_not_wait(waited: list[float]) -> None:
    made = must_deploy(program()).azure
    graph = must_deploy(program(), made.later(listed_after=10_000), preview=True)
    assert graph[APPROVAL].inputs["properties"]["parameters"]["connections"]["value"] == []
    assert waited == []


# auto


def test_auto_trusts_the_consumers_subscription_and_needs_no_approval() -> None:
    graph = must_deploy(program(given=with_consumer(approval="auto")))
    assert graph[SERVICE].inputs["autoApproval"] == {"subscriptions": [GUEST]}
    assert graph[SERVICE].inputs["visibility"] == {"subscriptions": [GUEST]}
    assert graph.of("Deployment") == []
    assert (_state(graph), _published(graph)) == ("Approved", ["10.3.0.5"])


# resource_id


def test_resource_id_connects_by_id_and_needs_no_approval() -> None:
    graph = must_deploy(program(given=with_consumer(approval="resource_id")))
    inputs = graph[ENDPOINT].inputs
    assert inputs["privateLinkServiceConnections"] == [
        {
            "name": "myadx-engine",
            "privateLinkServiceId": objects.id_of(
                OWNER, "adx", "Microsoft.Network/privateLinkServices/pls-myadx-engine"
            ),
            "groupIds": [],
        }
    ]
    assert "manualPrivateLinkServiceConnections" not in inputs
    assert graph[ENDPOINT].dependencies_of("privateLinkServiceConnections") == {SERVICE}
    assert graph.of("Deployment") == []
    assert (_state(graph), _published(graph)) == ("Approved", ["10.3.0.5"])


# Connections that carry nothing


@pytest.mark.parametrize("approval", ["approve", "auto", "resource_id"])
@pytest.mark.parametrize("state", ["Rejected", "Disconnected"])
def test_an_endpoint_that_dies_while_it_is_made_is_not_published(approval: str, state: str) -> None:
    """Nothing could know of it when the records were planned: DNS never points at a dead endpoint all the same."""
    graph = deploy(program(given=with_consumer(approval=approval)), Azure(states={NAME: state}))
    message = str(graph.error)
    if approval != "approve" or state != "Disconnected":  # there, waiting for its connection has told already
        assert f"private endpoint {NAME} (consumer analytics, engine) is {state}" in message
        assert "pulumi up --replace '**myadx.analytics.engine'" in message
    assert "Traceback" not in message
    assert not _published(graph)


@pytest.mark.parametrize("approval", ["auto", "resource_id"])
def test_what_azure_did_not_approve_is_not_published(approval: str) -> None:
    """The service's owner may have taken the subscription off the list, or the caller may lack the right."""
    graph = deploy(program(given=with_consumer(approval=approval)), Azure(states={NAME: "Pending"}))
    assert f"{NAME} (consumer analytics, engine) is Pending, not Approved" in str(graph.error)
    assert "Write `approval: approve` for consumers.analytics" in str(graph.error)
    assert not _published(graph)


def test_what_the_approval_did_not_approve_is_not_told_as_fine() -> None:
    """`connection_state` is Approved or an error: a stack that ends well carries traffic."""
    graph = deploy(program(), Azure(states={NAME: "Pending"}))
    assert NAME in str(graph.error)
