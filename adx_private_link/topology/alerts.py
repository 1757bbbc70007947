"""
Metric alerts: one on each private link service, and one on each private endpoint that has names.

Sources: MicrosoftDocs/azure-reference-other, azure-monitor-ref/supported-metrics/includes/
microsoft-network-privatelinkservices-metrics-include.md and microsoft-network-privateendpoints-metrics-include.md
(metrics, aggregations, dimensions); hashicorp/terraform-provider-azurerm, monitor_metric_alert_resource.go (periods).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..naming.azure import endpoint_alert_name, service_alert_name
from ..naming.logical import alert_name
from ..settings import Target
from .monitor_records import AlertNode, Condition
from .offers import Offer
from .planning import Planning
from .records import EndpointNode, ServiceNode


def check_alerts(planning: Planning, offers: Iterable[Offer]) -> None:
    """Check that the action group exists, and that each kind of alert has something to watch."""
    alerts = planning.settings.alerts
    if alerts is None:
        return
    if lost := planning.facts.lost_action_groups.get(alerts.action_group_id.key):
        planning.report_unreadable(
            "alerts.action_group_id", lost, "the action group of the alerts", str(alerts.action_group_id)
        )
    offers = list(offers)
    if len(offers) < len(planning.settings.cluster_keys):
        return  # another problem hides what they have
    if alerts.services and not any(_has_services(planning, key) for key in planning.settings.clusters):
        planning.report(
            "alerts.services",
            "watches private link services, and this stack has none: its clusters are native, or other stacks publish "
            "them",
            "remove it",
        )
    if alerts.endpoints and not planning.settings.consumers:
        planning.report("alerts.endpoints", "watches private endpoints, and this stack has no consumers", "remove it")


def _has_services(planning: Planning, cluster: str) -> bool:
    """Whether a cluster has services of this stack, or gets them again when it returns to its network."""
    return planning.targets[cluster] != ("cluster",) or planning.settings.clusters[cluster].targets == "both"


def with_service_alerts(planning: Planning, services: Mapping[Target, ServiceNode]) -> dict[Target, ServiceNode]:
    """Return services with their alerts."""
    return {target: replace(node, alert=_service_alert(planning, node)) for target, node in services.items()}


def with_endpoint_alert(planning: Planning, node: EndpointNode) -> EndpointNode:
    """Return an endpoint with its alert. One that has no names carries no traffic, so nothing watches it."""
    alert = _endpoint_alert(planning, node) if node.hosts else None
    return replace(node, alert=alert) if alert else node


def _service_alert(planning: Planning, node: ServiceNode) -> AlertNode | None:
    alerts = planning.settings.alerts
    if alerts is None or alerts.services is None:
        return None
    return AlertNode(
        logical_name=alert_name(node.logical_name),
        name=service_alert_name(node.name),
        description=f"A NAT address of private link service {node.name} uses more than "
        f"{alerts.services.nat_ports_percent} % of its ports. When it has none left, new connections fail. Add NAT "
        "addresses (`nat.addresses`).",
        namespace="Microsoft.Network/privateLinkServices",
        conditions=(
            Condition(
                "PLSNatPortsUsage",
                "GreaterThan",
                alerts.services.nat_ports_percent,
                "Average",
                "PrivateLinkServiceIPAddress",
            ),
        ),
        window="PT15M",
        frequency="PT5M",
        severity=alerts.services.severity,
        action_group_id=alerts.action_group_id,
        tags=node.tags,
    )


def _endpoint_alert(planning: Planning, node: EndpointNode) -> AlertNode | None:
    alerts = planning.settings.alerts
    if alerts is None or alerts.endpoints is None:
        return None
    return AlertNode(
        logical_name=alert_name(node.logical_name),
        name=endpoint_alert_name(node.name),
        description=f"No traffic has passed through private endpoint {node.name} for a day. Its clients may reach the "
        "cluster by other addresses, or not at all. Run `adx-private-link verify` in their network.",
        namespace="Microsoft.Network/privateEndpoints",
        conditions=(
            Condition("PEBytesIn", "LessThan", 1, "Total"),
            Condition("PEBytesOut", "LessThan", 1, "Total"),
        ),
        window="P1D",
        frequency="PT1H",
        severity=alerts.endpoints.severity,
        action_group_id=alerts.action_group_id,
        tags=node.tags,
    )
