"""Resources of a plan: what settings alone decide about them, for rules that run before anything is previewed."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..facts.expected import EXPECTED_REGION
from ..naming.logical import lock_name
from ..settings import Settings
from ..settings.cluster_access import ACCESS_SETTINGS
from ..topology.records import ClusterNode, EndpointNode, ServiceNode, Topology, ZoneNode
from .resources import (
    CLUSTER_SETTINGS,
    CONSUMER,
    ENDPOINT,
    EXTERNAL_CONSUMER,
    LINK,
    LOCK,
    MANAGED_ENDPOINT,
    RECORD,
    SERVICE,
    ZONE,
    PolicyResource,
)


def planned_resources(
    settings: Settings, topology: Topology, of_unknown_kind: Collection[str] = ()
) -> Iterator[PolicyResource]:
    """
    Yield the resources of a stack, as far as rules look at them, and its settings that are no resources.

    Services of clusters `of_unknown_kind`, by key, are left out: a native cluster has none, and takes no settings of
    them.
    """
    yield from _of_settings(settings, topology)
    for zone in topology.zones.values():
        yield from _of_zone(zone)
    for node in topology.clusters.values():
        if node.key not in of_unknown_kind:
            for service in node.services.values():
                yield from _of_service(node, service)
        for endpoint in node.endpoints:
            yield from _of_endpoint(endpoint)
        for managed in node.managed_endpoints:
            target = {"privateLinkResourceId": str(managed.target)}
            setting = f"clusters.{node.key}.managed_endpoints.{managed.key}"
            yield PolicyResource(MANAGED_ENDPOINT, managed.logical_name, target, setting=setting)


def _of_settings(settings: Settings, topology: Topology) -> Iterator[PolicyResource]:
    for key, cluster in settings.clusters.items():
        stated = cluster.model_dump(include={*ACCESS_SETTINGS})
        yield PolicyResource(CLUSTER_SETTINGS, key, stated, setting=f"clusters.{key}")
    own = [node for node in topology.clusters.values() if not node.is_handed_over]
    connected = {endpoint.consumer for node in own for endpoint in node.endpoints}
    for key, consumer in settings.consumers.items():
        if key in connected and consumer.approval != "elsewhere":
            place = {"subscription": consumer.subnet_id.subscription}
            yield PolicyResource(CONSUMER, key, place, setting=f"consumers.{key}")
    for key, external in settings.external_consumers.items():
        stated = {"subscription": external.subscription, "endpoint_names": external.endpoint_names}
        yield PolicyResource(EXTERNAL_CONSUMER, key, stated, setting=f"external_consumers.{key}")


def _of_zone(zone: ZoneNode) -> Iterator[PolicyResource]:
    # The zones of a consumer, or those for other stacks, are the settings above those of their links.
    setting = zone.links[0].path.rpartition(".")[0].rpartition(".")[0] if zone.links else ""
    if not zone.exists:
        inputs = {"privateZoneName": zone.name, "tags": dict(zone.tags)}
        yield PolicyResource(
            ZONE, zone.key, inputs, is_protected=zone.protect, kept=_kept(zone.keep, ("tags",)), setting=setting
        )
        if zone.lock:
            yield PolicyResource(LOCK, lock_name(zone.key), {}, setting=setting)
    for link in zone.links:
        inputs = {
            "privateZoneName": zone.name,
            "resolutionPolicy": link.resolution_policy,
            "tags": dict(link.tags),
            "virtualNetworkLinkName": link.name,
        }
        kept = _kept(link.keep, ("tags", "registration"))
        yield PolicyResource(LINK, link.logical_name, inputs, kept=kept, setting=link.path)


def _of_service(cluster: ClusterNode, service: ServiceNode) -> Iterator[PolicyResource]:
    setting = f"clusters.{cluster.key}"
    inputs = {
        "serviceName": service.name,
        "location": _known(service.place.location),
        "visibility": {"subscriptions": [*service.visibility]},
        "autoApproval": {"subscriptions": [*service.auto_approval]},
        "tags": dict(service.tags),
    }
    yield PolicyResource(
        SERVICE, service.logical_name, inputs, is_protected=service.protect, kept=service.keep, setting=setting
    )
    if service.lock:
        yield PolicyResource(LOCK, lock_name(service.logical_name), {}, setting=setting)


def _of_endpoint(endpoint: EndpointNode) -> Iterator[PolicyResource]:
    setting = f"consumers.{endpoint.consumer}"
    inputs = {
        "privateEndpointName": endpoint.name,
        "location": _known(endpoint.place.location),
        "subnet": {"id": str(endpoint.subnet_id)},
        "tags": dict(endpoint.tags),
    }
    yield PolicyResource(ENDPOINT, endpoint.logical_name, inputs, kept=endpoint.keep, setting=setting)
    for record in endpoint.records:
        kept = _kept(record.keep, ("ttl",))
        yield PolicyResource(RECORD, record.logical_name, {"ttl": record.ttl}, kept=kept, setting=f"{setting}.dns")


def _kept(keep: tuple[str, ...], words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of `keep` that concern one type of resource; the setting is one for all resources of DNS."""
    return tuple(word for word in keep if word in words)


def _known(location: str) -> str | None:
    """Return a region; None for the placeholder of one that only Azure knows."""
    return None if location == EXPECTED_REGION else location
