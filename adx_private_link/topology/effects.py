"""
Settings of consumers that can take effect nowhere.

One consumer may reach clusters of both kinds, so a setting applies to the clusters that can take it. Where none of its
clusters can, it would be ignored silently.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..settings import ConsumerSettings, EndpointSettings, Target
from .offers import Offer, OfferedTarget
from .planning import Planning

_NATIVE = "all of its clusters are native"


def check_effects(planning: Planning, offers: Iterable[Offer]) -> None:
    """Check that each setting of each consumer takes effect on one of its clusters."""
    offers_by_cluster = {offer.cluster: offer for offer in offers}
    for key, consumer in sorted(planning.settings.consumers.items()):
        clusters = [cluster for cluster in planning.settings.cluster_keys if consumer.connects_to(cluster)]
        if not all(cluster in offers_by_cluster for cluster in clusters):
            continue  # another problem hides what they can take
        targets = [target for cluster in clusters for target in offers_by_cluster[cluster].targets.values()]
        if targets and all(target.target == "cluster" for target in targets):
            _check_consumer_of_natives(planning, f"consumers.{key}", consumer, targets)
        for cluster, overrides in consumer.endpoints.items():
            _check_zone_groups(planning, f"consumers.{key}.endpoints.{cluster}", consumer, overrides)
            path = f"consumers.{key}.endpoints.{cluster}"
            if "cluster" in overrides and cluster in offers_by_cluster:
                _check_endpoint(planning, f"{path}.cluster", consumer, cluster)
            for target, endpoint in overrides.items():
                if target != "cluster" and endpoint.zone_group:
                    planning.report(
                        f"{path}.{target}.zone_group",
                        "names a zone group, and the records of a private link service are record sets of this stack",
                        "remove it",
                        endpoint.zone_group,
                    )
    for key, external in sorted(planning.settings.external_consumers.items()):
        clusters = [cluster for cluster in planning.settings.clusters if external.connects_to(cluster)]
        if external.roles and clusters and all(planning.targets[cluster] == ("cluster",) for cluster in clusters):
            _report_roles(planning, f"external_consumers.{key}.roles")


def _check_consumer_of_natives(
    planning: Planning, path: str, consumer: ConsumerSettings, targets: Iterable[OfferedTarget]
) -> None:
    of_services = consumer.of_services
    if "approval" in of_services:
        planning.report(
            f"{path}.approval",
            f"is `auto`, and {_NATIVE}: a cluster has no list of subscriptions that Azure approves automatically",
            "leave it out, and this stack approves; or write `resource_id`, and Azure approves if the caller has the "
            "right",
            consumer.approval,
        )
    if "roles" in of_services:
        _report_roles(planning, f"{path}.roles")
    dns = consumer.zones
    if dns is None or any(target.recorded_hosts for target in targets):
        return
    if "dns.ttl" in of_services:
        planning.report(
            f"{path}.dns.ttl",
            f"concerns record sets of this stack, and {_NATIVE}: Azure writes their records, for 10 seconds",
            "remove it",
            dns.ttl,
        )
    if "dns.keep" in of_services:
        planning.report(f"{path}.dns.keep", f"names `ttl`, and {_NATIVE}: Azure writes their records", "remove `ttl`")


def _check_zone_groups(
    planning: Planning, path: str, consumer: ConsumerSettings, overrides: Mapping[Target, EndpointSettings]
) -> None:
    for target, endpoint in overrides.items():
        if endpoint.zone_group is None:
            continue
        if target != "cluster":
            message = "names a zone group, and Azure writes no records for endpoints of private link services"
        elif consumer.zones is None:
            message = "names a zone group of this stack, and another team or tool manages the names (`dns: elsewhere`)"
        else:
            continue
        planning.report(f"{path}.{target}.zone_group", message, "remove it", endpoint.zone_group)


def _report_roles(planning: Planning, path: str) -> None:
    planning.report(path, f"chooses roles, and {_NATIVE}: one endpoint serves all roles", "remove it")


def _check_endpoint(planning: Planning, path: str, consumer: ConsumerSettings, cluster: str) -> None:
    endpoint = consumer.endpoint(cluster, "cluster")
    if endpoint.address:
        planning.report(
            f"{path}.address",
            "is a static address, and the endpoint of a native cluster has eight addresses or more, all dynamic",
            "remove it",
            endpoint.address,
        )
    if endpoint.by_id:
        planning.report(
            f"{path}.by_id", "says how to connect, and endpoints of native clusters always connect by id", "remove it"
        )
    if "address" in endpoint.keep:
        planning.report(
            f"{path}.keep",
            "names `address`, and the endpoint of a native cluster has no static one",
            "remove `address`",
        )
