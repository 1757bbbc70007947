"""The smallest stack of each kind of cluster, created and destroyed: what a newcomer sees with `make up`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from .harness import PROJECT, Run, Stack
from .worlds import STORAGE_ZONES

CLIENTS = (
    "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/analytics/providers/Microsoft.Network"
    "/virtualNetworks/analytics-vnet"
)
OTHERS = (
    "/subscriptions/33333333-3333-3333-3333-333333333333/resourceGroups/others/providers/Microsoft.Network"
    "/virtualNetworks/others-vnet"
)


@dataclass(frozen=True)
class Kind:
    """A kind of cluster, and what a stack of one such cluster has."""

    name: str
    cluster: str
    endpoints: int
    names: int
    """The host names that resolve privately."""

    @property
    def hosts(self) -> tuple[str, str]:
        """The host names of engine and ingestion."""
        host = f"{self.cluster}.westus.kusto.windows.net"
        return host, f"ingest-{host}"


def read_example_settings(cluster: str) -> dict[str, Any]:
    """Return the settings that `make up` deploys, of one cluster."""
    config: dict[str, Any] = yaml.safe_load((PROJECT / "Pulumi.dev.yaml").read_text())["config"]
    settings = {key.split(":")[1]: value for key, value in config.items()}
    settings["clusters"] = {cluster: settings["clusters"][cluster]}
    return settings


KINDS = (
    Kind("injected", "myadx", endpoints=2, names=2),
    Kind("native", "newadx", endpoints=1, names=8),
)


class Deployed:
    """The stack, with its first update and the world before it."""

    def __init__(self, directory: Path, kind: Kind) -> None:
        self.kind = kind
        self.stack = Stack(directory, world=None)
        self.stack.configure(**read_example_settings(kind.cluster))
        self.world_before = self.stack.world()
        self.resolved_before = {
            (network, host): self.stack.resolve(network, host) for network in (CLIENTS, OTHERS) for host in kind.hosts
        }
        self.up: Run = self.stack.up(preview=True)

    @property
    def endpoints(self) -> dict[str, Any]:
        """The outputs of the consumer's endpoints, by target."""
        return self.stack.outputs()["clusters"][self.kind.cluster]["endpoints"]["analytics"]


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: kind.name)
def deployed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    return Deployed(tmp_path_factory.mktemp("lifecycle"), request.param)


def test_the_first_preview_announces_exactly_what_the_first_update_creates(deployed: Deployed) -> None:
    """A reviewer approves the preview, so an update must not do more."""
    assert deployed.up.succeeded, deployed.up.output
    assert deployed.up.preview
    assert sorted(deployed.up.preview.operations) == sorted(deployed.up.operations)
    assert deployed.up.preview.urns == deployed.up.urns
    created = [operation for operation in deployed.up.operations if operation.startswith("create PrivateEndpoint ")]
    assert len(created) == deployed.kind.endpoints


def test_operations_write_no_log(deployed: Deployed) -> None:
    """Pulumi's own log takes a third of an operation's time; a file in place of its directory turns it off."""
    assert (deployed.stack.home.directory / "pulumi" / "logs").is_file()
    assert "log" not in deployed.up.output


def test_only_clients_of_the_network_get_the_private_address(deployed: Deployed) -> None:
    """The CNAME stays, and the address behind it becomes the endpoint's (tables of Microsoft's page)."""
    hosts = {host: address for target in deployed.endpoints.values() for host, [address] in target["hosts"].items()}
    assert len(hosts) == len(set(hosts.values())) == deployed.kind.names
    assert set(deployed.kind.hosts) <= set(hosts)
    for host, address in hosts.items():
        name, _, domain = host.partition(".")
        assert address.startswith("10.3.0.")
        assert deployed.stack.resolve(CLIENTS, host) == [f"{name}.privatelink.{domain}", address]
    for host in deployed.kind.hosts:
        before = deployed.resolved_before[OTHERS, host]
        assert deployed.resolved_before[CLIENTS, host] == before == deployed.stack.resolve(OTHERS, host)
        assert before[0] == host.replace(".", ".privatelink.", 1)
        assert not before[-1].startswith("10.")


def test_the_stack_output_keeps_its_shape(deployed: Deployed) -> None:
    """Other tools read the output, so its keys and nesting are a contract."""
    cluster = deployed.stack.outputs()["clusters"][deployed.kind.cluster]
    is_native = deployed.kind.name == "native"
    assert cluster.keys() == {"zone", "services", "endpoints"}
    assert cluster["services"].keys() == (set() if is_native else {"engine", "ingestion"})
    for service in cluster["services"].values():
        assert service.keys() == {"id", "alias"}
        assert service["alias"].endswith(".westus.azure.privatelinkservice")
    assert deployed.endpoints.keys() == ({"cluster"} if is_native else {"engine", "ingestion"})
    for endpoint in deployed.endpoints.values():
        group = {"zone_group"} if is_native else set[str]()
        assert endpoint.keys() == {"id", "connection_state", "hosts", "names"} | group
        assert endpoint["connection_state"] == "Approved"
        assert endpoint["names"].keys() == endpoint["hosts"].keys()
    engine, ingestion = deployed.kind.hosts
    names = {host: name for endpoint in deployed.endpoints.values() for host, name in endpoint["names"].items()}
    assert names[engine] == {"role": "engine", "zone": cluster["zone"]}
    assert names[ingestion] == {"role": "ingestion", "zone": cluster["zone"]}
    storage = {(name["role"], name["zone"]) for host, name in names.items() if host not in deployed.kind.hosts}
    assert storage == ({("storage", zone) for zone in STORAGE_ZONES} if is_native else set())


def test_a_second_update_and_a_refresh_plan_no_change(deployed: Deployed) -> None:
    """A refresh brings in the approval of an endpoint; replacing the endpoint for it would be an outage."""
    again = deployed.stack.up("--expect-no-changes")
    assert again.succeeded, again.output
    assert again.operations == []
    refreshed = deployed.stack.refresh()
    # Without the approval in the refresh this test would prove nothing.
    first = next(iter(deployed.endpoints))
    assert f"update PrivateEndpoint {deployed.kind.cluster}.analytics.{first}" in refreshed.operations
    preview = deployed.stack.preview("--expect-no-changes")
    assert preview.succeeded, preview.output
    assert preview.operations == []


def test_destroy_leaves_the_world_as_it_was(deployed: Deployed) -> None:
    """People who try the product must be able to remove it without a trace. This test is the last of its kind."""
    destroyed = deployed.stack.destroy()
    assert destroyed.succeeded, destroyed.output
    assert deployed.stack.world() == deployed.world_before
