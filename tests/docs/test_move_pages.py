"""The guide to the move of a cluster, followed from its first line to its last."""

from __future__ import annotations

from pathlib import Path

from .pages import page
from .test_commands import create_stack, follow

GUIDE = "docs/how-to/move-a-cluster.md"
NETWORK = (
    "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/analytics/providers/Microsoft.Network/"
    "virtualNetworks/analytics-vnet"
)


def test_the_guide_moves_a_cluster_there_and_back(tmp_path: Path) -> None:
    """An operator follows it line by line, with a cluster that serves clients."""
    stack = create_stack(tmp_path)
    through: list[str] = []
    for block in page(GUIDE).blocks:
        if block.language == "yaml" and "targets: cluster" in block.text:
            break  # the cluster has returned; `targets: cluster` is for one that has not
        follow(block, stack.directory, stack.home, stack="prod")
        if block.language == "yaml":
            file = stack.directory / "Pulumi.prod.yaml"
            file.write_text(file.read_text().replace("ttl: 10", "ttl: 1"))
        else:
            reached = stack.reach(NETWORK, "myadx.westus.kusto.windows.net")
            assert reached.outcome == "connected"
            through.append(reached.through.rpartition("/")[2])
    service, itself = "pe-myadx-engine-analytics", "pe-myadx-cluster-analytics"
    assert through == [service, itself, itself, itself, service]
