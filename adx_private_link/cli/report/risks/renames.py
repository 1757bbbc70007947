"""Keys that are renamed without `formerly`: all of their resources are created again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from ..accesses import Update
from ..plan import Service
from .records.services import RenamedCluster, RenamedConsumer, ServiceLosses
from .services import losses


def renamed_clusters(update: Update) -> Iterator[RenamedCluster]:
    """Find each renamed cluster whose services this stack has."""
    for key, old_key in update.plan.renames.clusters.items():
        if services := _renamed_services(update, key):
            is_rejected = any(service.is_rejected for service in services)
            yield RenamedCluster(
                kind="service-replaced",
                section="clusters",
                key=key,
                old_key=old_key,
                is_rejected=is_rejected,
                losses=ServiceLosses() if is_rejected else _losses(update, key, services),
            )


def renamed_without_services(update: Update) -> Iterator[RenamedCluster]:
    """Find each renamed cluster that is native or handed over."""
    for key, old_key in update.plan.renames.clusters.items():
        if not _renamed_services(update, key):
            yield RenamedCluster(
                kind="endpoint-replaced",
                section=_section(update, key),
                key=key,
                old_key=old_key,
                is_rejected=False,
                losses=ServiceLosses(),
            )


def _section(update: Update, key: str) -> Literal["clusters", "hand_overs"]:
    """The section of the settings with a cluster that has no services of this stack."""
    clusters = [cluster for cluster in update.plan.clusters if cluster.own_key == key]
    return "hand_overs" if any(cluster.is_handed_over for cluster in clusters) else "clusters"


def renamed_consumers(update: Update) -> Iterator[RenamedConsumer]:
    """Find each renamed consumer."""
    for key, old_key in update.plan.renames.consumers.items():
        yield RenamedConsumer(key=key, old_key=old_key)


def _renamed_services(update: Update, key: str) -> list[Service]:
    return [
        service
        for cluster in update.plan.clusters
        if cluster.own_key == key
        for service in cluster.services
        if service.is_renamed
    ]


def _losses(update: Update, key: str, services: list[Service]) -> ServiceLosses:
    clusters = {cluster.key for cluster in update.plan.clusters if cluster.own_key == key}
    external = [access for access in update.external if access.cluster in clusters]
    by_service = [
        losses(update.plan, service, [access for access in external if access.target == service.target])
        for service in services
    ]
    return ServiceLosses(
        external=tuple(dict.fromkeys(lost for lost_of in by_service for lost in lost_of.external)),
        unknown_endpoints=tuple(dict.fromkeys(id for lost_of in by_service for id in lost_of.unknown_endpoints)),
    )
