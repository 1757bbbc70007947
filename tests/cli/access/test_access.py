"""`adx-private-link access`: what it shows is true of the time that it names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from adx_private_link.cli.access.live import LiveAccess, MissingObject, compare
from adx_private_link.cli.commands.access import connection_in_words, record_in_words
from adx_private_link.cli.pulumi.state import Resource
from adx_private_link.outputs import ClustersOutput

from ..outputs import ENGINE, INGESTION, ZONE, clusters, endpoint, run

GREEN = "\x1b[32m"
RED = "\x1b[31m"
SIDE = "urn:pulumi:s::p::adxPrivateLink:index:AdxPrivateLink$adxPrivateLink:index:ConsumerEndpoints"
PREFIX = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/g/providers/Microsoft.Network"
ENDPOINT = f"{PREFIX}/privateEndpoints/pe"


def test_a_state_that_nobody_looked_at_is_not_green(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its connection may have been rejected, or its record deleted, since."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    waiting = {"engine": endpoint({}, "Pending")}
    told = run(tmp_path, clusters(other=waiting), "access").output
    assert "Approved" in told
    assert GREEN not in told
    assert f"{RED}Pending" in told
    assert "These are the outputs of a file. `adx-private-link access --live` asks Azure." in told


def test_a_file_cannot_be_looked_at_live(tmp_path: Path) -> None:
    done = run(tmp_path, clusters(), "access", "--live")
    assert done.exit_code == 2
    assert "leave FILE out" in done.output


def test_what_an_update_left_out_is_not_shown(tmp_path: Path) -> None:
    """`pulumi up --target` stores unknown values for what it does not create; the rest of the stack is as before."""
    unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    left_out = {"id": unknown, "connection_state": unknown, "hosts": {ENGINE: unknown}}
    waiting = {**endpoint({}), "connection_state": unknown, "hosts": {ENGINE: unknown}}
    done = run(tmp_path, clusters(new={"engine": left_out}, changed={"engine": waiting}), "access")
    assert done.exit_code == 0, done.output
    assert unknown not in done.output
    shown = [line.split() for line in done.output.splitlines()]
    assert ["changed", "(engine)", "-", "Unknown"] in shown
    assert not [line for line in shown if line[:1] == ["new"]]


def test_machines_read_the_same(tmp_path: Path) -> None:
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
        urn=f"{SIDE}${kind}::{name}", type=kind, id=id, parent=f"{SIDE}::side", inputs=inputs, outputs=outputs
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


def looked(now: list[Resource], before: list[Resource] = STATE, state: str = "Approved") -> LiveAccess:
    """One published host, as Azure has it now."""
    output = {"id": ENDPOINT.upper(), "connection_state": state, "hosts": {ENGINE: ["10.0.0.4"]}}
    given = {"myadx": {"zone": ZONE, "services": {}, "endpoints": {"analytics": {"engine": output}}}}
    return compare(ClustersOutput.model_validate(given).root, before, now)


def test_what_is_as_it_was_deployed_is_well() -> None:
    found = looked([private_endpoint(), record(), link()])
    assert [(each.host, each.connection, each.record) for each in found.hosts] == [(ENGINE, "Approved", "as-deployed")]
    assert found.is_well


def test_a_record_that_another_stack_or_server_keeps_is_not_looked_at() -> None:
    """`dns: elsewhere`: nothing of it is in the state."""
    found = looked([private_endpoint()], before=[private_endpoint()])
    assert [each.record for each in found.hosts] == ["not-of-this-stack"]
    assert found.is_well


@pytest.mark.parametrize(
    ("now", "connection", "its_record"),
    [
        ([private_endpoint("Rejected"), record(), link()], "Rejected", "as deployed"),
        ([private_endpoint("Disconnected", kind="by id"), record(), link()], "Disconnected", "as deployed"),
        ([record(), link()], "deleted", "as deployed"),
        ([private_endpoint(), link()], "Approved", "deleted"),
        ([private_endpoint(), record("10.9.9.9"), link()], "Approved", "has 10.9.9.9"),
        # Deleted in the portal and created again under its name: its address is another one.
        ([private_endpoint(interface="nic.2"), record(), link()], "Approved, of another endpoint", "as deployed"),
    ],
)
def test_what_has_changed_since_is_shown(now: list[Resource], connection: str, its_record: str) -> None:
    found = looked(now)
    [host] = found.hosts
    assert (connection_in_words(host).plain, record_in_words(host).plain) == (connection, its_record)
    assert not found.is_well


def test_a_link_that_is_gone_takes_the_private_names_from_its_network() -> None:
    found = looked([private_endpoint(), record()])
    assert found.missing == [MissingObject(kind="link", id=f"{PREFIX}/link")]
    assert not found.is_well


def test_an_approval_that_is_not_published_yet_is_not_as_the_outputs_say() -> None:
    assert not looked([private_endpoint(), record(), link()], state="Pending").is_well
