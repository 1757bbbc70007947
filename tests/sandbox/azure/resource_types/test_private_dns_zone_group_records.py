"""Records that a zone group writes for an endpoint of a storage account."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import switches
from azure_sandbox.azure.resource_types import zone_group_records

from ...rule_marks import holds
from ...small_world import CONSUMER, ENDPOINT, OWNER, SandboxCloud, a_record, network, zone
from .storage_bodies import (
    ACCOUNT,
    BLOB_RECORD,
    BLOB_ZONE,
    FILE_ZONE,
    OWN_ZONE,
    ZONE_GROUP,
    account,
    addresses_in,
    names_of,
    to_account,
    zone_group,
)


@pytest.mark.parametrize(
    ("group", "zone_of_it", "record", "sku"),
    [
        ("blob", "privatelink.blob.core.windows.net", "data", "Standard_LRS"),
        ("queue", "privatelink.queue.core.windows.net", "data", "Standard_LRS"),
        ("web", "privatelink.web.core.windows.net", "data.z22", "Standard_LRS"),
        ("table_secondary", "privatelink.table.core.windows.net", "data-secondary", "Standard_RAGZRS"),
    ],
)
@holds(zone_group_records.RECORDS)
def test_a_zone_group_writes_the_record(
    cloud: SandboxCloud, group: str, zone_of_it: str, record: str, sku: str
) -> None:
    cloud.put(ACCOUNT, account(sku=sku))
    answer = cloud.put(ENDPOINT, to_account(group))["properties"]
    [dns] = answer["customDnsConfigs"]
    recommended = network(CONSUMER, "privateDnsZones", zone_of_it)
    for zone_id in (recommended, FILE_ZONE, OWN_ZONE):
        cloud.put(zone_id, zone())
    shown = cloud.put(ZONE_GROUP, zone_group(recommended, FILE_ZONE, OWN_ZONE))
    assert dns["fqdn"] == f"{record}.{zone_of_it.removeprefix('privatelink.')}"
    assert [zone["properties"]["recordSets"] for zone in shown["properties"]["privateDnsZoneConfigs"]] == [
        [
            {
                "recordType": "A",
                "recordSetName": record,
                "fqdn": f"{record}.{zone_of_it}",
                "ttl": 10,
                "ipAddresses": dns["ipAddresses"],
                "provisioningState": "Succeeded",
            }
        ],
        [],
        [],
    ]
    written = cloud.get(f"{recommended}/A/{record}")["properties"]
    assert written["aRecords"] == [{"ipv4Address": address} for address in dns["ipAddresses"]]
    assert written["ttl"] == 10
    assert written["metadata"] == {
        "creator": f"created by private endpoint pe with resource guid {answer['resourceGuid']}"
    }
    assert names_of(cloud) == []
    assert len([id for id in cloud.ids() if "/A/" in id]) == 1


@pytest.fixture
def published(cloud: SandboxCloud) -> SandboxCloud:
    """An endpoint that the owner of an account has approved, with a zone group."""
    cloud.put(ACCOUNT, account())
    for zone_id in (BLOB_ZONE, FILE_ZONE):
        cloud.put(zone_id, zone())
    cloud.put(ENDPOINT, to_account("blob", manual=True))
    cloud.put(ZONE_GROUP, zone_group(BLOB_ZONE))
    assert addresses_in(cloud, BLOB_RECORD) is None
    cloud.decide("Approved", cloud.connections(ACCOUNT)[0]["id"])
    assert addresses_in(cloud, BLOB_RECORD) == cloud.address_of(ENDPOINT)
    return cloud


@holds(zone_group_records.RECORDS_GO)
def test_a_rejected_connection_deletes_the_record(published: SandboxCloud) -> None:
    published.decide("Rejected", published.connections(ACCOUNT)[0]["id"])
    assert addresses_in(published, BLOB_RECORD) is None
    [config] = published.get(ZONE_GROUP)["properties"]["privateDnsZoneConfigs"]
    assert config["properties"]["recordSets"] == []


@pytest.mark.parametrize("gone", [ENDPOINT, ZONE_GROUP, ACCOUNT])
@holds(zone_group_records.RECORDS_GO)
def test_the_record_is_deleted_with(published: SandboxCloud, gone: str) -> None:
    published.delete(gone)
    assert addresses_in(published, BLOB_RECORD) is None


@holds(zone_group_records.RECORDS_GO)
def test_the_record_is_deleted_with_its_config(published: SandboxCloud) -> None:
    published.put(ZONE_GROUP, zone_group(FILE_ZONE))
    assert addresses_in(published, BLOB_RECORD) is None
    published.put(ZONE_GROUP, zone_group(FILE_ZONE, BLOB_ZONE))
    assert addresses_in(published, BLOB_RECORD) == published.address_of(ENDPOINT)


@holds(zone_group_records.RECORDS_GO)
def test_a_second_endpoint_overwrites_the_record(published: SandboxCloud) -> None:
    """Of two endpoints with one account and one zone, the later one wins. Deleting either deletes the record."""
    second = f"{ENDPOINT}-2"
    published.put(second, to_account("blob"))
    published.put(ZONE_GROUP.replace(ENDPOINT, second), zone_group(BLOB_ZONE))
    assert addresses_in(published, BLOB_RECORD) == published.address_of(second)
    published.delete(ENDPOINT)
    assert addresses_in(published, BLOB_RECORD) is None


@pytest.mark.usefixtures("data")
@holds(zone_group_records.RECORDS_GO)
def test_a_record_created_by_hand_is_overwritten(cloud: SandboxCloud) -> None:
    cloud.put(BLOB_ZONE, zone())
    cloud.put(BLOB_RECORD, a_record("10.9.9.9"))
    cloud.put(ENDPOINT, to_account("blob"))
    cloud.put(ZONE_GROUP, zone_group(BLOB_ZONE))
    assert addresses_in(cloud, BLOB_RECORD) == cloud.address_of(ENDPOINT)


@holds(zone_group_records.RECORDS_GO)
def test_the_former_owner_of_a_record_deletes_that_of_the_group(published: SandboxCloud) -> None:
    """A stack that hands a name over to a group in one update: it deletes its record last, and nobody writes it."""
    published.delete(BLOB_RECORD)
    assert addresses_in(published, BLOB_RECORD) is None
    published.put(ZONE_GROUP, zone_group(BLOB_ZONE))
    assert addresses_in(published, BLOB_RECORD) == published.address_of(ENDPOINT)


@pytest.mark.parametrize(("switch", "kept"), [("overwrite", False), ("refuse", True)])
@holds(switches.MANUAL_RECORD)
def test_a_record_can_be_put_over_that_of_the_group(published: SandboxCloud, switch: str, *, kept: bool) -> None:
    """Azure accepts it; what the next write of the group does is a switch."""
    published.put(BLOB_RECORD, a_record("10.9.9.9"))
    assert addresses_in(published, BLOB_RECORD) == ["10.9.9.9"]
    published.azure.set_switch("manual-record", switch)
    published.decide("Rejected", published.connections(ACCOUNT)[0]["id"])
    assert addresses_in(published, BLOB_RECORD) == (["10.9.9.9"] if kept else None)


@holds(switches.MANUAL_RECORD, zone_group_records.MANUAL_RECORD_STAYS)
@pytest.mark.usefixtures("data")
def test_a_record_created_by_hand_can_stop_a_zone_group(cloud: SandboxCloud) -> None:
    """No source says which one wins, so programs must work either way."""
    cloud.azure.set_switch("manual-record", "refuse")
    cloud.put(BLOB_ZONE, zone())
    cloud.put(BLOB_RECORD, a_record("10.9.9.9"))
    cloud.put(ENDPOINT, to_account("blob"))
    with cloud.rejects(zone_group_records.MANUAL_RECORD_STAYS.code, 409):
        cloud.put(ZONE_GROUP, zone_group(BLOB_ZONE))
    cloud.delete(BLOB_RECORD)
    cloud.put(ZONE_GROUP, zone_group(BLOB_ZONE))
    cloud.put(ZONE_GROUP, zone_group(BLOB_ZONE))
    assert addresses_in(cloud, BLOB_RECORD) == cloud.address_of(ENDPOINT)


@holds(switches.MANUAL_RECORD)
@pytest.mark.usefixtures("data")
def test_a_record_created_by_hand_can_survive_an_approval(cloud: SandboxCloud) -> None:
    """The owner's approval succeeds whatever the consumer has in a zone."""
    cloud.azure.set_switch("manual-record", "refuse")
    cloud.put(BLOB_ZONE, zone())
    cloud.put(BLOB_RECORD, a_record("10.9.9.9"))
    cloud.put(ENDPOINT, to_account("blob", manual=True))
    cloud.put(ZONE_GROUP, zone_group(BLOB_ZONE))
    cloud.decide("Approved", cloud.connections(ACCOUNT)[0]["id"])
    cloud.delete(ZONE_GROUP)
    assert addresses_in(cloud, BLOB_RECORD) == ["10.9.9.9"]


@pytest.mark.usefixtures("data")
def test_a_connection_is_approved_without_its_zone(cloud: SandboxCloud) -> None:
    cloud.put(BLOB_ZONE, zone())
    cloud.put(ENDPOINT, to_account("blob", manual=True))
    cloud.put(ZONE_GROUP, zone_group(BLOB_ZONE))
    cloud.delete(BLOB_ZONE)
    cloud.decide("Approved", cloud.connections(ACCOUNT)[0]["id"])
    assert addresses_in(cloud, BLOB_RECORD) is None


@pytest.mark.usefixtures("published")
def test_a_resource_group_with_records_is_deleted(cloud: SandboxCloud) -> None:
    cloud.delete(OWNER)
    cloud.delete(CONSUMER)
    assert cloud.ids() == []
