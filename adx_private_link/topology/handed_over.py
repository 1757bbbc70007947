"""The publisher of clusters that another stack hands over."""

from __future__ import annotations

from ..facts.records import Unreadable
from ..naming.azure import cluster_naming_key
from ..naming.hosts import native_zones, record_of
from ..resource_ids import ClusterId
from ..settings import HandedService, HandedTarget, Role, Target
from .offers import Offer, OfferedTarget
from .planning import Planning
from .publishing import check_zone_name
from .records import ClusterConnection, HandedAlias, Host


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
    if hand_over.targets:
        check_zone_name(planning, f"hand_overs.{key}.zone", zone, hand_over.own_zone)
    return Offer(
        cluster=key,
        name=cluster_naming_key(planning.settings, key),
        id=ClusterId.read(next((target.id for target in hand_over.targets.values()), hand_over.cluster)),
        location=hand_over.location,
        zone=zone,
        request_message=hand_over.request_message,
        targets={
            **{target: _offered_service(target, service, zone) for target, service in hand_over.services.items()},
            **{target: _offered_cluster(target, handed, zone) for target, handed in hand_over.targets.items()},
        },
        allowed_targets=hand_over.allowed_roles,
        is_handed_over=True,
    )


def _offered_cluster(target: Target, handed: HandedTarget, zone: str) -> OfferedTarget:
    connection = ClusterConnection(ClusterId.parse(handed.id), handed.group)
    return OfferedTarget(
        target=target,
        hosts=tuple(Host(host, role, zone, record_of(host)) for role, host in sorted(handed.hosts.items())),
        default=connection,
        by_id=connection,
        approvals=None,
        grouped_zones=native_zones(zone, handed.hosts["engine"]),
    )


def _offered_service(target: Role, service: HandedService, zone: str) -> OfferedTarget:
    return OfferedTarget(
        target=target,
        hosts=tuple(Host(record.host, target, zone, record.name) for record in service.records),
        default=HandedAlias(service.alias),
        by_id=None,
        approvals=None,
    )
