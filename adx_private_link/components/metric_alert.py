"""A metric alert on a private link service or a private endpoint."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import monitor

from ..topology.monitor_records import AlertNode, Condition
from ..topology.records import Place
from .context import Context


def make_alert(
    node: AlertNode, place: Place, resource: pulumi.CustomResource, *, is_same: bool, context: Context
) -> None:
    """
    Register the alert on a resource. It is deleted before the resource is replaced, and created after it.

    Args:
        node: The alert.
        place: The place of the resource.
        resource: The resource that it watches.
        is_same: Whether the resource has the name of the deployed one, in any spelling.
        context: The context of its component.
    """
    monitor.MetricAlert(
        node.logical_name,
        rule_name=node.name,
        resource_group_name=place.resource_group,
        # Azure has no other (MicrosoftDocs/azure-monitor-docs, resource-manager-alerts-metric.md).
        location="global",
        description=node.description,
        enabled=True,
        severity=node.severity,
        scopes=[resource.id],
        # The SDK does not translate the names of properties in a dict of several possible types.
        criteria=monitor.MetricAlertSingleResourceMultipleMetricCriteriaArgs(
            odata_type="Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
            all_of=[_criterion(node, condition) for condition in node.conditions],
        ),
        window_size=node.window,
        evaluation_frequency=node.frequency,
        auto_mitigate=True,
        actions=[{"action_group_id": str(node.action_group_id)}],
        tags=dict(node.tags) or None,
        opts=context.resource(
            place.subscription,
            replace_with=[resource],
            delete_before_replace=True,
            # The alert follows its resource; another spelling of the resource's id is no other scope.
            ignore_changes=["scopes", *(["ruleName"] if is_same else [])],
        ),
    )


def _criterion(node: AlertNode, condition: Condition) -> monitor.MetricCriteriaArgs:
    return monitor.MetricCriteriaArgs(
        criterion_type="StaticThresholdCriterion",
        name=condition.metric,
        metric_namespace=node.namespace,
        metric_name=condition.metric,
        operator=condition.operator,
        threshold=condition.threshold,
        time_aggregation=condition.aggregation,
        dimensions=[monitor.MetricDimensionArgs(name=condition.dimension, operator="Include", values=["*"])]
        if condition.dimension
        else None,
    )
