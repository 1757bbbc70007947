"""What every program in another language has to do."""

from __future__ import annotations

from azure_sandbox.testing import Stack
from tests.stack.harness import expect_success

_CLIENTS = (
    "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/analytics/providers/Microsoft.Network"
    "/virtualNetworks/analytics-vnet"
)


def check_example(stack: Stack, clusters: set[str]) -> None:
    """Deploy a program twice, look the clusters up from the clients' network, and destroy everything."""
    before = stack.world()
    created = expect_success(stack.up()).operations
    assert created
    assert all(operation.startswith("create ") for operation in created), created
    assert expect_success(stack.up("--refresh")).operations == []

    assert stack.outputs()["clusters"].keys() == clusters
    for cluster in clusters:
        *_, address = stack.resolve(_CLIENTS, f"{cluster}.westus.kusto.windows.net")
        assert address.startswith("10.3.0.")

    expect_success(stack.destroy())
    assert stack.world() == before
