"""What a plan knows of the surroundings of a cluster, and what it says that it could not read."""

from __future__ import annotations

from pathlib import Path

import pytest

from adx_private_link.cli.cluster_changes.live_cluster import read_cluster
from adx_private_link.cli.cluster_changes.network import NetworkConfiguration
from adx_private_link.cli.migration.surroundings import Surroundings, read_surroundings
from adx_private_link.outputs import ClusterOutput
from adx_private_link.resource_ids import ClusterId
from azure_sandbox import portal_changes
from azure_sandbox.azure import ResourceId
from azure_sandbox.sandbox_home import SandboxHome
from tests.stack.least_rights import set_rights

from ..clouds import INJECTED, NATIVE, Cloud, cloud_of

GROUP = INJECTED.partition("/providers/")[0]


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    return cloud_of(tmp_path, monkeypatch)


def _read() -> Surroundings:
    live = read_cluster(ClusterId.parse(INJECTED))
    network = NetworkConfiguration.of(live)
    assert network
    return read_surroundings(live, network, ClusterOutput(services={}, endpoints={}))


def test_locks_of_what_the_move_changes_are_found(cloud: Cloud) -> None:
    """Locks of other objects in the group do not matter."""
    portal_changes.lock(cloud.azure, ResourceId.parse(GROUP))
    portal_changes.lock(cloud.azure, ResourceId.parse(INJECTED), read_only=True)
    portal_changes.lock(cloud.azure, ResourceId.parse(NATIVE))
    read = _read()
    found = {lock.id.lower().partition("/providers/microsoft.authorization/")[0]: lock.level for lock in read.locks}
    assert found == {GROUP.lower(): "CanNotDelete", INJECTED.lower(): "ReadOnly"}
    assert read.unread == []


@pytest.mark.usefixtures("cloud")
def test_what_may_not_be_read_is_named(tmp_path: Path) -> None:
    """A plan without lines would look like a safe one."""
    rights = [{"who": "az", "scope": GROUP, "actions": ["Microsoft.Kusto/clusters/read"]}]
    set_rights(SandboxHome(tmp_path / ".sandbox"), rights)
    read = _read()
    assert read.locks == []
    assert read.unread == [
        "adx (`Microsoft.Network/virtualNetworks/subnets/read`)",
        "myadx-engine (`Microsoft.Network/publicIPAddresses/read`)",
        "myadx-ingestion (`Microsoft.Network/publicIPAddresses/read`)",
        "locks of adx (`Microsoft.Authorization/locks/read`)",
    ]
