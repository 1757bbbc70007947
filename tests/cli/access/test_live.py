"""The access as Azure has it now, compared with the outputs."""

from __future__ import annotations

from typing import Any

import pytest

from adx_private_link.cli.access.comparison import LiveAccess, MissingObject, compare_access
from adx_private_link.cli.access.remedies import find_remedies
from adx_private_link.cli.commands.access import format_connection, format_record
from adx_private_link.cli.pulumi.state import Resource
from adx_private_link.outputs import ClustersOutput

from ..outputs import ACCOUNTS, ENGINE, ZONE, ZONES, native_endpoint

CONSUMER = "urn:pulumi:s::p::adxPrivateLink:index:AdxPrivateLink$adxPrivateLink:index:ConsumerEndpoints"
PREFIX = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/g/providers/Microsoft.Network"
ENDPOINT = f"{PREFIX}/privateEndpoints/pe"


def resource(kind: str, name: str, id: str, outputs: dict[str, Any], **inputs: Any) -> Resource:
    return Resource(
        urn=f"{CONSUMER}${kind}::{name}",
        type=kind,
        id=id,
        parent=f"{CONSUMER}::consumer",
        inputs=inputs,
        outputs=outputs,
    )


def private_endpoint(state: str = "Approved", interface: str = "nic.1", kind: str = "manual") -> Resource:
    connections = {"manual": "manualPrivateLinkServiceConnections", "by id": "privateLinkServiceConnections"}
    outputs = {
        connections[kind]: [{"privateLinkServiceConnectionState": {"status": state}}],
        "networkInterfaces": [{"id": interface}],
    }
    return resource("azure-native:network:PrivateEndpoint", "pe", ENDPOINT, outputs)


def record(address: str = "10.0.0.4") -> Resource:
    outputs = {"aRecords": [{"ipv4Address": address}]}
    zone = f"{PREFIX}/privateDnsZones/{ZONE}"
    kind = "azure-native:privatedns:PrivateRecordSet"
    return resource(kind, "record", f"{zone}/A/myadx", outputs, relativeRecordSetName="myadx")


def link() -> Resource:
    return resource("azure-native:privatedns:VirtualNetworkLink", "link", f"{PREFIX}/link", {})


STATE = [private_endpoint(), record(), link()]


def compare(
    refreshed: list[Resource], deployed: list[Resource] = STATE, connection_state: str = "Approved"
) -> LiveAccess:
    """Compare the outputs of one host, which is published unless its connection was pending, with its resources."""
    hosts = {} if connection_state == "Pending" else {ENGINE: ["10.0.0.4"]}
    output = {"id": ENDPOINT.upper(), "connection_state": connection_state, "hosts": hosts}
    outputs = {"myadx": {"zone": ZONE, "services": {}, "endpoints": {"analytics": {"engine": output}}}}
    return compare_access(ClustersOutput.model_validate(outputs).root, deployed, refreshed)


def test_resources_that_are_as_deployed_are_well() -> None:
    access = compare([private_endpoint(), record(), link()])
    rows = [(host.host, host.connection, host.record) for host in access.hosts]
    assert rows == [(ENGINE, "Approved", "as-deployed")]
    assert access.is_well


def test_a_record_of_another_stack_or_server_is_not_compared() -> None:
    """With `dns: elsewhere`, the state has no record."""
    access = compare([private_endpoint()], deployed=[private_endpoint()])
    assert [host.record for host in access.hosts] == ["not-of-this-stack"]
    assert access.is_well


@pytest.mark.parametrize(
    ("refreshed", "connection", "record_text"),
    [
        ([private_endpoint("Rejected"), record(), link()], "Rejected", "as deployed"),
        ([private_endpoint("Disconnected", kind="by id"), record(), link()], "Disconnected", "as deployed"),
        ([record(), link()], "deleted", "as deployed"),
        ([private_endpoint(), link()], "Approved", "deleted"),
        ([private_endpoint(), record("10.9.9.9"), link()], "Approved", "has 10.9.9.9"),
        # Deleted in the portal and created again with the same name: the address may be another one.
        ([private_endpoint(interface="nic.2"), record(), link()], "Approved, of another endpoint", "as deployed"),
    ],
)
def test_changes_since_the_update_are_shown(refreshed: list[Resource], connection: str, record_text: str) -> None:
    access = compare(refreshed)
    [host] = access.hosts
    assert (format_connection(host).plain, format_record(host).plain) == (connection, record_text)
    assert not access.is_well


def test_a_deleted_link_is_missing() -> None:
    """Its network loses the private names."""
    access = compare([private_endpoint(), record()])
    assert access.missing == [MissingObject(kind="link", id=f"{PREFIX}/link")]
    assert not access.is_well


def test_an_approval_that_is_not_published_yet_is_not_well() -> None:
    assert not compare([private_endpoint(), record(), link()], connection_state="Pending").is_well


@pytest.mark.parametrize(
    ("refreshed", "connection_state", "remedies"),
    [
        pytest.param([private_endpoint(), record(), link()], "Approved", [], id="nothing has changed"),
        pytest.param([private_endpoint(), link()], "Approved", ["restores what was deleted"], id="a deleted record"),
        pytest.param([private_endpoint(), record()], "Approved", ["restores what was deleted"], id="a deleted link"),
        pytest.param([record(), link()], "Approved", ["restores what was deleted"], id="a deleted endpoint"),
        pytest.param(
            [private_endpoint("Rejected"), record(), link()], "Approved", ["replaces the endpoint"], id="a rejection"
        ),
        pytest.param(
            [private_endpoint("Disconnected"), link()],
            "Approved",
            ["restores what was deleted", "replaces the endpoint"],
            id="a removed connection and a deleted record",
        ),
        pytest.param(
            [private_endpoint("Pending"), link()], "Pending", ["waits for the approval"], id="no approval yet"
        ),
        pytest.param([private_endpoint(), link()], "Pending", ["publishes an endpoint"], id="an approval since then"),
    ],
)
def test_each_kind_of_fault_has_its_remedy(
    refreshed: list[Resource], connection_state: str, remedies: list[str]
) -> None:
    """An operator at night must not refresh a second time where only a replacement helps."""
    access = compare(refreshed, connection_state=connection_state)
    sentences = [*find_remedies(access)]
    assert len(sentences) == len(remedies)
    assert all(remedy in sentence for remedy, sentence in zip(remedies, sentences, strict=True))


# Native clusters

CLUSTER = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx/providers/Microsoft.Kusto/clusters/c"
BLOB = f"{ACCOUNTS[0]}.blob.core.windows.net"
NEW_BLOB = "x8ekstrldmyadx02.blob.core.windows.net"


def native_private_endpoint(state: str = "Approved") -> Resource:
    outputs = {
        "manualPrivateLinkServiceConnections": [
            {"privateLinkServiceId": CLUSTER, "privateLinkServiceConnectionState": {"status": state}}
        ],
        "networkInterfaces": [{"id": "nic"}],
    }
    return resource("azure-native:network:PrivateEndpoint", "pe", ENDPOINT, outputs)


def zone_group(**blob_records: str) -> Resource:
    """A zone group over the four zones; records of the blob zone by their names."""
    configs = [
        {
            "name": zone,
            "privateDnsZoneId": f"{PREFIX}/privateDnsZones/{zone}",
            "recordSets": [
                {"recordSetName": name, "ipAddresses": [address]}
                for name, address in blob_records.items()
                if ".blob." in zone
            ],
        }
        for zone in sorted({zone for _, zone in ZONES.values()})
    ]
    id = f"{ENDPOINT}/privateDnsZoneGroups/default"
    outputs = {"privateDnsZoneConfigs": configs}
    return resource("azure-native:network:PrivateDnsZoneGroup", "new.analytics.cluster.zone-group", id, outputs)


def interface(**addresses: str) -> Resource:
    """The network interface: addresses by host name."""
    configurations = [
        {"privateIPAddress": address, "privateLinkConnectionProperties": {"fqdns": [host]}}
        for host, address in addresses.items()
    ]
    return resource("azure-native:network:NetworkInterface", "nic", "nic", {"ipConfigurations": configurations})


def compare_native(
    resources: list[Resource], others: dict[str, Resource | None], hosts: tuple[str, ...] = (BLOB,), **changes: Any
) -> LiveAccess:
    """Compare some hosts of a native cluster with resources that are unchanged since the update."""
    output = native_endpoint()
    output |= {"id": ENDPOINT, "zone_group": f"{ENDPOINT}/privateDnsZoneGroups/default", **changes}
    for part in ("hosts", "names"):
        output[part] = {host: output[part][host] for host in hosts}
    outputs = {"new": {"zone": ZONE, "services": {}, "endpoints": {"analytics": {"cluster": output}}}}
    return compare_access(ClustersOutput.model_validate(outputs).root, resources, resources, others)


BLOB_RECORD = f"{PREFIX}/privateDnsZones/privatelink.blob.core.windows.net/A/{ACCOUNTS[0]}".lower()


@pytest.mark.parametrize(
    ("others", "said", "record_state"),
    [
        pytest.param({BLOB_RECORD: record("10.3.0.6")}, {}, "as-deployed", id="the zone has it"),
        pytest.param({BLOB_RECORD: record("10.9.9.9")}, {ACCOUNTS[0]: "10.3.0.6"}, "other-addresses", id="overwritten"),
        pytest.param({BLOB_RECORD: None}, {ACCOUNTS[0]: "10.3.0.6"}, "deleted", id="the zone counts, not the group"),
        pytest.param({}, {ACCOUNTS[0]: "10.3.0.6"}, "as-deployed", id="unreadable, and the group has it"),
        pytest.param({}, {}, "deleted", id="unreadable, and the group does not have it"),
    ],
)
def test_the_record_of_a_zone_group_is_what_the_zone_has(
    others: dict[str, Resource | None], said: dict[str, str], record_state: str
) -> None:
    """A group still says that it wrote a record when another endpoint's group has overwritten it."""
    access = compare_native([native_private_endpoint(), zone_group(**said)], others)
    assert [host.record for host in access.hosts] == [record_state]
    assert access.is_well == (record_state == "as-deployed")
    remedies = [*find_remedies(access)]
    assert access.is_well or "**PrivateDnsZoneGroup::new.analytics.cluster.zone-group" in remedies[0]


@pytest.mark.parametrize(
    ("said", "record_state"), [({"x8ekstrldmyadx02": "10.3.0.12"}, "added"), ({}, "not-published")]
)
def test_the_name_of_a_new_storage_account_has_to_be_in_the_zone_group(said: dict[str, str], record_state: str) -> None:
    """The interface has its address at once; clients find it by the record only."""
    group = zone_group(**{ACCOUNTS[0]: "10.3.0.6", **said})
    others: dict[str, Resource | None] = {"nic": interface(**{BLOB: "10.3.0.6", NEW_BLOB: "10.3.0.12"})}
    access = compare_native([native_private_endpoint(), group], others)
    [new] = [host for host in access.hosts if host.host == NEW_BLOB]
    assert (new.record, new.role, new.addresses) == (record_state, "storage", ["10.3.0.12"])
    assert access.is_well == (record_state == "added")


def test_names_that_others_manage_are_not_compared() -> None:
    """`dns: elsewhere`: the names are in a policy's zone group, or on another server."""
    access = compare_native([native_private_endpoint()], {}, zone_group=None)
    assert [host.record for host in access.hosts] == ["not-of-this-stack"]
    assert access.is_well


def test_a_migrated_cluster_has_record_sets_and_a_zone_group() -> None:
    """Its own names stayed record sets of the stack; those of its storage accounts are in the group."""
    resources = [native_private_endpoint(), zone_group(), record("10.3.0.4")]
    access = compare_native(resources, {BLOB_RECORD: None}, hosts=(ENGINE, BLOB))
    assert {host.host: host.record for host in access.hosts} == {ENGINE: "as-deployed", BLOB: "deleted"}


def test_a_rejected_connection_has_one_remedy() -> None:
    """Azure clears the records of a rejected connection; to write the zone group again restores nothing."""
    access = compare_native([native_private_endpoint("Rejected"), zone_group()], {BLOB_RECORD: None})
    [remedy] = find_remedies(access)
    assert "replaces the endpoint" in remedy
