"""What is asked of the provider for managed private endpoints, and for the approval of their connections."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pulumi
import pytest

from adx_private_link import AdxPrivateLink
from adx_private_link.outputs import ClusterOutput
from tests.samples.building import ELSEWHERE, GUEST, OWNER, cluster_id, hosts
from tests.samples.managed import LAKE, TARGETS, message_of, reading

from .programs import program, providers
from .registration import RUNS, Graph, deploy, must_deploy, run_as
from .sources import SourcesAzure

_LAKE = {"target": LAKE, "group": "blob"}
ENDPOINT = "ManagedPrivateEndpoint new.lake.managed-endpoint"
APPROVAL = "Deployment new.lake.managed-approval"


def _azure(**more: Any) -> SourcesAzure:
    return SourcesAzure(native={"newadx", "other"}, **more)


def _program(**endpoints: Any) -> Any:
    return program(settings=reading(**endpoints), key="new")


@pytest.fixture(name="graph", scope="module")
def _graph() -> Graph:
    return must_deploy(_program(), _azure())


def _connections(graph: Graph, key: str = "lake") -> Any:
    return graph[f"Deployment new.{key}.managed-approval"].inputs["properties"]["parameters"]["connections"]["value"]


def _states(graph: Graph) -> dict[str, str]:
    output = ClusterOutput.model_validate(graph.result)
    return {key: managed.connection_state for key, managed in output.managed_endpoints.items()}


@pytest.mark.parametrize("run", RUNS)
def test_the_graph_is_the_same_whatever_is_known(run: str) -> None:
    """A preview that registers other resources than the update would not show what happens."""
    graph = run_as(run, _program(), _azure())
    assert graph.labels == [
        "AdxPrivateLink new",
        APPROVAL,
        "ManagedEndpoints new",
        ENDPOINT,
        f"azure-native {OWNER}",
        f"azure-native {GUEST}",
    ]


def test_names_are_made_from_keys(graph: Graph) -> None:
    """Another logical name is another resource, and another physical name is another object in Azure."""
    assert (graph[ENDPOINT].parent, graph[APPROVAL].parent) == ("ManagedEndpoints new", "ManagedEndpoints new")
    assert graph["ManagedEndpoints new"].parent == "AdxPrivateLink new"
    assert graph[APPROVAL].inputs["deploymentName"] == "approve-newadx.lake-dcc22256"


def test_an_endpoint_has_exactly_these_inputs(graph: Graph) -> None:
    assert graph[ENDPOINT].provider == OWNER
    assert graph[ENDPOINT].inputs == {
        "clusterName": "newadx",
        "resourceGroupName": "adx",
        "managedPrivateEndpointName": "mpe-new-lake",
        "privateLinkResourceId": LAKE,
        "groupId": "blob",
        "requestMessage": "Azure Data Explorer newadx, lake (adx-private-link dcc22256)",
    }


def test_what_azure_does_not_change_in_place_is_replaced(graph: Graph) -> None:
    """The provider thinks that it can change them (hashicorp/terraform-provider-azurerm replaces as well)."""
    request = graph[ENDPOINT].request
    assert [*request.replaceOnChanges] == ["privateLinkResourceId", "groupId", "privateLinkResourceRegion"]
    assert request.deleteBeforeReplace


def test_the_approval_names_the_connection_on_the_target(graph: Graph) -> None:
    approval = graph[APPROVAL]
    assert (approval.provider, approval.inputs["resourceGroupName"]) == (GUEST, "data")
    assert approval.dependencies_of("properties") == {ENDPOINT}
    assert approval.inputs["properties"]["parameters"] == {
        "target": {"value": "lake"},
        "connections": {"value": ["mpe-new-lake.guid"]},
    }
    [connections] = approval.inputs["properties"]["template"]["resources"]
    assert connections["properties"] == {
        "privateLinkServiceConnectionState": {"status": "Approved", "description": message_of("lake")}
    }


@pytest.mark.parametrize(
    ("key", "type", "version"),
    [
        ("lake", "Microsoft.Storage/storageAccounts", "2024-01-01"),
        ("events", "Microsoft.EventHub/namespaces", "2024-01-01"),
        ("hub", "Microsoft.Devices/IotHubs", "2023-06-30"),
        ("vault", "Microsoft.KeyVault/vaults", "2024-11-01"),
        ("server", "Microsoft.Sql/servers", "2023-08-01"),
        ("other", "Microsoft.Kusto/clusters", "2024-04-13"),
    ],
)
def test_every_kind_of_target_is_approved(key: str, type: str, version: str) -> None:
    """
    The connection is found and approved, and nothing of the approval changes afterwards.

    A change of the template would approve again, which a storage account rejects: its text is a contract.
    """
    target = {**TARGETS, "lake": LAKE}[key]
    endpoints = {key: {"target": target, **({"group": "blob"} if key == "lake" else {})}}
    graph = must_deploy(_program(**endpoints), _azure())
    assert _connections(graph, key) == [f"mpe-new-{key}.guid"]
    assert _states(graph) == {key: "Approved"}
    template = graph[f"Deployment new.{key}.managed-approval"].inputs["properties"]["template"]
    [connections] = template["resources"]
    assert (connections["type"], connections["apiVersion"]) == (f"{type}/privateEndpointConnections", version)
    later = must_deploy(_program(**endpoints), graph.azure.later(), preview=True)
    inputs = later[f"Deployment new.{key}.managed-approval"].inputs
    assert inputs == graph[f"Deployment new.{key}.managed-approval"].inputs


def test_the_template_stays(graph: Graph) -> None:
    template = graph[APPROVAL].inputs["properties"]["template"]
    assert json.dumps(template, sort_keys=True) == json.dumps(
        {
            "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            "contentVersion": "1.0.0.0",
            "parameters": {"connections": {"type": "array"}, "target": {"type": "string"}},
            "resources": [
                {
                    "apiVersion": "2024-01-01",
                    "copy": {"count": "[length(parameters('connections'))]", "name": "connections"},
                    "name": "[concat(parameters('target'), '/', parameters('connections')[copyIndex()])]",
                    "properties": {
                        "privateLinkServiceConnectionState": {
                            "description": message_of("lake"),
                            "status": "Approved",
                        }
                    },
                    "type": "Microsoft.Storage/storageAccounts/privateEndpointConnections",
                }
            ],
        },
        sort_keys=True,
    )


def test_a_connection_that_azure_approves_at_once_is_not_approved_again() -> None:
    """Then its description is Azure's, and a storage account rejects another approval."""
    graph = must_deploy(_program(), _azure(decided={"mpe-new-lake": ("Approved", "Auto-Approved")}))
    assert _connections(graph) == []
    assert _states(graph) == {"lake": "Approved"}


def test_the_owner_of_the_target_can_approve() -> None:
    endpoints = {"other": {"target": TARGETS["other"], "approve": False}}
    graph = must_deploy(_program(**endpoints), _azure())
    assert not graph.of_kind("Deployment")
    assert _states(graph) == {"other": "Pending"}
    [warning] = graph.warnings
    assert "the owner of other must approve the new connection there" in warning
    again = must_deploy(_program(**endpoints), graph.azure.later(), preview=True)
    [warning] = again.warnings
    assert "is Pending: it waits for approval by the owner of other" in warning


def test_a_target_in_another_subscription_is_its_owners() -> None:
    """No provider of this stack works there."""
    elsewhere = LAKE.replace(GUEST, ELSEWHERE)
    endpoints = {"lake": {"target": elsewhere, "group": "blob", "approve": False, "region": "eastus"}}
    graph = must_deploy(program(settings=reading(**endpoints), key="new", subscriptions=[OWNER]), _azure())
    assert graph[ENDPOINT].inputs["privateLinkResourceRegion"] == "eastus"
    assert _states(graph) == {"lake": "Unknown"}
    assert "getStorageAccount" not in {function for function, _, _ in graph.azure.calls}


def test_one_follows_another() -> None:
    """A cluster takes one write at a time (hashicorp/terraform-provider-azurerm#18501)."""
    endpoints = {key: {"target": target} for key, target in TARGETS.items()}
    graph = must_deploy(_program(**endpoints), _azure())
    chain = [resource.name.split(".")[1] for resource in graph.of_kind("ManagedPrivateEndpoint")]
    assert chain == sorted(TARGETS)
    for before, after in itertools.pairwise(chain):
        dependencies = graph[f"ManagedPrivateEndpoint new.{after}.managed-endpoint"].dependencies
        assert f"ManagedPrivateEndpoint new.{before}.managed-endpoint" in dependencies


def test_a_missing_target_is_reported_before_anything_is_registered() -> None:
    graph = deploy(_program(), _azure(missing={"lake"}))
    assert graph.error is not None
    assert "clusters.new.managed_endpoints.lake.target" in str(graph.error)
    assert not graph.children


def test_a_cluster_of_the_same_program_comes_first() -> None:
    """Its id is known once it exists; a preview does not know it."""
    settings = reading()["clusters"]["new"]
    described = {**settings, "described": {"location": "westus", "hosts": hosts("newadx")}}

    def create() -> Any:
        link = AdxPrivateLink(
            "new",
            described,
            cluster_id=pulumi.Output.from_input(cluster_id("newadx")),
            providers=providers(OWNER, GUEST),
        )
        return link.outputs

    graph = must_deploy(create, _azure())
    assert graph[ENDPOINT].inputs["clusterName"] == "newadx"
