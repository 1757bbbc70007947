"""Existing zones: the resource groups in which a zone can be, where only Azure knows in which it is."""

from __future__ import annotations

from ..settings import Settings
from ..topology.records import ZoneNode
from .records import group_scope


def possible_groups(settings: Settings, consumer: str | None, zone: ZoneNode) -> list[str]:
    """Return the scopes of the groups that can have a consumer's zone: all of `zones_in` for a zone that is in one."""
    own = group_scope(zone.subscription, zone.resource_group)
    zones = settings.consumers[consumer].zones if consumer else None
    listed = [group_scope(group.subscription, group.resource_group) for group in (zones.zones_in if zones else ())]
    return listed if zone.exists and own.lower() in [scope.lower() for scope in listed] else [own]
