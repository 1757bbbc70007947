"""The private link resource of a cluster: members, and zones of their names."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import AzureError, Collection
from azure_sandbox.azure.resource_types import cluster_private_link_resources

from ...rule_marks import holds
from ...small_world import ENDPOINT, OWNER, SandboxCloud
from .cluster_bodies import ADX, cluster, members_of, to_cluster

RESOURCES = f"{ADX}/privateLinkResources"


@pytest.fixture(autouse=True)
def adx(cloud: SandboxCloud) -> None:
    cloud.put(ADX, cluster())


@holds(cluster_private_link_resources.MEMBERS_AND_ZONES)
@pytest.mark.usefixtures("native_cluster")
def test_it_names_the_members_that_an_endpoint_gets(cloud: SandboxCloud) -> None:
    """It is the only list of a cluster's zones in any cloud."""
    cloud.put(ENDPOINT, to_cluster(ADX))
    shown = cloud.get(f"{RESOURCES}/cluster")["properties"]
    assert shown["RequiredMembers"] == [*members_of(cloud)]
    assert shown["RequiredZoneNames"] == [
        "privatelink.westus.kusto.windows.net",
        *(f"privatelink.{service}.core.windows.net" for service in ("blob", "queue", "table")),
    ]


def test_zones_are_those_of_the_cloud(cloud: SandboxCloud) -> None:
    group = OWNER.replace("1111", "9999", 1)
    cloud.put(group, {"location": "usgovvirginia"})
    id = ADX.replace(OWNER, group).replace("adx1", "adxgov")
    cloud.put(id, {**cluster(), "location": "usgovvirginia"})
    (listed,) = cloud.azure.list_of(Collection.parse(f"{id}/privateLinkResources"))
    assert listed["location"] == "USGov Virginia"
    assert listed["properties"]["requiredZoneNames"] == [
        "privatelink.usgovvirginia.kusto.usgovcloudapi.net",
        *(f"privatelink.{service}.core.usgovcloudapi.net" for service in ("blob", "queue", "table")),
    ]


@pytest.mark.parametrize("id", [f"{RESOURCES}/engine", f"{ADX}-gone/privateLinkResources/cluster"])
def test_others_do_not_exist(cloud: SandboxCloud, id: str) -> None:
    with pytest.raises(AzureError, match="Status=404"):
        cloud.get(id)


def test_it_is_in_no_list_of_all_resources(cloud: SandboxCloud) -> None:
    assert not any("PrivateLinkResources" in id for id in cloud.ids())


@holds(cluster_private_link_resources.READ_ONLY)
def test_it_is_read_only(cloud: SandboxCloud) -> None:
    with cloud.rejects("HttpMethodNotAllowed", 405):
        cloud.put(f"{RESOURCES}/cluster", {})
