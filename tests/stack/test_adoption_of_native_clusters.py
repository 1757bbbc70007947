"""`adx-private-link adopt` imports private endpoints of native clusters, and zone groups, as people created them."""

from __future__ import annotations

from collections.abc import Iterator

from azure_sandbox.testing import Stack

from .adopting import (
    BOTH_KINDS,
    CLUSTER,
    NATIVE,
    NETWORK,
    adopt,
    assert_nothing_is_left_to_do,
)
from .conftest import StackMaker

_REPORTS = (
    "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/reports/providers/Microsoft.Network"
    "/virtualNetworks/reports-vnet"
)


def _answers(stack: Stack) -> Iterator[tuple[str, list[str]]]:
    for network in (NETWORK, _REPORTS):
        for host in ("newadx", "ingest-newadx", "myadx"):
            yield f"{network}: {host}", stack.resolve(network, f"{host}.westus.kusto.windows.net")


def test_both_kinds_in_one_stack(new_stack: StackMaker) -> None:
    """The portal, Terraform and a policy name endpoints, zone groups and their configs in another way."""
    stack = new_stack(BOTH_KINDS)
    before, answers = stack.world(), dict(_answers(stack))
    printed = adopt(stack, CLUSTER, NATIVE)
    assert "After the import, `pulumi preview` shows no changes." in " ".join(printed.split())
    assert_nothing_is_left_to_do(stack)
    assert stack.world() == before
    assert dict(_answers(stack)) == answers
    assert "Nothing to adopt" in adopt(stack, CLUSTER, NATIVE)
