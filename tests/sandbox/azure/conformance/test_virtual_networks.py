"""Documented virtual networks and subnets."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import Json

from ...small_world import OWNER, SandboxCloud, network, subnet
from .comparison import Case, assert_conforms
from .patterns import GUID, describe_network_resource

# Azure/azure-cli, command_modules/network/tests/latest/recordings/test_network_private_link_service.yaml (api-version
# 2021-08-01): a network with one subnet and an empty `dhcpOptions`, and the subnet.
DOCUMENTED_NETWORK = network(OWNER, "virtualNetworks", "documented")

SUBNET: Json = {
    **describe_network_resource(f"{DOCUMENTED_NETWORK}/subnets/subnet1", "virtualNetworks/subnets"),
    "properties": {
        "provisioningState": "Succeeded",
        "addressPrefix": "10.0.0.0/24",
        "delegations": [],
        "privateEndpointNetworkPolicies": "Enabled",
        "privateLinkServiceNetworkPolicies": "Enabled",
    },
}

VIRTUAL_NETWORK: Json = {
    **describe_network_resource(DOCUMENTED_NETWORK, "virtualNetworks"),
    "location": "westus",
    "tags": {},
    "properties": {
        "provisioningState": "Succeeded",
        "resourceGuid": GUID,
        "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
        "dhcpOptions": {"dnsServers": []},
        "subnets": [SUBNET],
        "virtualNetworkPeerings": [],
        "enableDdosProtection": False,
    },
}

# kubernetes-sigs/cloud-provider-azure, pkg/azclient/virtualnetworklinkclient/testdata (api-version 2025-05-01): the
# same without the policies and `dhcpOptions`.
NEWER_NETWORK: Json = {
    **describe_network_resource(DOCUMENTED_NETWORK, "virtualNetworks"),
    "location": "westus",
    "properties": {
        "provisioningState": "Succeeded",
        "resourceGuid": GUID,
        "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
        "privateEndpointVNetPolicies": "Disabled",
        "subnets": [
            {
                **describe_network_resource(f"{DOCUMENTED_NETWORK}/subnets/subnet1", "virtualNetworks/subnets"),
                "properties": {
                    "provisioningState": "Succeeded",
                    "addressPrefix": "10.0.0.0/24",
                    "delegations": [],
                    "privateEndpointNetworkPolicies": "Disabled",
                    "privateLinkServiceNetworkPolicies": "Enabled",
                },
            }
        ],
        "virtualNetworkPeerings": [],
        "enableDdosProtection": False,
    },
}

NEWER_PROPERTIES = {
    "properties.privateEndpointVNetPolicies": "API version 2024-03-01 and later",
}


def create_virtual_network(cloud: SandboxCloud) -> str:
    policies = {"privateEndpointNetworkPolicies": "Enabled", "privateLinkServiceNetworkPolicies": "Enabled"}
    properties = {
        "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
        "dhcpOptions": {},
        "subnets": [subnet("subnet1", "10.0.0.0/24", **policies)],
    }
    cloud.put(DOCUMENTED_NETWORK, {"location": "westus", "tags": {}, "properties": properties})
    return DOCUMENTED_NETWORK


def create_newer_network(cloud: SandboxCloud) -> str:
    properties = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": [subnet("subnet1", "10.0.0.0/24")]}
    cloud.put(DOCUMENTED_NETWORK, {"location": "westus", "properties": properties})
    return DOCUMENTED_NETWORK


def create_subnet(cloud: SandboxCloud) -> str:
    return f"{create_virtual_network(cloud)}/subnets/subnet1"


CASES: dict[str, Case] = {
    "a virtual network": Case(VIRTUAL_NETWORK, create_virtual_network, newer=NEWER_PROPERTIES),
    "a virtual network of a newer API version": Case(NEWER_NETWORK, create_newer_network),
    "a subnet": Case(SUBNET, create_subnet),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_answer_is_the_documented_one(cloud: SandboxCloud, case: Case) -> None:
    assert_conforms(cloud, case)
