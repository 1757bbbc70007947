"""The picture of a plan, with marks on the objects that the update changes."""

from __future__ import annotations

from collections.abc import Collection

from ...kusto_hosts import is_storage_zone
from ...naming.logical import ZoneName
from ..report.managed_endpoints import ManagedEndpoint
from ..report.plan import Approval, Cluster, Consumer, Endpoint, StackPlan, Zone
from ..report.resources import Operation
from ..report.values import subscription_in
from .model import Mark, Picture
from .sketch import Sketch
from .zones import storage_node

_MARKS: dict[Operation, Mark] = {
    "same": "same",
    "import": "same",
    "create": "created",
    "update": "updated",
    "replace": "replaced",
    "delete": "deleted",
}


def draw(plan: StackPlan, clusters: Collection[str]) -> Picture:
    """Draw some clusters of a stack, with everything that leads to them."""
    drawn = [cluster for cluster in plan.clusters if cluster.key in clusters]
    consumers = [consumer for cluster in drawn for consumer in cluster.consumers]
    sketch = Sketch(len(consumers))
    zones = {record_set.zone for consumer in consumers for record_set in consumer.record_sets}
    groups = [endpoint.zone_group for consumer in consumers for endpoint in consumer.endpoints if endpoint.zone_group]
    zones |= {zone for group in groups for zone in (*group.zones.old.values(), *group.zones.new.values())}
    for zone in plan.zones:
        if zone.key in zones:
            _draw_zone(sketch, plan, zone)
    for cluster in drawn:
        _draw_cluster(sketch, cluster)
    for cluster in drawn:
        for consumer in cluster.consumers:
            _draw_consumer(sketch, cluster, consumer)
        for managed in cluster.managed_endpoints:
            _draw_managed_endpoint(sketch, cluster, managed)
    return sketch.picture


def _draw_zone(sketch: Sketch, plan: StackPlan, zone: Zone) -> None:
    place = f"resource group {zone.resource_group}{'' if zone.made else ', exists'}"
    mark = _MARKS[zone.made.operation] if zone.made else "same"
    name, node = zone.name or zone.key, _node_of(zone.key)
    if node == zone.key:
        sketch.zone(node, (name, place), zone.subscription, mark)
    else:
        sketch.zone(node, (name,), zone.subscription, mark, title=place)
    for link in plan.links:
        if link.zone.latest == zone.key:
            sketch.link(node, link.network, subscription_in(link.network), _MARKS[link.operation])


def _node_of(zone: str) -> str:
    """The node of a zone, by the zone's key: zones of storage accounts in one resource group share one."""
    name = ZoneName.parse(zone)
    return storage_node(name.resource_group, name.subscription) if name and is_storage_zone(zone) else zone


def _draw_cluster(sketch: Sketch, cluster: Cluster) -> None:
    sketch.cluster(cluster.key, "" if cluster.is_handed_over else subscription_in(cluster.id))
    if cluster.is_handed_over and not cluster.is_native:
        for target in ("engine", "ingestion"):
            sketch.service(cluster.key, target, "its owner's", "")
    for service in cluster.services:
        sketch.service(cluster.key, service.target, service.name, service.subscription, _MARKS[service.operation])
    for approval in cluster.external_approvals:
        sketch.external(cluster.key, approval.consumer, approval.target, "", _approval_mark(approval))


def _draw_consumer(sketch: Sketch, cluster: Cluster, consumer: Consumer) -> None:
    for endpoint in consumer.endpoints:
        place = (consumer.cluster, consumer.key, endpoint.target)
        idle = f" ({endpoint.idle_reason})" if endpoint.idle_reason else ""
        sketch.endpoint(*place, f"{endpoint.name}{idle}", endpoint.subscription, _MARKS[endpoint.operation])
        mark = _approval_mark(endpoint.approval) if endpoint.approval else "same"
        sketch.approval(*place, _approved_by(cluster, endpoint), _owner(cluster, endpoint), mark)
        for host in endpoint.hosts.old if endpoint.idle_reason else endpoint.all_hosts:
            for record_set in consumer.record_sets_of(host):
                if record_set.zone_group is None:
                    sketch.record(_node_of(record_set.zone), *place)
        if group := endpoint.zone_group:
            zones = dict.fromkeys(map(_node_of, [*group.zones.old.values(), *group.zones.new.values()]))
            sketch.zone_group(*place, zones, endpoint.subscription, _MARKS[group.operation])


def _draw_managed_endpoint(sketch: Sketch, cluster: Cluster, managed: ManagedEndpoint) -> None:
    target = managed.target.latest or managed.key
    approved = "by this stack" if managed.is_approved_here else "by its owner"
    if managed.operation == "delete":
        approved = ""
    mark = _MARKS[managed.operation]
    sketch.managed_endpoint(cluster.key, managed.key, target, approved, subscription_in(managed.target.latest), mark)


def _approval_mark(approval: Approval) -> Mark:
    """The mark of an approval; one whose connections stay the same is not changed."""
    is_same = approval.connections.old == approval.connections.new and approval.operation == "update"
    return "same" if is_same else _MARKS[approval.operation]


def _owner(cluster: Cluster, endpoint: Endpoint) -> str:
    """The subscription of what an endpoint connects to; empty where another stack owns it."""
    if endpoint.service:
        return endpoint.service.subscription
    return subscription_in(cluster.id) if cluster.is_native and not cluster.is_handed_over else ""


def _approved_by(cluster: Cluster, endpoint: Endpoint) -> str:
    """As `graph` says it, as far as a preview shows."""
    if endpoint.approval:
        return "by this stack"
    if endpoint.is_connected_by_id.latest:
        return "by Azure: by rights"
    if endpoint.service is None:
        return "by its owner" if cluster.is_handed_over else "by other means"
    trusted = [subscription.lower() for subscription in endpoint.service.auto_approval.latest]
    return "by Azure: trusted subscription" if endpoint.subscription in trusted else "by other means"
