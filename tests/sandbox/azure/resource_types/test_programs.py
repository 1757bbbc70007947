"""Programs create, read and delete resources of these types through the provider."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import Json
from azure_sandbox.provider import autonaming

from ...fake_engine import Engine
from ...rule_marks import holds
from ...small_world import CLIENTS, CONSUMER, ENDPOINT, OWNER_NETWORK, SandboxCloud, zone
from .storage_bodies import BLOB_RECORD, BLOB_ZONE, addresses_in

ROLE = "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"
_OF_PROGRAMS: dict[str, Json] = {
    "network:NetworkSecurityGroup": {
        "resourceGroupName": "consumer",
        "securityRules": [
            {"name": "no-ssh", "priority": 100, "direction": "Inbound", "access": "Deny", "protocol": "*"}
        ],
    },
    "network:RouteTable": {
        "resourceGroupName": "consumer",
        "routes": [{"name": "out", "addressPrefix": "0.0.0.0/0", "nextHopType": "Internet"}],
    },
    "network:VirtualNetworkPeering": {
        "resourceGroupName": "consumer",
        "virtualNetworkName": "vnet",
        "remoteVirtualNetwork": {"id": OWNER_NETWORK},
    },
    "storage:StorageAccount": {"resourceGroupName": "consumer", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}},
    "authorization:RoleAssignment": {"scope": CONSUMER, "principalId": "me", "roleDefinitionId": ROLE},
}


@pytest.mark.parametrize("type", _OF_PROGRAMS)
@holds(autonaming.NAME_IS_GUID)
def test_a_program_creates_reads_and_deletes_them(cloud: SandboxCloud, engine: Engine, type: str) -> None:
    """A second run with the same inputs, and the name that the first run has generated, changes nothing."""
    requested, before = _OF_PROGRAMS[type], cloud.ids()
    inputs, failures = engine.check(type, requested)
    assert failures == []
    id, outputs = engine.create(type, inputs)
    assert outputs["name"] == id.rsplit("/", 1)[1]
    again, _ = engine.check(type, requested, inputs)
    assert not engine.diff(type, inputs, again, outputs).changed
    assert engine.read(type, id, inputs, outputs)[1:] == (outputs, inputs)
    engine.delete(type, id)
    assert cloud.ids() == before


def test_a_program_connects_and_publishes(cloud: SandboxCloud, engine: Engine) -> None:
    """A second run of a user's program with the same inputs changes nothing."""
    cloud.put(BLOB_ZONE, zone())
    theirs = f"{CONSUMER}/providers/Microsoft.Storage/storageAccounts/data"
    endpoint_name = {"resourceGroupName": "consumer", "privateEndpointName": "pe"}
    connection = {"name": "data", "privateLinkServiceId": theirs, "groupIds": ["blob"]}
    program: dict[str, Json] = {
        "storage:StorageAccount": {
            "resourceGroupName": "consumer",
            "accountName": "data",
            "kind": "StorageV2",
            "sku": {"name": "Standard_LRS"},
            "publicNetworkAccess": "Disabled",
        },
        "network:PrivateEndpoint": {
            **endpoint_name,
            "privateLinkServiceConnections": [connection],
            "subnet": {"id": CLIENTS},
        },
        "network:PrivateDnsZoneGroup": {
            **endpoint_name,
            "privateDnsZoneConfigs": [{"name": "blob", "privateDnsZoneId": BLOB_ZONE}],
        },
    }
    for type, requested in program.items():
        inputs, failures = engine.check(type, requested)
        assert failures == []
        id, outputs = engine.create(type, inputs)
        again, _ = engine.check(type, requested, inputs)
        assert not engine.diff(type, inputs, again, outputs).changed
        assert engine.read(type, id, inputs, outputs)[1:] == (outputs, inputs)
    assert addresses_in(cloud, BLOB_RECORD) == cloud.address_of(ENDPOINT)
    account = engine.invoke("storage:getStorageAccount", resourceGroupName="consumer", accountName="data")
    [seen] = account["privateEndpointConnections"]
    assert seen["privateLinkServiceConnectionState"] == {
        "status": "Approved",
        "description": "Auto-Approved",
        "actionRequired": "None",
    }
    assert account["primaryEndpoints"]["blob"] == "https://data.blob.core.windows.net/"
