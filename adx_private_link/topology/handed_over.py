"""The publisher of clusters that another stack hands over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..facts.records import Unreadable
from ..facts.targets import handed_targets
from ..kusto_hosts import is_storage_zone
from ..naming.azure import cluster_naming_key
from ..naming.hosts import KUSTO, native_zones, record_of
from ..resource_ids import ClusterId
from ..settings import HandedService, HandedTarget, HandOver, Role, Target
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
    offered: dict[Target, OfferedTarget] = {
        **{target: _offered_service(target, service, zone) for target, service in hand_over.services.items()},
        **{target: _offered_cluster(target, handed, zone) for target, handed in hand_over.targets.items()},
    }
    if is_moving:
        idle: Mapping[Target, Idle | None] = (
            dict.fromkeys(hand_over.services, "left") if hand_over.publishes_itself else {"cluster": "prepared"}
        )
        offered = {target: replace(of, idle=idle.get(target)) for target, of in offered.items()}
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


def _check_targets(planning: Planning, key: str, hand_over: HandOver) -> None:
    """The settings cannot ask for what does not lead to the cluster: private access would end."""
    path, targets = f"hand_overs.{key}.targets", planning.settings.hand_overs[key].targets
    if targets in ("services", "cluster") and (targets == "cluster") != hand_over.publishes_itself:
        leads = "the cluster itself" if hand_over.publishes_itself else "its private link services"
        planning.report(
            path,
            f"is `{targets}`, and the hand-over says that {leads} lead{'s' * hand_over.publishes_itself} to it now",
            "write `both`, or leave it out, until its owner says otherwise",
            targets,
        )


def _offered_cluster(target: Target, handed: HandedTarget, zone: str) -> OfferedTarget:
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
        grouped_zones=zones,
    )


def _offered_service(target: Role, service: HandedService, zone: str) -> OfferedTarget:
    return OfferedTarget(
        target=target,
        hosts=tuple(Host(record.host, target, zone, record.name) for record in service.records),
        default=HandedAlias(service.alias),
        by_id=None,
        approvals=None,
    )
