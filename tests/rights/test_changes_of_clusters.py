"""The identities that change clusters, in the sandbox's Azure: their roles are enough, and each action is needed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from azure_sandbox.azure import Azure, AzureError, Json, ResourceId
from azure_sandbox.sandbox_home import SandboxHome
from tests.stack.least_rights import BOTH, assignments, list_names, printed_roles, set_rights
from tests.stack.natives import INJECTED, stack_of_both

_ROLES = printed_roles(stack_of_both(), BOTH)
_CLUSTER = ResourceId.parse(INJECTED)


def _change(azure: Azure, change: Json) -> None:
    """Send a PATCH, and read the cluster until the operation has ended."""
    answer = azure.patch(_CLUSTER, {"properties": change})
    while answer.status == 202 and azure.get(_CLUSTER)["properties"]["provisioningState"] != "Succeeded":
        pass


def _migrate(azure: Azure) -> None:
    """Move the cluster out of its network, and back, as `migrate` does: all ids unchanged."""
    network: Json = azure.get(_CLUSTER)["properties"]["virtualNetworkConfiguration"]
    for state in ("Disabled", "Enabled"):
        _change(azure, {"virtualNetworkConfiguration": {**network, "state": state}})
        assert azure.get(_CLUSTER)["properties"]["virtualNetworkConfiguration"]["state"] == state


def _lock_down(azure: Azure) -> None:
    assert azure.get(_CLUSTER)["properties"]["publicNetworkAccess"] == "Enabled"
    _change(azure, {"publicNetworkAccess": "Disabled"})
    assert azure.get(_CLUSTER)["properties"]["publicNetworkAccess"] == "Disabled"


_CHANGES: dict[str, Callable[[Azure], None]] = {"migration": _migrate, "lock-down": _lock_down}


def azure_with(directory: Path, identity: str, without: str = "") -> Azure:
    """Azure for a client that has the roles of one identity in the default world, `without` one action."""
    home = SandboxHome(directory / ".sandbox")
    home.reset(None)
    set_rights(home, assignments(_ROLES, [identity], without=without))
    return home.azure.acting_as("ann")


@pytest.mark.parametrize("identity", _CHANGES)
def test_the_printed_roles_are_enough(tmp_path: Path, identity: str) -> None:
    _CHANGES[identity](azure_with(tmp_path, identity))


@pytest.mark.parametrize(
    ("identity", "action"),
    [
        (identity, action)
        for identity in _CHANGES
        for action in list_names(_ROLES, [identity], without={"Microsoft.Authorization/permissions/read"})
    ],
)
def test_each_action_is_needed(tmp_path: Path, identity: str, action: str) -> None:
    with pytest.raises(AzureError) as rejection:
        _CHANGES[identity](azure_with(tmp_path, identity, without=action))
    assert f"'{action.lower()}'" in rejection.value.message.lower()


def test_a_lock_down_cannot_move_the_cluster(tmp_path: Path) -> None:
    """The one needs no network, and so it cannot send a cluster back into one."""
    with pytest.raises(AzureError, match="join/action"):
        _migrate(azure_with(tmp_path, "lock-down"))
