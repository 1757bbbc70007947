"""A documented cluster."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import Json

from ...small_world import OWNER, SandboxCloud
from .comparison import Case, assert_conforms
from .patterns import TIMESTAMP, Like

# Azure/azure-cli-extensions, src/kusto/azext_kusto/tests/latest/recordings/test_kusto_Scenario.yaml (api-version
# 2022-02-01), without the requested identity, and with the suffix of the public cloud instead of a test cloud's.
CLUSTER_ID = f"{OWNER}/providers/Microsoft.Kusto/Clusters/adx1"

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
    "location": "the recording has the region's display name; the sandbox has every region by its programmatic name",
}


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


CASES: dict[str, Case] = {
    "a cluster": Case(
        CLUSTER,
        create_cluster,
        newer={
            "properties.allowedFqdnList": "spelt `allowedFQDNList` in the recording (2022-02-01)",
            "properties.publicIPType": "not in the recording (2022-02-01), in the model of 2024-04-13",
            "properties.privateEndpointConnections": "not in the recording (2022-02-01), in the model of 2024-04-13",
        },
        differs=CLUSTER_DIFFERS,
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_answer_is_the_documented_one(cloud: SandboxCloud, case: Case) -> None:
    assert_conforms(cloud, case)
