"""`adx-private-link access --live` reads Azure, changes nothing, and recommends commands that help."""

from __future__ import annotations

import subprocess

from azure_sandbox import portal_changes
from azure_sandbox.azure import ResourceId
from azure_sandbox.testing import Stack, environment

from .conftest import Deployed
from .harness import COMMAND
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
    assert [row[3:] for row in rows if row[:2] == ["red", HOST]] == [["Approved", "deleted"]]
    assert [row[3:] for row in rows if row[:2] == ["red", f"ingest-{HOST}"]] == [["Rejected", "as", "deployed"]]
    assert "Deleted in Azure: virtual network link" in output
    assert "`pulumi up --refresh`" in output
    assert (stack.state(), stack.world()) == (before, world)

    update = stack.up("--refresh")
    assert "pulumi up --replace '**PrivateEndpoint::one.red.ingestion'" in update.output
    assert stack.resolve(RED_NETWORK, HOST)[1].startswith("10.3.0.")
