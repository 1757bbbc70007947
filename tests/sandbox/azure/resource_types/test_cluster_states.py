"""States of clusters, and what they forbid."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import patch_operations
from azure_sandbox.azure.resource_types import cluster_states

from ...rule_marks import holds
from ...small_world import ENDPOINT, SandboxCloud
from .cluster_bodies import ADX, CLUSTER, cluster, to_cluster


@pytest.fixture
def client(cloud: SandboxCloud) -> SandboxCloud:
    return SandboxCloud(cloud.azure.acting_as("client"))


@holds(cluster_states.STATES_OF_WORLDS)
def test_clients_do_not_set_a_state(cloud: SandboxCloud, client: SandboxCloud) -> None:
    assert client.put(ADX, cluster(state="Stopped"))["properties"]["state"] == "Running"
    assert cloud.put(ADX, cluster(state="Stopped"))["properties"]["state"] == "Stopped"
    assert cloud.put(ADX, cluster())["properties"]["state"] == "Stopped"


@holds(cluster_states.NOT_RUNNING)
@pytest.mark.parametrize("state", ["Stopped", "Starting", "Unavailable"])
def test_a_cluster_that_does_not_run_cannot_be_changed(cloud: SandboxCloud, client: SandboxCloud, state: str) -> None:
    """Auto-stop stopped it over the week-end."""
    cloud.put(ADX, cluster(state=state))
    with client.rejects("BadRequest"):
        client.put(ADX, cluster(enablePurge=True))


@holds(cluster_states.NEW)
def test_a_new_cluster_has_no_uris_yet(cloud: SandboxCloud) -> None:
    """A preview can meet a cluster that another stack is creating."""
    answer = cloud.put(ADX, {**cluster(state="Creating"), "location": "westus", "tags": {"of": "us"}})
    assert (answer["location"], answer["etag"]) == ("westus", '""')
    assert "tags" not in answer
    shown = answer["properties"]
    assert (shown["state"], shown["provisioningState"]) == ("Creating", "Creating")
    assert not {"uri", "dataIngestionUri", "trustedExternalTenants", "privateEndpointConnections"} & shown.keys()


@holds(patch_operations.NOT_TERMINAL)
def test_a_new_cluster_cannot_be_changed(cloud: SandboxCloud, client: SandboxCloud) -> None:
    cloud.put(ADX, cluster(state="Creating"))
    with client.rejects("RequestConflict", 409):
        client.put(ADX, cluster())


@holds(cluster_states.NOT_RUNNING)
@pytest.mark.usefixtures("native_cluster")
def test_nothing_connects_to_a_stopped_cluster(cloud: SandboxCloud, client: SandboxCloud) -> None:
    """Auto-stop stopped it between two deployments; what was there stays, and can be removed."""
    client.put(ENDPOINT, to_cluster())
    before = client.get(ENDPOINT)
    cloud.put(CLUSTER, cluster(state="Stopped"))
    assert client.get(ENDPOINT) == before
    with client.rejects("BadRequest"):
        client.put(f"{ENDPOINT}-2", to_cluster())
    (connection,) = client.connections(CLUSTER)
    with client.rejects("BadRequest"):
        client.decide("Approved", connection["id"])
    target = {"privateLinkResourceId": connection["id"], "groupId": "blob"}
    with client.rejects("BadRequest"):
        client.put(f"{CLUSTER}/managedPrivateEndpoints/mpe", {"properties": target})
    client.delete(ENDPOINT)
    assert client.connections(CLUSTER) == []


@holds(patch_operations.NOT_TERMINAL)
@pytest.mark.usefixtures("native_cluster")
def test_nothing_connects_to_a_new_cluster_yet(cloud: SandboxCloud, client: SandboxCloud) -> None:
    cloud.put(CLUSTER, cluster(state="Creating"))
    with client.rejects("RequestConflict", 409):
        client.put(ENDPOINT, to_cluster())
    cloud.put(CLUSTER, cluster(state="Running"))
    client.put(ENDPOINT, to_cluster())
