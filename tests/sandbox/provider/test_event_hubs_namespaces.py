"""`eventhub.Namespace`, a target of managed private endpoints that programs create and look up."""

from __future__ import annotations

from ..azure.resource_types.managed_bodies import CLUSTER, native_cluster
from ..fake_engine import Engine
from ..small_world import OWNER_SUBSCRIPTION, SandboxCloud

NAMESPACE = f"/subscriptions/{OWNER_SUBSCRIPTION}/resourceGroups/owner/providers/Microsoft.EventHub/namespaces/events"
PATH = {"resourceGroupName": "owner", "namespaceName": "events"}


def test_it_is_created_updated_and_deleted(engine: Engine) -> None:
    engine.configure(subscriptionId=OWNER_SUBSCRIPTION)
    inputs = {**PATH, "location": "westus", "sku": {"name": "Standard"}}
    id, created = engine.create("eventhub:Namespace", inputs)
    assert id == NAMESPACE
    assert created["serviceBusEndpoint"] == "https://events.servicebus.windows.net:443/"
    updated = engine.update("eventhub:Namespace", id, created, {**inputs, "tags": {"a": "b"}})
    assert updated["tags"] == {"a": "b"}
    engine.delete("eventhub:Namespace", id)
    assert engine.read("eventhub:Namespace", id)[0] == ""


def test_its_getter_has_its_connections(engine: Engine, cloud: SandboxCloud) -> None:
    """A program finds the connection of a managed private endpoint there, by its description."""
    engine.configure(subscriptionId=OWNER_SUBSCRIPTION)
    cloud.put(CLUSTER, native_cluster())
    cloud.put(NAMESPACE, {"location": "westus", "sku": {"name": "Standard"}})
    engine.create(
        "kusto:ManagedPrivateEndpoint",
        {
            "resourceGroupName": "owner",
            "clusterName": "adx1",
            "managedPrivateEndpointName": "to-events",
            "privateLinkResourceId": NAMESPACE,
            "groupId": "namespace",
            "requestMessage": "adx1 to-events",
        },
    )
    [connection] = engine.invoke("eventhub:getNamespace", **PATH)["privateEndpointConnections"]
    assert connection["privateEndpoint"]["id"].endswith("/privateEndpoints/to-events")
    assert connection["privateLinkServiceConnectionState"].keys() == {"status", "description"}
