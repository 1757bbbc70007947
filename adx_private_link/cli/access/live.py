"""Who reaches what, as Azure has it now: the stack's state, refreshed on a copy, beside its outputs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from pydantic import BaseModel

from ...outputs import ClusterOutput, EndpointOutput
from ..pulumi.stack import PulumiStack
from ..pulumi.stack_copy import stack_copy
from ..pulumi.state import Resource
from .deployed import APPROVED, HostAccess

_COMPONENT = "adxPrivateLink:index:"
_ENDPOINT = "azure-native:network:PrivateEndpoint"
_RECORD = "azure-native:privatedns:PrivateRecordSet"
_ZONE = "azure-native:privatedns:PrivateZone"
_LINK = "azure-native:privatedns:VirtualNetworkLink"
_READ = (_ENDPOINT, _RECORD, _ZONE, _LINK)

RecordState = Literal["as-deployed", "other-addresses", "deleted", "not-of-this-stack", "none"]
"""What became of a host's record; `none` where an endpoint publishes nothing."""
DELETED = "deleted"
"""The connection of an endpoint that Azure no longer has."""


class LiveHostAccess(HostAccess):
    """A host name, with its connection and its record as Azure has them now."""

    is_another_endpoint: bool
    """Whether the endpoint was deleted and created again: its network interface is another one."""
    record: RecordState
    record_addresses: list[str]
    """The addresses of the record now, where they differ from the outputs."""
    is_well: bool
    """Approved, and as the outputs say."""


class MissingObject(BaseModel):
    """A zone or link that the state has and Azure no longer has."""

    kind: Literal["zone", "link"]
    id: str


class LiveAccess(BaseModel):
    """The access of all consumers now."""

    hosts: list[LiveHostAccess]
    missing: list[MissingObject]
    is_well: bool
    """Whether everything is approved, and as the outputs say."""


def look(stack: str, clusters: Mapping[str, ClusterOutput]) -> LiveAccess:
    """
    Ask Azure, as the stack's own providers do; neither the stack's state nor Azure is changed.

    Raises:
        CommandError: Pulumi cannot ask.
    """
    state = PulumiStack(stack).export_state()
    deployed = [
        resource for resource in state.deployment.resources if resource.type in _READ and _COMPONENT in resource.urn
    ]
    if not deployed:
        return compare(clusters, [], [])
    with stack_copy(stack, state) as copy:
        copy.refresh(only=[resource.urn for resource in deployed])
        return compare(clusters, deployed, copy.export_state().deployment.resources)


def compare(
    clusters: Mapping[str, ClusterOutput], deployed: Sequence[Resource], refreshed: Iterable[Resource]
) -> LiveAccess:
    """The outputs beside what Azure has: the state of a stack, and the same state refreshed."""
    comparison = _Comparison(deployed, {resource.urn: resource for resource in refreshed})
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
        is_well=not missing and all(host.is_well for host in hosts),
    )


@dataclass(frozen=True)
class _Comparison:
    deployed: Sequence[Resource]
    refreshed: Mapping[str, Resource]
    """By URN."""

    def hosts(self, consumer: str, cluster: str, target: str, output: EndpointOutput) -> Iterator[LiveHostAccess]:
        known = next((resource for resource in self.deployed if resource.id.lower() == output.id.lower()), None)
        now = self.refreshed.get(known.urn) if known else None
        connection = _connection(now) if now else DELETED
        is_another = bool(known and now and _interface(known) != _interface(now))
        is_approved = connection == APPROVED == output.connection_state and not is_another
        for host, addresses in (output.hosts or {None: list[str]()}).items():
            record, record_addresses = self._record(known, host, sorted(addresses)) if host else ("none", list[str]())
            yield LiveHostAccess(
                consumer=consumer,
                cluster=cluster,
                target=target,
                host=host,
                addresses=addresses,
                connection=connection,
                is_another_endpoint=is_another,
                record=record,
                record_addresses=record_addresses,
                is_well=is_approved and record in ("as-deployed", "not-of-this-stack"),
            )

    def _record(self, endpoint: Resource | None, host: str, addresses: list[str]) -> tuple[RecordState, list[str]]:
        label = host.partition(".")[0].lower()
        known = next(
            (
                resource
                for resource in self.deployed
                if resource.type == _RECORD
                and endpoint
                and resource.parent == endpoint.parent
                and str(resource.inputs.get("relativeRecordSetName")).lower() == label
            ),
            None,
        )
        if known is None:
            return "not-of-this-stack", []
        now = self.refreshed.get(known.urn)
        if now is None:
            return "deleted", []
        records = now.output("aRecords")
        number = len(cast("list[object]", records)) if isinstance(records, list) else 0
        found = sorted(str(now.output("aRecords", index, "ipv4Address")) for index in range(number))
        return ("as-deployed", []) if found == addresses else ("other-addresses", found)

    def missing(self) -> Iterator[MissingObject]:
        for resource in self.deployed:
            if resource.type in (_ZONE, _LINK) and resource.urn not in self.refreshed:
                yield MissingObject(kind="zone" if resource.type == _ZONE else "link", id=resource.id)


def _connection(endpoint: Resource) -> str:
    """The state of the endpoint's connection; nothing where it has none."""
    connections = ("manualPrivateLinkServiceConnections", "privateLinkServiceConnections")
    states = (endpoint.output(name, 0, "privateLinkServiceConnectionState", "status") for name in connections)
    return next((state for state in states if isinstance(state, str) and state), "")


def _interface(endpoint: Resource) -> str:
    """The network interface: an endpoint that was created again, under the same id, has another one."""
    return str(endpoint.output("networkInterfaces", 0, "id")).lower()
