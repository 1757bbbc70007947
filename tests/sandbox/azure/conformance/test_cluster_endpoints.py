"""Documented endpoints of clusters, their connections on the cluster, and decisions on them."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import Json, ResourceId

from ...small_world import CONSUMER, ENDPOINT, SandboxCloud
from ..resource_types.cluster_bodies import CLUSTER, MEMBERS_SUBNET, to_cluster
from .comparison import Case, assert_conforms, list_differences
from .patterns import GUID, GUID_PATTERN, TIMESTAMP, Like, describe_network_resource, interface_pattern

# Azure/azure-powershell, src/Kusto/Kusto.Autorest/test/New-AzKustoPrivateEndpointConnection.Recording.json
# (api-version 2024-04-13): the list of a cluster's connections, the PUT that rejects one, and the list after it.
_CONNECTION_NAME = f"pe-{GUID_PATTERN}"


def _connection(status: str, action: str | None) -> Json:
    return {
        "name": Like(_CONNECTION_NAME),
        "type": "Microsoft.Kusto/Clusters/privateEndpointConnections",
        "id": Like(f"{CLUSTER}/privateEndpointConnections/{_CONNECTION_NAME}"),
        "properties": {
            "provisioningState": "Succeeded",
            "groupId": "cluster",
            "privateEndpoint": {"id": ENDPOINT},
            "privateLinkServiceConnectionState": {"status": status, "description": "", "actionsRequired": action},
        },
    }


_SPELT_ID = Like(f"{CLUSTER}/PrivateEndpointConnections/{_CONNECTION_NAME}")

DECISION: Json = {
    "id": _SPELT_ID,
    "name": Like(f"adx2/{_CONNECTION_NAME}"),
    "type": "Microsoft.Kusto/Clusters/PrivateEndpointConnections",
    "properties": {
        "properties": {"privateLinkServiceConnectionState": {"status": "Rejected", "description": ""}},
        "id": _SPELT_ID,
        "systemData": {
            "createdBy": Like(".+"),
            "createdByType": Like("User|Application"),
            "createdAt": TIMESTAMP,
            "lastModifiedBy": Like(".+"),
            "lastModifiedByType": Like("User|Application"),
            "lastModifiedAt": TIMESTAMP,
        },
        "provisioningState": "Accepted",
    },
}

# Azure/azure-cli-extensions, src/kusto/azext_kusto/tests/latest/recordings/test_kusto_Scenario.yaml: the GET of an
# endpoint whose connection waits.
PENDING_ENDPOINT: Json = {
    **describe_network_resource(ENDPOINT, "privateEndpoints"),
    "location": "westus",
    "properties": {
        "provisioningState": "Succeeded",
        "resourceGuid": GUID,
        "privateLinkServiceConnections": [],
        "manualPrivateLinkServiceConnections": [
            {
                **describe_network_resource(
                    f"{ENDPOINT}/manualPrivateLinkServiceConnections/connection",
                    "privateEndpoints/manualPrivateLinkServiceConnections",
                ),
                "properties": {
                    "provisioningState": "Succeeded",
                    "privateLinkServiceId": CLUSTER,
                    "groupIds": ["cluster"],
                    "privateLinkServiceConnectionState": {
                        "status": "Pending",
                        "description": "",
                        "actionsRequired": "None",
                    },
                },
            }
        ],
        "customNetworkInterfaceName": "",
        "subnet": {"id": MEMBERS_SUBNET},
        "ipConfigurations": [],
        "networkInterfaces": [{"id": Like(interface_pattern(CONSUMER, "pe"))}],
        "customDnsConfigs": [],
    },
}


def create_pending_endpoint(cloud: SandboxCloud) -> str:
    return cloud.put(ENDPOINT, to_cluster())["id"]


def create_approved_connection(cloud: SandboxCloud) -> str:
    cloud.put(ENDPOINT, to_cluster(manual=False))
    return cloud.connections(CLUSTER)[0]["id"]


def _reject(cloud: SandboxCloud, connection: str) -> Json:
    state = {"privateLinkServiceConnectionState": {"status": "Rejected", "description": ""}}
    return cloud.azure.acting_as("somebody").put(ResourceId.parse(connection), {"properties": state})


def create_rejected_connection(cloud: SandboxCloud) -> str:
    connection = create_approved_connection(cloud)
    _reject(cloud, connection)
    return connection


CASES: dict[str, Case] = {
    "a connection that Azure approved at once": Case(_connection("Approved", "None"), create_approved_connection),
    "a connection that was rejected": Case(_connection("Rejected", None), create_rejected_connection),
    "an endpoint that waits": Case(PENDING_ENDPOINT, create_pending_endpoint),
}

pytestmark = pytest.mark.usefixtures("native_cluster")


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_answer_is_the_documented_one(cloud: SandboxCloud, case: Case) -> None:
    assert_conforms(cloud, case)


def test_the_answer_to_a_decision_is_the_documented_one(cloud: SandboxCloud) -> None:
    answer = _reject(cloud, create_approved_connection(cloud))
    assert list(list_differences(DECISION, answer)) == []


def test_the_cluster_lists_its_connections_in_full(cloud: SandboxCloud) -> None:
    create_rejected_connection(cloud)
    assert list(list_differences([_connection("Rejected", None)], cloud.connections(CLUSTER))) == []
