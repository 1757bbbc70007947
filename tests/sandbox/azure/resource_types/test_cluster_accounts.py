"""Storage accounts that Azure adds to a cluster: addresses, names and records of its endpoints."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import AzureError, ResourceId
from azure_sandbox.azure.resource_types import cluster_accounts

from ...rule_marks import holds
from ...small_world import CONSUMER_NETWORK, ENDPOINT, SandboxCloud, subnet
from .cluster_bodies import (
    CLUSTER,
    STORAGE_ZONES,
    ZONE_GROUP,
    ZONES,
    create_native_cluster,
    create_zones,
    members_of,
    names_of,
    records_in,
    to_cluster,
    zone_group,
)

pytestmark = pytest.mark.usefixtures("native_cluster")

_CLUSTER = ResourceId.parse(CLUSTER)


@holds(cluster_accounts.SCALE_OUT)
def test_each_endpoint_gets_three_addresses_and_names(cloud: SandboxCloud) -> None:
    cloud.put(ENDPOINT, to_cluster(manual=False))
    before = members_of(cloud)
    assert cloud.azure.add_storage_account(_CLUSTER) == []
    after = members_of(cloud)
    assert dict(list(after.items())[:8]) == before
    new = list(after.items())[8:]
    assert [member.partition("-")[0] for member, _ in new] == ["blob", "queue", "table"]
    assert new[0][0].endswith("kstrldadx202")
    assert [address for _, (_, address) in new] == ["10.3.0.76", "10.3.0.77", "10.3.0.78"]
    assert len(names_of(cloud)) == 11
    assert cloud.azure.add_storage_account(_CLUSTER) == []
    assert len(members_of(cloud)) == 14


@holds(cluster_accounts.SCALE_OUT)
def test_a_zone_group_writes_the_new_names(cloud: SandboxCloud) -> None:
    """Nobody has to run an update: the group follows its endpoint."""
    create_zones(cloud)
    cloud.put(ENDPOINT, to_cluster(manual=False))
    cloud.put(ZONE_GROUP, zone_group(*ZONES))
    before = records_in(cloud, ZONES[0])
    cloud.azure.add_storage_account(_CLUSTER)
    assert [len(records_in(cloud, zone)) for zone in ZONES] == [2, 3, 3, 3]
    assert records_in(cloud, ZONES[0]) == before
    members = members_of(cloud)
    [account] = [member.partition("-")[2] for member in members if member.startswith("blob") and member.endswith("02")]
    assert records_in(cloud, STORAGE_ZONES[0])[account] == [members[f"blob-{account}"][1]]


@holds(cluster_accounts.SCALE_OUT)
def test_a_full_subnet_leaves_an_endpoint_without_the_new_names(cloud: SandboxCloud) -> None:
    """A /28 has room for the first eight addresses and one more account: that is why it is too small."""
    small = f"{CONSUMER_NETWORK}/subnets/small"
    cloud.put(small, {"properties": subnet("small", "10.3.0.32/28")["properties"]})
    cloud.put(ENDPOINT, to_cluster(subnet=small, manual=False))
    cloud.put(f"{ENDPOINT}-2", to_cluster(manual=False))
    assert cloud.azure.add_storage_account(_CLUSTER) == []
    assert cloud.azure.add_storage_account(_CLUSTER) == [ENDPOINT]
    assert (len(members_of(cloud)), len(members_of(cloud, f"{ENDPOINT}-2"))) == (11, 14)


@holds(cluster_accounts.SCALE_OUT)
def test_an_endpoint_that_waits_has_them_when_it_is_approved(cloud: SandboxCloud) -> None:
    cloud.put(ENDPOINT, to_cluster())
    cloud.azure.add_storage_account(_CLUSTER)
    assert names_of(cloud) == {}
    [seen] = cloud.connections(CLUSTER)
    cloud.decide("Approved", seen["id"])
    assert len(names_of(cloud)) == 11
    cloud.decide("Rejected", seen["id"])
    cloud.azure.add_storage_account(_CLUSTER)
    assert len(members_of(cloud)) == 11


def test_a_new_endpoint_has_addresses_for_all_accounts(cloud: SandboxCloud) -> None:
    cloud.azure.add_storage_account(_CLUSTER)
    cloud.put(ENDPOINT, to_cluster())
    assert len(members_of(cloud)) == 11


def test_another_cluster_of_the_same_name_has_two_accounts(cloud: SandboxCloud) -> None:
    cloud.azure.add_storage_account(_CLUSTER)
    cloud.delete(CLUSTER)
    create_native_cluster(cloud)
    cloud.put(ENDPOINT, to_cluster())
    assert len(members_of(cloud)) == 8


def test_only_a_cluster_that_exists_has_accounts(cloud: SandboxCloud) -> None:
    with pytest.raises(AzureError, match="was not found"):
        cloud.azure.add_storage_account(ResourceId.parse(f"{CLUSTER}0"))
