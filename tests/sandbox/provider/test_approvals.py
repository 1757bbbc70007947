"""Approvals by a deployment, as the library creates them."""

from __future__ import annotations

import grpc
import pytest

from azure_sandbox.azure import Json
from azure_sandbox.provider import crud

from ..fake_engine import Engine, ReturnedError
from ..rule_marks import holds
from ..small_world import (
    OWNER_SUBSCRIPTION,
    SERVICE,
    SandboxCloud,
    service,
)

PRIVATE_ENDPOINT = "network:PrivateEndpoint"


API = {"azureApiVersion": "2024-05-01"}


@holds(crud.CREATE_REJECTS_EXISTING)
def test_a_connection_cannot_be_approved_by_creating_it(
    engine: Engine, cloud: SandboxCloud, endpoint_inputs: Json
) -> None:
    """The library therefore approves through a deployment."""
    engine.create(PRIVATE_ENDPOINT, endpoint_inputs)
    (connection,) = cloud.connections()
    engine.configure(subscriptionId=OWNER_SUBSCRIPTION)
    type = "network:PrivateLinkServicePrivateEndpointConnection"
    inputs = {
        "resourceGroupName": "owner",
        "serviceName": "pls",
        "peConnectionName": connection["name"],
        "privateLinkServiceConnectionState": {"status": "Approved"},
    }
    with engine.fails_with(f"cannot create already existing resource '{connection['id']}'"):
        engine.create(type, inputs)
    _, outputs, _ = engine.read(type, connection["id"])
    after = engine.update(type, connection["id"], outputs, inputs)
    assert after["privateLinkServiceConnectionState"]["status"] == "Approved"


def approval(*connections: str) -> Json:
    """The library's approval: one PUT for each connection."""
    resource = {
        "type": "Microsoft.Network/privateLinkServices/privateEndpointConnections",
        "apiVersion": "2024-05-01",
        "name": "[concat('pls/', parameters('connections')[copyIndex()])]",
        "copy": {"name": "connections", "count": "[length(parameters('connections'))]"},
        "properties": {"privateLinkServiceConnectionState": {"status": "Approved", "description": "by a test"}},
    }
    template = {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {"connections": {"type": "array"}},
        "resources": [resource],
    }
    return {
        "resourceGroupName": "owner",
        "deploymentName": "approve",
        "properties": {
            "mode": "Incremental",
            "template": template,
            "parameters": {"connections": {"value": list(connections)}},
        },
        "azureApiVersion": "2024-03-01",
    }


def test_a_deployment_approves(engine: Engine, cloud: SandboxCloud, endpoint_inputs: Json) -> None:
    engine.create(PRIVATE_ENDPOINT, endpoint_inputs)
    engine.configure(subscriptionId=OWNER_SUBSCRIPTION)
    id, outputs = engine.create("resources:Deployment", approval(cloud.connections()[0]["name"]))
    assert outputs["properties"]["provisioningState"] == "Succeeded"
    assert cloud.connection_of()["properties"]["privateLinkServiceConnectionState"]["status"] == "Approved"
    engine.delete("resources:Deployment", id)
    assert len(cloud.connections()) == 1


@holds(crud.PARTIAL_FAILURE)
def test_a_failed_deployment_is_kept_with_its_reason(
    engine: Engine, cloud: SandboxCloud, endpoint_inputs: Json
) -> None:
    """Azure accepted it, so it exists: the engine must keep it in the state, and the next update tries again."""
    engine.create(PRIVATE_ENDPOINT, endpoint_inputs)
    engine.configure(subscriptionId=OWNER_SUBSCRIPTION)
    inputs = approval("pe.nobody")
    with pytest.raises(
        ReturnedError, match=r'^Status=200 Code="DeploymentFailed" Message="At least one resource'
    ) as caught:
        engine.create("resources:Deployment", inputs)
    kept = caught.value.kept()
    assert caught.value.code is grpc.StatusCode.UNKNOWN
    assert kept.id in cloud.ids()
    assert kept.reasons == [str(caught.value)]
    assert kept.inputs["properties"]["template"] == inputs["properties"]["template"]
    assert kept.outputs["properties"]["provisioningState"] == "Failed"
    after = engine.update("resources:Deployment", kept.id, {}, approval(cloud.connections()[0]["name"]))
    assert after["properties"]["provisioningState"] == "Succeeded"
    assert "error" not in after["properties"]


@holds(crud.PARTIAL_FAILURE)
def test_a_failed_update_of_a_deployment_is_kept(engine: Engine, cloud: SandboxCloud) -> None:
    engine.configure(subscriptionId=OWNER_SUBSCRIPTION)
    cloud.put(SERVICE, service())
    id, old = engine.create("resources:Deployment", approval())
    with pytest.raises(ReturnedError) as caught:
        engine.update("resources:Deployment", id, old, approval("pe.nobody"))
    assert caught.value.kept().id == id
    assert cloud.get(id)["properties"]["provisioningState"] == "Failed"
