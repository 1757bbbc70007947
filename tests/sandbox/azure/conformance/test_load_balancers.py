"""Documented load balancers."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import Json

from ...small_world import NAT, SandboxCloud
from .comparison import Case, assert_conforms
from .patterns import ADDRESS, GUID, describe_network_resource
from .resources import DOCUMENTED_ADDRESS, DOCUMENTED_BALANCER, PUBLIC_BALANCER_BODY, create_public_address, inner

PUBLIC_BALANCER: Json = {
    **describe_network_resource(DOCUMENTED_BALANCER, "loadBalancers"),
    "location": "westus",
    "tags": {},
    "sku": {"name": "Standard", "tier": "Regional"},
    "properties": {
        "provisioningState": "Succeeded",
        "resourceGuid": GUID,
        "frontendIPConfigurations": [
            {
                **describe_network_resource(
                    f"{DOCUMENTED_BALANCER}/frontendIPConfigurations/fe", "loadBalancers/frontendIPConfigurations"
                ),
                "properties": {
                    "provisioningState": "Succeeded",
                    "privateIPAllocationMethod": "Dynamic",
                    "publicIPAddress": {"id": DOCUMENTED_ADDRESS},
                },
            }
        ],
        "backendAddressPools": [
            {
                **describe_network_resource(
                    f"{DOCUMENTED_BALANCER}/backendAddressPools/be", "loadBalancers/backendAddressPools"
                ),
                "properties": {"provisioningState": "Succeeded", "loadBalancerBackendAddresses": []},
            }
        ],
        "loadBalancingRules": [],
        "probes": [],
        "inboundNatRules": [],
        "outboundRules": [],
        "inboundNatPools": [],
    },
}

# Azure/azure-rest-api-specs, Microsoft.Network/stable/2023-11-01/examples/LoadBalancerGet.json.
_RULE = {"id": f"{DOCUMENTED_BALANCER}/loadBalancingRules/rule"}

_NAT_RULE = {"id": f"{DOCUMENTED_BALANCER}/inboundNatRules/nat"}

_FRONTEND = {"id": f"{DOCUMENTED_BALANCER}/frontendIPConfigurations/fe"}

INTERNAL_BALANCER: Json = {
    **describe_network_resource(DOCUMENTED_BALANCER, "loadBalancers"),
    "location": "westus",
    "sku": {"name": "Standard"},
    "properties": {
        "provisioningState": "Succeeded",
        "resourceGuid": GUID,
        "frontendIPConfigurations": [
            {
                **describe_network_resource(_FRONTEND["id"], "loadBalancers/frontendIPConfigurations"),
                "properties": {
                    "provisioningState": "Succeeded",
                    "privateIPAddress": ADDRESS,
                    "privateIPAllocationMethod": "Dynamic",
                    "privateIPAddressVersion": "IPv4",
                    "subnet": {"id": NAT},
                    "loadBalancingRules": [_RULE],
                    "inboundNatRules": [_NAT_RULE],
                },
            }
        ],
        "backendAddressPools": [
            {
                **describe_network_resource(
                    f"{DOCUMENTED_BALANCER}/backendAddressPools/be", "loadBalancers/backendAddressPools"
                ),
                "properties": {"provisioningState": "Succeeded", "loadBalancingRules": [_RULE]},
            }
        ],
        "loadBalancingRules": [
            {
                **describe_network_resource(_RULE["id"], "loadBalancers/loadBalancingRules"),
                "properties": {
                    "provisioningState": "Succeeded",
                    "frontendIPConfiguration": _FRONTEND,
                    "frontendPort": 80,
                    "backendPort": 80,
                    "enableFloatingIP": True,
                    "idleTimeoutInMinutes": 15,
                    "protocol": "Tcp",
                    "enableTcpReset": True,
                    "loadDistribution": "Default",
                    "backendAddressPool": {"id": f"{DOCUMENTED_BALANCER}/backendAddressPools/be"},
                    "probe": {"id": f"{DOCUMENTED_BALANCER}/probes/probe"},
                    "disableOutboundSnat": False,
                },
            }
        ],
        "probes": [
            {
                **describe_network_resource(f"{DOCUMENTED_BALANCER}/probes/probe", "loadBalancers/probes"),
                "properties": {
                    "provisioningState": "Succeeded",
                    "protocol": "Http",
                    "port": 80,
                    "requestPath": "healthcheck.aspx",
                    "intervalInSeconds": 15,
                    "numberOfProbes": 2,
                    "probeThreshold": 1,
                    "loadBalancingRules": [_RULE],
                },
            }
        ],
        "inboundNatRules": [
            {
                **describe_network_resource(_NAT_RULE["id"], "loadBalancers/inboundNatRules"),
                "properties": {
                    "provisioningState": "Succeeded",
                    "frontendIPConfiguration": _FRONTEND,
                    "frontendPort": 3389,
                    "backendPort": 3389,
                    "enableFloatingIP": True,
                    "idleTimeoutInMinutes": 15,
                    "protocol": "Tcp",
                    "enableTcpReset": True,
                },
            }
        ],
        "inboundNatPools": [],
    },
}

ABRIDGED = "the example is abridged: recordings have it"


def create_public_balancer(cloud: SandboxCloud) -> str:
    create_public_address(cloud)
    cloud.put(DOCUMENTED_BALANCER, PUBLIC_BALANCER_BODY)
    return DOCUMENTED_BALANCER


def create_internal_balancer(cloud: SandboxCloud) -> str:
    frontend = {"id": f"{DOCUMENTED_BALANCER}/frontendIPConfigurations/fe"}
    common = {
        "frontendIPConfiguration": frontend,
        "enableFloatingIP": True,
        "idleTimeoutInMinutes": 15,
        "protocol": "Tcp",
        "enableTcpReset": True,
    }
    rule = inner(
        "rule",
        **common,
        frontendPort=80,
        backendPort=80,
        loadDistribution="Default",
        backendAddressPool={"id": f"{DOCUMENTED_BALANCER}/backendAddressPools/be"},
        probe={"id": f"{DOCUMENTED_BALANCER}/probes/probe"},
        disableOutboundSnat=False,
    )
    probe = inner(
        "probe",
        protocol="Http",
        port=80,
        requestPath="healthcheck.aspx",
        intervalInSeconds=15,
        numberOfProbes=2,
        probeThreshold=1,
    )
    properties = {
        "frontendIPConfigurations": [inner("fe", subnet={"id": NAT})],
        "backendAddressPools": [{"name": "be"}],
        "probes": [probe],
        "loadBalancingRules": [rule],
        "inboundNatRules": [inner("nat", **common, frontendPort=3389, backendPort=3389)],
    }
    cloud.put(DOCUMENTED_BALANCER, {"location": "westus", "sku": {"name": "Standard"}, "properties": properties})
    return DOCUMENTED_BALANCER


CASES: dict[str, Case] = {
    "a public load balancer": Case(PUBLIC_BALANCER, create_public_balancer),
    "an internal load balancer": Case(
        INTERNAL_BALANCER,
        create_internal_balancer,
        newer=dict.fromkeys(
            [
                "sku.tier",
                "properties.outboundRules",
                "properties.backendAddressPools[].properties.loadBalancerBackendAddresses",
            ],
            ABRIDGED,
        ),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_answer_is_the_documented_one(cloud: SandboxCloud, case: Case) -> None:
    assert_conforms(cloud, case)
