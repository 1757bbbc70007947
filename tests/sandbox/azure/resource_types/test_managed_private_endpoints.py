"""Managed private endpoints of clusters: bodies, connections on their targets, and rights."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import AzureError, Json, ResourceId, World, references, switches
from azure_sandbox.azure.errors import Rejection
from azure_sandbox.azure.resource_types import managed_private_endpoints
from azure_sandbox.azure.rights import Right

from ...rule_marks import holds, rejected
from ...small_world import CONSUMER, ENDPOINT, OWNER, OWNER_SUBSCRIPTION, WORLD, SandboxCloud
from .managed_bodies import CLUSTER, CLUSTERS, EVENT_HUBS, MANAGED, event_hubs, native_cluster, to_target
from .storage_bodies import ACCOUNT, account, names_of, status_of, to_account
from .test_clusters import injected

APPROVE = "Microsoft.Storage/storageAccounts/privateEndpointConnectionsApproval/action"
CREATE = "Microsoft.Kusto/clusters/*"


@pytest.fixture
def targets(cloud: SandboxCloud) -> None:
    """A native cluster, with a storage account in its region and a namespace in the consumer's group."""
    cloud.put(CLUSTER, native_cluster())
    cloud.put(ACCOUNT, account())
    cloud.put(EVENT_HUBS, event_hubs())


def restrict(cloud: SandboxCloud, *actions: str, unregistered: tuple[str, ...] = ()) -> None:
    """Start the world of the fixtures again, in which the client `maker` has these rights only."""
    resources = [
        *WORLD,
        {"id": CLUSTER, **native_cluster()},
        {"id": ACCOUNT, **account()},
        {"id": EVENT_HUBS, **event_hubs()},
    ]
    rights = tuple(Right(scope=scope, who="maker", actions=actions) for scope in (OWNER, CONSUMER))
    cloud.azure.start_from(World(resources=resources, rights=rights, unregistered=unregistered))


def create_as_maker(cloud: SandboxCloud, body: Json) -> Json:
    return cloud.azure.acting_as("maker").put(ResourceId.parse(MANAGED), body)


@pytest.mark.usefixtures("targets")
@holds(managed_private_endpoints.SHAPE)
def test_it_shows_nothing_of_its_connection(cloud: SandboxCloud) -> None:
    """hashicorp/terraform-provider-azurerm#22082 and its kind: `Succeeded`, and no data arrives."""
    restrict(cloud, CREATE)
    answer = create_as_maker(cloud, to_target())
    assert {name: value for name, value in answer.items() if name != "systemData"} == {
        "id": MANAGED,
        "name": "adx1/to-data",
        "type": "Microsoft.Kusto/Clusters/ManagedPrivateEndpoints",
        "properties": {
            "privateLinkResourceId": ACCOUNT,
            "groupId": "blob",
            "requestMessage": "adx1 to-data",
            "provisioningState": "Succeeded",
        },
    }
    assert answer["systemData"]["createdBy"] == "maker"
    (connection,) = cloud.connections(ACCOUNT)
    assert status_of(connection)[0] == "Pending"
    cloud.decide("Approved", connection["id"])
    assert cloud.get(MANAGED) == answer


@pytest.mark.usefixtures("targets")
@holds(managed_private_endpoints.CONNECTION)
@pytest.mark.parametrize(("target", "group"), [(ACCOUNT, "blob"), (ACCOUNT, "dfs"), (EVENT_HUBS, "namespace")])
def test_its_connection_is_found_on_the_target(cloud: SandboxCloud, target: str, group: str) -> None:
    """By the end of the endpoint's id and the request message: the connection's name says nothing."""
    restrict(cloud, CREATE)
    create_as_maker(cloud, to_target(target, group))
    (connection,) = cloud.connections(target)
    endpoint = connection["properties"]["privateEndpoint"]["id"]
    assert endpoint.endswith("/providers/Microsoft.Network/privateEndpoints/to-data")
    assert OWNER_SUBSCRIPTION not in endpoint
    assert status_of(connection) == ("Pending", "adx1 to-data")
    create_as_maker(cloud, to_target(target, group, requestMessage="another"))
    assert cloud.get(MANAGED)["properties"]["requestMessage"] == "another"
    assert cloud.connections(target) == [connection]
    cloud.delete(MANAGED)
    assert cloud.connections(target) == []


@holds(managed_private_endpoints.CONNECTION)
def test_two_clusters_have_endpoints_of_one_name(cloud: SandboxCloud) -> None:
    """Both connections end in the same name: only the request message tells them apart."""
    cloud.put(ACCOUNT, account())
    for name in ("adx1", "adx2"):
        cloud.put(f"{CLUSTERS}/{name}", native_cluster())
        managed = f"{CLUSTERS}/{name}/ManagedPrivateEndpoints/to-data"
        cloud.put(managed, to_target(requestMessage=f"{name} to-data"))
    endpoints = [connection["properties"]["privateEndpoint"]["id"] for connection in cloud.connections(ACCOUNT)]
    assert len(set(endpoints)) == 2
    assert all(endpoint.endswith("/to-data") for endpoint in endpoints)
    cloud.delete(MANAGED)
    (left,) = cloud.connections(ACCOUNT)
    assert "adx2" in left["properties"]["privateEndpoint"]["id"]


@pytest.mark.parametrize(("actions", "status"), [((CREATE,), "Pending"), ((CREATE, APPROVE), "Approved")])
@holds(managed_private_endpoints.APPROVED_AT_ONCE)
def test_a_right_on_the_target_approves_at_once(cloud: SandboxCloud, actions: tuple[str, ...], status: str) -> None:
    restrict(cloud, *actions)
    create_as_maker(cloud, to_target())
    (connection,) = cloud.connections(ACCOUNT)
    assert status_of(connection)[0] == status


@pytest.mark.usefixtures("targets")
@holds(managed_private_endpoints.INJECTED)
def test_an_injected_cluster_is_prepared_for_its_migration(cloud: SandboxCloud) -> None:
    """Microsoft's guide has people create and approve them before they migrate the cluster."""
    cloud.put(f"{CLUSTERS}/adx2", injected())
    answer = cloud.put(f"{CLUSTERS}/adx2/managedPrivateEndpoints/to-data", to_target())
    assert answer["properties"]["provisioningState"] == "Succeeded"
    assert len(cloud.connections(ACCOUNT)) == 1


@pytest.mark.parametrize(
    ("rule", "body"),
    [
        rejected(managed_private_endpoints.MISSING_PROPERTY, to_target(privateLinkResourceId=None), id="no target"),
        rejected(managed_private_endpoints.MISSING_PROPERTY, to_target(groupId=None), id="no group"),
        rejected(managed_private_endpoints.TARGET_NOT_FOUND, to_target(f"{ACCOUNT}2"), id="a target that is gone"),
        rejected(managed_private_endpoints.TARGET_NOT_FOUND, to_target("data"), id="no id"),
        rejected(managed_private_endpoints.WRONG_GROUP, to_target(ACCOUNT, "queue"), id="a group without support"),
        rejected(managed_private_endpoints.WRONG_GROUP, to_target(EVENT_HUBS, "blob"), id="a group of another type"),
        rejected(managed_private_endpoints.WRONG_REGION, to_target(f"{ACCOUNT}east"), id="no region"),
        rejected(
            managed_private_endpoints.WRONG_REGION,
            to_target(f"{ACCOUNT}east", privateLinkResourceRegion="westus"),
            id="another region",
        ),
        rejected(
            references.NOT_IN_SANDBOX,
            to_target(f"{OWNER}/providers/Microsoft.KeyVault/vaults/v", "vault"),
            id="a type that the sandbox lacks",
        ),
    ],
)
@pytest.mark.usefixtures("targets")
def test_an_invalid_managed_private_endpoint_is_rejected(cloud: SandboxCloud, rule: Rejection, body: Json) -> None:
    cloud.put(f"{ACCOUNT}east", account(location="eastus"))
    with cloud.rejects(rule.code):
        cloud.put(MANAGED, body)


@pytest.mark.usefixtures("targets")
def test_a_target_in_another_region_needs_its_region(cloud: SandboxCloud) -> None:
    """In any spelling, which Azure returns as it was sent."""
    cloud.put(f"{ACCOUNT}east", account(location="eastus"))
    body = to_target(f"{ACCOUNT}east", privateLinkResourceRegion="East US")
    assert cloud.put(MANAGED, body)["properties"]["privateLinkResourceRegion"] == "East US"


@holds(managed_private_endpoints.TARGET_NOT_REGISTERED)
def test_the_subscription_of_the_target_is_registered(cloud: SandboxCloud) -> None:
    restrict(cloud, "*", unregistered=(f"{OWNER_SUBSCRIPTION}/Microsoft.Network",))
    with pytest.raises(AzureError) as rejection:
        create_as_maker(cloud, to_target())
    assert rejection.value.code == managed_private_endpoints.TARGET_NOT_REGISTERED.code


@pytest.mark.parametrize(
    "change",
    [
        {"privateLinkResourceId": EVENT_HUBS, "groupId": "namespace"},
        {"groupId": "dfs"},
        {"privateLinkResourceRegion": "eastus"},
    ],
    ids=["target", "group", "region"],
)
@pytest.mark.usefixtures("targets")
@holds(managed_private_endpoints.CANNOT_CHANGE)
def test_what_it_connects_to_cannot_change(cloud: SandboxCloud, change: dict[str, Any]) -> None:
    """azure-native sends such a change as an update."""
    cloud.put(MANAGED, to_target())
    cloud.put(MANAGED, to_target(ACCOUNT.upper()))
    with cloud.rejects(managed_private_endpoints.CANNOT_CHANGE.code):
        cloud.put(MANAGED, to_target(**change))


@pytest.mark.usefixtures("targets")
@holds(managed_private_endpoints.NOT_FOUND)
def test_a_missing_one_has_kustos_text(cloud: SandboxCloud) -> None:
    with pytest.raises(AzureError, match=f"The resource with identifier '{MANAGED}' is not found") as rejection:
        cloud.get(MANAGED)
    assert rejection.value.status == 404


@pytest.mark.usefixtures("targets")
def test_it_goes_with_its_cluster(cloud: SandboxCloud) -> None:
    """No connection of a cluster that is gone stays on the target."""
    cloud.put(MANAGED, to_target())
    cloud.delete(CLUSTER)
    assert cloud.connections(ACCOUNT) == []
    assert MANAGED not in cloud.ids()


@pytest.mark.usefixtures("targets")
@holds(switches.APPROVAL_BY_RIGHTS)
@pytest.mark.parametrize(("value", "status"), [("approves", "Approved"), ("waits", "Pending")])
def test_the_right_to_approve_may_approve_nothing(cloud: SandboxCloud, value: str, status: str) -> None:
    """A program looks at the state of the connection, whatever rights it has (azure-docs#111201)."""
    cloud.azure.set_switch(switches.APPROVAL_BY_RIGHTS.name, value)
    cloud.put(MANAGED, to_target())
    cloud.put(ENDPOINT, to_account("blob"))
    assert [status_of(connection)[0] for connection in cloud.connections(ACCOUNT)] == [status, status]
    assert names_of(cloud) == (["data.blob.core.windows.net"] if value == "approves" else [])
