"""Who connects to what: one relation, which facts, guards and the graph all ask."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ..resource_ids import ClusterId, EndpointId, ServiceId
from ..settings import TARGETS, Settings, Target
from .azure import endpoint_id, service_id

TargetId = ServiceId | ClusterId
"""The id of what a private endpoint connects to."""


@dataclass(frozen=True)
class Access:
    """One private endpoint of this stack."""

    cluster: str
    """The key of the cluster that it connects to."""
    consumer: str
    """The key of the consumer whose network it lies in."""
    target: Target
    endpoint: EndpointId
    target_id: TargetId | None
    """
    What lists its connection: a private link service of this stack, or a native cluster; None for a cluster that is
    handed over.
    """


def find_accesses(settings: Settings, targets: Mapping[str, Collection[Target]]) -> tuple[Access, ...]:
    """
    Find every private endpoint that the settings ask for, sorted by cluster, consumer and target.

    Args:
        settings: The settings of a stack.
        targets: The targets of each cluster, by its key (`facts.targets`).
    """
    ids = {key: {target: _target_id(settings, key, target) for target in offered} for key, offered in targets.items()}
    return tuple(
        Access(key, consumer, target, endpoint_id(settings, key, consumer, target), ids[key][target])
        for key in settings.cluster_keys
        for consumer, consumer_settings in sorted(settings.consumers_of(key).items())
        for target in TARGETS
        if target in ids.get(key, ()) and asks_for(consumer_settings.roles, target)
    )


def asks_for(roles: Collection[str] | None, target: Target) -> bool:
    """Return whether roles in the settings leave a target in; an endpoint of a native cluster serves all roles."""
    return roles is None or target == "cluster" or target in roles


def _target_id(settings: Settings, cluster: str, target: Target) -> TargetId | None:
    cluster_settings = settings.clusters.get(cluster)
    if cluster_settings is None:
        return None
    return cluster_settings.id if target == "cluster" else service_id(settings, cluster, target)
