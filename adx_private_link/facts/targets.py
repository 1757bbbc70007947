"""Targets: what private endpoints can connect to, of each cluster. The kind of a cluster is a fact."""

from __future__ import annotations

from collections.abc import Mapping

from ..naming.azure import service_id
from ..settings import ClusterSettings, HandOver, HandOverSource, Settings, Target
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
        targets[key] = _targets_of(cluster, facts, is_published=key in published)
    for key in settings.hand_overs:
        if isinstance(hand_over := hand_overs.get(key), HandOver):
            targets[key] = handed_targets(settings.hand_overs[key], hand_over)
    return targets


def handed_targets(source: HandOverSource, hand_over: HandOver) -> tuple[Target, ...]:
    """Return the targets of a cluster that is handed over; nothing is removed before the settings say so."""
    services, itself = tuple(hand_over.services), tuple(hand_over.targets)
    if not services or not itself:
        return services or itself
    if hand_over.publishes_itself:
        return itself if source.targets == "cluster" else (*services, *itself)
    if source.targets == "cluster" and source.names == "public":
        return itself
    return (*services, *itself) if source.targets == "both" else services


def _targets_of(
    cluster: ClusterSettings, facts: ClusterFacts | Unreadable | None, *, is_published: bool
) -> tuple[Target, ...]:
    if isinstance(facts, ClusterFacts) and facts.is_native:
        # Nothing is removed before the settings say so: others may have moved the cluster out of its network.
        keeps_services = facts.is_migrated and is_published and cluster.targets != "cluster"
        return (*cluster.published, "cluster") if keeps_services else ("cluster",)
    match cluster.targets:
        case "both":
            return (*cluster.published, "cluster")
        case "cluster" if cluster.names == "public":
            return ("cluster",)
        case _:
            return cluster.published


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
