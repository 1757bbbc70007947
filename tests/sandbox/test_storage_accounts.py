"""Storage accounts as targets of private endpoints, as a user's own program has them beside the library."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import AzureError, Json, bodies, references
from azure_sandbox.azure.errors import Refusal
from azure_sandbox.azure.resource_types import (
    private_dns_zone_groups,
    private_endpoints,
    storage_account_connections,
    storage_accounts,
)

from .engine import Engine
from .holds import holds, refused
from .places import (
    CLIENTS,
    CONSUMER,
    ENDPOINT,
    OWNER,
    STRANGER_SUBSCRIPTION,
    Cloud,
    a_record,
    endpoint,
    network,
    zone,
)

ACCOUNTS = f"{OWNER}/providers/Microsoft.Storage/storageAccounts"
ACCOUNT = f"{ACCOUNTS}/data"
FILES = f"{ACCOUNTS}/files"
BLOB_ZONE = network(CONSUMER, "privateDnsZones", "privatelink.blob.core.windows.net")
FILE_ZONE = network(CONSUMER, "privateDnsZones", "privatelink.file.core.windows.net")
OWN_ZONE = network(CONSUMER, "privateDnsZones", "core.example")
GROUP = f"{ENDPOINT}/privateDnsZoneGroups/default"
RECORD = f"{BLOB_ZONE}/A/data"


def account(kind: str = "StorageV2", sku: str = "Standard_LRS", **more: Any) -> Json:
    return {"location": "westus", "kind": kind, "sku": {"name": sku}, **more}


@pytest.fixture
def data(cloud: Cloud) -> Json:
    return cloud.put(ACCOUNT, account())


def to_account(*groups: str, target: str = ACCOUNT, manual: bool = False, **more: Any) -> Json:
    array = "manualPrivateLinkServiceConnections" if manual else "privateLinkServiceConnections"
    body = endpoint(target, manual=manual, **more)
    body["properties"][array][0]["properties"]["groupIds"] = list(groups)
    return body


def static(group: str, member: str) -> Json:
    address = {"privateIPAddress": "10.3.0.6", "groupId": group, "memberName": member}
    return {"name": "ip", "properties": address}


def zone_group(*zones: str) -> Json:
    """A zone group whose configs are named after the first label but one, such as `blob`."""
    configs = [{"name": each.split("/")[-1].split(".")[1], "properties": {"privateDnsZoneId": each}} for each in zones]
    return {"properties": {"privateDnsZoneConfigs": configs}}


def status_of(connection: Json) -> tuple[str, str]:
    state = connection["properties"]["privateLinkServiceConnectionState"]
    return state["status"], state["description"]


def names_of(cloud: Cloud, endpoint: str = ENDPOINT) -> list[str]:
    return [each["fqdn"] for each in cloud.get(endpoint)["properties"]["customDnsConfigs"]]


def addresses_in(cloud: Cloud, record: str) -> list[str] | None:
    """The addresses of a record; None where there is no such record."""
    found = {each.lower() for each in cloud.ids()}
    if record.lower() not in found:
        return None
    return [each["ipv4Address"] for each in cloud.get(record)["properties"]["aRecords"]]


@holds(storage_accounts.ENDPOINTS)
def test_the_kind_and_the_sku_say_what_there_is(cloud: Cloud, data: Json) -> None:
    primary = data["properties"]["primaryEndpoints"]
    assert primary["blob"] == "https://data.blob.core.windows.net/"
    assert primary["web"] == "https://data.z22.web.core.windows.net/"
    assert sorted(primary) == ["blob", "dfs", "file", "queue", "table", "web"]
    assert data["sku"] == {"name": "Standard_LRS", "tier": "Standard"}
    assert "secondaryEndpoints" not in data["properties"]
    files = cloud.put(FILES, account("FileStorage", "PremiumV2_ZRS"))
    assert list(files["properties"]["primaryEndpoints"]) == ["file"]
    assert files["sku"]["tier"] == "Premium"
    again = cloud.put(ACCOUNT, account(sku="Standard_RAGRS"))["properties"]
    assert again["creationTime"] == data["properties"]["creationTime"]
    assert sorted(again["secondaryEndpoints"]) == ["blob", "dfs", "queue", "table", "web"]
    assert again["secondaryEndpoints"]["blob"] == "https://data-secondary.blob.core.windows.net/"


def test_another_cloud_has_other_host_names_and_no_endpoints_from_here(cloud: Cloud) -> None:
    group = f"/subscriptions/{STRANGER_SUBSCRIPTION}/resourceGroups/gov"
    theirs = f"{group}/providers/Microsoft.Storage/storageAccounts/gov"
    cloud.put(group, {"location": "usgovvirginia"})
    made = cloud.put(theirs, {**account(), "location": "usgovvirginia"})
    assert made["properties"]["primaryEndpoints"]["blob"] == "https://gov.blob.core.usgovcloudapi.net/"
    with cloud.refuses(references.REFERENCE_NOT_FOUND.code):
        cloud.put(ENDPOINT, to_account("blob", target=theirs))


@pytest.mark.usefixtures("data")
def test_what_azure_decides_is_not_taken_from_a_program(cloud: Cloud) -> None:
    """Programs that read an account, change it and write it back send all that they have read."""
    cloud.put(ACCOUNT, account(sku="Standard_RAGRS"))
    read = cloud.get(ACCOUNT)
    assert "secondaryEndpoints" not in cloud.put(ACCOUNT, {**read, "sku": {"name": "Standard_GRS"}})["properties"]


@pytest.mark.parametrize(
    ("rule", "id", "body"),
    [
        refused(storage_accounts.BAD_NAME, f"{ACCOUNTS}/Files", account(), id="upper case"),
        refused(storage_accounts.BAD_NAME, f"{ACCOUNTS}/da", account(), id="too short"),
        refused(storage_accounts.BAD_NAME, f"{ACCOUNTS}/{'a' * 25}", account(), id="too long"),
        refused(storage_accounts.BAD_NAME, f"{ACCOUNTS}/my-data", account(), id="a dash"),
        refused(
            storage_accounts.NAME_TAKEN,
            f"{CONSUMER}/providers/Microsoft.Storage/storageAccounts/data",
            account(),
            id="of another subscription",
        ),
        refused(storage_accounts.INVALID_VALUES, FILES, account(sku="Cheap"), id="no such sku"),
        refused(storage_accounts.INVALID_VALUES, FILES, account(sku="Premium_ZRS"), id="a sku of other kinds"),
        refused(storage_accounts.INVALID_VALUES, FILES, account("Disk"), id="no such kind"),
        refused(storage_accounts.INVALID_VALUES, FILES, {"location": "westus"}, id="neither"),
        refused(
            storage_accounts.KIND_CANNOT_CHANGE, ACCOUNT, account("FileStorage", "Premium_LRS"), id="becomes another"
        ),
    ],
)
@pytest.mark.usefixtures("data")
def test_an_account_is_refused(cloud: Cloud, rule: Refusal, id: str, body: Json) -> None:
    with cloud.refuses(rule.code, rule.status):
        cloud.put(id, body)


def test_an_old_account_is_upgraded(cloud: Cloud) -> None:
    cloud.put(ACCOUNT, account("Storage"))
    assert "web" in cloud.put(ACCOUNT, account())["properties"]["primaryEndpoints"]


@pytest.mark.parametrize(
    ("rule", "body"),
    [
        refused(storage_account_connections.NO_GROUP, to_account(), id="no group"),
        refused(storage_account_connections.ONE_GROUP, to_account("blob", "file"), id="two groups"),
        refused(storage_account_connections.UNKNOWN_GROUP, to_account("vault"), id="a group of others"),
        refused(storage_account_connections.UNKNOWN_GROUP, to_account("BLOB"), id="upper case (azure-cli #16750)"),
        refused(
            storage_account_connections.UNKNOWN_GROUP, to_account("blob_secondary"), id="not read in a second region"
        ),
        refused(storage_account_connections.UNKNOWN_GROUP, to_account("blob", target=f"{ACCOUNTS}/old"), id="v1"),
        refused(references.REFERENCE_NOT_FOUND, to_account("blob", target=FILES), id="no such account"),
        refused(bodies.CANNOT_PARSE, {**to_account("blob", ipConfigurations=["10.3.0.6"])}, id="no object"),
        *(
            refused(private_endpoints.MISSING_MEMBERS, to_account("blob", ipConfigurations=each), id=id)
            for id, each in {
                "a static address of another group": [static("file", "blob")],
                "of another member": [static("blob", "default")],
                "of no group": [static("", "")],
                "two": [static("blob", "blob"), {**static("blob", "blob"), "name": "ip2"}],
            }.items()
        ),
    ],
)
@pytest.mark.usefixtures("data")
def test_an_endpoint_is_refused(cloud: Cloud, rule: Refusal, body: Json) -> None:
    cloud.put(f"{ACCOUNTS}/old", account("Storage"))
    with cloud.refuses(rule.code):
        cloud.put(ENDPOINT, body)


@pytest.mark.usefixtures("data")
@holds(private_endpoints.CONNECTION_CANNOT_CHANGE)
def test_an_endpoint_keeps_its_group(cloud: Cloud) -> None:
    cloud.put(ENDPOINT, to_account("blob"))
    cloud.put(ENDPOINT, to_account("blob", target=ACCOUNT.upper()))
    with cloud.refuses(private_endpoints.CONNECTION_CANNOT_CHANGE.code):
        cloud.put(ENDPOINT, to_account("file"))


@pytest.mark.usefixtures("data")
def test_a_refusal_says_what_azure_says(cloud: Cloud) -> None:
    with pytest.raises(AzureError) as refusal:
        cloud.put(ENDPOINT, to_account("BLOB"))
    assert refusal.value.message == (
        "Call to Microsoft.Storage/storageAccounts failed. Error message: Values for request parameters are invalid: "
        "GroupId: BLOB."
    )
    with pytest.raises(AzureError) as refusal:
        cloud.put(ENDPOINT, to_account("blob", ipConfigurations=[static("blob", "default")]))
    assert "[PrivateIPAddress: 10.3.0.6, GroupId: blob, MemberName: default]" in refusal.value.message


@pytest.mark.usefixtures("data")
@holds(private_endpoints.DNS_CONFIGS, storage_account_connections.OWNERS_SIDE)
def test_who_may_approve_is_approved_at_once(cloud: Cloud) -> None:
    made = cloud.put(ENDPOINT, to_account("blob"))["properties"]
    assert made["customDnsConfigs"] == [
        {"fqdn": "data.blob.core.windows.net", "ipAddresses": cloud.address_of(ENDPOINT)}
    ]
    (seen,) = cloud.connections(ACCOUNT)
    name, guid = seen["name"].split(".")
    assert name == "data"
    assert guid != made["resourceGuid"]
    assert seen == {
        "id": f"{ACCOUNT}/privateEndpointConnections/{seen['name']}",
        "name": seen["name"],
        "type": "Microsoft.Storage/storageAccounts/privateEndpointConnections",
        "properties": {
            "provisioningState": "Succeeded",
            "privateEndpoint": {"id": ENDPOINT},
            "privateLinkServiceConnectionState": {
                "status": "Approved",
                "description": "Auto-Approved",
                "actionRequired": "None",
            },
        },
    }
    assert cloud.get(seen["id"]) == seen
    assert cloud.connection_of()["properties"]["groupIds"] == ["blob"]
    assert cloud.connection_of()["properties"]["privateLinkServiceConnectionState"]["actionsRequired"] == "None"
    cloud.delete(ENDPOINT)
    assert cloud.connections(ACCOUNT) == []


@pytest.mark.usefixtures("data")
@holds(private_endpoints.DNS_CONFIGS)
def test_a_manual_connection_waits_for_the_owner(cloud: Cloud) -> None:
    cloud.put(ENDPOINT, to_account("file", manual=True))
    assert names_of(cloud) == []
    (seen,) = cloud.connections(ACCOUNT)
    assert status_of(seen) == ("Pending", "") == status_of(cloud.connection_of())
    cloud.decide("Approved", seen["id"])
    assert status_of(cloud.connection_of()) == ("Approved", "Approved by a test")
    assert names_of(cloud) == ["data.file.core.windows.net"]


@pytest.mark.parametrize(
    ("path", "wanted"), [(["Approved"], "Approved"), (["Rejected"], "Approved"), ([], "Pending"), ([], "Disconnected")]
)
@pytest.mark.usefixtures("data")
@holds(storage_account_connections.DECIDED)
def test_refused_decisions(cloud: Cloud, path: list[str], wanted: str) -> None:
    """Programs that approve on every run fail on the second one, unlike with a private link service."""
    cloud.put(ENDPOINT, to_account("blob", manual=True))
    (seen,) = cloud.connections(ACCOUNT)
    for status in path:
        cloud.decide(status, seen["id"])
    with cloud.refuses("InvalidValuesForRequestParameters"):
        cloud.decide(wanted, seen["id"])


@pytest.mark.usefixtures("data")
@holds(storage_accounts.DELETED)
def test_a_deleted_account_leaves_its_endpoints_disconnected(cloud: Cloud) -> None:
    """A program that replaces the account keeps an endpoint that leads nowhere, until it replaces that too."""
    cloud.put(ENDPOINT, to_account("blob"))
    cloud.delete(ACCOUNT)
    assert status_of(cloud.connection_of())[0] == "Disconnected"
    assert names_of(cloud) == []
    cloud.put(ACCOUNT, account())
    assert cloud.connections(ACCOUNT) == []
    with cloud.refuses(private_endpoints.DISCONNECTED.code):
        cloud.put(ENDPOINT, to_account("blob"))


@pytest.mark.parametrize(
    ("group", "zone_of_it", "record", "sku"),
    [
        ("blob", "privatelink.blob.core.windows.net", "data", "Standard_LRS"),
        ("queue", "privatelink.queue.core.windows.net", "data", "Standard_LRS"),
        ("web", "privatelink.web.core.windows.net", "data.z22", "Standard_LRS"),
        ("table_secondary", "privatelink.table.core.windows.net", "data-secondary", "Standard_RAGZRS"),
    ],
)
@holds(private_dns_zone_groups.RECORDS)
def test_a_zone_group_writes_the_record(cloud: Cloud, group: str, zone_of_it: str, record: str, sku: str) -> None:
    cloud.put(ACCOUNT, account(sku=sku))
    made = cloud.put(ENDPOINT, to_account(group))["properties"]
    [dns] = made["customDnsConfigs"]
    recommended = network(CONSUMER, "privateDnsZones", zone_of_it)
    for each in (recommended, FILE_ZONE, OWN_ZONE):
        cloud.put(each, zone())
    shown = cloud.put(GROUP, zone_group(recommended, FILE_ZONE, OWN_ZONE))
    assert dns["fqdn"] == f"{record}.{zone_of_it.removeprefix('privatelink.')}"
    assert [each["properties"]["recordSets"] for each in shown["properties"]["privateDnsZoneConfigs"]] == [
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
    assert written["aRecords"] == [{"ipv4Address": each} for each in dns["ipAddresses"]]
    assert written["ttl"] == 10
    assert written["metadata"] == {
        "creator": f"created by private endpoint pe with resource guid {made['resourceGuid']}"
    }
    assert names_of(cloud) == []
    assert len([each for each in cloud.ids() if "/A/" in each]) == 1


@pytest.fixture
def published(cloud: Cloud) -> Cloud:
    """An endpoint that the owner of an account has approved, with a zone group."""
    cloud.put(ACCOUNT, account())
    for each in (BLOB_ZONE, FILE_ZONE):
        cloud.put(each, zone())
    cloud.put(ENDPOINT, to_account("blob", manual=True))
    cloud.put(GROUP, zone_group(BLOB_ZONE))
    assert addresses_in(cloud, RECORD) is None
    cloud.decide("Approved", cloud.connections(ACCOUNT)[0]["id"])
    assert addresses_in(cloud, RECORD) == cloud.address_of(ENDPOINT)
    return cloud


@holds(private_dns_zone_groups.RECORDS_GO)
def test_a_rejected_connection_takes_the_record_away(published: Cloud) -> None:
    published.decide("Rejected", published.connections(ACCOUNT)[0]["id"])
    assert addresses_in(published, RECORD) is None
    [config] = published.get(GROUP)["properties"]["privateDnsZoneConfigs"]
    assert config["properties"]["recordSets"] == []


@pytest.mark.parametrize("gone", [ENDPOINT, GROUP, ACCOUNT])
@holds(private_dns_zone_groups.RECORDS_GO)
def test_the_record_goes_with(published: Cloud, gone: str) -> None:
    published.delete(gone)
    assert addresses_in(published, RECORD) is None


@holds(private_dns_zone_groups.RECORDS_GO)
def test_the_record_goes_with_its_config(published: Cloud) -> None:
    published.put(GROUP, zone_group(FILE_ZONE))
    assert addresses_in(published, RECORD) is None
    published.put(GROUP, zone_group(FILE_ZONE, BLOB_ZONE))
    assert addresses_in(published, RECORD) == published.address_of(ENDPOINT)


@holds(private_dns_zone_groups.RECORDS_GO)
def test_a_second_endpoint_takes_the_record_over(published: Cloud) -> None:
    """Two endpoints of one account and one zone: the later one wins, and nobody has the name once either is gone."""
    second = f"{ENDPOINT}-2"
    published.put(second, to_account("blob"))
    published.put(GROUP.replace(ENDPOINT, second), zone_group(BLOB_ZONE))
    assert addresses_in(published, RECORD) == published.address_of(second)
    published.delete(ENDPOINT)
    assert addresses_in(published, RECORD) is None


@pytest.mark.usefixtures("data")
@holds(private_dns_zone_groups.RECORDS_GO)
def test_a_record_made_by_hand_is_overwritten(cloud: Cloud) -> None:
    cloud.put(BLOB_ZONE, zone())
    cloud.put(RECORD, a_record("10.9.9.9"))
    cloud.put(ENDPOINT, to_account("blob"))
    cloud.put(GROUP, zone_group(BLOB_ZONE))
    assert addresses_in(cloud, RECORD) == cloud.address_of(ENDPOINT)


@pytest.mark.usefixtures("data")
def test_a_zone_that_is_gone_keeps_nobody_from_approving(cloud: Cloud) -> None:
    cloud.put(BLOB_ZONE, zone())
    cloud.put(ENDPOINT, to_account("blob", manual=True))
    cloud.put(GROUP, zone_group(BLOB_ZONE))
    cloud.delete(BLOB_ZONE)
    cloud.decide("Approved", cloud.connections(ACCOUNT)[0]["id"])
    assert addresses_in(cloud, RECORD) is None


@pytest.mark.usefixtures("published")
def test_resource_groups_go_whole(cloud: Cloud) -> None:
    cloud.delete(OWNER)
    cloud.delete(CONSUMER)
    assert cloud.ids() == []


def test_a_program_connects_and_publishes(cloud: Cloud, engine: Engine) -> None:
    """The resources of a user's own program, whose second run with the same inputs changes nothing."""
    cloud.put(BLOB_ZONE, zone())
    theirs = f"{CONSUMER}/providers/Microsoft.Storage/storageAccounts/data"
    endpoint_name = {"resourceGroupName": "consumer", "privateEndpointName": "pe"}
    connection = {"name": "data", "privateLinkServiceId": theirs, "groupIds": ["blob"]}
    program: dict[str, Json] = {
        "storage:StorageAccount": {
            "resourceGroupName": "consumer",
            "accountName": "data",
            "kind": "StorageV2",
            "sku": {"name": "Standard_LRS"},
            "publicNetworkAccess": "Disabled",
        },
        "network:PrivateEndpoint": {
            **endpoint_name,
            "privateLinkServiceConnections": [connection],
            "subnet": {"id": CLIENTS},
        },
        "network:PrivateDnsZoneGroup": {
            **endpoint_name,
            "privateDnsZoneConfigs": [{"name": "blob", "privateDnsZoneId": BLOB_ZONE}],
        },
    }
    for type, given in program.items():
        inputs, failures = engine.check(type, given)
        assert failures == []
        id, outputs = engine.create(type, inputs)
        again, _ = engine.check(type, given, inputs)
        assert not engine.diff(type, inputs, again, outputs).changed
        assert engine.read(type, id, inputs, outputs)[1:] == (outputs, inputs)
    assert addresses_in(cloud, RECORD) == cloud.address_of(ENDPOINT)
    found = engine.invoke("storage:getStorageAccount", resourceGroupName="consumer", accountName="data")
    [seen] = found["privateEndpointConnections"]
    assert seen["privateLinkServiceConnectionState"] == {
        "status": "Approved",
        "description": "Auto-Approved",
        "actionRequired": "None",
    }
    assert found["primaryEndpoints"]["blob"] == "https://data.blob.core.windows.net/"
