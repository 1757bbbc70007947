"""Bodies of metric alerts and action groups."""

from __future__ import annotations

from typing import Any

from azure_sandbox.azure import Json

from ...small_world import CONSUMER, OWNER, SERVICE

ALERT = f"{OWNER}/providers/Microsoft.Insights/metricAlerts/nat-ports"
ACTION_GROUP = f"{CONSUMER}/providers/Microsoft.Insights/actionGroups/oncall"
SINGLE = "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria"


def action_group(short_name: str = "oncall") -> Json:
    return {"location": "global", "properties": {"groupShortName": short_name}}


def condition(**changes: Any) -> Json:
    """A condition on the NAT ports of a service. `None` omits a property."""
    written = {
        "criterionType": "StaticThresholdCriterion",
        "name": "ports",
        "metricName": "PLSNatPortsUsage",
        "operator": "GreaterThan",
        "threshold": 80.0,
        "timeAggregation": "Average",
        **changes,
    }
    return {name: value for name, value in written.items() if value is not None}


def criteria(*conditions: Json, kind: str = SINGLE) -> Json:
    return {"odata.type": kind, "allOf": list(conditions) or [condition()]}


def alert(*, location: str = "global", **changes: Any) -> Json:
    """An alert on the NAT ports of `SERVICE`. `None` omits a property."""
    written = {
        "severity": 2,
        "enabled": True,
        "scopes": [SERVICE],
        "evaluationFrequency": "PT5M",
        "windowSize": "PT15M",
        "criteria": criteria(),
        "actions": [{"actionGroupId": ACTION_GROUP}],
        **changes,
    }
    return {"location": location, "properties": {name: value for name, value in written.items() if value is not None}}
