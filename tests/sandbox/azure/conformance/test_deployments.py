"""Documented deployments: one that succeeded and one that failed."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import Json, OperationFailed

from ...small_world import OWNER, SandboxCloud, network
from .comparison import Case, assert_conforms
from .patterns import DURATION, GUID, NUMBER, TIMESTAMP, Like
from .resources import DOCUMENTED_ADDRESS, DOCUMENTED_BALANCER, PUBLIC_ADDRESS_BODY, PUBLIC_BALANCER_BODY, inner

# Azure/azure-cli, command_modules/network/tests/latest/recordings/
# test_network_private_link_service.yaml (api-version 2021-04-01): a template with a public address and a load balancer
# that depends on it, without the recorded outputs.
DEPLOYMENT_ID = f"{OWNER}/providers/Microsoft.Resources/deployments/documented"

_DEPLOYED: Json = {
    "templateHash": NUMBER,
    "parameters": {},
    "mode": "Incremental",
    "timestamp": TIMESTAMP,
    "duration": DURATION,
    "correlationId": GUID,
    "providers": [
        {
            "namespace": "Microsoft.Network",
            "resourceTypes": [
                {"resourceType": "publicIPAddresses", "locations": ["westus"]},
                {"resourceType": "loadBalancers", "locations": ["westus"]},
            ],
        }
    ],
    "dependencies": [
        {
            "dependsOn": [
                {
                    "id": DOCUMENTED_ADDRESS,
                    "resourceType": "Microsoft.Network/publicIPAddresses",
                    "resourceName": "documented",
                }
            ],
            "id": DOCUMENTED_BALANCER,
            "resourceType": "Microsoft.Network/loadBalancers",
            "resourceName": "documented",
        }
    ],
}

SUCCEEDED_DEPLOYMENT: Json = {
    "id": DEPLOYMENT_ID,
    "name": "documented",
    "type": "Microsoft.Resources/deployments",
    "properties": {
        **_DEPLOYED,
        "provisioningState": "Succeeded",
        "outputResources": [{"id": DOCUMENTED_BALANCER}, {"id": DOCUMENTED_ADDRESS}],
    },
}

# The error is from MicrosoftDocs' pages on failed deployments (a status: `{"status":"Failed","error":…}`). The
# properties repeat it (azure-rest-api-specs, DeploymentPropertiesExtended.error).
FAILED_DEPLOYMENT: Json = {
    "id": DEPLOYMENT_ID,
    "name": "documented",
    "type": "Microsoft.Resources/deployments",
    "properties": {
        **_DEPLOYED,
        "provisioningState": "Failed",
        "error": {
            "code": "DeploymentFailed",
            "target": DEPLOYMENT_ID,
            "message": "At least one resource deployment operation failed. Please list deployment operations for "
            "details. Please see https://aka.ms/arm-deployment-operations for usage details.",
            "details": [{"code": Like(r"\w+"), "target": DOCUMENTED_BALANCER, "message": Like(".+")}],
        },
    },
}


def _template(frontend: str) -> Json:
    balancer = {
        **PUBLIC_BALANCER_BODY,
        "properties": {"frontendIPConfigurations": [inner("fe", publicIPAddress={"id": frontend})]},
    }
    resources: list[Json] = [
        {"type": "Microsoft.Network/publicIPAddresses", "dependsOn": [], **PUBLIC_ADDRESS_BODY},
        {
            "type": "Microsoft.Network/loadBalancers",
            "dependsOn": ["Microsoft.Network/publicIPAddresses/documented"],
            **balancer,
        },
    ]
    common = {"apiVersion": "2021-08-01", "name": "documented"}
    template: Json = {
        "$schema": "https://schema.management.azure.com/schemas/2015-01-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {},
        "resources": [{**common, **resource} for resource in resources],
    }
    return {"properties": {"mode": "incremental", "template": template, "parameters": {}}}


def create_succeeded_deployment(cloud: SandboxCloud) -> str:
    cloud.put(DEPLOYMENT_ID, _template(DOCUMENTED_ADDRESS))
    return DEPLOYMENT_ID


def create_failed_deployment(cloud: SandboxCloud) -> str:
    with pytest.raises(OperationFailed):
        cloud.put(DEPLOYMENT_ID, _template(network(OWNER, "publicIPAddresses", "none")))
    return DEPLOYMENT_ID


CASES: dict[str, Case] = {
    "a deployment that succeeded": Case(SUCCEEDED_DEPLOYMENT, create_succeeded_deployment),
    "a deployment that failed": Case(
        FAILED_DEPLOYMENT,
        create_failed_deployment,
        newer={"properties.outputResources": "no document shows whether a failed deployment lists what it deployed"},
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_answer_is_the_documented_one(cloud: SandboxCloud, case: Case) -> None:
    assert_conforms(cloud, case)
