"""Targets: what private endpoints can connect to, of each cluster. The kind of a cluster is a fact."""

from __future__ import annotations

from collections.abc import Mapping

from ..naming.azure import service_id
from ..settings import HandOver, Settings, Target
from .described import described_facts
from .records import ClusterFacts, Former, ServiceFacts, Unreadable


def find_targets(
    settings: Settings,
    clusters: Mapping[str, ClusterFacts | Unreadable],
    hand_overs: Mapping[str, HandOver | Unreadable],
    published: frozenset[str],
) -> dict[str, tuple[Target, ...]]:
    """
    Find the targets of each cluster, by its key.

    Args:
        settings: The settings of a stack.
        clusters: What is known of the clusters that are looked up, by key. An unknown one counts as injected.
        hand_overs: What is known of the clusters that are handed over, by key. A hand-over that cannot be read offers
            nothing.
        published: The keys of the clusters that have services of this stack (`published_keys`).
    """
    targets: dict[str, tuple[Target, ...]] = {}
    for key, cluster in settings.clusters.items():
        facts = described_facts(cluster) or clusters.get(key)
        targets[key] = ("cluster",) if is_offered_itself(facts, is_published=key in published) else cluster.published
    for key in settings.hand_overs:
        if isinstance(hand_over := hand_overs.get(key), HandOver):
            targets[key] = (*hand_over.services, *hand_over.targets)
    return targets


def is_offered_itself(facts: ClusterFacts | Unreadable | None, *, is_published: bool) -> bool:
    """
    Return whether a cluster itself is what private endpoints connect to.

    A cluster that left its network while this stack publishes it keeps its services and endpoints.
    """
    if not isinstance(facts, ClusterFacts) or not facts.is_native:
        return False
    return not (facts.is_migrated and is_published)


def published_keys(
    settings: Settings, services: Mapping[str, ServiceFacts | Unreadable], former: Former
) -> frozenset[str]:
    """
    Return the keys of the clusters that have services of this stack.

    Args:
        settings: The settings of the stack.
        services: Its services that exist or cannot be read, by id in lower case.
        former: What the last update left.
    """
    left = {service.cluster for service in former.services}
    return frozenset(
        key
        for key, cluster in settings.clusters.items()
        if {key, cluster.formerly} & left
        or any(service_id(settings, key, role).key in services for role in cluster.published)
    )
