"""Documented private link services, and their connections."""

from __future__ import annotations

import re
from typing import Any

import pytest

from azure_sandbox.azure import Json

from ...small_world import CONSUMER_SUBSCRIPTION, ENDPOINT, FRONTEND, NAT, OWNER, SERVICE, SandboxCloud, nat, service
from .comparison import Case, assert_conforms
from .patterns import GUID, GUID_PATTERN, NUMBER, WEAK_ETAG, Like, describe_network_resource, interface_pattern
from .resources import create_manual_endpoint, create_private_link_service


def _service(address: Json, **more: Any) -> Json:
    """
    A service as Azure answers it.

    Source: Azure/azure-cli, command_modules/network/tests/latest/recordings/
    test_network_private_link_service.yaml. A property that was not sent is absent, and so is a dynamic address.
    """
    return {
        **describe_network_resource(SERVICE, "privateLinkServices"),
        "location": "westus",
        "properties": {
            "provisioningState": "Succeeded",
            "resourceGuid": GUID,
            "fqdns": [],
            "alias": Like(rf"pls\.{GUID_PATTERN}\.westus\.azure\.privatelinkservice"),
            **more,
            "enableProxyProtocol": False,
            "loadBalancerFrontendIpConfigurations": [{"id": FRONTEND}],
            "ipConfigurations": [
                {
                    **describe_network_resource(
                        f"{SERVICE}/ipConfigurations/nat-1", "privateLinkServices/ipConfigurations"
                    ),
                    "properties": {
                        "provisioningState": "Succeeded",
                        **address,
                        "subnet": {"id": NAT},
                        "primary": True,
                        "privateIPAddressVersion": "IPv4",
                    },
                }
            ],
            "privateEndpointConnections": [],
            "networkInterfaces": [{"id": Like(interface_pattern(OWNER, "pls"))}],
        },
    }


_DYNAMIC: Json = {"privateIPAllocationMethod": "Dynamic"}

_LIST: Json = {"subscriptions": [CONSUMER_SUBSCRIPTION]}

PRIVATE_LINK_SERVICE: Json = {**_service(_DYNAMIC, visibility=_LIST, autoApproval=_LIST), "tags": {}}

BARE_SERVICE = _service(_DYNAMIC)

STATIC_SERVICE = _service({"privateIPAddress": "10.1.0.9", "privateIPAllocationMethod": "Static"})


def _connection_of_service(state: Json) -> Json:
    """
    A connection as its service answers it.

    Source: Azure/azure-cli, command_modules/network/tests/latest/recordings/
    test_network_private_endpoints.yaml.
    """
    return {
        "name": Like(rf"pe\.{GUID_PATTERN}"),
        "id": Like(rf"{re.escape(SERVICE)}/privateEndpointConnections/pe\.{GUID_PATTERN}"),
        "etag": WEAK_ETAG,
        "properties": {
            "provisioningState": "Succeeded",
            "privateEndpoint": {"id": ENDPOINT},
            "privateLinkServiceConnectionState": state,
            "linkIdentifier": NUMBER,
        },
        "type": "Microsoft.Network/privateLinkServices/privateEndpointConnections",
    }


# The description of a pending connection is the consumer's message (SupportArticles-docs,
# troubleshoot-private-endpoint-pending-approval.md).
_PENDING: Json = {"status": "Pending", "description": "let us in", "actionsRequired": "None"}

_APPROVED: Json = {"status": "Approved", "description": "Approved by a test", "actionsRequired": "None"}

PENDING_CONNECTION = _connection_of_service(_PENDING)

APPROVED_CONNECTION = _connection_of_service(_APPROVED)

NEWER_CONNECTION = {"properties.privateEndpointLocation": "API version 2023-05-01 and later"}


def create_bare_service(cloud: SandboxCloud) -> str:
    cloud.put(SERVICE, service(visibility=None))
    return SERVICE


def create_static_service(cloud: SandboxCloud) -> str:
    cloud.put(SERVICE, service(visibility=None, ipConfigurations=[nat("nat-1", privateIPAddress="10.1.0.9")]))
    return SERVICE


def create_pending_connection(cloud: SandboxCloud) -> str:
    create_manual_endpoint(cloud)
    return cloud.connections()[0]["id"]


def create_approved_connection(cloud: SandboxCloud) -> str:
    create_manual_endpoint(cloud)
    return cloud.decide("Approved")["id"]


CASES: dict[str, Case] = {
    "a private link service": Case(PRIVATE_LINK_SERVICE, create_private_link_service),
    "a private link service without lists": Case(BARE_SERVICE, create_bare_service),
    "a private link service with a static address": Case(STATIC_SERVICE, create_static_service),
    "a pending connection of a service": Case(PENDING_CONNECTION, create_pending_connection, newer=NEWER_CONNECTION),
    "an approved connection of a service": Case(
        APPROVED_CONNECTION, create_approved_connection, newer=NEWER_CONNECTION
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_answer_is_the_documented_one(cloud: SandboxCloud, case: Case) -> None:
    assert_conforms(cloud, case)
