"""The outputs of a stack, compared with what Azure has now."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from pydantic import BaseModel, Field

from ...outputs import ClusterOutput, EndpointOutput
from ..pulumi.azure_objects import connection_state_of
from ..pulumi.other_objects import CLUSTER, RECORD
from ..pulumi.state import Resource
from .deployed import APPROVED, HostAccess, role_of
from .endpoint_objects import (
    ENDPOINT,
    ZONE_GROUP,
    addresses_in_group,
    cluster_of,
    interface_of,
    members_of,
    zone_group_of,
    zone_of,
)
from .foreign_connections import SERVICE, read_connections
from .managed_endpoints import MANAGED_ENDPOINT, LiveManagedAccess

_ZONE = "azure-native:privatedns:PrivateZone"
_LINK = "azure-native:privatedns:VirtualNetworkLink"
COMPARED = (ENDPOINT, ZONE_GROUP, RECORD, _ZONE, _LINK, SERVICE, MANAGED_ENDPOINT)
"""The types of the resources that are refreshed and compared."""

RecordState = Literal[
    "as-deployed", "added", "other-addresses", "deleted", "not-published", "not-of-this-stack", "none"
]
"""
The record of a host now, compared with the outputs.

`added`: the zone group has written it since the last update; `not-published`: the endpoint has an address for the host,
and the zone group has written no record; `none`: the endpoint publishes nothing.
"""
_GOOD: tuple[RecordState, ...] = ("as-deployed", "added", "not-of-this-stack")
DELETED = "deleted"
"""The state of the connection of an endpoint that Azure no longer has."""
Kind = Literal["zone", "link", "zone-group"]
_KINDS: dict[str, Kind] = {_ZONE: "zone", _LINK: "link", ZONE_GROUP: "zone-group"}


class LiveHostAccess(HostAccess):
    """A host name, with its connection and its record as Azure has them now."""

    is_another_endpoint: bool
    """Whether the endpoint was deleted and created again: its network interface is another one."""
    record: RecordState
    record_addresses: list[str]
    """The addresses of the record now, if they differ from the outputs."""
    is_well: bool
    """Whether the connection is approved and everything is as in the outputs."""
    zone_group_name: str | None = Field(default=None, exclude=True)
    """The logical name of the zone group that writes the record."""


class MissingObject(BaseModel):
    """A zone, link or zone group that is in the state and no longer in Azure."""

    kind: Kind
    id: str


class OtherConnection(BaseModel):
    """A connection of a private endpoint that the stack did not create."""

    target: str
    """The id of the service or cluster that it leads to."""
    endpoint: str
    """The id of the private endpoint; empty where Azure shows none."""
    connection: str


class LiveAccess(BaseModel):
    """The access of all consumers now."""

    hosts: list[LiveHostAccess]
    missing: list[MissingObject]
    other_connections: list[OtherConnection]
    """The connections of endpoints of others: external consumers, other stacks, the portal."""
    managed_endpoints: list[LiveManagedAccess]
    is_well: bool
    """Whether every host and every managed private endpoint is well, and no object is missing."""


def compare_access(
    clusters: Mapping[str, ClusterOutput],
    deployed: Sequence[Resource],
    refreshed: Iterable[Resource],
    others: Mapping[str, Resource | None] | None = None,
    managed: Sequence[LiveManagedAccess] = (),
) -> LiveAccess:
    """
    Compare the outputs of a stack with what Azure has.

    Args:
        clusters: The outputs.
        deployed: The resources in the stack's state.
        refreshed: The same after a refresh.
        others: What was read besides, by id in lower case (`other_objects.read_others`).
        managed: The managed private endpoints now (`managed_endpoints.compare_managed`).
    """
    comparison = _Comparison(deployed, {resource.urn: resource for resource in refreshed}, others or {})
    hosts = [
        host
        for cluster, output in clusters.items()
        for consumer, targets in output.endpoints.items()
        for target, endpoint in targets.items()
        for host in comparison.hosts(consumer, cluster, target, endpoint)
    ]
    missing = list(comparison.missing())
    return LiveAccess(
        hosts=sorted(hosts, key=lambda host: (host.consumer, host.name)),
        missing=missing,
        other_connections=list(comparison.other_connections({access.connection_id.lower() for access in managed})),
        managed_endpoints=[*managed],
        is_well=not missing and all(access.is_well for access in (*hosts, *managed)),
    )


@dataclass(frozen=True)
class _Record:
    state: RecordState
    addresses: Sequence[str] = ()
    """Those of the record now, if they differ from the outputs."""
    zone_group: str | None = None
    """The logical name of the zone group that writes it."""


@dataclass(frozen=True)
class _Comparison:
    deployed: Sequence[Resource]
    refreshed: Mapping[str, Resource]
    """By URN."""
    others: Mapping[str, Resource | None]
    """By id in lower case."""

    def hosts(self, consumer: str, cluster: str, target: str, output: EndpointOutput) -> Iterator[LiveHostAccess]:
        deployed = next((resource for resource in self.deployed if resource.id.lower() == output.id.lower()), None)
        refreshed = self.refreshed.get(deployed.urn) if deployed else None
        connection = connection_state_of(refreshed) if refreshed else DELETED
        is_another = bool(deployed and refreshed and interface_of(deployed) != interface_of(refreshed))
        is_approved = connection == APPROVED == output.connection_state and not is_another
        for host, (addresses, record) in self._records(deployed, output).items():
            yield LiveHostAccess(
                consumer=consumer,
                cluster=cluster,
                target=target,
                role=role_of(target, host, output) if host in output.hosts else "storage" if host else None,
                host=host,
                addresses=addresses,
                connection=connection,
                idle=output.idle,
                zone_group=output.zone_group,
                is_another_endpoint=is_another,
                record=record.state,
                record_addresses=[*record.addresses],
                is_well=output.is_accepted_in_any_state
                or (is_approved and (record.state in _GOOD or output.idle is not None)),
                zone_group_name=record.zone_group,
            )

    def _records(
        self, endpoint: Resource | None, output: EndpointOutput
    ) -> Mapping[str | None, tuple[list[str], _Record]]:
        """The addresses of each host name, and the state of its record; also of those that the outputs do not have."""
        if not output.hosts:
            return {None: ([], _Record("none"))}
        group = zone_group_of(endpoint, self.deployed) if endpoint else None
        records: dict[str | None, tuple[list[str], _Record]] = {}
        for host, addresses in output.hosts.items():
            own = self._own_record(endpoint, host)
            if own is None and group:
                record = _of(group, self._grouped_record(group, host, sorted(addresses), output))
            else:
                record = self._compare(own, sorted(addresses)) if own else _Record("not-of-this-stack")
            records[host] = (addresses, record)
        for host, addresses in self._members(endpoint).items():
            # A cluster gets more storage accounts under load, without an update of the stack.
            if host not in records:
                record = self._added_record(group, host, addresses)
                records[host] = (addresses, _of(group, record) if group else record)
        return records

    def _own_record(self, endpoint: Resource | None, host: str) -> Resource | None:
        """The record set of this stack for a host."""
        label = host.partition(".")[0].lower()
        of_endpoint = (
            resource
            for resource in self.deployed
            if resource.type == RECORD and endpoint and resource.parent == endpoint.parent
        )
        names = (resource for resource in of_endpoint if _record_name(resource) == label)
        return next(names, None)

    def _compare(self, deployed: Resource, addresses: list[str]) -> _Record:
        refreshed = self.refreshed.get(deployed.urn)
        return _compared(_addresses_of(refreshed) if refreshed else None, addresses)

    def _grouped_record(self, group: Resource, host: str, addresses: list[str], output: EndpointOutput) -> _Record:
        """The record that a zone group wrote: what the zone has, or, where it cannot be read, what the group says."""
        refreshed = self.refreshed.get(group.urn)
        zone = zone_of(host, output, refreshed or group)
        if refreshed is None or zone is None:
            return _Record("deleted")
        label = host.partition(".")[0].lower()
        id = zone.record_key(label)
        if id not in self.others:
            return _compared(addresses_in_group(refreshed).get((label, zone.name.lower())), addresses)
        record = self.others[id]
        return _compared(_addresses_of(record) if record else None, addresses)

    def _members(self, endpoint: Resource | None) -> Mapping[str, list[str]]:
        interface = self.others.get(interface_of(endpoint)) if endpoint and cluster_of(endpoint) else None
        return members_of(interface) if interface else {}

    def _added_record(self, group: Resource | None, host: str, addresses: list[str]) -> _Record:
        if group is None:
            return _Record("not-of-this-stack")
        refreshed, label = self.refreshed.get(group.urn), host.partition(".")[0]
        written = addresses_in_group(refreshed).items() if refreshed else ()
        is_published = any(name == label and listed == addresses for (name, _), listed in written)
        return _Record("added" if is_published else "not-published")

    def missing(self) -> Iterator[MissingObject]:
        for resource in self.deployed:
            if resource.type in _KINDS and resource.urn not in self.refreshed:
                yield MissingObject(kind=_KINDS[resource.type], id=resource.id)

    def other_connections(self, managed: Container[str]) -> Iterator[OtherConnection]:
        own = {resource.id.lower() for resource in self.deployed if resource.type == ENDPOINT}
        for resource in [*self.refreshed.values(), *self.others.values()]:
            if resource and resource.type in (SERVICE, CLUSTER):
                for connection in read_connections(resource):
                    if connection.endpoint.id.lower() not in own and connection.id.lower() not in managed:
                        yield OtherConnection(
                            target=resource.id, endpoint=connection.endpoint.id, connection=connection.state.status
                        )


def _of(group: Resource, record: _Record) -> _Record:
    return replace(record, zone_group=group.urn.rsplit("::", 1)[-1])


def _compared(current: list[str] | None, addresses: list[str]) -> _Record:
    if not current:
        return _Record("deleted" if current is None else "other-addresses")
    return _Record("as-deployed") if current == addresses else _Record("other-addresses", current)


def _addresses_of(record: Resource) -> list[str]:
    records = record.output("aRecords")
    count = len(cast("list[object]", records)) if isinstance(records, list) else 0
    return sorted(str(record.output("aRecords", index, "ipv4Address")) for index in range(count))


def _record_name(record: Resource) -> str:
    return str(record.inputs.get("relativeRecordSetName")).lower()
