"""The picture of a plan, with marks on the objects that the update changes."""

from __future__ import annotations

from collections.abc import Collection

from ..report.plan import Approval, Cluster, Consumer, Endpoint, StackPlan, Zone
from ..report.resources import Operation
from ..report.values import subscription_in
from .model import Mark, Picture
from .sketch import Sketch

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
    for zone in plan.zones:
        if zone.key in zones:
            _draw_zone(sketch, plan, zone)
    for cluster in drawn:
        _draw_services(sketch, cluster)
    for consumer in consumers:
        _draw_consumer(sketch, consumer)
    return sketch.picture


def _draw_zone(sketch: Sketch, plan: StackPlan, zone: Zone) -> None:
    place = f"resource group {zone.resource_group}{'' if zone.made else ', exists'}"
    mark = _MARKS[zone.made.operation] if zone.made else "same"
    sketch.zone(zone.key, (zone.name or zone.key, place), zone.subscription, mark)
    for link in plan.links:
        if link.zone.latest == zone.key:
            sketch.link(zone.key, link.network, subscription_in(link.network), _MARKS[link.operation])


def _draw_services(sketch: Sketch, cluster: Cluster) -> None:
    sketch.cluster(cluster.key, subscription_in(cluster.id) if cluster.has_services else "")
    if not cluster.has_services:
        for role in ("engine", "ingestion"):
            sketch.service(cluster.key, role, "its owner's", "")
    for service in cluster.services:
        sketch.service(cluster.key, service.target, service.name, service.subscription, _MARKS[service.operation])
    for approval in cluster.external_approvals:
        sketch.external(cluster.key, approval.consumer, approval.target, "", _approval_mark(approval))


def _draw_consumer(sketch: Sketch, consumer: Consumer) -> None:
    for endpoint in consumer.endpoints:
        place = (consumer.cluster, consumer.key, endpoint.target)
        sketch.endpoint(*place, endpoint.name, endpoint.subscription, _MARKS[endpoint.operation])
        owner = endpoint.service.subscription if endpoint.service else ""
        mark = _approval_mark(endpoint.approval) if endpoint.approval else "same"
        sketch.approval(*place, _approved_by(endpoint), owner, mark)
        for host in endpoint.all_hosts:
            for record_set in consumer.record_sets_of(host):
                sketch.record(record_set.zone, *place)


def _approval_mark(approval: Approval) -> Mark:
    """The mark of an approval; one whose connections stay the same is not changed."""
    is_same = approval.connections.old == approval.connections.new and approval.operation == "update"
    return "same" if is_same else _MARKS[approval.operation]


def _approved_by(endpoint: Endpoint) -> str:
    """As `graph` says it, as far as a preview shows."""
    if endpoint.approval:
        return "by this stack"
    if endpoint.is_connected_by_id.latest:
        return "by Azure: by rights"
    if endpoint.service is None:
        return "by its owner"
    trusted = [subscription.lower() for subscription in endpoint.service.auto_approval.latest]
    return "by Azure: trusted subscription" if endpoint.subscription in trusted else "by other means"
