"""`adx-private-link access`: the access as deployed, and the access as Azure has it now."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from adx_private_link.cli.access.live import LiveAccess, MissingObject, compare_access
from adx_private_link.cli.commands.access import format_connection, format_record
from adx_private_link.cli.pulumi.state import Resource
from adx_private_link.outputs import ClustersOutput

from ..outputs import ENGINE, INGESTION, ZONE, clusters, endpoint, run

GREEN = "\x1b[32m"
RED = "\x1b[31m"
CONSUMER = "urn:pulumi:s::p::adxPrivateLink:index:AdxPrivateLink$adxPrivateLink:index:ConsumerEndpoints"
PREFIX = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/g/providers/Microsoft.Network"
ENDPOINT = f"{PREFIX}/privateEndpoints/pe"


def test_a_state_that_was_not_checked_is_not_green(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection may have been rejected since then, or the record deleted."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    waiting = {"engine": endpoint({}, "Pending")}
    output = run(tmp_path, clusters(other=waiting), "access").output
    assert "Approved" in output
    assert GREEN not in output
    assert f"{RED}Pending" in output
    assert "These are the outputs of a file. To ask Azure, run `adx-private-link access --live`." in output


def test_live_and_a_file_are_rejected_together(tmp_path: Path) -> None:
    result = run(tmp_path, clusters(), "access", "--live")
    assert result.exit_code == 2
    assert "leave FILE out" in result.output


def test_resources_that_an_update_left_out_are_not_shown(tmp_path: Path) -> None:
    """`pulumi up --target` stores unknown values for resources that it does not create."""
    unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    left_out = {"id": unknown, "connection_state": unknown, "hosts": {ENGINE: unknown}}
    waiting = {**endpoint({}), "connection_state": unknown, "hosts": {ENGINE: unknown}}
    result = run(tmp_path, clusters(new={"engine": left_out}, changed={"engine": waiting}), "access")
    assert result.exit_code == 0, result.output
    assert unknown not in result.output
    lines = [line.split() for line in result.output.splitlines()]
    assert ["changed", "(engine)", "-", "Unknown"] in lines
    assert not [line for line in lines if line[:1] == ["new"]]


def test_json_has_the_same_access(tmp_path: Path) -> None:
    waiting = {"engine": endpoint({}, "Pending")}
    access = json.loads(run(tmp_path, clusters(other=waiting), "access", "--format", "json").stdout)
    assert access["updated"] is None
    rows = [(host["consumer"], host["target"], host["host"], host["connection"]) for host in access["hosts"]]
    assert rows == [
        ("analytics", "ingestion", INGESTION, "Approved"),
        ("analytics", "engine", ENGINE, "Approved"),
        ("other", "engine", None, "Pending"),
    ]


# Live


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
    """Compare the outputs of one published host with its resources."""
    output = {"id": ENDPOINT.upper(), "connection_state": connection_state, "hosts": {ENGINE: ["10.0.0.4"]}}
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
