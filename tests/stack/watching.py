"""Objects of Azure Monitor in the sandbox, and settings of stacks that use them."""

from __future__ import annotations

from typing import Any

from azure_sandbox.azure import Azure, ResourceId

MONITORING = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/second/providers"
WORKSPACE = f"{MONITORING}/Microsoft.OperationalInsights/workspaces/logs"
ACTION_GROUP = f"{MONITORING}/Microsoft.Insights/actionGroups/oncall"


def create_action_group(azure: Azure) -> None:
    """Create an action group that no alert uses yet, in a subscription without services and consumers."""
    azure.put(ResourceId.parse(ACTION_GROUP), {"location": "global", "properties": {"groupShortName": "oncall"}})


def alerts(**more: Any) -> dict[str, Any]:
    """Return alerts on services and on endpoints."""
    return {"action_group_id": ACTION_GROUP, "services": {}, "endpoints": {}, **more}


def create_workspace(azure: Azure) -> None:
    """Create a Log Analytics workspace in a subscription without services and consumers."""
    azure.put(ResourceId.parse(WORKSPACE), {"location": "westus"})
