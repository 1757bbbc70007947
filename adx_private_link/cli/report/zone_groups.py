"""
Zone groups, and the records that Azure writes for them.

A preview shows a zone group with its zones, and no records: Azure writes one for each host of the endpoint whose zone
is in the group. So a change of the group is a change of these records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ...kusto_hosts import STORAGE_SERVICES, is_storage_zone
from ...naming.logical import ZoneName
from ...resource_ids import ZoneId
from ..pulumi.state import Resource
from .plan import STORAGE, Endpoint
from .planned import Values
from .records import RecordSet, Target, ZoneGroup
from .resources import Operation, PlannedResource
from .values import UNKNOWN, Unknown, at, items, number, text

_CONFIGS = "privateDnsZoneConfigs"
_TTL = 10
"""Seconds, of the records that Azure writes (exports of zones; see the sandbox's rules for zone groups)."""


@dataclass(frozen=True)
class Written:
    """A record that Azure had written for a zone group, as of the last update or refresh."""

    host: str
    zone_name: str
    address: str | None


def read_zone_group(resource: PlannedResource) -> ZoneGroup:
    """Read a zone group."""
    old, new = _zones(resource.old), _zones(resource.new)
    return ZoneGroup(resource.operation, Values(old, new, new or old), is_renamed=resource.is_renamed)


def _zones(state: Resource | None) -> dict[str, str]:
    """The keys of a zone group's zones, by the names of its configurations."""
    if state is None:
        return {}
    names = [text(at(config, "name")) or "" for config in items(state.inputs.get(_CONFIGS))]
    ids = [text(at(config, "privateDnsZoneId")) for config in items(state.inputs.get(_CONFIGS))]
    known = {name: str(ZoneName.of(id)) for name, text_ in zip(names, ids, strict=True) if (id := ZoneId.read(text_))}
    # A zone that the update creates has no id yet, but the group depends on it.
    created = [
        key
        for urn in state.property_dependencies.get(_CONFIGS) or ()
        if (key := urn.rsplit("::", 1)[-1]) not in known.values() and ZoneName.parse(key)
    ]
    return {name: key for name in names if (key := known.get(name) or _created_zone(name, created))}


def _created_zone(config: str, keys: Iterable[str]) -> str | None:
    """The zone of a configuration, by what is in it: a service of storage accounts, or the cluster's own names."""
    service = next((service for service in STORAGE_SERVICES if service in config), "")
    start = f"privatelink.{service}." if service else ""
    return next((key for key in keys if key.startswith(start) and is_storage_zone(key) == bool(service)), None)


def written_records(resource: PlannedResource) -> list[Written]:
    """List the records that a zone group has, as of the last update or refresh."""
    written: list[Written] = []
    for config in items(resource.output(_CONFIGS)):
        for record in items(at(config, "recordSets")):
            fqdn, label = text(at(record, "fqdn")) or "", text(at(record, "recordSetName")) or ""
            zone_name = fqdn.removeprefix(f"{label}.")
            host = f"{label}.{zone_name.removeprefix('privatelink.')}"
            written.append(Written(host, zone_name, text(at(record, "ipAddresses", 0))))
    return written


def grouped_record_sets(endpoint: Endpoint, names: Values[str | None], resource: PlannedResource) -> list[RecordSet]:
    """
    Work out the record sets that Azure writes for an endpoint's zone group, before and after the update.

    Args:
        endpoint: The endpoint, with its zone group.
        names: The endpoint's name.
        resource: The zone group.
    """
    return [*_Records(endpoint, names, resource).record_sets()] if endpoint.zone_group else []


class _Records:
    def __init__(self, endpoint: Endpoint, names: Values[str | None], resource: PlannedResource) -> None:
        assert endpoint.zone_group is not None
        self._endpoint, self._names, self._group = endpoint, names, endpoint.zone_group
        self._addresses = {
            **endpoint.published_addresses,
            **{record.host: record.address for record in written_records(resource) if record.address},
        }
        ttls = (number(at(config, "recordSets", 0, "ttl")) for config in items(resource.output(_CONFIGS)))
        self._ttl = next((ttl for ttl in ttls if ttl), _TTL)

    def record_sets(self) -> Iterator[RecordSet]:
        for host in self._endpoint.all_hosts:
            role = self._endpoint.role_of(host)
            old, new = (
                self._zones_of(host, role, self._group.zones.old),
                self._zones_of(host, role, self._group.zones.new),
            )
            for zone in dict.fromkeys([*old, *new]):
                yield self._record_set(host, role, zone, self._operation(is_old=zone in old, is_new=zone in new))

    def _zones_of(self, host: str | None, role: str, zones: Mapping[str, str]) -> list[str]:
        """The zones of a host; of storage accounts that are not known yet, three."""
        if role != STORAGE:
            return [key for key in zones.values() if not is_storage_zone(key)]
        of_storage = [key for key in zones.values() if is_storage_zone(key)]
        return [key for key in of_storage if host is None or key.startswith(f"privatelink.{host.partition('.')[2]}@")]

    def _operation(self, *, is_old: bool, is_new: bool) -> Operation:
        if not (is_old and is_new):
            return "create" if is_new else "delete"
        return "same" if self._group.operation == "update" else self._group.operation

    def _record_set(self, host: str | None, role: str, zone: str, operation: Operation) -> RecordSet:
        known = self._addresses.get(host or "")
        old: tuple[str | Unknown, ...] = (known,) if known and operation not in ("create", "import") else ()
        address = UNKNOWN if self._endpoint.is_created or known is None else known
        new: tuple[str | Unknown, ...] = () if operation == "delete" else (address,)
        # Of hosts that are not known, only new records say anything.
        new = old if operation == "same" else new
        targets = [Target(name, role) if name else None for name in (self._names.old, self._names.new)]
        was, is_to_be = (targets[0] if old else None), (targets[1] if new else None)
        return RecordSet(
            operation,
            label=host.partition(".")[0] if host else None,
            zone=zone,
            addresses=Values(old, new, new or old),
            ttl=self._ttl,
            target=Values(was, is_to_be, is_to_be or was),
            zone_group=self._group,
            host=host,
        )
