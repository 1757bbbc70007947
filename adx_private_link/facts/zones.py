"""The private DNS zones of a consumer: which zone of a name holds its records."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ..kusto_hosts import is_storage_zone
from ..naming.azure import made_zone_id
from ..naming.hosts import default_zone, native_zones
from ..naming.logical import ZoneName
from ..resource_ids import ZoneId
from ..settings import ConsumerSettings, HandOver, Settings
from .described import described_facts
from .records import ClusterFacts, Deployed, Unreadable
from .targets import handed_targets

CREATED_ZONE = "adxPrivateLink:index:KustoPrivateDnsZone$azure-native:privatedns:PrivateZone"
"""The type of a zone that a stack of this library created, as URNs end in it."""


@dataclass(frozen=True)
class ChosenZone:
    """A zone of a name, and whether this stack creates it."""

    id: ZoneId
    is_made: bool


def listed_zones(consumer: ConsumerSettings, name: str) -> list[ZoneId]:
    """Return the existing zones of a name that a consumer may have, the first choice first."""
    zones = consumer.zones
    if zones is None:
        return []
    return [
        *(id for id in zones.zone_ids if id.name.lower() == name),
        *(ZoneId.of(group.subscription, group.resource_group, name) for group in zones.zones_in),
    ]


def choose_zone(
    consumer: ConsumerSettings, name: str, lost: Mapping[str, Unreadable], deployed: Deployed
) -> ChosenZone | None:
    """
    Choose the zone of a name that holds a consumer's records; None where the consumer has no such zone.

    Args:
        consumer: The consumer.
        name: The zone's name, in lower case.
        lost: The existing zones that Azure does not show, by id in lower case.
        deployed: The stack's resources. A zone that this stack has created stays, even if one of `zones_in` appears.
    """
    if consumer.zones is None:
        return None
    listed = listed_zones(consumer, name)
    if any(id.name.lower() == name for id in consumer.zones.zone_ids):
        return ChosenZone(listed[0], is_made=False)
    is_storage = is_storage_zone(name) and consumer.zones.storage_zones == "existing"
    made = None if is_storage else made_zone_id(consumer, name)
    if made and deployed.urn(CREATED_ZONE, str(ZoneName.of(made))):
        return ChosenZone(made, is_made=True)
    for id in listed:
        if not (id.key in lost and lost[id.key].not_found):
            return ChosenZone(id, is_made=False)
    if made:
        return ChosenZone(made, is_made=True)
    return ChosenZone(listed[0], is_made=False) if listed else None


def zones_of_clusters(
    settings: Settings,
    clusters: Mapping[str, ClusterFacts | Unreadable],
    hand_overs: Mapping[str, HandOver | Unreadable],
) -> Mapping[str, Collection[str]]:
    """Return the names of the zones that the hosts of each known cluster need, by cluster key."""
    zones: dict[str, Collection[str]] = {}
    for key, hand_over in hand_overs.items():
        if isinstance(hand_over, HandOver):
            own = settings.hand_overs[key].zone or hand_over.own_zone
            zones[key] = {own}
            if "cluster" in handed_targets(settings.hand_overs[key], hand_over):
                zones[key] = {own, *native_zones(own, hand_over.targets["cluster"].hosts["engine"]).values()}
    for key, cluster in settings.clusters.items():
        facts = described_facts(cluster) or clusters.get(key)
        if isinstance(facts, ClusterFacts) and facts.hosts:
            own = cluster.zone or default_zone(next(iter(facts.hosts.values())))
            has_cluster = facts.is_native or cluster.targets in ("both", "cluster")
            zones[key] = native_zones(own, facts.hosts["engine"]).values() if has_cluster else [own]
    return zones
