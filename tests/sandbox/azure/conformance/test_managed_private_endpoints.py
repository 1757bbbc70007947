"""A recorded managed private endpoint."""

from __future__ import annotations

from azure_sandbox.azure import Json

from ...small_world import OWNER, SKU, SandboxCloud
from .comparison import Case, assert_conforms
from .patterns import TIMESTAMP

CLUSTER_ID = f"{OWNER}/providers/Microsoft.Kusto/Clusters/adx1"
NAMESPACE_ID = f"{OWNER}/providers/Microsoft.EventHub/namespaces/telemetry"

# Azure/azure-powershell, src/Kusto/test/New-AzKustoManagedPrivateEndpoint.Recording.json (api-version 2022-12-29): the
# GET after the operation. The recording of 2024-04-13 has the same body without the location.
RECORDED: Json = {
    "id": f"{CLUSTER_ID}/ManagedPrivateEndpoints/testmanagedprivateendpoint",
    "name": "adx1/testmanagedprivateendpoint",
    "type": "Microsoft.Kusto/Clusters/ManagedPrivateEndpoints",
    "properties": {
        "privateLinkResourceId": NAMESPACE_ID,
        "privateLinkResourceRegion": "East US",
        "groupId": "namespace",
        "requestMessage": "Please approve",
        "provisioningState": "Succeeded",
    },
    "systemData": {
        "createdBy": "somebody@example.com",
        "createdByType": "User",
        "createdAt": TIMESTAMP,
        "lastModifiedBy": "somebody@example.com",
        "lastModifiedByType": "User",
        "lastModifiedAt": TIMESTAMP,
    },
}
CALLER_DIFFERS = {
    f"systemData.{name}": "a user made the recording, and the sandbox's callers are applications"
    for name in ("createdBy", "createdByType", "lastModifiedBy", "lastModifiedByType")
}


def create_managed_private_endpoint(cloud: SandboxCloud) -> str:
    cloud.put(CLUSTER_ID, {"location": "East US", "sku": SKU})
    cloud.put(NAMESPACE_ID, {"location": "East US", "sku": {"name": "Standard"}})
    requested = {
        "privateLinkResourceId": NAMESPACE_ID,
        "privateLinkResourceRegion": "East US",
        "groupId": "namespace",
        "requestMessage": "Please approve",
    }
    return cloud.put(f"{CLUSTER_ID}/managedPrivateEndpoints/testmanagedprivateendpoint", {"properties": requested})[
        "id"
    ]


def test_the_answer_is_the_recorded_one(cloud: SandboxCloud) -> None:
    assert_conforms(cloud, Case(RECORDED, create_managed_private_endpoint, differs=CALLER_DIFFERS))
