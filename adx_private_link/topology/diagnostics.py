"""The diagnostic setting of a cluster."""

from __future__ import annotations

from ..naming.logical import diagnostics_name
from .monitor_records import DiagnosticsNode
from .offers import Offer
from .planning import Planning

NAME = "adx-private-link"
"""The name of the diagnostic setting; a cluster has one of this stack."""
_METRICS = "AllMetrics"


def plan_diagnostics(planning: Planning, offer: Offer) -> DiagnosticsNode | None:
    """Plan the diagnostic setting of a cluster; None if its settings ask for none."""
    cluster = planning.settings.clusters.get(offer.cluster)
    settings = cluster.diagnostics if cluster else None
    if settings is None:
        return None
    if offer.id is None:
        planning.report(
            f"clusters.{offer.cluster}.diagnostics",
            "concerns the cluster resource, and the settings do not name it",
            "write the resource id of the cluster (`id`), or remove it",
        )
        return None
    destination = {
        "workspace_id": settings.workspace_id,
        "storage_account_id": settings.storage_account_id,
        "event_hub_authorization_rule_id": settings.event_hub_rule_id,
        "event_hub_name": settings.event_hub,
        # Otherwise the logs of all kinds of resources share one table (azure-monitor-docs, diagnostic-settings.md).
        "log_analytics_destination_type": "Dedicated" if settings.workspace_id else None,
    }
    categories = settings.categories
    return DiagnosticsNode(
        logical_name=diagnostics_name(offer.name),
        name=NAME,
        cluster_id=offer.id,
        destination={name: str(value) for name, value in destination.items() if value is not None},
        logs=None if categories is None else tuple(name for name in categories if name != _METRICS),
        metrics=categories is None or _METRICS in categories,
    )
