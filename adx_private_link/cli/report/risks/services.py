"""Private link services that are replaced or removed: consumers that connect by their alias are cut off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..accesses import ExternalAccess, Update
from ..plan import Cluster, Service, StackPlan
from .records.services import LostHandOver, ServiceLosses, ServiceRemoved, ServiceReplaced, ServiceRetired


def replaced_services(update: Update) -> Iterator[ServiceReplaced]:
    """Find each service that is replaced; a renamed cluster is a risk of its own."""
    for cluster, service in _services(update.plan):
        if service.operation == "replace" and not service.is_renamed:
            yield ServiceReplaced(
                cluster=cluster.key,
                target=service.target,
                alias=service.alias,
                reasons=service.reasons,
                is_placed=service.id is not None,
                reconnected=_reconnected(update, cluster, service),
                losses=losses(update.plan, service, _external(update, cluster, service)),
            )


def removed_services(update: Update) -> Iterator[ServiceRemoved]:
    """Find each service that is deleted for good."""
    for cluster, service in _services(update.plan):
        if service.operation == "delete" and not service.was_left:
            yield ServiceRemoved(
                cluster=cluster.key,
                target=service.target,
                alias=service.alias,
                reconnected=_reconnected(update, cluster, service),
                losses=losses(update.plan, service, _external(update, cluster, service)),
            )


def retired_services(update: Update) -> Iterator[ServiceRetired]:
    """Find each service that is deleted after its cluster left its network."""
    for cluster, service in _services(update.plan):
        if service.operation == "delete" and service.was_left:
            yield ServiceRetired(cluster=cluster.key, target=service.target)


def losses(plan: StackPlan, service: Service, external: Iterable[ExternalAccess]) -> ServiceLosses:
    """Work out which connections of others a service loses, as of the last refresh of the state."""
    own = {
        endpoint.id.lower() for consumer in plan.consumers for endpoint in consumer.endpoints if endpoint.id is not None
    }
    return ServiceLosses(
        external=tuple(
            LostHandOver(
                consumer=access.consumer,
                connections=access.approved_before,
                can_reconnect=access.service != "delete",
            )
            for access in external
        ),
        unknown_endpoints=tuple(sorted(id for id in service.connected_endpoints if id.lower() not in own)),
    )


def _services(plan: StackPlan) -> Iterator[tuple[Cluster, Service]]:
    for cluster in plan.clusters:
        for service in cluster.services:
            yield cluster, service


def _external(update: Update, cluster: Cluster, service: Service) -> list[ExternalAccess]:
    return [access for access in update.external if (access.cluster, access.target) == (cluster.key, service.target)]


def _reconnected(update: Update, cluster: Cluster, service: Service) -> tuple[str, ...]:
    place = (cluster.key, service.target, "replace")
    own = {access.consumer for access in update.accesses if (access.cluster, access.target, access.endpoint) == place}
    return tuple(sorted(own))
