"""What the identity of the private DNS zones' owner needs: for zones, records and virtual network links."""

from __future__ import annotations

from collections.abc import Iterator

from .. import azure_actions as actions
from ..azure_actions import Action
from ..settings import Settings
from ..topology.records import Topology, ZoneNode
from .existing_zones import possible_groups
from .records import Need, Site, group_of, group_scope

_OF_MADE_ZONE = (actions.WRITE_ZONE, actions.DELETE_ZONE, actions.READ_DNS_STATUS)
_OF_LINK = (actions.READ_LINK, actions.WRITE_LINK, actions.DELETE_LINK, actions.READ_DNS_STATUS)
_OF_RECORD = (actions.READ_RECORD, actions.WRITE_RECORD, actions.DELETE_RECORD)
_OF_LOCK = (actions.READ_LOCK, actions.WRITE_LOCK, actions.DELETE_LOCK)


def dns_needs(settings: Settings, topology: Topology) -> Iterator[Need]:
    """Yield what the zones' side needs. A zone that others have is only read, unless it gets records or links."""
    yield from _of_existing_zones(settings)
    for zone in topology.zones.values():
        yield from _of_zone(settings, zone)
    for cluster in topology.clusters.values():
        for endpoint in cluster.endpoints:
            for record in endpoint.records:
                zone = topology.zones[record.zone]
                for scope in possible_groups(settings, endpoint.consumer, zone):
                    yield from _needs(scope, _OF_RECORD, _site(zone))


def _of_existing_zones(settings: Settings) -> Iterator[Need]:
    """All zones that the settings name are looked up, and those of a name in all groups that can have it."""
    for consumer in settings.consumers.values():
        zones = consumer.zones
        for id in (*zones.zone_ids, *zones.zones_in) if zones else ():
            yield from _needs(group_of(id), (actions.READ_ZONE,), "zones")


def _of_zone(settings: Settings, zone: ZoneNode) -> Iterator[Need]:
    scope = group_scope(zone.subscription, zone.resource_group)
    if not zone.exists:
        yield from _needs(scope, (actions.READ_ZONE, *_OF_MADE_ZONE, *(_OF_LOCK if zone.lock else ())))
    for link in zone.links:
        for group in possible_groups(settings, link.consumer, zone):
            yield from _needs(group, _OF_LINK, _site(zone))
        yield from _needs(group_of(link.network_id), (actions.JOIN_NETWORK,), "networks")


def _site(zone: ZoneNode) -> Site:
    return "zones" if zone.exists else "own"


def _needs(scope: str, needed: tuple[Action, ...], site: Site = "own") -> Iterator[Need]:
    for action in needed:
        yield Need("dns", site, scope, action)
