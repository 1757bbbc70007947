"""The publisher of clusters that another stack hands over."""

from __future__ import annotations

from ..facts.records import Unreadable
from ..facts.targets import handed_targets
from ..kusto_hosts import is_storage_zone
from ..naming.azure import cluster_naming_key
from ..naming.hosts import KUSTO, native_zones, record_of
from ..resource_ids import ClusterId
from ..settings import HandedService, HandedTarget, HandOver, HandOverSource, Role, Target
from .offers import Offer, OfferedTarget
from .planning import Planning
from .publishing import check_zone_name
from .records import ClusterConnection, HandedAlias, Host, Idle


def offer_handed_over(planning: Planning, key: str) -> Offer | None:
    """Make the offer of a cluster that is handed over; None where the hand-over cannot be read."""
    hand_over = planning.facts.hand_over(key)
    if isinstance(hand_over, Unreadable):
        planning.report(f"hand_overs.{key}", f"cannot be read: {hand_over.reason}", hand_over.remedy)
        return None
    zone = planning.settings.hand_overs[key].zone
    if zone is None and hand_over.zone != hand_over.own_zone:
        planning.report(
            f"hand_overs.{key}",
            f"asks for records in zone {hand_over.zone}; the zone of its host names is {hand_over.own_zone}",
            f"ask its owner for a hand-over with that zone; or write `zone: {hand_over.zone}` here, if your clients "
            "are meant to get its addresses for names in that zone",
        )
    zone = zone or hand_over.own_zone
    if any(not target.was_injected for target in hand_over.targets.values()):
        check_zone_name(planning, f"hand_overs.{key}.zone", zone, hand_over.own_zone)
    source, is_moving = planning.settings.hand_overs[key], bool(hand_over.services and hand_over.targets)
    if is_moving:
        _check_targets(planning, key, hand_over)
    idle_services, idle_itself = _find_idle(source, hand_over)
    offered: dict[Target, OfferedTarget] = {
        **{role: _offered_service(role, service, zone, idle_services) for role, service in hand_over.services.items()},
        **{group: _offered_cluster(group, handed, zone, idle_itself) for group, handed in hand_over.targets.items()},
    }
    grouped = offered["cluster"].grouped_zones.values() if "cluster" in offered else ()
    return Offer(
        cluster=key,
        name=cluster_naming_key(planning.settings, key),
        id=ClusterId.read(next((target.id for target in hand_over.targets.values()), hand_over.cluster)),
        location=hand_over.location,
        zone=zone,
        request_message=hand_over.request_message,
        targets={target: offered[target] for target in handed_targets(source, hand_over)},
        has_left=is_moving and hand_over.publishes_itself,
        optional_zones=frozenset(filter(is_storage_zone, grouped if is_moving and source.targets is None else ())),
        allowed_targets=hand_over.allowed_roles,
        is_handed_over=True,
    )


def _find_idle(source: HandOverSource, hand_over: HandOver) -> tuple[Idle | None, Idle | None]:
    """Return why services publish nothing, and why the cluster itself does not."""
    by_setting: Idle | None = "public" if source.names == "public" else None
    if not hand_over.services or not hand_over.targets:
        return by_setting, by_setting
    return ("left", by_setting) if hand_over.publishes_itself else (by_setting, "prepared")


def _check_targets(planning: Planning, key: str, hand_over: HandOver) -> None:
    """The settings cannot ask for what does not lead to the cluster: access would end, private or public."""
    path, targets = f"hand_overs.{key}.targets", planning.settings.hand_overs[key].targets
    if targets == "cluster" and planning.settings.hand_overs[key].names == "public":
        return
    if targets in ("services", "cluster") and (targets == "cluster") != hand_over.publishes_itself:
        leads = "the cluster itself" if hand_over.publishes_itself else "its private link services"
        planning.report(
            path,
            f"is `{targets}`, and the hand-over says that {leads} lead{'s' * hand_over.publishes_itself} to it now",
            "write `both`, or leave it out, until its owner says otherwise"
            + ("" if hand_over.publishes_itself else "; or write `names: public`, and clients get public addresses"),
            targets,
        )


def _offered_cluster(target: Target, handed: HandedTarget, zone: str, idle: Idle | None) -> OfferedTarget:
    connection = ClusterConnection(ClusterId.parse(handed.id), handed.group)
    zones = dict(native_zones(zone, handed.hosts["engine"]))
    if handed.was_injected:
        del zones[KUSTO]
    return OfferedTarget(
        target=target,
        hosts=tuple(Host(host, role, zone, record_of(host)) for role, host in sorted(handed.hosts.items())),
        default=connection,
        by_id=connection,
        approvals=None,
        idle=idle,
        grouped_zones=zones,
    )


def _offered_service(target: Role, service: HandedService, zone: str, idle: Idle | None) -> OfferedTarget:
    return OfferedTarget(
        target=target,
        hosts=tuple(Host(record.host, target, zone, record.name) for record in service.records),
        default=HandedAlias(service.alias),
        by_id=None,
        approvals=None,
        idle=idle,
    )
