"""Consumers: what is wrong with one, whatever cluster it connects to."""

from __future__ import annotations

from collections.abc import Iterable

from ..naming.accesses import asks_for
from ..settings import TARGETS, ConsumerSettings, Target
from .addresses import check_address
from .planning import Planning

_LISTED_CLUSTERS = 20


def check_consumer(planning: Planning, key: str) -> None:
    """Check a consumer of this stack."""
    consumer, path = planning.settings.consumers[key], f"consumers.{key}"
    _check_clusters(planning, f"{path}.clusters", consumer.clusters)
    _check_overrides(planning, path, consumer)
    subnet = planning.subnet(f"{path}.subnet_id", consumer.subnet_id)
    if subnet is None:
        return
    if subnet.delegated_to:
        planning.report(
            f"{path}.subnet_id",
            f"is delegated to {subnet.delegated_to}; Azure rejects private endpoints in delegated subnets",
            "use another subnet of the network",
            str(consumer.subnet_id),
        )
    for cluster, targets in consumer.endpoints.items():
        for target, endpoint in targets.items():
            if endpoint.address:
                where = f"{path}.endpoints.{cluster}.{target}.address"
                check_address(planning, where, endpoint.address, subnet, consumer.subnet_id)


def _check_overrides(planning: Planning, path: str, consumer: ConsumerSettings) -> None:
    """Settings of an endpoint that is never created would be ignored silently."""
    for cluster, targets in consumer.endpoints.items():
        where = f"{path}.endpoints.{cluster}"
        if not planning.settings.has_cluster(cluster):
            planning.report(where, "is not the key of a cluster", _known_clusters(planning))
            continue
        if not consumer.connects_to(cluster):
            planning.report(where, "is not among its `clusters`", "add it to them, or remove it here")
        for target in targets:
            if not asks_for(consumer.roles, target):
                planning.report(f"{where}.{target}", "is not among its `roles`", "add it to them, or remove it here")


def check_external_consumer(planning: Planning, key: str) -> None:
    """Check an external consumer."""
    settings, path = planning.settings, f"external_consumers.{key}"
    consumer = settings.external_consumers[key]
    _check_clusters(planning, f"{path}.clusters", consumer.clusters)
    for index, cluster in enumerate(consumer.clusters or ()):
        if cluster in settings.hand_overs:
            planning.report(
                f"{path}.clusters.{index}",
                "is a cluster that another stack publishes and approves connections to",
                "remove it here, and let its owner declare them in `external_consumers`",
                cluster,
            )
    for target in consumer.roles or ():
        for cluster in settings.clusters if consumer.clusters is None else consumer.clusters:
            is_native = planning.targets.get(cluster) == ("cluster",)
            published = settings.clusters[cluster].published if cluster in settings.clusters else TARGETS
            if not is_native and target not in published:
                report_unpublished(planning, f"{path}.roles", target, cluster, published)


def report_unpublished(
    planning: Planning, path: str, target: Target, cluster: str, published: Iterable[Target]
) -> None:
    """Report a setting that asks for a target that a cluster does not publish."""
    planning.report(
        path,
        f"asks for {target}, which cluster {cluster} does not publish",
        f"write what it publishes ({', '.join(published)}), or remove the setting for everything that it publishes",
    )


def _check_clusters(planning: Planning, path: str, clusters: list[str] | None) -> None:
    for index, cluster in enumerate(clusters or ()):
        if not planning.settings.has_cluster(cluster):
            planning.report(f"{path}.{index}", "is not the key of a cluster", _known_clusters(planning), cluster)


def _known_clusters(planning: Planning) -> str:
    keys = planning.settings.cluster_keys
    more = len(keys) - _LISTED_CLUSTERS
    return f"write one of: {', '.join(keys[:_LISTED_CLUSTERS])}{f' and {more} more' if more > 0 else ''}"
