"""Clusters that follow databases of others."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import Json, bodies
from azure_sandbox.azure.errors import Rejection
from azure_sandbox.azure.resource_types import attached_database_configurations, clusters

from ...rule_marks import holds, rejected
from ...small_world import CLIENTS, OWNER, SandboxCloud
from .cluster_bodies import ADX, cluster

FOLLOWER = f"{OWNER}/providers/Microsoft.Kusto/Clusters/adx3"
FOLLOWED = f"{FOLLOWER}/attachedDatabaseConfigurations/all"


def followed(**changes: Any) -> Json:
    return {"location": "westus", "properties": {"clusterResourceId": ADX, "databaseName": "*", **changes}}


@pytest.fixture(autouse=True)
def two(cloud: SandboxCloud) -> None:
    for id in (ADX, FOLLOWER):
        cloud.put(id, cluster())


@holds(attached_database_configurations.SHAPE)
def test_a_cluster_follows_databases_of_another(cloud: SandboxCloud) -> None:
    answer = cloud.put(FOLLOWED, followed(clusterResourceId=ADX.upper()))
    assert answer["name"] == "adx3/all"
    assert answer["type"] == "Microsoft.Kusto/Clusters/AttachedDatabaseConfigurations"
    assert answer["properties"]["clusterResourceId"] == ADX
    assert answer["properties"]["defaultPrincipalsModificationKind"] == "Union"


@holds(clusters.HAS_FOLLOWERS)
def test_a_leader_with_followers_is_not_deleted(cloud: SandboxCloud) -> None:
    """Its owner does not see who follows it."""
    cloud.put(FOLLOWED, followed())
    with cloud.rejects("ClusterHasFollowers"):
        cloud.delete(ADX)
    cloud.delete(FOLLOWER)
    cloud.delete(ADX)


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        rejected(bodies.CANNOT_PARSE, {"databaseName": None}, id="no database"),
        rejected(bodies.CANNOT_PARSE, {"clusterResourceId": None}, id="no leader"),
        rejected(attached_database_configurations.SAME_REGION, {"clusterResourceId": FOLLOWER}, id="itself"),
        rejected(attached_database_configurations.SAME_REGION, {"clusterResourceId": CLIENTS}, id="no cluster"),
    ],
)
def test_a_wrong_configuration_is_rejected(cloud: SandboxCloud, rule: Rejection, changes: Json) -> None:
    with cloud.rejects(rule.code):
        cloud.put(FOLLOWED, followed(**changes))


@holds(attached_database_configurations.SAME_REGION)
def test_a_leader_is_in_the_region_of_its_follower(cloud: SandboxCloud) -> None:
    cloud.put(f"{ADX}-east", {**cluster(), "location": "eastus"})
    with cloud.rejects("InvalidAttachedDatabaseConfiguration"):
        cloud.put(FOLLOWED, followed(clusterResourceId=f"{ADX}-east"))
