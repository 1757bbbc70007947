"""The program's own test: on the real engine, with the sandbox as its Azure."""

from pathlib import Path

from azure_sandbox.testing import Sandbox

ANALYTICS = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/analytics"
NETWORK = f"{ANALYTICS}/providers/Microsoft.Network/virtualNetworks/analytics-vnet"


def test_clients_reach_the_cluster_privately(azure_sandbox: Sandbox) -> None:
    before = azure_sandbox.azure.list()
    stack = azure_sandbox.stack(Path(__file__).parent)

    update = stack.up()
    assert update.succeeded, update.output
    for host in ("myadx", "ingest-myadx"):
        *_, address = azure_sandbox.resolve(NETWORK, f"{host}.westus.kusto.windows.net")
        assert address.startswith("10.3.0.")

    assert stack.up().operations == []
    assert stack.destroy().succeeded
    assert azure_sandbox.azure.list() == before
