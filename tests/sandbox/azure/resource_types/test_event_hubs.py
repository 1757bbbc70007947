"""Event Hubs namespaces and the connections to them."""

from __future__ import annotations

import uuid

import pytest

from azure_sandbox.azure.resource_types import event_hubs_connections, event_hubs_namespaces

from ...rule_marks import holds
from ...small_world import CONSUMER, ENDPOINT, SandboxCloud, network, zone
from .managed_bodies import CLUSTER, EVENT_HUBS, MANAGED, event_hubs, native_cluster, to_target
from .storage_bodies import ZONE_GROUP, addresses_in, status_of, to_account, zone_group


@pytest.fixture
def connection(cloud: SandboxCloud) -> str:
    """The id of a connection to the namespace `EVENT_HUBS`."""
    cloud.put(CLUSTER, native_cluster())
    cloud.put(EVENT_HUBS, event_hubs())
    cloud.put(MANAGED, to_target(EVENT_HUBS, "namespace"))
    (connection,) = cloud.connections(EVENT_HUBS)
    return connection["id"]


@holds(event_hubs_namespaces.NAMESPACE)
def test_a_namespace_has_its_endpoint(cloud: SandboxCloud) -> None:
    answer = cloud.put(EVENT_HUBS, event_hubs())
    assert answer["properties"]["serviceBusEndpoint"] == "https://telemetry.servicebus.windows.net:443/"
    assert answer["properties"]["privateEndpointConnections"] == []
    assert "etag" not in answer


@pytest.mark.parametrize("name", ["short", "1telemetry", "telemetry-", "a" * 51])
@holds(event_hubs_namespaces.BAD_NAME)
def test_an_invalid_name_is_rejected(cloud: SandboxCloud, name: str) -> None:
    with cloud.rejects(event_hubs_namespaces.BAD_NAME.code):
        cloud.put(f"{CONSUMER}/providers/Microsoft.EventHub/namespaces/{name}", event_hubs())


@holds(event_hubs_connections.OWNERS_SIDE)
def test_the_name_of_a_connection_is_a_guid(cloud: SandboxCloud, connection: str) -> None:
    """Nothing in the name says whose connection it is."""
    answer = cloud.get(connection)
    assert str(uuid.UUID(answer["name"])) == answer["name"]
    assert answer["properties"].keys() == {
        "provisioningState",
        "privateEndpoint",
        "privateLinkServiceConnectionState",
    }


@holds(event_hubs_connections.TRANSITION)
def test_a_rejection_is_final(cloud: SandboxCloud, connection: str) -> None:
    """A second approval changes nothing, and programs can approve in every run."""
    for status in ("Approved", "Approved", "Rejected"):
        cloud.decide(status, connection)
        assert status_of(cloud.get(connection))[0] == status
    for status in ("Approved", "Pending"):
        with cloud.rejects(event_hubs_connections.TRANSITION.code):
            cloud.decide(status, connection)


def test_an_endpoint_has_a_record_in_the_zone_of_service_bus(cloud: SandboxCloud) -> None:
    """Event Hubs and Service Bus share a zone, which has neither of their names."""
    bus_zone = network(CONSUMER, "privateDnsZones", "privatelink.servicebus.windows.net")
    cloud.put(EVENT_HUBS, event_hubs())
    cloud.put(bus_zone, zone())
    cloud.put(ENDPOINT, to_account("namespace", target=EVENT_HUBS))
    cloud.put(ZONE_GROUP, zone_group(bus_zone))
    assert addresses_in(cloud, f"{bus_zone}/A/telemetry") == cloud.address_of(ENDPOINT)


@holds(event_hubs_connections.ONE_GROUP)
def test_another_group_is_rejected(cloud: SandboxCloud) -> None:
    cloud.put(EVENT_HUBS, event_hubs())
    with cloud.rejects(event_hubs_connections.ONE_GROUP.code):
        cloud.put(ENDPOINT, to_account("blob", target=EVENT_HUBS))


def test_a_deleted_namespace_leaves_no_connection(cloud: SandboxCloud, connection: str) -> None:
    """The managed private endpoint stays `Succeeded` nevertheless."""
    cloud.delete(EVENT_HUBS)
    assert connection not in cloud.ids()
    assert cloud.get(MANAGED)["properties"]["provisioningState"] == "Succeeded"
