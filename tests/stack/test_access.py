"""`adx-private-link access --live`: Azure is asked, nothing is changed, and what it recommends helps."""

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


def access(stack: Stack, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [*COMMAND, "access", "--stack", "test", *arguments],
        cwd=stack.directory,
        env=environment(stack.home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout


def test_what_has_changed_in_azure_since_is_found_and_comes_back(deployed: Deployed) -> None:
    """Somebody deletes a record and a link, and the owner rejects the other connection."""
    stack = deployed(one_and_red())
    azure = stack.home.azure
    [link] = [each["id"] for each in stack.world() if each["type"].endswith("/virtualNetworkLinks")]
    portal_changes.delete_resource(azure, ResourceId.parse(f"{ZONE}/A/adxone"))
    portal_changes.delete_resource(azure, ResourceId.parse(link))
    portal_changes.decide_connection(
        azure, ResourceId.parse(f"{NETWORK}/privateEndpoints/pe-one-ingestion-red"), "Rejected"
    )
    before, world = stack.state(), stack.world()

    code, told = access(stack)
    assert code == 0
    assert "These are the outputs of the last update, 20" in told

    code, told = access(stack, "--live")
    rows = [line.split() for line in told.splitlines()]
    assert code == 1
    assert ["red", HOST] in [each[:2] for each in rows]
    assert [each[3:] for each in rows if each[:2] == ["red", HOST]] == [["Approved", "deleted"]]
    assert [each[3:] for each in rows if each[:2] == ["red", f"ingest-{HOST}"]] == [["Rejected", "as", "deployed"]]
    assert "Deleted in Azure: virtual network link" in told
    assert "`pulumi up --refresh`" in told
    assert (stack.state(), stack.world()) == (before, world)

    done = stack.up("--refresh")
    assert "pulumi up --replace '**PrivateEndpoint::one.red.ingestion'" in done.output
    assert stack.resolve(RED_NETWORK, HOST)[1].startswith("10.3.0.")
