"""Who connects to what: one relation, which facts, guards and the graph all ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..resource_ids import EndpointId, ServiceId
from ..settings import TARGETS, HandOver, Settings, Target
from .azure import endpoint_id, service_id


@dataclass(frozen=True)
class Access:
    """One private endpoint of this stack."""

    cluster: str
    """The key of the cluster that it connects to."""
    consumer: str
    """The key of the consumer whose network it lies in."""
    target: Target
    endpoint: EndpointId
    service: ServiceId | None
    """The private link service, where it is this stack's; None for a cluster that is handed over."""


def find_accesses(settings: Settings, hand_overs: Mapping[str, object]) -> tuple[Access, ...]:
    """
    Find every private endpoint that the settings ask for, sorted by cluster, consumer and target.

    Args:
        settings: The settings of a stack.
        hand_overs: What is known of the clusters that are handed over, by key. A hand-over that cannot be read offers
            nothing.
    """
    services: dict[str, dict[Target, ServiceId | None]] = {
        key: {target: service_id(settings, key, target) for target in cluster.published}
        for key, cluster in settings.clusters.items()
    }
    for key in settings.hand_overs:
        if isinstance(hand_over := hand_overs.get(key), HandOver):
            services[key] = dict.fromkeys(hand_over.services)
    return tuple(
        Access(key, consumer, target, endpoint_id(settings, key, consumer, target), offered[target])
        for key, offered in sorted(services.items())
        for consumer, consumer_settings in sorted(settings.consumers_of(key).items())
        for target in TARGETS
        if target in offered and (consumer_settings.roles is None or target in consumer_settings.roles)
    )
