"""The whole chain: hosts without faults, and endpoints that publish nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..dns.servers import Server
from ..outputs import INGESTION, clusters, endpoint
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
