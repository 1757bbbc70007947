"""The whole chain: hosts without faults, and endpoints that publish nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ..dns.servers import Server
from ..outputs import INGESTION, clusters, endpoint, run
from .faults import ADDRESS, NO_FAULTS, find_faults, kinds


def test_a_healthy_cluster_has_no_faults(network: Server, healthy_port: int, tmp_path: Path) -> None:
    faults = find_faults(tmp_path, network, healthy_port)
    assert (kinds(faults), kinds(faults, INGESTION)) == (NO_FAULTS, NO_FAULTS)


@pytest.mark.parametrize(
    ("state", "kind", "remedy"),
    [
        ("Pending", "not-approved", "Ask the cluster's owner to approve it"),
        ("Rejected", "not-approved", "replace the endpoint"),
        # The owner approved it in the middle of the last `pulumi up`.
        ("Approved", "not-published", "it publishes the names"),
    ],
)
def test_an_endpoint_that_publishes_nothing(
    network: Server, healthy_port: int, tmp_path: Path, state: str, kind: str, remedy: str
) -> None:
    outputs = clusters(engine=ADDRESS)
    outputs["myadx"]["endpoints"]["analytics"]["ingestion"] = endpoint({}, state)
    faults = find_faults(tmp_path, network, healthy_port, outputs=outputs)
    assert (kinds(faults), faults[None]["connection"]["kind"]) == (NO_FAULTS, kind)
    assert remedy in faults[None]["connection"]["remedy"]


@pytest.mark.parametrize(
    ("endpoints", "target", "role"),
    [
        ({"ingestion": endpoint({}, "Pending")}, "ingestion", "ingestion"),
        # One endpoint for all roles.
        ({"cluster": endpoint({}, "Pending")}, "cluster", None),
    ],
)
def test_machines_read_whose_endpoint_publishes_nothing(
    tmp_path: Path, endpoints: dict[str, Any], target: str, role: str | None
) -> None:
    outputs = clusters()
    outputs["myadx"]["endpoints"]["analytics"] = endpoints
    result = run(tmp_path, outputs, "verify", "--format", "json")
    [host] = json.loads(result.stdout)["hosts"]
    assert (host["target"], host["role"], host["host"]) == (target, role, None)
    assert f"myadx ({target})" in run(tmp_path, outputs, "verify").stdout
