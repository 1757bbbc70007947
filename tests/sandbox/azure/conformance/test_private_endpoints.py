"""Documented private endpoints, and their zone groups."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import Json

from ...small_world import CLIENTS, CONSUMER, ENDPOINT, SERVICE, ZONE, SandboxCloud
from .comparison import Case, assert_conforms
from .patterns import GUID, Like, describe_network_resource, interface_pattern
from .resources import create_automatic_endpoint, create_manual_endpoint, create_private_zone, inner


def _endpoint(automatic: list[Json], manual: list[Json]) -> Json:
    """
    An endpoint as Azure answers it.

    Source: Azure/azure-cli, command_modules/network/tests/latest/recordings/
    test_network_private_endpoints.yaml.
    """
    return {
        **describe_network_resource(ENDPOINT, "privateEndpoints"),
        "location": "westus",
        "properties": {
            "provisioningState": "Succeeded",
            "resourceGuid": GUID,
            "privateLinkServiceConnections": automatic,
            "manualPrivateLinkServiceConnections": manual,
            "customNetworkInterfaceName": "",
            "subnet": {"id": CLIENTS},
            "ipConfigurations": [],
            "networkInterfaces": [{"id": Like(interface_pattern(CONSUMER, "pe"))}],
            "customDnsConfigs": [],
        },
    }


def _connection_of_endpoint(array: str, **properties: Any) -> Json:
    return {
        **describe_network_resource(f"{ENDPOINT}/{array}/connection", f"privateEndpoints/{array}"),
        "properties": {"provisioningState": "Succeeded", **properties},
    }


# The description of a pending connection is the consumer's message (SupportArticles-docs,
# troubleshoot-private-endpoint-pending-approval.md).
_PENDING: Json = {"status": "Pending", "description": "let us in", "actionsRequired": "None"}

_AUTO_APPROVED: Json = {"status": "Approved", "description": "Auto Approved", "actionsRequired": "None"}

_APPROVED: Json = {"status": "Approved", "description": "Approved by a test", "actionsRequired": "None"}

AUTOMATIC_ENDPOINT = _endpoint(
    [
        _connection_of_endpoint(
            "privateLinkServiceConnections",
            privateLinkServiceId=SERVICE,
            privateLinkServiceConnectionState=_AUTO_APPROVED,
        )
    ],
    [],
)


def _manual_endpoint(state: Json) -> Json:
    connection = _connection_of_endpoint(
        "manualPrivateLinkServiceConnections",
        privateLinkServiceId=SERVICE,
        requestMessage="let us in",
        privateLinkServiceConnectionState=state,
    )
    return _endpoint([], [connection])


MANUAL_ENDPOINT = _manual_endpoint(_PENDING)

APPROVED_ENDPOINT = _manual_endpoint(_APPROVED)

# Azure/azure-cli, command_modules/network/tests/latest/recordings/
# test_network_private_endpoint_private_dns_zone_group.yaml.
ZONE_GROUP_ID = f"{ENDPOINT}/privateDnsZoneGroups/default"

ZONE_GROUP: Json = {
    **describe_network_resource(ZONE_GROUP_ID, "privateEndpoints/privateDnsZoneGroups"),
    "properties": {
        "provisioningState": "Succeeded",
        "privateDnsZoneConfigs": [
            {
                **describe_network_resource(
                    f"{ZONE_GROUP_ID}/privateDnsZoneConfigs/kusto",
                    "privateEndpoints/privateDnsZoneGroups/privateDnsZoneConfigs",
                ),
                "properties": {"provisioningState": "Succeeded", "privateDnsZoneId": ZONE, "recordSets": []},
            }
        ],
    },
}


def create_approved_endpoint(cloud: SandboxCloud) -> str:
    create_manual_endpoint(cloud)
    cloud.decide("Approved")
    return ENDPOINT


def create_zone_group(cloud: SandboxCloud) -> str:
    create_private_zone(cloud)
    create_manual_endpoint(cloud)
    cloud.put(
        ZONE_GROUP_ID,
        {"properties": {"privateDnsZoneConfigs": [inner("kusto", privateDnsZoneId=create_private_zone(cloud))]}},
    )
    return ZONE_GROUP_ID


CASES: dict[str, Case] = {
    "an automatic endpoint": Case(AUTOMATIC_ENDPOINT, create_automatic_endpoint),
    "a manual endpoint that waits": Case(MANUAL_ENDPOINT, create_manual_endpoint),
    "a manual endpoint that was approved": Case(APPROVED_ENDPOINT, create_approved_endpoint),
    "a zone group": Case(ZONE_GROUP, create_zone_group),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_answer_is_the_documented_one(cloud: SandboxCloud, case: Case) -> None:
    assert_conforms(cloud, case)
