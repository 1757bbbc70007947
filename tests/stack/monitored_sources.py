"""Clusters of the default world that read from sources of data, and that Azure Monitor watches."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from adx_private_link.settings import ClusterKind
from azure_sandbox.azure import Json

from .harness import PROJECT
from .least_rights import BOTH
from .natives import NATIVE, stack_of_both

_SUBSCRIPTION = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups"
_DATA = f"{_SUBSCRIPTION}/data"
_MONITORING = f"{_SUBSCRIPTION}/monitoring"
_LAKE = f"{_DATA}/providers/Microsoft.Storage/storageAccounts/lake"
_EVENTS = f"{_DATA}/providers/Microsoft.EventHub/namespaces/events"
_WORKSPACE = f"{_MONITORING}/providers/Microsoft.OperationalInsights/workspaces/logs"
_ARCHIVE = f"{_MONITORING}/providers/Microsoft.Storage/storageAccounts/archive"
_STREAM = f"{_MONITORING}/providers/Microsoft.EventHub/namespaces/stream"
_ACTION_GROUP = f"{_MONITORING}/providers/Microsoft.Insights/actionGroups/oncall"
_THIRD = f"{NATIVE.rpartition('/')[0]}/thirdadx"

KINDS: Mapping[str, ClusterKind] = {**BOTH, "third": "native"}
"""The kinds of the clusters, as `--live` reads them."""


def monitored_stack() -> dict[str, Any]:
    """Return settings of a stack of both kinds with sources of data, alerts, and each destination of logs."""
    settings = stack_of_both(clusters=["new", "old"])
    clusters = settings["clusters"]
    clusters["new"] |= {
        "managed_endpoints": {"lake": {"target": _LAKE, "group": "blob"}, "events": {"target": _EVENTS}},
        "diagnostics": {"storage_account_id": _ARCHIVE},
    }
    clusters["old"]["diagnostics"] = {"workspace_id": _WORKSPACE}
    clusters["third"] = {
        "id": _THIRD,
        "diagnostics": {"event_hub_rule_id": f"{_STREAM}/authorizationRules/RootManageSharedAccessKey"},
    }
    return {**settings, "alerts": {"action_group_id": _ACTION_GROUP, "services": {}, "endpoints": {}}}


def create_monitored_world(directory: Path) -> Path:
    """Write the default world with the sources of data and the objects of Azure Monitor, and return its file."""
    content: Json = yaml.safe_load((PROJECT / "azure_sandbox" / "worlds" / "default.yaml").read_text())
    content["resources"] += [
        {"id": _DATA, "location": "westus"},
        {"id": _MONITORING, "location": "westus"},
        *_storage_accounts(_LAKE, _ARCHIVE),
        *({"id": id, "location": "westus", "sku": {"name": "Standard"}} for id in (_EVENTS, _STREAM)),
        {"id": _WORKSPACE, "location": "westus"},
        {"id": _ACTION_GROUP, "location": "global", "properties": {"groupShortName": "oncall"}},
        {"id": _THIRD, "location": "westus", "sku": {"name": "Standard_E8ads_v5", "tier": "Standard", "capacity": 2}},
    ]
    file = directory / "monitored.yaml"
    file.write_text(yaml.safe_dump(content, sort_keys=False))
    return file


def _storage_accounts(*ids: str) -> list[Json]:
    return [{"id": id, "location": "westus", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}} for id in ids]
