"""Approval of connections, and connections without approval."""

from __future__ import annotations

import asyncio
import re

import pytest

from adx_private_link.components import waiting
from tests.samples.building import GUEST, OWNER
from tests.samples.smallest import small_with_consumer

from . import objects
from .azure import Azure
from .programs import APPROVAL, ENDPOINT, RECORD, SERVICE, program, with_dns
from .registration import UNKNOWN, Graph, deploy, must_deploy

NAME = "pe-myadx-engine-analytics"


@pytest.fixture(name="waited", autouse=True)
def _waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds of every wait, in a program that does not really wait."""
    waited: list[float] = []
    sleep = asyncio.sleep

    async def sleep_shortly(seconds: float) -> None:
        if seconds:
            waited.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", sleep_shortly)
    return waited


def _connection_state(graph: Graph) -> str:
    return graph.result["endpoints"]["analytics"]["engine"]["connection_state"]


def _published_addresses(graph: Graph) -> list[str]:
    """The addresses in the engine's DNS record."""
    records = [record for record in graph.of_kind("PrivateRecordSet") if record.label == RECORD]
    return [address["ipv4Address"] for record in records for address in record.inputs["aRecords"]]


# approve


def test_the_services_owner_approves_exactly_the_stacks_own_connection() -> None:
    """The service also has a stranger's connection, which must stay Pending."""
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


def test_an_approved_connection_is_approved_in_the_output() -> None:
    """The state from before the approval would be out of date."""
    assert _connection_state(must_deploy(program())) == "Approved"


@pytest.mark.parametrize("state", ["Approved", "Pending", "Rejected"])
def test_the_list_of_connections_does_not_follow_their_state(state: str) -> None:
    """Otherwise the preview after an approval would not be empty."""
    graph = deploy(program(), must_deploy(program()).azure.later(states={NAME: state}), preview=True)
    assert graph[APPROVAL].inputs["properties"]["parameters"]["connections"]["value"] == [f"{NAME}.guid"]


def test_a_preview_does_not_know_the_connections_and_looks_up_none() -> None:
    graph = must_deploy(program(), preview=True)
    assert graph[APPROVAL].inputs["properties"]["parameters"]["connections"]["value"] == UNKNOWN
    # Every service is looked up once before anything is registered, to learn whether it exists.
    assert graph.azure.asked_for("getPrivateLinkService") == ["pls-myadx-engine", "pls-myadx-ingestion"]
    assert graph.azure.asked_for("getPrivateEndpoint") == []


def test_an_update_waits_for_a_connection_that_is_listed_late(waited: list[float]) -> None:
    graph = must_deploy(program(), Azure(listed_after=8))
    assert graph[APPROVAL].inputs["properties"]["parameters"]["connections"]["value"] == [f"{NAME}.guid"]
    assert waited


def test_the_wait_for_a_connection_ends_with_a_remedy(waited: list[float]) -> None:
    """A connection that the owner removed is never listed again."""
    graph = deploy(program(), Azure(listed_after=10_000))
    assert "lists no connection of" in str(graph.error)
    # Both roles wait, and which one gives up first is chance.
    assert re.search(
        r"pulumi up --replace '\*\*PrivateEndpoint::myadx\.analytics\.(engine|ingestion)'", str(graph.error)
    )
    assert sum(waited) >= waiting.WAIT
    assert max(waited) <= 30
    assert not _published_addresses(graph)


def test_a_preview_does_not_wait(waited: list[float]) -> None:
    azure = must_deploy(program()).azure
    graph = must_deploy(program(), azure.later(listed_after=10_000), preview=True)
    assert graph[APPROVAL].inputs["properties"]["parameters"]["connections"]["value"] == []
    assert waited == []


# auto


def test_auto_trusts_the_consumers_subscription_and_needs_no_approval() -> None:
    graph = must_deploy(program(settings=small_with_consumer(approval="auto")))
    assert graph[SERVICE].inputs["autoApproval"] == {"subscriptions": [GUEST]}
    assert graph[SERVICE].inputs["visibility"] == {"subscriptions": [GUEST]}
    assert graph.of_kind("Deployment") == []
    assert (_connection_state(graph), _published_addresses(graph)) == ("Approved", ["10.3.0.5"])


# resource_id


def test_resource_id_connects_by_id_and_needs_no_approval() -> None:
    graph = must_deploy(program(settings=small_with_consumer(approval="resource_id")))
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
    assert graph.of_kind("Deployment") == []
    assert (_connection_state(graph), _published_addresses(graph)) == ("Approved", ["10.3.0.5"])


# Connections that carry no traffic


@pytest.mark.parametrize("approval", ["approve", "auto", "resource_id"])
@pytest.mark.parametrize("state", ["Rejected", "Disconnected"])
def test_an_endpoint_that_is_rejected_during_the_update_is_not_published(approval: str, state: str) -> None:
    """The plan has its record already, and DNS must never point at a dead endpoint."""
    graph = deploy(program(settings=small_with_consumer(approval=approval)), Azure(states={NAME: state}))
    message = str(graph.error)
    if approval != "approve" or state != "Disconnected":  # the wait for its connection fails first
        assert f"private endpoint {NAME} (consumer analytics, engine) is {state}" in message
        assert "pulumi up --replace '**myadx.analytics.engine'" in message
    assert "Traceback" not in message
    assert not _published_addresses(graph)


@pytest.mark.parametrize("approval", ["auto", "resource_id"])
def test_a_connection_that_azure_did_not_approve_is_not_published(approval: str) -> None:
    """The owner may have removed the subscription from the list, or the caller may lack the right."""
    graph = deploy(program(settings=small_with_consumer(approval=approval)), Azure(states={NAME: "Pending"}))
    assert f"{NAME} (consumer analytics, engine) is Pending, not Approved" in str(graph.error)
    assert "Write `approval: approve` for consumers.analytics" in str(graph.error)
    assert not _published_addresses(graph)


@pytest.mark.parametrize("dns", ["elsewhere", {"resource_group": "analytics"}])
def test_the_error_does_not_need_the_components_outputs(dns: object) -> None:
    """Programs of their own need not export anything."""
    settings = with_dns(dns, approval="auto")
    graph = deploy(program(lambda _: None, settings=settings), Azure(states={NAME: "Pending"}))
    assert f"{NAME} (consumer analytics, engine) is Pending, not Approved" in str(graph.error)


def test_a_connection_that_stays_pending_after_its_approval_is_an_error() -> None:
    """An update that succeeds carries traffic, so its `connection_state` is Approved."""
    graph = deploy(program(), Azure(states={NAME: "Pending"}))
    assert NAME in str(graph.error)
