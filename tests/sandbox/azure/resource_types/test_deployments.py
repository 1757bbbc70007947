"""Deployments: resources one after the other, rights, failures, and what stays."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import AzureError, Json, OperationFailed
from azure_sandbox.azure.resource_types import deployments

from ...rule_marks import holds
from ...small_world import CLIENTS, CONSUMER, ENDPOINT, SERVICE, STRANGER_SUBSCRIPTION, SandboxCloud, endpoint, service
from ..template_bodies import CONNECTIONS, DEPLOYMENT, SOME, deployment, endpoint_id, zone_resource, zones_of

APPROVED = {"privateLinkServiceConnectionState": {"status": "Approved", "description": "[parameters('why')]"}}


def approvals(*connections: str, **requested: Any) -> Json:
    """One PUT for each listed connection, as the library's approval does it."""
    resource = {
        "type": CONNECTIONS,
        "apiVersion": "2024-05-01",
        "name": "[concat('pls/', parameters('Connections')[copyIndex()])]",
        "copy": {"name": "each", "count": "[length(parameters('connections'))]"},
        "properties": APPROVED,
    }
    declared = {"connections": {"type": "array"}, "why": {"type": "string", "defaultValue": "it's fine"}}
    return deployment(resource, declared=declared, connections=list(connections), **requested)


def test_a_loop_approves_every_listed_connection(cloud: SandboxCloud, alias: str) -> None:
    for name in ("one", "two", "three"):
        cloud.put(endpoint_id(name), endpoint(alias))
    listed = [connection["name"] for connection in cloud.connections() if not connection["name"].startswith("three")]
    after = cloud.put(DEPLOYMENT, approvals(*listed))["properties"]
    states = {
        connection["name"].split(".")[0]: connection["properties"]["privateLinkServiceConnectionState"]
        for connection in cloud.connections()
    }
    assert {name: state["status"] for name, state in states.items()} == {
        "one": "Approved",
        "two": "Approved",
        "three": "Pending",
    }
    assert states["one"]["description"] == "it's fine"
    assert after["provisioningState"] == "Succeeded"
    assert len(after["outputResources"]) == 2
    assert "error" not in after


@pytest.mark.usefixtures("alias")
def test_a_loop_over_no_connections_succeeds(cloud: SandboxCloud) -> None:
    """The deployment always exists; its list is empty until an endpoint connects."""
    assert cloud.put(DEPLOYMENT, approvals())["properties"]["provisioningState"] == "Succeeded"


def test_a_second_deployment_changes_nothing(cloud: SandboxCloud, alias: str) -> None:
    cloud.put(ENDPOINT, endpoint(alias))
    name = cloud.connections()[0]["name"]
    first = cloud.put(DEPLOYMENT, approvals(name, why="asked"))
    second = cloud.put(DEPLOYMENT, approvals(name, why="asked"))
    stable = ("templateHash", "parameters", "outputResources", "provisioningState")
    assert [second["properties"][name] for name in stable] == [first["properties"][name] for name in stable]
    assert first["properties"]["parameters"]["connections"] == {"type": "Array", "value": [name]}


@holds(deployments.DEPLOYMENT_FAILED)
@pytest.mark.usefixtures("alias")
def test_an_unknown_connection_leaves_a_failed_deployment(cloud: SandboxCloud) -> None:
    with pytest.raises(OperationFailed) as failure:
        cloud.put(DEPLOYMENT, approvals("pe.nobody"))
    assert (failure.value.code, failure.value.status) == ("DeploymentFailed", 200)
    kept = cloud.get(DEPLOYMENT)["properties"]
    assert kept["provisioningState"] == "Failed"
    assert kept["error"]["code"] == "DeploymentFailed"
    assert kept["error"]["details"][0]["code"] == "ResourceNotFound"


def test_resources_deployed_before_a_failure_stay(cloud: SandboxCloud) -> None:
    bad = {**zone_resource("b.example"), "location": "westus", "dependsOn": ["a.example"]}
    with pytest.raises(OperationFailed):
        cloud.put(DEPLOYMENT, deployment(zone_resource("a.example"), bad))
    assert zones_of(cloud) == ["a.example"]
    assert cloud.get(DEPLOYMENT)["properties"]["provisioningState"] == "Failed"


def test_a_resource_that_fails_leaves_nothing_behind(cloud: SandboxCloud, alias: str) -> None:
    """An endpoint connects before it gets its address: without an address it leaves no connection behind."""
    body = endpoint(alias, ipConfigurations=[{"name": "ip", "properties": {"privateIPAddress": "10.3.0.1"}}])
    resource = {"type": "Microsoft.Network/privateEndpoints", "apiVersion": "2024-05-01", "name": "pe", **body}
    with pytest.raises(OperationFailed):
        cloud.put(f"{CONSUMER}/providers/Microsoft.Resources/deployments/d", deployment(resource))
    assert cloud.connections() == []
    assert ENDPOINT not in cloud.ids()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("d" * 65, marks=holds(deployments.NAME_TOO_LONG)),
        pytest.param("my deployment", marks=holds(deployments.BAD_NAME)),
        pytest.param("d*", marks=holds(deployments.BAD_NAME)),
    ],
)
def test_an_invalid_name_is_rejected(cloud: SandboxCloud, name: str) -> None:
    with cloud.rejects("InvalidDeployment"):
        cloud.put(f"{DEPLOYMENT.rsplit('/', 1)[0]}/{name}", deployment())


def test_a_name_has_up_to_64_characters(cloud: SandboxCloud) -> None:
    assert cloud.put(f"{DEPLOYMENT.rsplit('/', 1)[0]}/{'d' * 60}(1)_", deployment())


def test_azures_rules_apply_inside_a_template(cloud: SandboxCloud) -> None:
    """A template cannot connect to a service that is not visible."""
    cloud.put(SERVICE, service(visibility={"subscriptions": [STRANGER_SUBSCRIPTION]}))
    body = endpoint(cloud.get(SERVICE)["properties"]["alias"], subnet=CLIENTS)
    resource = {"type": "Microsoft.Network/privateEndpoints", "apiVersion": "2024-05-01", "name": "pe", **body}
    with pytest.raises(AzureError, match="DeploymentFailed"):
        cloud.put(f"{CONSUMER}/providers/Microsoft.Resources/deployments/d", deployment(resource))
    assert cloud.connections() == []


@holds(deployments.OTHERS_GO_ON)
def test_a_failure_stops_only_dependent_resources(cloud: SandboxCloud) -> None:
    bad = {**zone_resource("bad.example"), "location": "westus"}
    waits = {**zone_resource("waits.example"), "dependsOn": ["bad.example"]}
    too = {**zone_resource("too.example"), "dependsOn": ["waits.example"]}
    with pytest.raises(OperationFailed):
        cloud.put(DEPLOYMENT, deployment(bad, waits, too, SOME))
    assert zones_of(cloud) == ["a.example"]
    (detail,) = cloud.get(DEPLOYMENT)["properties"]["error"]["details"]
    assert detail["target"].endswith("/privateDnsZones/bad.example")


def test_a_deployment_shows_providers_and_locations(cloud: SandboxCloud) -> None:
    after = cloud.put(DEPLOYMENT, deployment(SOME))["properties"]
    kinds = [{"resourceType": "privateDnsZones", "locations": ["global"]}]
    assert after["providers"] == [{"namespace": "Microsoft.Network", "resourceTypes": kinds}]
    assert (after["mode"], after["dependencies"]) == ("Incremental", [])
    assert "outputs" not in after


@holds(deployments.COMPLETE_MODE)
def test_the_mode_complete_is_rejected(cloud: SandboxCloud) -> None:
    body = deployment(zone_resource("a.example"))
    body["properties"]["mode"] = "Complete"
    with cloud.rejects("DeploymentModeNotSupported"):
        cloud.put(DEPLOYMENT, body)
