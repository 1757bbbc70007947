"""The example stack, created and destroyed: a newcomer sees this with `make up` and `make down`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from .harness import PROJECT, Run, Stack

CLIENTS = (
    "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/analytics/providers/Microsoft.Network"
    "/virtualNetworks/analytics-vnet"
)
OTHERS = (
    "/subscriptions/33333333-3333-3333-3333-333333333333/resourceGroups/others/providers/Microsoft.Network"
    "/virtualNetworks/others-vnet"
)
HOST, PRIVATE = "myadx.westus.kusto.windows.net", "myadx.privatelink.westus.kusto.windows.net"


class Deployed:
    """The example stack, with its first update and the world before it."""

    def __init__(self, directory: Path) -> None:
        self.stack = Stack(directory, world=None)
        config: dict[str, Any] = yaml.safe_load((PROJECT / "Pulumi.dev.yaml").read_text())["config"]
        self.stack.configure(**{key.split(":")[1]: value for key, value in config.items()})
        self.world_before = self.stack.world()
        self.resolved_before = {network: self.stack.resolve(network, HOST) for network in (CLIENTS, OTHERS)}
        self.up: Run = self.stack.up(preview=True)


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    return Deployed(tmp_path_factory.mktemp("lifecycle"))


def test_the_first_preview_announces_exactly_what_the_first_update_creates(deployed: Deployed) -> None:
    """A reviewer approves the preview, so an update must not do more."""
    assert deployed.up.succeeded, deployed.up.output
    assert deployed.up.preview
    assert sorted(deployed.up.preview.operations) == sorted(deployed.up.operations)
    assert deployed.up.preview.urns == deployed.up.urns
    assert sum("PrivateEndpoint" in operation for operation in deployed.up.operations) == 2


def test_operations_write_no_log(deployed: Deployed) -> None:
    """Pulumi's own log takes a third of an operation's time; a file in place of its directory turns it off."""
    assert (deployed.stack.home.directory / "pulumi" / "logs").is_file()
    assert "log" not in deployed.up.output


def test_only_clients_of_the_network_get_the_private_address(deployed: Deployed) -> None:
    """The CNAME stays, and the address behind it becomes the endpoint's (tables of Microsoft's page)."""
    assert deployed.resolved_before == {CLIENTS: [PRIVATE, "40.122.110.154"], OTHERS: [PRIVATE, "40.122.110.154"]}
    endpoints = deployed.stack.outputs()["clusters"]["myadx"]["endpoints"]["analytics"]
    for target, host, public in (("engine", HOST, "40.122.110.154"), ("ingestion", f"ingest-{HOST}", "40.122.110.155")):
        (address,) = endpoints[target]["hosts"][host]
        assert address.startswith("10.3.0.")
        private = host.replace(".", ".privatelink.", 1)
        assert deployed.stack.resolve(CLIENTS, host) == [private, address]
        assert deployed.stack.resolve(OTHERS, host) == [private, public]


def test_the_stack_output_keeps_its_shape(deployed: Deployed) -> None:
    """Other tools read the output, so its keys and nesting are a contract."""
    cluster = deployed.stack.outputs()["clusters"]["myadx"]
    assert cluster.keys() == {"zone", "services", "endpoints"}
    for role in ("engine", "ingestion"):
        assert cluster["services"][role].keys() == {"id", "alias"}
        assert cluster["services"][role]["alias"].endswith(".westus.azure.privatelinkservice")
        endpoint = cluster["endpoints"]["analytics"][role]
        assert endpoint.keys() == {"id", "connection_state", "hosts"}
        assert endpoint["connection_state"] == "Approved"


def test_a_second_update_and_a_refresh_plan_no_change(deployed: Deployed) -> None:
    """A refresh brings in the approval of an endpoint; replacing the endpoint for it would be an outage."""
    again = deployed.stack.up("--expect-no-changes")
    assert again.succeeded, again.output
    assert again.operations == []
    refreshed = deployed.stack.refresh()
    # Without the approval in the refresh this test would prove nothing.
    assert "update PrivateEndpoint myadx.analytics.engine" in refreshed.operations
    preview = deployed.stack.preview("--expect-no-changes")
    assert preview.succeeded, preview.output
    assert preview.operations == []


def test_destroy_leaves_the_world_as_it_was(deployed: Deployed) -> None:
    """People who try the product must be able to remove it without a trace. This test is the last of the file."""
    destroyed = deployed.stack.destroy()
    assert destroyed.succeeded, destroyed.output
    assert deployed.stack.world() == deployed.world_before
