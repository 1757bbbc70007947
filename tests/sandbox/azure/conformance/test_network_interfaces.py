"""Documented network interfaces: a user's own, an endpoint's and a service's."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import Json

from ...small_world import CLIENTS, CONSUMER, ENDPOINT, NAT, OWNER, SERVICE, SandboxCloud, network
from .comparison import Case, assert_conforms
from .patterns import ADDRESS, GUID, GUID_PATTERN, WEAK_ETAG, Like, interface_pattern
from .resources import create_automatic_endpoint, create_private_link_service, inner


def _interface(group: str, owner: str, configuration: str, subnet: str, **more: Any) -> Json:
    """
    An interface as Azure answers it.

    Source: Azure/azure-cli, command_modules/network/tests/latest/recordings/
    test_multiple_ipconfigs_remove_by_shorthand.yaml (recorded in September 2024, api-version 2022-11-01), an interface
    without a machine; test_network_private_endpoints.yaml and test_network_private_link_service.yaml (its owner).
    """
    id = interface_pattern(group, owner)
    return {
        "name": Like(id.rsplit("/", 1)[1]),
        "id": Like(id),
        "etag": WEAK_ETAG,
        "location": "westus",
        "kind": "Regular",
        "properties": {
            "provisioningState": "Succeeded",
            "resourceGuid": GUID,
            "ipConfigurations": [
                {
                    "name": Like(configuration),
                    "id": Like(f"{id}/ipConfigurations/{configuration}"),
                    "etag": WEAK_ETAG,
                    "type": "Microsoft.Network/networkInterfaces/ipConfigurations",
                    "properties": {
                        "provisioningState": "Succeeded",
                        "privateIPAddress": ADDRESS,
                        "privateIPAllocationMethod": "Dynamic",
                        "subnet": {"id": subnet},
                        "primary": True,
                        "privateIPAddressVersion": "IPv4",
                        **more,
                    },
                }
            ],
            "dnsSettings": {
                "dnsServers": [],
                "appliedDnsServers": [],
                "internalDomainNameSuffix": Like(r"[a-z0-9]{26}\.[a-z]x\.internal\.cloudapp\.net"),
            },
            "macAddress": "",
            "vnetEncryptionSupported": False,
            "enableIPForwarding": False,
            "disableTcpStateTracking": False,
            "hostedWorkloads": [],
            "tapConfigurations": [],
            "nicType": "Standard",
            "allowPort25Out": True,
            "defaultOutboundConnectivityEnabled": False,
            "auxiliaryMode": "None",
            "auxiliarySku": "None",
        },
        "type": "Microsoft.Network/networkInterfaces",
    }


INTERFACE_OF_ENDPOINT = _interface(
    CONSUMER,
    "pe",
    rf"privateEndpointIpConfig\.{GUID_PATTERN}",
    CLIENTS,
    privateLinkConnectionProperties={"groupId": "", "requiredMemberName": "", "fqdns": []},
)
INTERFACE_OF_ENDPOINT["properties"]["privateEndpoint"] = {"id": ENDPOINT}

INTERFACE_OF_SERVICE = _interface(OWNER, "pls", "nat-1", NAT)
INTERFACE_OF_SERVICE["properties"]["privateLinkService"] = {"id": SERVICE}

# kubernetes-sigs/cloud-provider-azure, pkg/azclient/interfaceclient/testdata (api-version 2025-05-01): a user's own.
OWN_INTERFACE_ID = network(CONSUMER, "networkInterfaces", "own")

OWN_INTERFACE: Json = {
    **_interface(CONSUMER, "own", "ipConfig1", CLIENTS),
    "name": "own",
    "id": OWN_INTERFACE_ID,
}
OWN_INTERFACE["properties"]["ipConfigurations"][0]["id"] = f"{OWN_INTERFACE_ID}/ipConfigurations/ipConfig1"
OWN_INTERFACE["properties"]["enableAcceleratedNetworking"] = False
del OWN_INTERFACE["properties"]["macAddress"]


def create_own_interface(cloud: SandboxCloud) -> str:
    configuration = inner("ipConfig1", privateIPAllocationMethod="Dynamic", subnet={"id": CLIENTS})
    cloud.put(OWN_INTERFACE_ID, {"location": "westus", "properties": {"ipConfigurations": [configuration]}})
    return OWN_INTERFACE_ID


def create_interface_of_endpoint(cloud: SandboxCloud) -> str:
    return cloud.get(create_automatic_endpoint(cloud))["properties"]["networkInterfaces"][0]["id"]


def create_interface_of_service(cloud: SandboxCloud) -> str:
    return cloud.get(create_private_link_service(cloud))["properties"]["networkInterfaces"][0]["id"]


CASES: dict[str, Case] = {
    "a user's own network interface": Case(OWN_INTERFACE, create_own_interface),
    "an endpoint's network interface": Case(INTERFACE_OF_ENDPOINT, create_interface_of_endpoint),
    "a service's network interface": Case(INTERFACE_OF_SERVICE, create_interface_of_service),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_answer_is_the_documented_one(cloud: SandboxCloud, case: Case) -> None:
    assert_conforms(cloud, case)
