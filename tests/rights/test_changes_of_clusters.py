"""The identities that change clusters, in the sandbox's Azure: their roles are enough, and each action is needed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from adx_private_link.cli.azure_cli import AzureRejection
from adx_private_link.cli.cluster_changes.live_cluster import read_cluster
from adx_private_link.cli.cluster_changes.network import NetworkConfiguration
from adx_private_link.cli.migration.surroundings import Surroundings, read_surroundings
from adx_private_link.outputs import ClusterOutput, ServiceOutput
from adx_private_link.resource_ids import ClusterId
from azure_sandbox.azure import Azure, AzureError, Json, ResourceId
from azure_sandbox.sandbox_home import SandboxHome
from tests.cli.clouds import cloud_of
from tests.stack.least_rights import BOTH, assignments, list_names, printed_roles, set_rights
from tests.stack.natives import INJECTED, stack_of_both

_ROLES = printed_roles(stack_of_both(), BOTH)
_CLUSTER = ResourceId.parse(INJECTED)
_SERVICES = {
    target: _CLUSTER.sibling("Microsoft.Network/privateLinkServices", f"pls-{target}")
    for target in ("engine", "ingestion")
}


def _change(azure: Azure, change: Json) -> None:
    """Send a PATCH, and read the cluster until the operation has ended."""
    answer = azure.patch(_CLUSTER, {"properties": change})
    while answer.status == 202 and azure.get(_CLUSTER)["properties"]["provisioningState"] != "Succeeded":
        pass  # Operations of the sandbox end by looks at them.


def _migrate(azure: Azure) -> str:
    """
    Move the cluster out of its network, and back, as `migrate` does: all ids unchanged.

    Returns what the plan could not read.
    """
    unread = ", ".join(_read_surroundings().unread)
    network: Json = azure.get(_CLUSTER)["properties"]["virtualNetworkConfiguration"]
    for state in ("Disabled", "Enabled"):
        _change(azure, {"virtualNetworkConfiguration": {**network, "state": state}})
        assert azure.get(_CLUSTER)["properties"]["virtualNetworkConfiguration"]["state"] == state
    return unread


def _read_surroundings() -> Surroundings:
    live = read_cluster(ClusterId.parse(INJECTED))
    network = NetworkConfiguration.of(live)
    assert network
    services = {target: ServiceOutput(id=service.text, alias="") for target, service in _SERVICES.items()}
    return read_surroundings(live, network, ClusterOutput(services=services, endpoints={}))


def _lock_down(azure: Azure) -> str:
    assert azure.get(_CLUSTER)["properties"]["publicNetworkAccess"] == "Enabled"
    _change(azure, {"publicNetworkAccess": "Disabled"})
    assert azure.get(_CLUSTER)["properties"]["publicNetworkAccess"] == "Disabled"
    return ""


_CHANGES: dict[str, Callable[[Azure], str]] = {"migration": _migrate, "lock-down": _lock_down}
"""The changes; each returns what it could not read."""


class _AzureOf(Protocol):
    def __call__(self, identity: str, without: str = "") -> Azure: ...


@pytest.fixture
def azure_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _AzureOf:
    """Azure for a client that has the roles of one identity in the default world, `without` one action."""

    def azure_of(identity: str, without: str = "") -> Azure:
        cloud = cloud_of(tmp_path, monkeypatch)
        set_rights(SandboxHome(tmp_path / ".sandbox"), assignments(_ROLES, [identity], without=without))
        return cloud.azure.acting_as("ann")

    return azure_of


@pytest.mark.parametrize("identity", _CHANGES)
def test_the_printed_roles_are_enough(azure_of: _AzureOf, identity: str) -> None:
    assert _CHANGES[identity](azure_of(identity)) == ""


@pytest.mark.parametrize(
    ("identity", "action"),
    [
        (identity, action)
        for identity in _CHANGES
        for action in list_names(_ROLES, [identity], without={"Microsoft.Authorization/permissions/read"})
    ],
)
def test_each_action_is_needed(azure_of: _AzureOf, identity: str, action: str) -> None:
    try:
        said = _CHANGES[identity](azure_of(identity, without=action))
    except (AzureError, AzureRejection) as rejection:
        said = str(rejection)
    assert action.lower() in said.lower()


def test_a_lock_down_cannot_move_the_cluster(azure_of: _AzureOf) -> None:
    """The one needs no network, and so it cannot send a cluster back into one."""
    with pytest.raises(AzureError, match="join/action"):
        _migrate(azure_of("lock-down"))
