"""The access as Azure has it now, compared with the outputs."""

from __future__ import annotations

from typing import Any

import pytest

from adx_private_link.cli.access.live import LiveAccess, MissingObject, compare_access
from adx_private_link.cli.access.remedies import find_remedies
from adx_private_link.cli.commands.access import format_connection, format_record
from adx_private_link.cli.pulumi.state import Resource
from adx_private_link.outputs import ClustersOutput

from ..outputs import ENGINE, ZONE

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
