"""The picture of what a preview says: what would be touched is marked."""

from __future__ import annotations

from ..picture.sketch import Mark, Picture, Sketch
from .change import Change, Doing, subscription_of, texts
from .graph import Side, cluster_of, connections, external_of, role_of, sides
from .plan import StackPlan

_MARKS: dict[Doing, Mark] = {
    "same": "same",
    "import": "same",
    "create": "new",
    "update": "changed",
    "replace": "replaced",
    "delete": "removed",
}


def draw(plan: StackPlan, clusters: set[str]) -> Picture:
    """Some clusters of a stack, with all that leads to them."""
    found = [each for each in sides(plan) if each.cluster in clusters]
    sketch = Sketch(len(found))
    zones = {r.name.partition("@")[2] for side in found for r in plan.below(side.component, "PrivateRecordSet")}
    for zone in plan.of("KustoPrivateDnsZone"):
        if zone.name in zones:
            _draw_zone(sketch, plan, zone)
    for whole in plan.of("AdxPrivateLink"):
        if cluster_of(plan, whole) in clusters and not plan.below(whole, "ClusterServices"):
            _draw_handed_over(sketch, cluster_of(plan, whole))
    for services in plan.of("ClusterServices"):
        if cluster_of(plan, services) in clusters:
            _draw_services(sketch, plan, services)
    for side in found:
        _draw_side(sketch, side)
    return sketch.picture


def _draw_zone(sketch: Sketch, plan: StackPlan, component: Change) -> None:
    group, subscription = component.name.partition("@")[2].rsplit(".", 1)
    made = plan.below(component, "PrivateZone")
    mark = _MARKS[made[0].doing] if made else "same"
    place = f"resource group {group}{'' if made else ', exists'}"
    sketch.zone(component.name, (str(component.input("zone")), place), subscription, mark)
    for link in plan.below(component, "VirtualNetworkLink"):
        network = str(link.input("virtualNetwork", "id"))
        sketch.link(component.name, network, subscription_of(network), _MARKS[link.doing])


def _draw_handed_over(sketch: Sketch, cluster: str) -> None:
    sketch.cluster(cluster, "")
    for role in ("engine", "ingestion"):
        sketch.service(cluster, role, "its owner's", "")


def _draw_services(sketch: Sketch, plan: StackPlan, services: Change) -> None:
    cluster = cluster_of(plan, services)
    sketch.cluster(cluster, subscription_of(services.input("cluster")))
    for each in plan.below(services, "PrivateLinkService"):
        sketch.service(cluster, role_of(each), str(each.input("serviceName")), _owner(each), _MARKS[each.doing])
    for each in plan.below(services, "Deployment"):
        sketch.external(cluster, external_of(each), role_of(each), "", _approval_mark(each))


def _draw_side(sketch: Sketch, side: Side) -> None:
    for each in side.endpoints:
        role, name = role_of(each), str(each.input("privateEndpointName"))
        place = subscription_of(each.input("subnet", "id"))
        sketch.endpoint(side.cluster, side.consumer, role, name, place, _MARKS[each.doing])
        approval, service = side.approval(each), side.service(each)
        mark = _approval_mark(approval) if approval else "same"
        owner = _owner(service) if service else ""
        sketch.approval(side.cluster, side.consumer, role, _approved_by(each, approval, service), owner, mark)
        for host in side.hosts(role):
            for record in side.records(host):
                sketch.record(record.name.partition("@")[2], side.cluster, side.consumer, role)


def _approval_mark(approval: Change) -> Mark:
    """An approval that only says the same again is none."""
    before, after = connections(approval)
    return _MARKS[approval.doing] if before != after or approval.doing != "update" else "same"


def _approved_by(endpoint: Change, approval: Change | None, service: Change | None) -> str:
    """As `graph` says it, as far as a preview tells."""
    if approval:
        return "by this stack"
    if endpoint.input("privateLinkServiceConnections"):
        return "by Azure: by rights"
    if service is None:
        return "by its owner"
    trusted = texts(service.input("autoApproval", "subscriptions"))
    is_trusted = subscription_of(endpoint.input("subnet", "id")) in map(str.lower, trusted)
    return "by Azure: trusted subscription" if is_trusted else "by other means"


def _owner(service: Change) -> str:
    return subscription_of(service.input("loadBalancerFrontendIpConfigurations", 0, "id"))
