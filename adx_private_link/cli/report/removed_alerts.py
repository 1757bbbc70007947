"""Alerts that an update deletes while the object that they watch stays: a quiet change, which the report shows."""

from __future__ import annotations

from ...naming.logical import alert_name
from .plan import StackPlan

_WATCHED = ("PrivateLinkService", "PrivateEndpoint")


def count_removed_alerts(plan: StackPlan) -> int:
    """Count the alerts on services and endpoints that the update keeps."""
    kept = {
        alert_name(resource.name)
        for resource in plan.resources
        if resource.kind in _WATCHED and resource.operation != "delete"
    }
    return sum(
        resource.kind == "MetricAlert" and resource.operation == "delete" and resource.name in kept
        for resource in plan.resources
    )
