"""Clusters: whether clients reach them at their public addresses, and whether that is as the settings say."""

from __future__ import annotations

from collections.abc import Iterator

from ....settings import AccessSetting
from ....topology.access_warnings import find_warned_difference
from ..accesses import Update
from ..resources import PlannedResource
from ..values import text
from .records.trust import AccessDiffers, PublicAccessChanged

_DEFAULT = "Enabled"
"""Of a cluster without the property (MicrosoftDocs, dataexplorer-docs, security-network-restrict-public-access.md)."""


def closed_clusters(update: Update) -> Iterator[PublicAccessChanged]:
    """Find each cluster that no longer accepts clients at its public address."""
    for cluster, consumers in _clusters(update):
        if _access(cluster, is_old=True) == "Enabled" and _access(cluster, is_old=False) == "Disabled":
            yield PublicAccessChanged(kind="public-access-disabled", cluster=cluster.name, consumers=consumers)


def opened_clusters(update: Update) -> Iterator[PublicAccessChanged]:
    """Find each cluster that accepts clients at its public address from now on."""
    for cluster, consumers in _clusters(update):
        if _access(cluster, is_old=True) == "Disabled" and _access(cluster, is_old=False) == "Enabled":
            yield PublicAccessChanged(kind="public-access-enabled", cluster=cluster.name, consumers=consumers)


def differing_access(update: Update) -> Iterator[AccessDiffers]:
    """Find each cluster whose access in Azure is not as its settings say: it was changed there, or not yet changed."""
    settings: dict[str, list[AccessSetting]] = {}
    for message in update.plan.messages:
        if difference := find_warned_difference(message.text):
            key, setting = difference
            settings.setdefault(key, []).append(setting)
    for key, names in settings.items():
        yield AccessDiffers(cluster=key, settings=tuple(dict.fromkeys(names)))


def _clusters(update: Update) -> Iterator[tuple[PlannedResource, tuple[str, ...]]]:
    """The cluster resources of the program, with the consumers that have private access to each after the update."""
    for resource in update.plan.resources:
        if resource.kind == "Cluster" and ":kusto" in resource.type and resource.old and resource.new:
            id = (text(resource.output("id")) or "").lower()
            keys = {cluster.key for cluster in update.plan.clusters if id and (cluster.id or "").lower() == id}
            reaching = (access.consumer for access in update.accesses if access.cluster in keys and access.is_private)
            yield resource, tuple(dict.fromkeys(reaching))


def _access(cluster: PlannedResource, *, is_old: bool) -> str:
    read = cluster.old_input if is_old else cluster.new_input
    return text(read("publicNetworkAccess")) or _DEFAULT
