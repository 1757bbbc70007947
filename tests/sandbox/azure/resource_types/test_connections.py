"""A connection has two sides, and both always show the same state."""

from __future__ import annotations

import re

import pytest

from azure_sandbox.azure.resource_types import (
    connections,
    private_endpoint_changes,
    private_link_service_connections,
)

from ...rule_marks import holds
from ...small_world import (
    CONSUMER_SUBSCRIPTION,
    ENDPOINT,
    SERVICE,
    STRANGER_SUBSCRIPTION,
    SandboxCloud,
    endpoint,
    service,
)


def both_sides(cloud: SandboxCloud) -> tuple[str, str]:
    (seen,) = cloud.connections()
    states = [side["properties"]["privateLinkServiceConnectionState"] for side in (seen, cloud.connection_of())]
    assert states[0] == states[1]
    return states[0]["status"], states[0]["description"]


@holds(connections.APPROVED_AT_ONCE)
def test_a_manual_connection_is_pending_with_the_consumers_message(cloud: SandboxCloud, alias: str) -> None:
    body = endpoint(alias)
    body["properties"]["manualPrivateLinkServiceConnections"][0]["properties"]["requestMessage"] = "let me in"
    cloud.put(ENDPOINT, body)
    assert both_sides(cloud) == ("Pending", "let me in")


@pytest.mark.parametrize("status", ["Approved", "Rejected"])
@holds(connections.ONE_STATE)
def test_both_sides_show_the_owners_decision(cloud: SandboxCloud, alias: str, status: str) -> None:
    cloud.put(ENDPOINT, endpoint(alias))
    cloud.decide(status)
    assert both_sides(cloud) == (status, f"{status} by a test")


@holds(connections.ONE_STATE)
def test_a_connection_is_named_by_the_endpoints_name_and_guid(cloud: SandboxCloud, alias: str) -> None:
    answer = cloud.put(ENDPOINT, endpoint(alias))
    (seen,) = cloud.connections()
    assert seen["name"] == f"pe.{answer['properties']['resourceGuid']}"
    assert seen["id"] == f"{SERVICE}/privateEndpointConnections/{seen['name']}"
    assert seen["properties"]["privateEndpoint"] == {"id": ENDPOINT}
    assert re.fullmatch(r"[1-9]\d{8}", seen["properties"]["linkIdentifier"])


@holds(private_link_service_connections.SERVICE_ETAG)
def test_a_new_connection_changes_the_etag_of_its_service(cloud: SandboxCloud, alias: str) -> None:
    """A client that has read the service before cannot overwrite it (`If-Match`)."""
    etags = [cloud.get(SERVICE)["etag"]]

    def remember() -> None:
        shown = cloud.get(SERVICE)
        assert {connection["etag"] for connection in cloud.connections()} <= {shown["etag"]}
        assert all(cloud.get(connection["id"])["etag"] == shown["etag"] for connection in cloud.connections())
        etags.append(shown["etag"])

    cloud.put(ENDPOINT, endpoint(alias))
    remember()
    cloud.decide("Approved")
    remember()
    cloud.put(f"{ENDPOINT}-2", endpoint(alias))
    remember()
    cloud.delete(ENDPOINT)
    remember()
    cloud.delete(cloud.connections()[0]["id"])
    remember()
    assert len(set(etags)) == len(etags)


@pytest.mark.parametrize(
    ("listed", "status"),
    [
        (CONSUMER_SUBSCRIPTION, "Approved"),
        (CONSUMER_SUBSCRIPTION.upper(), "Approved"),
        ("*", "Approved"),
        (STRANGER_SUBSCRIPTION, "Pending"),
    ],
)
@holds(connections.APPROVED_AT_ONCE)
def test_auto_approval_applies_to_listed_subscriptions(cloud: SandboxCloud, listed: str, status: str) -> None:
    alias = cloud.put(SERVICE, service(autoApproval={"subscriptions": [listed]}))["properties"]["alias"]
    cloud.put(ENDPOINT, endpoint(alias))
    assert both_sides(cloud)[0] == status


@holds(connections.APPROVED_AT_ONCE)
def test_auto_approval_does_not_apply_to_pending_connections(cloud: SandboxCloud, alias: str) -> None:
    """A change of the list approves no pending connection (SupportArticles-docs, pending-approval)."""
    cloud.put(ENDPOINT, endpoint(alias))
    cloud.put(SERVICE, service(autoApproval={"subscriptions": [CONSUMER_SUBSCRIPTION]}))
    assert both_sides(cloud)[0] == "Pending"


@pytest.mark.parametrize(("kind", "status"), [("automatic", "Approved"), ("manual", "Pending")])
@pytest.mark.usefixtures("alias")
@holds(connections.APPROVED_AT_ONCE)
def test_an_automatic_connection_by_id_is_approved_at_once(cloud: SandboxCloud, kind: str, status: str) -> None:
    cloud.put(ENDPOINT, endpoint(SERVICE, manual=kind == "manual"))
    assert both_sides(cloud)[0] == status


@pytest.mark.parametrize("path", [["Approved"], ["Rejected"], ["Approved", "Approved"], ["Approved", "Rejected"]])
def test_an_owner_can_approve_and_reject(cloud: SandboxCloud, alias: str, path: list[str]) -> None:
    cloud.put(ENDPOINT, endpoint(alias))
    for status in path:
        cloud.decide(status)
    assert both_sides(cloud)[0] == path[-1]


@pytest.mark.parametrize(
    ("path", "decision"), [(["Rejected"], "Approved"), ([], "Disconnected"), ([], "Pending"), (["Approved"], "Pending")]
)
@holds(private_link_service_connections.TRANSITION)
def test_an_impossible_decision_is_rejected(cloud: SandboxCloud, alias: str, path: list[str], decision: str) -> None:
    cloud.put(ENDPOINT, endpoint(alias))
    for status in path:
        cloud.decide(status)
    with cloud.rejects(private_link_service_connections.TRANSITION.code):
        cloud.decide(decision)


@pytest.mark.usefixtures("alias")
@holds(connections.UNKNOWN_CONNECTION)
def test_an_owner_cannot_create_a_connection(cloud: SandboxCloud) -> None:
    with cloud.rejects("ResourceNotFound", 404):
        cloud.decide("Approved", f"{SERVICE}/privateEndpointConnections/pe.invented")


@pytest.mark.parametrize("state", [None, {}, {"description": "why?"}])
def test_a_decision_needs_a_valid_status(cloud: SandboxCloud, alias: str, state: dict[str, str] | None) -> None:
    cloud.put(ENDPOINT, endpoint(alias))
    with cloud.rejects("InvalidRequestFormat"):
        cloud.put(cloud.connections()[0]["id"], {"properties": {"privateLinkServiceConnectionState": state}})


def test_a_connection_of_a_missing_service_is_not_found(cloud: SandboxCloud) -> None:
    with cloud.rejects("ParentResourceNotFound", 404):
        cloud.decide("Approved", f"{SERVICE}/privateEndpointConnections/pe.invented")


@holds(private_endpoint_changes.DISCONNECTED)
def test_an_endpoint_without_its_connection_can_only_be_deleted(cloud: SandboxCloud, alias: str) -> None:
    cloud.put(ENDPOINT, endpoint(alias))
    cloud.decide("Approved")
    addresses = cloud.address_of(ENDPOINT)
    cloud.delete(cloud.connections()[0]["id"])
    assert cloud.connections() == []
    assert cloud.address_of(ENDPOINT) == addresses
    assert cloud.connection_of()["properties"]["privateLinkServiceConnectionState"]["status"] == "Disconnected"
    with cloud.rejects(private_endpoint_changes.DISCONNECTED.code):
        cloud.put(ENDPOINT, {**endpoint(alias), "tags": {"any": "change"}})
    cloud.delete(ENDPOINT)


def test_a_deleted_endpoint_deletes_its_connection(cloud: SandboxCloud, alias: str) -> None:
    cloud.put(ENDPOINT, endpoint(alias))
    cloud.delete(ENDPOINT)
    assert cloud.connections() == []


def test_an_update_of_the_service_keeps_its_connections(cloud: SandboxCloud, alias: str) -> None:
    cloud.put(ENDPOINT, endpoint(alias))
    cloud.decide("Approved")
    cloud.put(SERVICE, {**service(), "tags": {"any": "change"}})
    assert both_sides(cloud)[0] == "Approved"


def test_an_update_of_the_endpoint_keeps_the_decision(cloud: SandboxCloud, alias: str) -> None:
    """Even an update that sends an old state, as a refreshed stack does."""
    cloud.put(ENDPOINT, endpoint(alias))
    cloud.decide("Approved")
    body = endpoint(alias)
    body["properties"]["manualPrivateLinkServiceConnections"][0]["properties"]["privateLinkServiceConnectionState"] = {
        "status": "Pending"
    }
    cloud.put(ENDPOINT, body)
    assert both_sides(cloud)[0] == "Approved"
