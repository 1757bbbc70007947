"""Documented clusters."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import Collection, Json

from ...small_world import ENDPOINT, OWNER, SandboxCloud
from ..resource_types.cluster_bodies import create_native_cluster, to_cluster
from .comparison import Case, assert_conforms, list_differences
from .patterns import GUID, TIMESTAMP, Like

# Azure/azure-cli-extensions, src/kusto/azext_kusto/tests/latest/recordings/test_kusto_Scenario.yaml (api-version
# 2022-02-01), without the requested identity, and with the suffix of the public cloud instead of a test cloud's.
CLUSTER_ID = f"{OWNER}/providers/Microsoft.Kusto/Clusters/adx1"
IDENTITY = f"{OWNER}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uami"

CLUSTER: Json = {
    "id": CLUSTER_ID,
    "name": "adx1",
    "type": "Microsoft.Kusto/Clusters",
    "etag": Like(rf'"{TIMESTAMP.pattern}"'),
    "location": "West US",
    "sku": {"name": "Standard_E2a_v4", "tier": "Standard", "capacity": 2},
    "tags": {},
    "properties": {
        "state": "Running",
        "stateReason": None,
        "uri": "https://adx1.westus.kusto.windows.net",
        "dataIngestionUri": "https://ingest-adx1.westus.kusto.windows.net",
        "trustedExternalTenants": [],
        "virtualNetworkConfiguration": None,
        "optimizedAutoscale": None,
        "enableDiskEncryption": False,
        "enableStreamingIngest": True,
        "keyVaultProperties": None,
        "languageExtensions": {"value": []},
        "enablePurge": True,
        "enableDoubleEncryption": False,
        "engineType": "V3",
        "acceptedAudiences": [],
        "restrictOutboundNetworkAccess": "Disabled",
        "allowedFQDNList": [],
        "publicNetworkAccess": "Enabled",
        "allowedIpRangeList": ["0.0.0.0/0"],
        "enableAutoStop": True,
        "provisioningState": "Succeeded",
    },
}

CLUSTER_DIFFERS = {
    "properties.allowedFQDNList": "spelt `allowedFqdnList` in the model of 2024-04-13",
    "properties.stateReason": "empty in the recordings of 2024-04-13",
}
NEWER = (
    *("publicIPType", "virtualClusterGraduationProperties", "privateEndpointConnections", "calloutPolicies"),
    *("migrationCluster", "zoneStatus"),
)


def create_cluster(cloud: SandboxCloud) -> str:
    properties = {
        "enableDiskEncryption": False,
        "enableStreamingIngest": True,
        "enablePurge": True,
        "enableDoubleEncryption": False,
        "publicNetworkAccess": "Enabled",
        "allowedIpRangeList": ["0.0.0.0/0"],
        "engineType": "V3",
        "enableAutoStop": True,
    }
    sku = {"name": "Standard_E2a_v4", "capacity": 2, "tier": "Standard"}
    cloud.put(CLUSTER_ID, {"location": "westus", "tags": {}, "sku": sku, "properties": properties})
    return CLUSTER_ID


# Azure/azure-powershell, src/Kusto/Kusto.Autorest/test/Get-AzKustoCluster.Recording.json (api-version 2024-04-13),
# without the tag that a policy of Microsoft's adds.
WITH_ENDPOINT: Json = {
    "id": CLUSTER_ID,
    "name": "adx1",
    "type": "Microsoft.Kusto/Clusters",
    "etag": Like(rf'"{TIMESTAMP.pattern}"'),
    "location": "East US",
    "sku": {"name": "Standard_E2ads_v5", "tier": "Standard", "capacity": 2},
    "tags": {},
    "properties": {
        "state": "Running",
        "stateReason": "",
        "uri": "https://adx1.eastus.kusto.windows.net",
        "dataIngestionUri": "https://ingest-adx1.eastus.kusto.windows.net",
        "trustedExternalTenants": [],
        "virtualNetworkConfiguration": None,
        "optimizedAutoscale": None,
        "enableDiskEncryption": False,
        "enableStreamingIngest": False,
        "keyVaultProperties": None,
        "languageExtensions": {
            "value": [
                {
                    "languageExtensionName": "R",
                    "languageExtensionImageName": "R",
                    "languageExtensionCustomImageName": None,
                }
            ]
        },
        "enablePurge": None,
        "enableDoubleEncryption": False,
        "engineType": "V3",
        "acceptedAudiences": [],
        "restrictOutboundNetworkAccess": "Disabled",
        "allowedFqdnList": [],
        "calloutPolicies": [
            {"calloutUriRegex": "*", "calloutType": 0, "outboundAccess": 0, "calloutId": "*_kusto"},
            {"calloutUriRegex": "*", "calloutType": 1, "outboundAccess": 1, "calloutId": "*_sql"},
        ],
        "publicNetworkAccess": "Enabled",
        "allowedIpRangeList": [],
        "enableAutoStop": True,
        "publicIPType": "IPv4",
        "virtualClusterGraduationProperties": None,
        "privateEndpointConnections": [
            {
                "name": Like(rf"pe-{GUID.pattern}"),
                "type": "Microsoft.Kusto/Clusters/privateEndpointConnections",
                "id": Like(rf"{CLUSTER_ID}/privateEndpointConnections/pe-{GUID.pattern}"),
                "properties": {
                    "provisioningState": "Succeeded",
                    "groupId": "cluster",
                    "privateEndpoint": {"id": ENDPOINT},
                    "privateLinkServiceConnectionState": {
                        "status": "Approved",
                        "description": "",
                        "actionsRequired": "None",
                    },
                },
            }
        ],
        "migrationCluster": None,
        "zoneStatus": "NonZonal",
        "provisioningState": "Succeeded",
    },
    "identity": {
        "principalId": GUID,
        "tenantId": GUID,
        "type": "SystemAssigned, UserAssigned",
        "userAssignedIdentities": {IDENTITY: {"principalId": GUID, "clientId": GUID}},
    },
}


def create_with_endpoint(cloud: SandboxCloud) -> str:
    policies = [("kusto", "Allow"), ("sql", "Deny")]
    properties = {
        "languageExtensions": {"value": [{"languageExtensionName": "R", "languageExtensionImageName": "R"}]},
        "calloutPolicies": [
            {"calloutUriRegex": "*", "calloutType": type, "outboundAccess": access} for type, access in policies
        ],
    }
    body: Json = {
        "location": "eastus",
        "sku": WITH_ENDPOINT["sku"],
        "identity": {"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": {IDENTITY: {}}},
        "properties": properties,
    }
    create_native_cluster(cloud)
    cloud.put(CLUSTER_ID, body)
    cloud.put(ENDPOINT, to_cluster(CLUSTER_ID, manual=False))
    return CLUSTER_ID


# Azure/azure-powershell, src/Kusto/Kusto.Autorest/test/Get-AzKustoPrivateLinkResource.Recording.json (2024-04-13).
LINK_RESOURCE: Json = {
    "id": f"{CLUSTER_ID}/PrivateLinkResources/cluster",
    "name": "adx1/cluster",
    "type": "Microsoft.Kusto/Clusters/PrivateLinkResources",
    "etag": '""',
    "location": "DummyLocation",
    "properties": {
        "GroupId": "cluster",
        "RequiredMembers": [
            "Engine",
            "DataManagement",
            *(
                Like(rf"{service}-[a-z0-9]{{3}}kstrldadx1{number}")
                for number in ("00", "01")
                for service in ("blob", "queue", "table")
            ),
        ],
        "RequiredZoneNames": [
            "privatelink.eastus.kusto.windows.net",
            "privatelink.blob.core.windows.net",
            "privatelink.queue.core.windows.net",
            "privatelink.table.core.windows.net",
        ],
        "provisioningState": "Succeeded",
    },
    "displayName": "cluster",
}


def create_link_resource(cloud: SandboxCloud) -> str:
    cloud.put(CLUSTER_ID, {"location": "eastus", "sku": WITH_ENDPOINT["sku"]})
    return f"{CLUSTER_ID}/privateLinkResources/cluster"


CASES: dict[str, Case] = {
    "a cluster": Case(
        CLUSTER,
        create_cluster,
        newer={
            "properties.allowedFqdnList": "spelt `allowedFQDNList` in the recording (2022-02-01)",
            **{f"properties.{name}": "not in the recording (2022-02-01), in the model of 2024-04-13" for name in NEWER},
        },
        differs=CLUSTER_DIFFERS,
    ),
    "a cluster with an endpoint": Case(WITH_ENDPOINT, create_with_endpoint),
    "a private link resource": Case(LINK_RESOURCE, create_link_resource),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_answer_is_the_documented_one(cloud: SandboxCloud, case: Case) -> None:
    assert_conforms(cloud, case)


def test_the_list_is_the_documented_one(cloud: SandboxCloud) -> None:
    """It spells the properties in another way than a GET."""
    create_link_resource(cloud)
    documented = {name: value for name, value in LINK_RESOURCE.items() if name not in ("etag", "displayName")}
    properties = {f"{name[0].lower()}{name[1:]}": value for name, value in LINK_RESOURCE["properties"].items()}
    (listed,) = cloud.azure.list_of(Collection.parse(f"{CLUSTER_ID}/privateLinkResources"))
    assert [*list_differences({**documented, "location": "East US", "properties": properties}, listed)] == []
