"""The guide to a lock-down, followed from its first line to its last."""

from __future__ import annotations

from pathlib import Path

from ..stack.natives import HOST, NETWORK
from ..stack.proofs import verify_from
from .pages import page
from .test_commands import create_stack, follow

GUIDE = "docs/how-to/lock-down.md"
OUTSIDE = (
    "/subscriptions/33333333-3333-3333-3333-333333333333/resourceGroups/others/providers/Microsoft.Network/"
    "virtualNetworks/others-vnet"
)


def test_the_guide_closes_a_cluster_and_opens_it_again(tmp_path: Path) -> None:
    """An operator follows it line by line; clients in the consumer's network notice nothing."""
    stack = create_stack(tmp_path)
    outside: list[str] = []
    for block in page(GUIDE).blocks:
        printed = follow(block, stack.directory, stack.home, stack="prod")
        if "verify --consumer" in block.text:
            verify_from(stack, "analytics", stack.directory / "analytics.json", NETWORK)
        if "pulumi preview" in block.text:
            assert "warning" not in printed
        if block.language == "sh":
            assert stack.reach(NETWORK, HOST).outcome == "connected"
            outside.append(stack.reach(OUTSIDE, HOST).outcome)
    assert outside == ["connected", "connected", "refused", "refused", "connected"]
