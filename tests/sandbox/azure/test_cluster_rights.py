"""Rights that private access to a native cluster needs: to approve, to decide, and to join zones."""

from __future__ import annotations

from pathlib import Path

import pytest

from azure_sandbox.azure import Azure, AzureError, Json, ResourceId, StoreFile, World, rights
from azure_sandbox.azure.rights import Right

from ..rule_marks import holds
from ..small_world import CONSUMER, ENDPOINT, OWNER, SKU, WORLD, subnet, zone
from .resource_types.cluster_bodies import CLUSTER, MEMBERS_SUBNET, ZONE_GROUP, ZONES, to_cluster, zone_group

_ANN = "aaaaaaaa-0000-0000-0000-00000000a000"
_WORLD: list[Json] = [
    *WORLD,
    {"id": CLUSTER, "location": "westus", "sku": SKU},
    {"id": MEMBERS_SUBNET, "properties": subnet("members", "10.3.0.64/26")["properties"]},
    *({"id": zone_id, **zone()} for zone_id in ZONES),
]


def _ann_with(tmp_path: Path, *assignments: Right) -> Azure:
    """Azure for Ann, who may do what is assigned."""
    azure = Azure(StoreFile(tmp_path / "azure.db"))
    azure.start_from(World(resources=_WORLD, rights=assignments))
    return azure.acting_as(_ANN)


@holds(rights.LINKED_SUBSCRIPTION_NOT_AUTHORIZED)
def test_an_automatic_connection_needs_the_right_to_approve(tmp_path: Path) -> None:
    """Without it, a consumer asks: a manual connection needs no right on the cluster."""
    ann = _ann_with(tmp_path, Right(scope=CONSUMER))
    with pytest.raises(AzureError, match="Kusto/Clusters/PrivateEndpointConnectionsApproval/action") as error:
        ann.put(ResourceId.parse(ENDPOINT), to_cluster(manual=False))
    assert error.value.status == 403
    assert ann.put(ResourceId.parse(ENDPOINT), to_cluster())["name"] == "pe"


@holds(rights.NOT_AUTHORIZED)
def test_a_decision_needs_the_right_to_write_connections(tmp_path: Path) -> None:
    ann = _ann_with(tmp_path, Right(scope=CONSUMER), Right(scope=OWNER, actions=("*/read",)))
    ann.put(ResourceId.parse(ENDPOINT), to_cluster())
    [seen] = ann.get(ResourceId.parse(CLUSTER))["properties"]["privateEndpointConnections"]
    decision: Json = {"properties": {"privateLinkServiceConnectionState": {"status": "Approved"}}}
    with pytest.raises(AzureError, match=r"'Microsoft\.Kusto/Clusters/privateEndpointConnections/write'"):
        ann.put(ResourceId.parse(seen["id"]), decision)


@holds(rights.LINKED_NOT_AUTHORIZED)
def test_a_zone_group_needs_the_right_to_join_each_zone(tmp_path: Path) -> None:
    """Storage zones are often another team's: three of four rights write no record at all (azurerm #10556)."""
    ann = _ann_with(tmp_path, Right(scope=CONSUMER))
    ann.put(ResourceId.parse(ENDPOINT), to_cluster())
    ann.put(ResourceId.parse(ZONE_GROUP), zone_group(*ZONES))
    for without_right in ZONES[1:]:
        scopes = [ENDPOINT, MEMBERS_SUBNET, *(zone_id for zone_id in ZONES if zone_id != without_right)]
        ann = _ann_with(tmp_path, *(Right(scope=scope) for scope in scopes))
        ann.put(ResourceId.parse(ENDPOINT), to_cluster())
        with pytest.raises(AzureError, match="privateDnsZones/join/action") as error:
            ann.put(ResourceId.parse(ZONE_GROUP), zone_group(*ZONES))
        assert (error.value.code, without_right in error.value.message) == ("LinkedAuthorizationFailed", True)
