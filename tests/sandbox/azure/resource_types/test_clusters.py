"""Clusters: names, host names, skus, and what a GET shows."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import Json
from azure_sandbox.azure.resource_types import clusters

from ...rule_marks import holds
from ...small_world import CONSUMER, ENDPOINT, OWNER, SKU, SandboxCloud
from .cluster_bodies import ADX, CLUSTER, cluster, injected, to_cluster


@holds(clusters.SHAPE)
@pytest.mark.parametrize("body", [injected(), cluster()], ids=["injected", "native"])
def test_a_cluster_has_host_names_of_its_region_and_cloud(cloud: SandboxCloud, body: Json) -> None:
    answer = cloud.put(ADX, body)
    assert answer["type"] == "Microsoft.Kusto/Clusters"
    assert answer["id"] == f"{OWNER}/providers/Microsoft.Kusto/Clusters/adx1"
    assert answer["properties"]["uri"] == "https://adx1.westus.kusto.windows.net"
    assert answer["properties"]["dataIngestionUri"] == "https://ingest-adx1.westus.kusto.windows.net"
    assert answer["properties"]["privateEndpointConnections"] == []
    requested = body["properties"].get("virtualNetworkConfiguration")
    assert answer["properties"]["virtualNetworkConfiguration"] == requested


@holds(clusters.SHAPE)
def test_host_names_are_in_lower_case(cloud: SandboxCloud) -> None:
    """DNS has no case, but code that compares names has."""
    answer = cloud.put(ADX.replace("adx1", "Adx-Main"), cluster())
    assert answer["name"] == "Adx-Main"
    assert answer["properties"]["uri"] == "https://adx-main.westus.kusto.windows.net"
    assert answer["properties"]["dataIngestionUri"] == "https://ingest-adx-main.westus.kusto.windows.net"


@holds(clusters.DISPLAYED_LOCATION)
@pytest.mark.parametrize("location", ["westus2", "West US 2", "WESTUS2"])
def test_a_location_is_shown_by_its_display_name(cloud: SandboxCloud, location: str) -> None:
    """Code that compares a cluster's location with a network's must not compare letters."""
    assert cloud.put(ADX, {**cluster(), "location": location})["location"] == "West US 2"
    assert cloud.put(ADX, {**cluster(), "location": "westus2"})["location"] == "West US 2"


@holds(clusters.ALL_KEYS)
def test_unset_properties_are_shown(cloud: SandboxCloud) -> None:
    answer = cloud.put(ADX, cluster())
    assert answer["tags"] == {}
    assert not {"zones", "identity"} & answer.keys()
    shown = answer["properties"]
    assert [shown[name] for name in ("stateReason", "zoneStatus", "migrationCluster")] == ["", "NonZonal", None]
    zonal = cloud.put(ADX, {**cluster(), "zones": ["1", "2"]})
    assert (zonal["zones"], zonal["properties"]["zoneStatus"]) == (["1", "2"], "Zonal")


@holds(clusters.FULL_REPLACEMENT)
def test_a_put_resets_what_it_leaves_out(cloud: SandboxCloud) -> None:
    """A tool that wants to change one property opens the cluster to the public."""
    cloud.put(ADX, {**cluster(publicNetworkAccess="Disabled", enablePurge=True), "tags": {"of": "us"}})
    answer = cloud.put(ADX, cluster(enableStreamingIngest=True))
    shown = answer["properties"]
    assert (shown["publicNetworkAccess"], shown["enablePurge"], answer["tags"]) == ("Enabled", None, {})


@holds(clusters.ETAG)
def test_an_etag_changes_with_the_cluster(cloud: SandboxCloud) -> None:
    etag = cloud.put(ADX, cluster())["etag"]
    assert etag.startswith('"20')
    assert cloud.put(ADX, cluster())["etag"] == etag
    tagged = cloud.put(ADX, {**cluster(), "tags": {"of": "us"}})["etag"]
    assert len({etag, tagged, cloud.put(ADX, cluster())["etag"]}) == 3


@holds(clusters.ETAG)
@pytest.mark.usefixtures("native_cluster")
def test_a_decision_on_a_connection_keeps_the_etag(cloud: SandboxCloud) -> None:
    """An approval must not make the next update of the cluster fail."""
    cloud.put(ENDPOINT, to_cluster())
    etag = cloud.get(CLUSTER)["etag"]
    cloud.decide("Approved", cloud.connections(CLUSTER)[0]["id"])
    assert cloud.connections(CLUSTER)[0]["properties"]["privateLinkServiceConnectionState"]["status"] == "Approved"
    assert cloud.get(CLUSTER)["etag"] == etag


@holds(clusters.IDENTITY)
def test_identities_have_ids(cloud: SandboxCloud) -> None:
    assigned = f"{OWNER}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id"
    both: Json = {"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": {assigned: {}}}
    identity = cloud.put(ADX, {**cluster(), "identity": both})["identity"]
    assert identity["type"] == both["type"]
    assert {*identity} == {"type", "principalId", "tenantId", "userAssignedIdentities"}
    assert {*identity["userAssignedIdentities"][assigned]} == {"principalId", "clientId"}
    system = cloud.put(ADX, {**cluster(), "identity": {"type": "SystemAssigned"}})["identity"]
    assert system["principalId"] == identity["principalId"]


def test_computed_properties_are_ignored_in_a_body(cloud: SandboxCloud) -> None:
    answer = cloud.put(ADX, cluster(uri="https://elsewhere", provisioningState="Failed", enablePurge=True))
    shown = answer["properties"]
    assert shown["uri"] == "https://adx1.westus.kusto.windows.net"
    assert (shown["provisioningState"], shown["enablePurge"]) == ("Succeeded", True)


@pytest.mark.parametrize("name", ["adx", "1adx", "adx_1", "-adx1", "a" * 23])
@holds(clusters.BAD_NAME)
def test_an_invalid_name_is_rejected(cloud: SandboxCloud, name: str) -> None:
    with cloud.rejects("InvalidClusterName"):
        cloud.put(f"{OWNER}/providers/Microsoft.Kusto/clusters/{name}", injected())


@holds(clusters.NAME_TAKEN)
@pytest.mark.parametrize("name", ["adx1", "ADX1"])
def test_a_name_is_unique_in_all_of_azure(cloud: SandboxCloud, name: str) -> None:
    """The host names of a cluster contain its name."""
    cloud.put(ADX, injected())
    with cloud.rejects("ClusterNameAlreadyExists", 409):
        cloud.put(f"{CONSUMER}/providers/Microsoft.Kusto/clusters/{name}", cluster())
    cloud.put(ADX, injected())


@holds(clusters.NO_SKU)
@pytest.mark.parametrize("sku", [None, {}, {"name": "Standard_D13_v2"}, {"tier": "Standard"}, {**SKU, "tier": "Free"}])
def test_a_cluster_needs_a_sku(cloud: SandboxCloud, sku: dict[str, Any] | None) -> None:
    with cloud.rejects("InvalidClusterSku"):
        cloud.put(ADX, {**cluster(), "sku": sku})
