"""The records by which clients find an endpoint: record sets of the stack, and those that Azure writes for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .planned import Planned, Values
from .values import Unknown

Address = str | Unknown | None
"""A private address; `UNKNOWN` where Azure chooses it during the update, None where there is none."""


@dataclass(frozen=True)
class Target:
    """The private endpoint that a record set leads to, by name, and the role of its host."""

    endpoint: str
    role: str


@dataclass(frozen=True)
class ZoneGroup(Planned):
    """The zone group of a private endpoint: Azure writes the records of a native cluster into its zones."""

    zones: Values[Mapping[str, str]]
    """The keys of its zones, by the names of its configurations."""
    is_renamed: bool

    @property
    def added_zones(self) -> set[str]:
        """The keys of zones that it gets."""
        return {*self.zones.new.values()} - {*self.zones.old.values()}

    @property
    def moved_zones(self) -> dict[str, str]:
        """The keys of zones that another zone replaces, with the key of that other zone."""
        old, new = self.zones.old, self.zones.new
        return {old[name]: new[name] for name in old if name in new and old[name] != new[name]}


@dataclass(frozen=True)
class RecordSet(Planned):
    """The A records of one host in one zone."""

    label: str | None
    """The first label of the host; None where only the update decides it."""
    zone: str
    """The zone's key."""
    addresses: Values[tuple[str | Unknown, ...]]
    ttl: float | None
    target: Values[Target | None]
    zone_group: ZoneGroup | None = None
    """The zone group for which Azure writes it; None for a record set of the stack."""
    host: str | None = None
    """The host that Azure writes it for; None where only the update decides it."""

    @property
    def old_address(self) -> Address:
        return next(iter(self.addresses.old), None)

    @property
    def new_address(self) -> Address:
        return next(iter(self.addresses.new), None)

    def is_of(self, host: str | None) -> bool:
        """Whether it is the record set of a host."""
        # The blob, queue and table of a storage account have one label.
        return self.host == host if self.zone_group else self.label == (host and host.partition(".")[0])
