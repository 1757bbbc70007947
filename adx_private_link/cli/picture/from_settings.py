"""The picture of what settings ask for."""

from __future__ import annotations

from ...resource_ids import ResourceId
from ...settings import Approval, Settings
from ...topology.records import ClusterNode, EndpointNode, HandedAlias, Topology
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
    return sketch.picture


def _draw_services(sketch: Sketch, settings: Settings, cluster: ClusterNode) -> None:
    own = settings.clusters.get(cluster.key)
    home: ResourceId | None = own.home if own else None
    sketch.cluster(cluster.key, home.subscription if home else "")
    for role, service in cluster.services.items():
        sketch.service(cluster.key, role, service.name, service.place.subscription)
    if not cluster.services:
        for role in cluster.hosts:
            sketch.service(cluster.key, role, "its owner's", "")
    for approval in cluster.external_approvals:
        subscription = settings.external_consumers[approval.consumer].subscription
        sketch.external(cluster.key, approval.consumer, approval.target, subscription)


def _draw_endpoint(
    sketch: Sketch, settings: Settings, zones: Zones, cluster: ClusterNode, endpoint: EndpointNode
) -> None:
    role = endpoint.target
    place = (cluster.key, endpoint.consumer, role)
    sketch.endpoint(*place, endpoint.name, endpoint.place.subscription)
    if isinstance(endpoint.connects_to, HandedAlias):
        sketch.approval(*place, "by its owner", "")
    else:
        approval = settings.consumers[endpoint.consumer].approval
        sketch.approval(*place, _APPROVED[approval], cluster.services[role].place.subscription)
    for record in endpoint.records:
        sketch.record(zones.node_of(cluster, endpoint.consumer, record.zone), *place)
