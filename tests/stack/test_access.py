"""`adx-private-link access --live` reads Azure, changes nothing, and recommends commands that help."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from azure_sandbox import portal_changes
from azure_sandbox.azure import ResourceId, Trouble
from azure_sandbox.testing import Stack, environment

from .conftest import Deployed, StackMaker
from .harness import COMMAND
from .natives import ENDPOINT, GROUP, NATIVE, ZONE_GROUP, connect_endpoint, native_stack
from .natives import HOST as NATIVE_HOST
from .natives import NETWORK as NATIVE_NETWORK
from .worlds import RED, RED_NETWORK, one_and_red

HOST = "adxone.westus.kusto.windows.net"
NETWORK = f"{RED}/providers/Microsoft.Network"
ZONE = f"{NETWORK}/privateDnsZones/privatelink.westus.kusto.windows.net"


def run_access(stack: Stack, *arguments: str) -> tuple[int, str]:
    """Run `access`, and return its exit code and its output."""
    completed = subprocess.run(
        [*COMMAND, "access", "--stack", "test", *arguments],
        cwd=stack.directory,
        env=environment(stack.home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in completed.stderr
    return completed.returncode, completed.stdout


def test_changes_in_azure_are_reported_and_an_update_reverts_them(deployed: Deployed) -> None:
    """People delete a record and a link in the portal, and the owner rejects the other connection."""
    stack = deployed(one_and_red())
    azure = stack.home.azure
    [link] = [resource["id"] for resource in stack.world() if resource["type"].endswith("/virtualNetworkLinks")]
    portal_changes.delete_resource(azure, ResourceId.parse(f"{ZONE}/A/adxone"))
    portal_changes.delete_resource(azure, ResourceId.parse(link))
    portal_changes.decide_connection(
        azure, ResourceId.parse(f"{NETWORK}/privateEndpoints/pe-one-ingestion-red"), "Rejected"
    )
    before, world = stack.state(), stack.world()

    code, output = run_access(stack)
    assert code == 0
    assert "These are the outputs of the last update, 20" in output

    code, output = run_access(stack, "--live")
    rows = [line.split() for line in output.splitlines()]
    assert code == 1
    assert ["red", HOST] in [row[:2] for row in rows]
    assert [row[4:] for row in rows if row[:2] == ["red", HOST]] == [["Approved", "deleted"]]
    assert [row[4:] for row in rows if row[:2] == ["red", f"ingest-{HOST}"]] == [["Rejected", "as", "deployed"]]
    assert "Deleted in Azure: virtual network link" in output
    assert "`pulumi up --refresh`" in output
    assert (stack.state(), stack.world()) == (before, world)

    update = stack.up("--refresh")
    assert "pulumi up --replace '**PrivateEndpoint::one.red.ingestion'" in update.output
    assert stack.resolve(RED_NETWORK, HOST)[1].startswith("10.3.0.")


ZONES = f"{GROUP}/providers/Microsoft.Network/privateDnsZones"


@pytest.fixture
def native(new_stack: StackMaker) -> Stack:
    """A deployed stack of a native cluster."""
    stack = new_stack()
    stack.configure(**native_stack())
    assert stack.up().succeeded
    return stack


def records_now(stack: Stack) -> tuple[int, dict[str, str], dict[str, Any]]:
    """Return the exit code of `access --live`, the state of each host's record, and everything that it says."""
    code, output = run_access(stack, "--live", "--format", "json")
    access = json.loads(output)
    return code, {host["host"]: host["record"] for host in access["hosts"]}, access


def test_storage_accounts_that_a_cluster_gets_later_are_published_without_an_update(native: Stack) -> None:
    """Azure adds storage accounts under load, and the zone group writes their names; nothing is wrong then."""
    _, before, _ = records_now(native)
    portal_changes.scale_out(native.home.azure, ResourceId.parse(NATIVE))
    state, world = native.state(), native.world()
    code, after, access = records_now(native)
    assert code == 0
    assert {*before.values()} == {"as-deployed"}
    assert len(before) == 8
    assert {host: after.pop(host) for host in before} == before
    assert [*after.values()] == ["added"] * 3
    assert {host["role"] for host in access["hosts"] if host["record"] == "added"} == {"storage"}
    assert "new, written by the zone group" in run_access(native, "--live")[1]
    assert (native.state(), native.world()) == (state, world)


def test_records_that_a_zone_group_has_lost_come_back_with_the_recommended_command(native: Stack) -> None:
    """A second endpoint overwrites one record (azure-docs#58044), and somebody deletes the other."""
    azure = native.home.azure
    azure.delete(ResourceId.parse(f"{ZONES}/privatelink.westus.kusto.windows.net/A/newadx"))
    [blob, *_] = [host for host in records_now(native)[1] if ".blob." in host]
    record = ResourceId.parse(f"{ZONES}/privatelink.blob.core.windows.net/A/{blob.partition('.')[0]}")
    portal_changes.edit_record(azure, record, ["10.9.9.9"])
    code, records, _ = records_now(native)
    assert code == 1
    assert {host: state for host, state in records.items() if state != "as-deployed"} == {
        NATIVE_HOST: "deleted",
        blob: "other-addresses",
    }
    output = run_access(native, "--live")[1]
    assert "has 10.9.9.9" in output
    assert "`pulumi up --refresh`" not in output, "the state has no record to restore"
    name = "**PrivateDnsZoneGroup::new.analytics.cluster.zone-group"
    assert f"`pulumi up --replace '{name}'`" in output
    assert native.up("--replace", name).succeeded
    assert records_now(native)[0] == 0
    assert native.resolve(NATIVE_NETWORK, NATIVE_HOST)[1].startswith("10.3.0.")


def test_a_deleted_zone_group_is_restored_by_an_update(native: Stack) -> None:
    """All names of the cluster go with it."""
    native.home.azure.delete(ResourceId.parse(ZONE_GROUP))
    code, records, access = records_now(native)
    assert (code, {*records.values()}) == (1, {"deleted"})
    assert access["missing"] == [{"kind": "zone-group", "id": ZONE_GROUP}]
    output = run_access(native, "--live")[1]
    assert f"Deleted in Azure: zone group {ZONE_GROUP}" in output
    assert "`pulumi up --refresh` restores" in output
    assert "--replace" not in output
    assert native.up("--refresh").succeeded
    assert records_now(native)[0] == 0


def test_connections_of_others_to_a_native_cluster_are_listed(native: Stack) -> None:
    """The cluster's owner sees who else is connected, and whose request waits."""
    theirs = connect_endpoint(native.home.azure)
    code, _, access = records_now(native)
    assert code == 0
    assert access["other_connections"] == [{"target": NATIVE, "endpoint": theirs, "connection": "Pending"}]
    output = run_access(native, "--live")[1]
    rows = [line.split() for line in output.splitlines()]
    assert ["newadx", theirs, "Pending"] in rows
    assert ENDPOINT not in output


def test_without_the_right_to_read_zones_and_clusters_the_zone_group_answers(native: Stack) -> None:
    """The hub's zones belong to another team: to join them is a right, and to read their records is another one."""
    native.home.azure.add_trouble(Trouble(kind="refused", on="GET */privateDnsZones/*/A/*", times=None))
    code, records, _ = records_now(native)
    assert (code, {*records.values()}) == (0, {"as-deployed"})
    assert [count > 0 for _, count in native.home.azure.troubles()] == [True]
