"""The picture of what settings ask for."""

from __future__ import annotations

from ...resource_ids import ResourceId
from ...settings import Approval, Settings
from ...topology.records import ClusterNode, EndpointNode, HandedAlias, Topology
from .sketch import Picture, Sketch
from .zones_of_settings import Zones

_BY: dict[Approval, str] = {
    "approve": "by this stack",
    "auto": "by Azure: trusted subscription",
    "resource_id": "by Azure: by rights",
    "elsewhere": "by other means",
}


def draw(settings: Settings, graph: Topology) -> Picture:
    """The graph that settings come to. What only Azure knows, such as a cluster's region, is not made up."""
    sketch = Sketch(sum(len(each.consumers) for each in graph.clusters.values()))
    zones = Zones(settings, graph)
    for zone in zones.boxes:
        sketch.zone(zone.key, zone.lines, zone.subscription)
        for link in zone.links:
            sketch.link(zone.key, str(link.network_id), link.network_id.subscription)
    for cluster in graph.clusters.values():
        _draw_services(sketch, settings, cluster)
        for each in cluster.endpoints:
            _draw_endpoint(sketch, settings, zones, cluster, each)
    return sketch.picture


def _draw_services(sketch: Sketch, settings: Settings, cluster: ClusterNode) -> None:
    given = settings.clusters.get(cluster.key)
    home: ResourceId | None = given.home if given else None
    sketch.cluster(cluster.key, home.subscription if home else "")
    for role, service in cluster.services.items():
        sketch.service(cluster.key, role, service.name, service.place.subscription)
    if not cluster.services:
        for role in cluster.hosts:
            sketch.service(cluster.key, role, "its owner's", "")
    for each in cluster.external_approvals:
        subscription = settings.external_consumers[each.consumer].subscription
        sketch.external(cluster.key, each.consumer, each.target, subscription)


def _draw_endpoint(sketch: Sketch, settings: Settings, zones: Zones, cluster: ClusterNode, node: EndpointNode) -> None:
    place, role = node.place.subscription, node.target
    sketch.endpoint(cluster.key, node.consumer, role, node.name, place)
    approval = settings.consumers[node.consumer].approval
    if isinstance(node.connects_to, HandedAlias):
        sketch.approval(cluster.key, node.consumer, role, "by its owner", "")
    else:
        owner = cluster.services[role].place.subscription
        sketch.approval(cluster.key, node.consumer, role, _BY[approval], owner)
    for record in node.records:
        sketch.record(zones.box_of(cluster, node.consumer, record.zone), cluster.key, node.consumer, role)
