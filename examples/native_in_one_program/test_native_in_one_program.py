"""The program's own test: on the real engine, with the sandbox as its Azure."""

from pathlib import Path

from azure_sandbox.testing import Run, Sandbox

ANALYTICS = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/analytics"
NETWORK = f"{ANALYTICS}/providers/Microsoft.Network/virtualNetworks/analytics-vnet"
ENDPOINT = "PrivateEndpoint freshadx.analytics.cluster"
CHAIN = [
    "Cluster freshadx",
    ENDPOINT,
    "Deployment freshadx.analytics.cluster.approval",
    "PrivateDnsZoneGroup freshadx.analytics.cluster.zone-group",
]


def order_of(run: Run, action: str) -> list[str]:
    """Return the resources of the chain in the order of their operations."""
    return [name for operation in run.operations for name in CHAIN if operation == f"{action} {name}"]


def test_cluster_and_private_access_come_and_go_together(azure_sandbox: Sandbox) -> None:
    before = azure_sandbox.azure.list()
    stack = azure_sandbox.stack(Path(__file__).parent)

    update = stack.up(preview=True)
    assert update.succeeded, update.output
    assert update.preview
    assert sorted(update.preview.operations) == sorted(update.operations)
    assert order_of(update, "create") == CHAIN
    hosts = stack.outputs()["hosts"]
    assert len(hosts) == 8
    # The commands `access`, `verify` and `dns` read this output.
    [endpoint] = stack.outputs()["clusters"]["freshadx"]["endpoints"]["analytics"].values()
    assert endpoint["hosts"] == hosts
    for host, addresses in hosts.items():
        assert azure_sandbox.resolve(NETWORK, host)[1:] == addresses

    assert stack.up().operations == []
    assert stack.up("--refresh").operations == []

    # A change of the cluster leaves the access to it alone.
    program = stack.directory / "__main__.py"
    program.write_text(program.read_text().replace('"capacity": 2', '"capacity": 3'))
    changed = stack.up(preview=True)
    assert changed.preview
    assert changed.preview.operations == changed.operations == ["update Cluster freshadx"]

    destroyed = stack.destroy()
    assert destroyed.succeeded, destroyed.output
    # The names go first, and the cluster last.
    order = order_of(destroyed, "delete")
    assert order.index(CHAIN[3]) < order.index(ENDPOINT) < order.index(CHAIN[0])
    assert azure_sandbox.azure.list() == before
