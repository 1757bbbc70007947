"""Identities with exactly the printed roles deploy alerts and diagnostic settings; without any action, they do not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from adx_private_link.azure_actions import READ_PERMISSIONS

from .harness import PROJECT, Stack, expect_success
from .least_rights import BOTH, OF_UPDATES, assignments, list_names, printed_roles, world_with
from .natives import stack_of_both
from .watching import ACTION_GROUP, MONITORING, WORKSPACE, alerts

_DEFAULT = PROJECT / "azure_sandbox" / "worlds" / "default.yaml"
_ACCOUNT = f"{MONITORING}/Microsoft.Storage/storageAccounts/adxlogs"
_NAMESPACE = f"{MONITORING}/Microsoft.EventHub/namespaces/telemetry"


def watched(old: dict[str, str]) -> dict[str, Any]:
    """Settings of clusters of both kinds, whose logs go to a workspace and, of the old cluster, elsewhere."""
    settings = stack_of_both()
    settings["clusters"]["new"]["diagnostics"] = {"workspace_id": WORKSPACE}
    settings["clusters"]["old"]["diagnostics"] = old
    return {**settings, "alerts": alerts()}


_TO_EVENT_HUBS = watched({"event_hub_rule_id": f"{_NAMESPACE}/authorizationRules/send"})
_TO_ACCOUNT = watched({"storage_account_id": _ACCOUNT})


def list_own(settings: dict[str, Any], identities: tuple[str, ...]) -> set[str]:
    """The actions that only watching needs."""
    roles = {"watched": printed_roles(settings, BOTH), "not watched": printed_roles(stack_of_both(), BOTH)}
    return {*list_names(roles["watched"], identities)} - {*list_names(roles["not watched"], identities)}


_ACTIONS = sorted(list_own(_TO_EVENT_HUBS, OF_UPDATES) - {READ_PERMISSIONS.name})


def create_stack(directory: Path, settings: dict[str, Any], without: str = "") -> Stack:
    """Create a stack in the default world with the objects of Azure Monitor, whose identity has the printed roles."""
    content = yaml.safe_load(_DEFAULT.read_text())
    content["resources"] += [
        {"id": MONITORING.removesuffix("/providers"), "location": "westus"},
        {"id": ACTION_GROUP, "location": "global", "properties": {"groupShortName": "oncall"}},
        {"id": WORKSPACE, "location": "westus"},
        {"id": _NAMESPACE, "location": "westus", "sku": {"name": "Standard"}},
        {"id": _ACCOUNT, "location": "westus", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}},
    ]
    world = directory / "monitored.yaml"
    world.write_text(yaml.safe_dump(content, sort_keys=False))
    rights = assignments(printed_roles(settings, BOTH), without=without)
    stack = Stack(directory / "stack", world_with(directory, world, rights))
    stack.configure(**settings)
    return stack


@pytest.mark.parametrize("settings", [_TO_EVENT_HUBS, _TO_ACCOUNT], ids=["event hubs", "storage account"])
def test_the_printed_roles_are_enough(tmp_path: Path, settings: dict[str, Any]) -> None:
    stack = create_stack(tmp_path, settings)
    expect_success(stack.up(preview=True))
    expect_success(stack.refresh())
    assert expect_success(stack.preview()).operations == []
    expect_success(stack.destroy())


def expect_failure(stack: Stack, action: str) -> None:
    for operation in (stack.up, stack.destroy):
        run = operation()
        if not run.succeeded:
            break
    assert not run.succeeded
    assert f"'{action.lower()}'" in run.output.lower()


@pytest.mark.parametrize("action", _ACTIONS)
def test_each_action_is_needed(tmp_path: Path, action: str) -> None:
    expect_failure(create_stack(tmp_path, _TO_EVENT_HUBS, without=action), action)


def test_the_key_of_a_storage_account_is_needed(tmp_path: Path) -> None:
    [action] = list_own(_TO_ACCOUNT, OF_UPDATES) - list_own(_TO_EVENT_HUBS, OF_UPDATES)
    expect_failure(create_stack(tmp_path, _TO_ACCOUNT, without=action), action)
