"""The picture of what a preview says: what would be touched is marked."""

from __future__ import annotations

from ..picture.sketch import Mark, Picture, Sketch
from .access import cluster_of, connections, consumer_of, external_of, role_of
from .plan import Change, Doing, StackPlan, texts

_MARKS: dict[Doing, Mark] = {
    "same": "same",
    "create": "new",
    "update": "changed",
    "replace": "replaced",
    "delete": "removed",
}


def draw(plan: StackPlan, clusters: set[str]) -> Picture:
    """Some clusters of a stack, with all that leads to them."""
    sides = [each for each in plan.of("ConsumerEndpoints") if cluster_of(each) in clusters]
    sketch = Sketch(len(sides))
    zones = {record.name.partition("@")[2] for side in sides for record in plan.below(side, "PrivateRecordSet")}
    for zone in plan.of("KustoPrivateDnsZone"):
        if zone.name in zones:
            _draw_zone(sketch, plan, zone)
    for cluster in sorted(clusters):
        _draw_services(sketch, plan, cluster)
    for side in sides:
        _draw_side(sketch, plan, side)
    return sketch.picture


def _draw_zone(sketch: Sketch, plan: StackPlan, component: Change) -> None:
    group, subscription = component.name.partition("@")[2].rsplit(".", 1)
    made = plan.below(component, "PrivateZone")
    mark = _MARKS[made[0].doing] if made else "same"
    place = f"resource group {group}{'' if made else ', exists'}"
    sketch.zone(component.name, str(component.input("zone")), place, subscription, mark)
    for link in plan.below(component, "VirtualNetworkLink"):
        network = str(link.input("virtualNetwork", "id"))
        sketch.link(component.name, network, _subscription(network), _MARKS[link.doing])


def _draw_services(sketch: Sketch, plan: StackPlan, cluster: str) -> None:
    component = plan.named("AdxPrivateLink", cluster) or plan.named("ClusterServices", cluster)
    published = plan.named("ClusterServices", cluster)
    sketch.cluster(cluster, _subscription(component.input("cluster")) if component and published else "")
    if published is None:
        for role in ("engine", "ingestion"):
            sketch.service(cluster, role, "its owner's", "")
        return
    for each in plan.below(published, "PrivateLinkService"):
        place = _subscription(each.input("loadBalancerFrontendIpConfigurations", 0, "id"))
        sketch.service(cluster, role_of(each), str(each.input("serviceName")), place, _MARKS[each.doing])
    for each in plan.below(published, "Deployment"):
        before, after = connections(each)
        mark = _MARKS[each.doing] if before != after or each.doing != "update" else "same"
        sketch.external(cluster, external_of(each), role_of(each), "", mark)


def _draw_side(sketch: Sketch, plan: StackPlan, side: Change) -> None:
    cluster, consumer = cluster_of(side), consumer_of(side)
    approvals = {role_of(each): each for each in plan.below(side, "Deployment")}
    roles: dict[str, str] = {}
    for each in plan.below(side, "PrivateEndpoint"):
        role = role_of(each)
        place = _subscription(each.input("subnet", "id"))
        sketch.endpoint(cluster, consumer, role, str(each.input("privateEndpointName")), place, _MARKS[each.doing])
        approval = approvals.get(role)
        how, mark = ("by this stack", _MARKS[approval.doing]) if approval else ("not by this stack", "same")
        service = plan.named("PrivateLinkService", f"{cluster}.{role}")
        owner = _subscription(service.input("loadBalancerFrontendIpConfigurations", 0, "id")) if service else ""
        sketch.approval(cluster, consumer, role, how, owner, mark)
        roles |= {host: role for when in (side.had, side.has) for host in _labels(when("hosts", role))}
    for record in plan.below(side, "PrivateRecordSet"):
        label, _, zone = record.name.partition("@")
        if label in roles:
            sketch.record(zone, cluster, consumer, roles[label])


def _labels(hosts: object) -> list[str]:
    return [each.partition(".")[0] for each in texts(hosts)]


def _subscription(id: object) -> str:
    parts = str(id).split("/")
    return parts[2].lower() if len(parts) > 2 else ""
