"""Documented public IP addresses."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import Json

from ...small_world import SandboxCloud
from .comparison import Case, assert_conforms
from .patterns import ADDRESS, GUID, describe_network_resource
from .resources import DOCUMENTED_ADDRESS, create_public_address

PUBLIC_ADDRESS: Json = {
    **describe_network_resource(DOCUMENTED_ADDRESS, "publicIPAddresses"),
    "location": "westus",
    "properties": {
        "provisioningState": "Succeeded",
        "resourceGuid": GUID,
        "ipAddress": ADDRESS,
        "publicIPAddressVersion": "IPv4",
        "publicIPAllocationMethod": "Static",
        "idleTimeoutInMinutes": 4,
        "ipTags": [],
        "ddosSettings": {"protectionMode": "VirtualNetworkInherited"},
    },
    "sku": {"name": "Standard", "tier": "Regional"},
}

# kubernetes-sigs/cloud-provider-azure, pkg/azclient/publicipaddressclient/testdata (api-version 2025-05-01): the answer
# to a request with nothing but a location.
BASIC_ADDRESS: Json = {
    **describe_network_resource(DOCUMENTED_ADDRESS, "publicIPAddresses"),
    "location": "westus",
    "properties": {
        "provisioningState": "Succeeded",
        "resourceGuid": GUID,
        "publicIPAddressVersion": "IPv4",
        "publicIPAllocationMethod": "Dynamic",
        "idleTimeoutInMinutes": 4,
        "ipTags": [],
    },
    "sku": {"name": "Basic", "tier": "Regional"},
}


def create_basic_address(cloud: SandboxCloud) -> str:
    cloud.put(DOCUMENTED_ADDRESS, {"location": "westus"})
    return DOCUMENTED_ADDRESS


CASES: dict[str, Case] = {
    "a public address": Case(PUBLIC_ADDRESS, create_public_address),
    "a public address without a sku": Case(BASIC_ADDRESS, create_basic_address),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_answer_is_the_documented_one(cloud: SandboxCloud, case: Case) -> None:
    assert_conforms(cloud, case)
