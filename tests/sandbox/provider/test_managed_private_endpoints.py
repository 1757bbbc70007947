"""`kusto.ManagedPrivateEndpoint`, as the provider creates, updates, reads and deletes it."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import Json
from azure_sandbox.azure.resource_types import managed_private_endpoints

from ..azure.resource_types.managed_bodies import CLUSTER, MANAGED, native_cluster
from ..azure.resource_types.storage_bodies import ACCOUNT, account
from ..fake_engine import Engine, ReturnedError
from ..small_world import OWNER_SUBSCRIPTION, SandboxCloud

MANAGED_PRIVATE_ENDPOINT = "kusto:ManagedPrivateEndpoint"


@pytest.fixture
def inputs(engine: Engine, cloud: SandboxCloud) -> Json:
    """The inputs of a managed private endpoint to a storage account that exists."""
    engine.configure(subscriptionId=OWNER_SUBSCRIPTION)
    cloud.put(CLUSTER, native_cluster())
    cloud.put(ACCOUNT, account())
    return {
        "resourceGroupName": "owner",
        "clusterName": "adx1",
        "managedPrivateEndpointName": "to-data",
        "privateLinkResourceId": ACCOUNT,
        "groupId": "blob",
        "requestMessage": "adx1 to-data",
    }


def test_it_is_created_updated_and_deleted(engine: Engine, cloud: SandboxCloud, inputs: Json) -> None:
    id, created = engine.create(MANAGED_PRIVATE_ENDPOINT, inputs)
    assert id == MANAGED
    assert (created["name"], created["provisioningState"]) == ("adx1/to-data", "Succeeded")
    assert created["systemData"]["createdByType"] == "Application"
    updated = engine.update(MANAGED_PRIVATE_ENDPOINT, id, created, {**inputs, "requestMessage": "another"})
    assert updated["requestMessage"] == "another"
    engine.delete(MANAGED_PRIVATE_ENDPOINT, id)
    assert cloud.connections(ACCOUNT) == []
    assert engine.read(MANAGED_PRIVATE_ENDPOINT, id)[0] == ""


def test_its_getter_says_nothing_of_the_connection(engine: Engine, inputs: Json) -> None:
    """Programs look for the connection on the target."""
    engine.create(MANAGED_PRIVATE_ENDPOINT, inputs)
    path = {name: inputs[name] for name in ("resourceGroupName", "clusterName", "managedPrivateEndpointName")}
    answer = engine.invoke("kusto:getManagedPrivateEndpoint", **path)
    assert answer.keys() == {
        *("id", "name", "type", "azureApiVersion", "systemData"),
        *("privateLinkResourceId", "groupId", "requestMessage", "provisioningState"),
    }


def test_a_refresh_changes_nothing(engine: Engine, cloud: SandboxCloud, inputs: Json) -> None:
    """Not even after the owner of the target has rejected the connection: the resource says nothing of it."""
    id, created = engine.create(MANAGED_PRIVATE_ENDPOINT, inputs)
    (connection,) = cloud.connections(ACCOUNT)
    cloud.decide("Rejected", connection["id"])
    assert engine.read(MANAGED_PRIVATE_ENDPOINT, id, inputs, created)[1:] == (created, inputs)


@pytest.mark.parametrize("name", ["privateLinkResourceId", "groupId", "privateLinkResourceRegion"])
def test_another_target_is_an_update_that_azure_rejects(engine: Engine, inputs: Json, name: str) -> None:
    """A program therefore sets `replace_on_changes`."""
    changed = {**inputs, name: "eastus"}
    difference = engine.diff(MANAGED_PRIVATE_ENDPOINT, inputs, changed)
    assert difference.replaces == []
    id, created = engine.create(MANAGED_PRIVATE_ENDPOINT, inputs)
    with pytest.raises(ReturnedError, match=managed_private_endpoints.CANNOT_CHANGE.code):
        engine.update(MANAGED_PRIVATE_ENDPOINT, id, created, changed)


def test_an_unnamed_one_gets_the_name_of_its_resource(engine: Engine, inputs: Json) -> None:
    del inputs["managedPrivateEndpointName"]
    checked, failures = engine.check(MANAGED_PRIVATE_ENDPOINT, inputs, name="to-data")
    assert (checked["managedPrivateEndpointName"], failures) == ("to-data", [])
