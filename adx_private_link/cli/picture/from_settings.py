"""The picture of what settings ask for."""

from __future__ import annotations

from ...resource_ids import ResourceId
from ...settings import Approval, Settings
from ...topology.records import ClusterConnection, ClusterNode, EndpointNode, HandedAlias, Topology
from ..natural_order import natural
from .model import Picture
from .sketch import Sketch
from .zones import Zones

_APPROVED: dict[Approval, str] = {
    "approve": "by this stack",
    "auto": "by Azure: trusted subscription",
    "resource_id": "by Azure: by rights",
    "elsewhere": "by other means",
}


def draw(settings: Settings, topology: Topology) -> Picture:
    """Draw the graph of settings, without what only Azure knows, such as a cluster's region."""
    clusters = sorted(topology.clusters.values(), key=lambda cluster: natural(cluster.key))
    sketch = Sketch(sum(len(cluster.consumers) for cluster in clusters))
    zones = Zones(settings, topology)
    for zone in zones.nodes:
        sketch.zone(zone.key, zone.lines, zone.subscription)
        for link in zone.links:
            sketch.link(zone.key, str(link.network_id), link.network_id.subscription)
    for cluster in clusters:
        _draw_services(sketch, settings, cluster)
        for endpoint in sorted(cluster.endpoints, key=lambda endpoint: natural(endpoint.consumer)):
            _draw_endpoint(sketch, settings, zones, cluster, endpoint)
        for managed in cluster.managed_endpoints:
            approved = "by this stack" if managed.approval else "by its owner"
            sketch.managed_endpoint(
                cluster.key, managed.key, str(managed.target), approved, managed.target.subscription
            )
    return sketch.picture


def _draw_services(sketch: Sketch, settings: Settings, cluster: ClusterNode) -> None:
    own = settings.clusters.get(cluster.key)
    home: ResourceId | None = own.home if own else None
    sketch.cluster(cluster.key, home.subscription if home else "")
    is_native = "cluster" in cluster.hosts
    for target, service in cluster.services.items():
        sketch.service(cluster.key, target, service.name, service.place.subscription)
    if not cluster.services and not is_native:
        for target in cluster.hosts:
            sketch.service(cluster.key, target, "its owner's", "")
    for approval in cluster.external_approvals:
        subscription = settings.external_consumers[approval.consumer].subscription
        sketch.external(cluster.key, approval.consumer, approval.target, subscription)


def _draw_endpoint(
    sketch: Sketch, settings: Settings, zones: Zones, cluster: ClusterNode, endpoint: EndpointNode
) -> None:
    place = (cluster.key, endpoint.consumer, endpoint.target)
    idle = f" ({endpoint.idle})" if endpoint.idle else ""
    sketch.endpoint(*place, f"{endpoint.name}{idle}", endpoint.place.subscription)
    sketch.approval(*place, *_approval(settings, cluster, endpoint))
    for record in endpoint.records:
        sketch.record(zones.node_of(cluster, endpoint.consumer, record.zone), *place)
    if endpoint.zone_group:
        nodes = [zones.node_of(cluster, endpoint.consumer, config.zone) for config in endpoint.zone_group.configs]
        sketch.zone_group(*place, dict.fromkeys(nodes), endpoint.place.subscription)


def _approval(settings: Settings, cluster: ClusterNode, endpoint: EndpointNode) -> tuple[str, str]:
    """Who approves an endpoint's connection, and in which subscription."""
    approval = settings.consumers[endpoint.consumer].approval
    if isinstance(endpoint.connects_to, HandedAlias) or (cluster.is_handed_over and approval in ("approve", "auto")):
        return "by its owner", ""
    if isinstance(endpoint.connects_to, ClusterConnection):
        # A cluster has no list of subscriptions that Azure approves automatically, so this stack approves.
        approved = _APPROVED["approve" if approval == "auto" else approval]
        return approved, "" if cluster.is_handed_over else endpoint.connects_to.id.subscription
    return _APPROVED[approval], cluster.services[endpoint.target].place.subscription
