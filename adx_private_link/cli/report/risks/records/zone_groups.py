"""The risks to the names that Azure writes for endpoints of native clusters."""

from __future__ import annotations

from . import Answers, Kind, Risk, Value


class ZoneGroupRisk(Risk):
    """The names that Azure writes for an endpoint of a native cluster change while the endpoint stays."""

    consumer: str
    cluster: str
    hosts: tuple[str, ...]
    """Those that lose their records, as of the last update or refresh."""
    answers: Answers


class ZoneGroupRemoved(ZoneGroupRisk):
    """A zone group is deleted."""

    kind: Kind = "zone-group-removed"
    is_withheld: bool
    """Whether the connection of the endpoint ended, so that its names lead nowhere."""
    ttl: float | None


class StorageNamesRemoved(ZoneGroupRisk):
    """A zone group loses zones of storage accounts, through which the cluster ingests."""

    kind: Kind = "storage-names-removed"
    zones: tuple[str, ...]
    ttl: float | None


class ZoneChange(Value):
    """A zone in a zone group, and the one that takes its place."""

    zone: str
    new_zone: str


class ZoneGroupReplaced(ZoneGroupRisk):
    """A zone group is replaced: all of its names are gone until it is created again."""

    kind: Kind = "zone-group-replaced"
    changes: tuple[ZoneChange, ...]
    """None where it follows a zone that is replaced."""
    ttl: float | None


class NamesOverwritten(ZoneGroupRisk):
    """A zone group that is deleted last takes the records with it that a new zone group has written."""

    kind: Kind = "names-overwritten"
    old_consumer: str | None
    """The consumer whose zone group is deleted; None where it is the same object under another key."""
    zone_group: str
    """The logical name of the new zone group."""
