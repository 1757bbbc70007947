"""A diagnostic setting of a cluster."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import monitor

from ..topology.monitor_records import DiagnosticsNode
from .context import Context


def make_diagnostic_setting(
    node: DiagnosticsNode, cluster_id: pulumi.Output[str] | None, *, is_same: bool, context: Context
) -> None:
    """
    Register the diagnostic setting of a cluster, which is an object beside the cluster: the cluster stays as it is.

    Args:
        node: The diagnostic setting.
        cluster_id: The id of a cluster that the same program creates.
        is_same: Whether it is the cluster that is deployed, in any spelling.
        context: The context of its component.
    """
    logs = (
        [monitor.DiagnosticsLogSettingsArgs(category_group="allLogs", enabled=True)]
        if node.logs is None
        else [monitor.DiagnosticsLogSettingsArgs(category=category, enabled=True) for category in node.logs]
    )
    metrics = [monitor.DiagnosticsMetricSettingsArgs(category="AllMetrics", enabled=True)] if node.metrics else []
    monitor.DiagnosticSetting(
        node.logical_name,
        name=node.name,
        resource_uri=str(node.cluster_id) if cluster_id is None else cluster_id,
        logs=logs,
        metrics=metrics,
        **node.destination,
        opts=context.resource(
            node.cluster_id.subscription,
            # Azure knows one setting of a name, and each destination once.
            delete_before_replace=True,
            ignore_changes=["resourceUri"] if is_same else None,
        ),
    )
