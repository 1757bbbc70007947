"""Settings that watch clusters of both kinds."""

from __future__ import annotations

from typing import Any

from ..samples.building import ELSEWHERE
from ..samples.native import both_kinds, made

MONITORING = f"/subscriptions/{ELSEWHERE}/resourceGroups/monitoring"
_PROVIDERS = f"{MONITORING}/providers"
DESTINATIONS = {
    "workspace_id": f"{_PROVIDERS}/Microsoft.OperationalInsights/workspaces/logs",
    "storage_account_id": f"{_PROVIDERS}/Microsoft.Storage/storageAccounts/logs",
    "event_hub_rule_id": f"{_PROVIDERS}/Microsoft.EventHub/namespaces/telemetry/authorizationRules/send",
}


def alerts(**watched: Any) -> dict[str, Any]:
    """Return alerts that notify another team's action group."""
    return {"action_group_id": f"{_PROVIDERS}/Microsoft.Insights/actionGroups/oncall", **watched}


def watched(alerts: dict[str, Any]) -> dict[str, Any]:
    """Return settings with alerts."""
    return {**both_kinds(made()), "alerts": alerts}


def sent_to(destination: str, cluster: str = "new") -> dict[str, Any]:
    """Return settings in which a cluster sends its logs and metrics."""
    settings = both_kinds(made())
    settings["clusters"][cluster]["diagnostics"] = {destination: DESTINATIONS[destination]}
    return settings


def sent_to_each_kind() -> dict[str, Any]:
    """Return settings with clusters that send to each kind of destination."""
    settings = both_kinds(made())
    for key, destination in zip(("new", "old", "third"), DESTINATIONS, strict=True):
        sent = sent_to(destination)["clusters"]["new"]
        settings["clusters"][key] = {**sent, "id": sent["id"].replace("newadx", f"{key}adx")}
    return settings
