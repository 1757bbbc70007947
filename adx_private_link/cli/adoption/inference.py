"""Inference of the settings that describe existing objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...resource_ids import EndpointId
from ...settings import Settings
from .consumer_settings import suggest_consumer
from .consumers import AdoptedConsumer, choose_consumers
from .dns_settings import suggest_dns
from .inventory import Inventory
from .service_settings import suggest_services
from .services import ClusterServices, choose_services
from .suggestions import Suggestions


def infer_settings(
    current: Mapping[str, Any], settings: Settings, inventory: Inventory, deployed: Iterable[str] = ()
) -> Suggestions:
    """
    Infer the settings with which a stack creates exactly the existing objects.

    The stack's settings (`current`, parsed as `settings`) stay unchanged; values that differ from Azure's are reported.
    Nothing is suggested for objects that the stack has `deployed` (ids in lower case).
    """
    suggestions, deployed = Suggestions(current), frozenset(deployed)
    services = [choose_services(cluster, inventory, suggestions) for cluster in inventory.clusters]
    consumers = choose_consumers(services, settings, inventory, deployed, suggestions)
    approvals = {consumer.key: suggest_consumer(consumer, services, settings, suggestions) for consumer in consumers}
    for cluster_services in services:
        ids = {service.id.lower() for service in cluster_services.by_role.values()}
        if ids and deployed.isdisjoint(ids):
            access = _derived_access(cluster_services, settings, consumers, approvals)
            suggest_services(cluster_services, settings, suggestions, *access)
    suggest_dns(consumers, inventory, deployed, suggestions)
    _leave_foreign_endpoints_alone(consumers, inventory, deployed, suggestions)
    return suggestions


def _derived_access(
    services: ClusterServices,
    settings: Settings,
    consumers: Sequence[AdoptedConsumer],
    approvals: Mapping[str, str],
) -> tuple[set[str], set[str]]:
    """Return the subscriptions that see a cluster's services, and the trusted ones, as derived from consumers."""
    cluster = services.cluster.key
    adopted = {
        consumer.key: consumer
        for consumer in consumers
        if any(endpoint.cluster == cluster for endpoint in consumer.endpoints)
    }
    others = {key: consumer for key, consumer in settings.consumers_of(cluster).items() if key not in adopted}
    external = settings.external_consumers_of(cluster)
    visible = {consumer.subscription for consumer in (*adopted.values(), *external.values())}
    visible |= {consumer.subnet_id.subscription for consumer in others.values()}
    trusted = {consumer.subscription for key, consumer in adopted.items() if approvals[key] == "auto"}
    trusted |= {consumer.subnet_id.subscription for consumer in others.values() if consumer.approval == "auto"}
    return visible, trusted


def _leave_foreign_endpoints_alone(
    consumers: Sequence[AdoptedConsumer], inventory: Inventory, deployed: frozenset[str], suggestions: Suggestions
) -> None:
    """Report connections of endpoints that are neither imported nor reported yet."""
    known = {left_alone.id.lower() for left_alone in suggestions.left_alone} | deployed
    known |= {endpoint.in_azure.id.lower() for consumer in consumers for endpoint in consumer.endpoints}
    targets = [
        *((service.resource_id.name, service.connections) for service in inventory.services),
        *((cluster.key, cluster.connections) for cluster in inventory.clusters),
    ]
    for target, connections in targets:
        for connection in connections:
            if connection.endpoint_id and connection.endpoint_id.lower() not in known:
                subscription = EndpointId.parse(connection.endpoint_id).subscription
                is_searched = subscription in inventory.subscriptions
                remedy = "" if is_searched else f"; add --subscription {subscription} to import it"
                suggestions.leave_alone(
                    connection.endpoint_id, f"was created by others, {connection.state} on {target}{remedy}"
                )
