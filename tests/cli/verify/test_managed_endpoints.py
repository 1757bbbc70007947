"""Managed private endpoints in `verify`: clients reach the cluster, and the cluster may not reach its data."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from tests.samples.building import cluster_id
from tests.samples.managed import LAKE

from ..dns.servers import Server
from ..outputs import run
from .faults import OUTPUTS

CLUSTER = cluster_id("myadx")


def outputs_with(state: str) -> dict[str, Any]:
    """Outputs of a cluster that reads from a storage account."""
    outputs: dict[str, Any] = copy.deepcopy(OUTPUTS)
    outputs["myadx"]["managed_endpoints"] = {
        "lake": {
            "id": f"{CLUSTER}/ManagedPrivateEndpoints/mpe-myadx-lake",
            "target": LAKE,
            "group": "blob",
            "connection_state": state,
        }
    }
    return outputs


def verify(network: Server, port: int, directory: Path, state: str, *arguments: str) -> Any:
    common = ("verify", "--nameserver", network.address, "--port", str(port))
    return run(directory, outputs_with(state), *common, *arguments)


@pytest.mark.parametrize(
    ("state", "remedy"),
    [
        ("Pending", "Ask the owner of lake to approve it"),
        ("Rejected", "Azure cannot restore it. Ask the owner of lake, then replace the managed private endpoint"),
        ("Disconnected", "Azure cannot restore it."),
    ],
)
def test_a_connection_that_is_not_approved_is_a_fault(
    network: Server, healthy_port: int, tmp_path: Path, state: str, remedy: str
) -> None:
    """Azure shows the managed private endpoint itself as Succeeded (hashicorp/terraform-provider-azurerm#22082)."""
    result = verify(network, healthy_port, tmp_path, state)
    assert result.exit_code == 1
    assert f"myadx to lake: the connection is {state}, as of the last `pulumi up`" in result.stdout
    assert remedy in result.stdout


@pytest.mark.parametrize("state", ["Approved", "Unknown"])
def test_an_approved_one_and_an_invisible_one_are_shown(
    network: Server, healthy_port: int, tmp_path: Path, state: str
) -> None:
    result = verify(network, healthy_port, tmp_path, state)
    assert result.exit_code == 0
    assert ["myadx", "to", "lake", state, "-", "-", "-", "-"] in [line.split() for line in result.stdout.splitlines()]


def test_machines_get_its_role_and_no_tests_of_names(network: Server, healthy_port: int, tmp_path: Path) -> None:
    junit = tmp_path / "access.xml"
    result = verify(network, healthy_port, tmp_path, "Pending", "--format", "json", "--junit", str(junit))
    [managed] = [host for host in json.loads(result.stdout)["hosts"] if host["role"] == "managed-endpoint"]
    assert (managed["cluster"], managed["target"], managed["host"]) == ("myadx", "lake", None)
    assert managed["checks"][0]["fault"]["kind"] == "not-approved"
    assert 'tests="11" failures="1" skipped="0"' in junit.read_text()
