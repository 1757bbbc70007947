"""PATCH: what it changes, the operation that it starts, and how the operation ends."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest

from azure_sandbox.azure import (
    AzureError,
    Json,
    OperationFailed,
    ResourceId,
    Trouble,
    cluster_operations,
    patch_operations,
    resource_type,
)
from azure_sandbox.azure.patch_operations import LOOKS, Answer
from azure_sandbox.azure.resource_types import cluster_networks
from azure_sandbox.azure.trouble import Kind

from ..rule_marks import holds
from ..small_world import CLIENTS, ENDPOINT, SandboxCloud
from .resource_types.cluster_bodies import ADX, CLUSTER, cluster, injected, to_cluster

ID = ResourceId.parse(ADX)


@pytest.fixture
def client(cloud: SandboxCloud) -> SandboxCloud:
    """A client, with a native cluster that is closed to the public."""
    cloud.put(ADX, {**cluster(publicNetworkAccess="Disabled"), "identity": {"type": "SystemAssigned"}})
    return SandboxCloud(cloud.azure.acting_as("client"))


def patch(client: SandboxCloud, **properties: object) -> Answer:
    return client.azure.patch(ID, {"properties": properties})


def poll(client: SandboxCloud, answer: Answer, header: str = "Azure-AsyncOperation") -> Answer:
    parts = urlsplit(answer.headers[header])
    name = patch_operations.operation_name(unquote(parts.path))
    assert name
    return client.azure.poll(name, location_only="operationResultResponseType=Location" in parts.query)


def shown(client: SandboxCloud) -> Json:
    return client.get(ADX)["properties"]


def wait(client: SandboxCloud) -> None:
    """Look at the cluster until its operation has ended."""
    for _ in range(LOOKS):
        assert shown(client)["provisioningState"] == "Running"
    assert shown(client)["provisioningState"] != "Running"


@holds(patch_operations.UNCHANGED)
@pytest.mark.parametrize(
    "change",
    [
        {"properties": {"publicNetworkAccess": "Disabled", "enablePurge": None}},
        {"sku": {"name": "Standard_D13_v2", "tier": "Standard"}},
        {"tags": {}},
        {},
    ],
)
def test_a_change_that_is_none_is_answered_at_once(client: SandboxCloud, change: Json) -> None:
    """A command that runs again must not wait for six minutes."""
    before = client.get(ADX)
    assert client.azure.patch(ID, change) == Answer(status=200, body=before)
    assert client.get(ADX) == before


@holds(patch_operations.PATCHED, patch_operations.RUNNING)
def test_a_change_is_there_when_its_operation_ends(client: SandboxCloud) -> None:
    """A script that took `Running` for the end believed that nothing had changed."""
    before = client.get(ADX)
    answer = patch(client, enablePurge=True)
    assert (answer.status, [*answer.headers]) == (202, ["Azure-AsyncOperation", "Location"])
    assert answer.body
    assert (answer.body["properties"]["provisioningState"], answer.body["properties"]["state"]) == (
        "Accepted",
        "Running",
    )
    assert "principalId" not in answer.body["identity"]
    for _ in range(LOOKS):
        running = client.get(ADX)
        assert running["properties"]["provisioningState"] == "Running"
        assert running["properties"]["enablePurge"] is None
        assert "principalId" not in running["identity"]
    after = client.get(ADX)
    assert (after["properties"]["provisioningState"], after["properties"]["enablePurge"]) == ("Succeeded", True)
    assert after["properties"]["publicNetworkAccess"] == "Disabled"
    assert after["identity"] == before["identity"]
    assert after["etag"] != before["etag"]


@holds(patch_operations.POLLED)
def test_an_operation_is_polled_by_its_urls(client: SandboxCloud) -> None:
    answer = patch(client, enablePurge=True)
    url = answer.headers["Azure-AsyncOperation"]
    assert "/locations/West%20US/operationResults/" in url
    assert answer.headers["Location"] == f"{url}&operationResultResponseType=Location"
    assert poll(client, answer, "Location") == Answer(status=202, body=None)
    running = poll(client, answer).body
    assert running
    assert (running["status"], running["percentComplete"]) == ("Running", 0.5)
    assert "/locations/West US/operationresults/" in running["id"]
    done = poll(client, answer).body
    assert done
    assert (done["status"], done["percentComplete"]) == ("Succeeded", 1.0)
    assert done["properties"] == {
        "operationKind": "ServiceConfigurationAlter",
        "provisioningState": "Succeeded",
        "operationState": "Completed",
    }
    assert poll(client, answer, "Location") == Answer(status=200, body=None)
    assert shown(client)["enablePurge"] is True


@holds(patch_operations.OPERATION_NOT_FOUND)
def test_an_operation_that_does_not_exist_is_not_found(client: SandboxCloud) -> None:
    with client.rejects("ResourceNotFound", 404):
        client.azure.poll("00000000-0000-0000-0000-000000000000")


@holds(patch_operations.NOT_TERMINAL)
def test_nobody_else_changes_the_cluster_meanwhile(client: SandboxCloud) -> None:
    """A pipeline and an operator change the same cluster."""
    patch(client, enablePurge=True)
    with client.rejects("RequestConflict", 409):
        patch(client, enablePurge=False)
    with client.rejects("RequestConflict", 409):
        client.put(ADX, cluster())
    with client.rejects("RequestConflict", 409):
        client.delete(ADX)
    wait(client)
    assert patch(client, enableStreamingIngest=True).status == 202


@holds(cluster_operations.IN_MAINTENANCE)
@pytest.mark.usefixtures("native_cluster")
def test_a_decision_on_a_connection_fails_meanwhile(cloud: SandboxCloud) -> None:
    """A stack approves its endpoint while the owner of the cluster locks it down."""
    client = SandboxCloud(cloud.azure.acting_as("client"))
    client.put(ENDPOINT, to_cluster())
    (connection,) = client.connections(CLUSTER)
    client.azure.patch(ResourceId.parse(CLUSTER), {"properties": {"publicNetworkAccess": "Disabled"}})
    with pytest.raises(OperationFailed, match="ServiceIsInMaintenance"):
        client.decide("Approved", connection["id"])
    for _ in range(LOOKS + 1):
        client.get(CLUSTER)
    client.decide("Approved", connection["id"])
    assert client.connections(CLUSTER)[0]["properties"]["privateLinkServiceConnectionState"]["status"] == "Approved"


@holds(patch_operations.FAILED, patch_operations.POLLED)
@pytest.mark.parametrize("kind", ["failed", "parallel"])
def test_an_operation_can_fail(client: SandboxCloud, kind: Kind) -> None:
    """The request was accepted, so only who looks again learns that nothing has changed."""
    client.azure.add_trouble(Trouble(kind=kind, on="PATCH *"))
    answer = patch(client, enablePurge=True)
    assert answer.status == 202
    wait(client)
    assert (shown(client)["provisioningState"], shown(client)["enablePurge"]) == ("Failed", None)
    failed = poll(client, answer).body
    assert failed
    assert (failed["status"], failed["properties"]["operationState"]) == ("Failed", "Failed")
    assert failed["error"]["code"] in ("InternalServerError", "ReferencedResourceNotProvisioned")
    assert patch(client, enablePurge=True).status == 202
    wait(client)
    assert (shown(client)["provisioningState"], shown(client)["enablePurge"]) == ("Succeeded", True)


def test_a_change_that_breaks_a_rule_is_rejected_at_once(client: SandboxCloud) -> None:
    with client.rejects("InvalidAllowedIpRangeList"):
        patch(client, allowedIpRangeList=["any where"])


def test_a_change_of_what_does_not_exist_is_rejected(client: SandboxCloud) -> None:
    with pytest.raises(AzureError, match="ResourceNotFound"):
        client.azure.patch(ResourceId.parse(f"{ADX}x"), {})


def test_a_change_needs_the_right_to_write(client: SandboxCloud) -> None:
    client.azure.add_trouble(Trouble(kind="refused", on="PATCH *"))
    with client.rejects("RequestDisallowedByPolicy", 403):
        patch(client, enablePurge=True)


@holds(resource_type.NO_PATCH)
def test_other_types_have_no_patch(client: SandboxCloud) -> None:
    with client.rejects("NotInSandbox"):
        client.azure.patch(ResourceId.parse(CLIENTS), {"properties": {}})


@holds(cluster_networks.MIGRATION, cluster_networks.INJECTION_CHANGED)
def test_a_cluster_leaves_its_network_by_a_patch(cloud: SandboxCloud) -> None:
    cloud.put(ADX, injected())
    client = SandboxCloud(cloud.azure.acting_as("client"))
    configuration = shown(client)["virtualNetworkConfiguration"]
    with client.rejects("CannotModifyVirtualNetworkConfiguration"):
        patch(client, virtualNetworkConfiguration={"state": "Disabled"})
    assert patch(client, virtualNetworkConfiguration={**configuration, "state": "Disabled"}).status == 202
    wait(client)
    assert shown(client)["virtualNetworkConfiguration"] == {**configuration, "state": "Disabled"}
