"""The access of consumers as Azure has it now: a refreshed copy of the stack's state, compared with its outputs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from pydantic import BaseModel

from ...outputs import ClusterOutput, EndpointOutput
from ..pulumi.azure_objects import connection_state_of
from ..pulumi.stack import PulumiStack
from ..pulumi.stack_copy import stack_copy
from ..pulumi.state import Resource
from .deployed import APPROVED, HostAccess

_COMPONENT = "adxPrivateLink:index:"
_ENDPOINT = "azure-native:network:PrivateEndpoint"
_RECORD = "azure-native:privatedns:PrivateRecordSet"
_ZONE = "azure-native:privatedns:PrivateZone"
_LINK = "azure-native:privatedns:VirtualNetworkLink"
_COMPARED = (_ENDPOINT, _RECORD, _ZONE, _LINK)
"""The types of the resources that are refreshed and compared."""

RecordState = Literal["as-deployed", "other-addresses", "deleted", "not-of-this-stack", "none"]
"""The record of a host now, compared with the outputs; `none` for an endpoint that publishes nothing."""
DELETED = "deleted"
"""The state of the connection of an endpoint that Azure no longer has."""


class LiveHostAccess(HostAccess):
    """A host name, with its connection and its record as Azure has them now."""

    is_another_endpoint: bool
    """Whether the endpoint was deleted and created again: its network interface is another one."""
    record: RecordState
    record_addresses: list[str]
    """The addresses of the record now, if they differ from the outputs."""
    is_well: bool
    """Whether the connection is approved and everything is as in the outputs."""


class MissingObject(BaseModel):
    """A zone or link that is in the state and no longer in Azure."""

    kind: Literal["zone", "link"]
    id: str


class LiveAccess(BaseModel):
    """The access of all consumers now."""

    hosts: list[LiveHostAccess]
    missing: list[MissingObject]
    is_well: bool
    """Whether every host is well and no object is missing."""


def read_live_access(stack: str, clusters: Mapping[str, ClusterOutput]) -> LiveAccess:
    """
    Read the access from Azure with the stack's own providers; neither the stack's state nor Azure changes.

    Raises:
        CommandError: Pulumi cannot refresh the copy of the state.
    """
    state = PulumiStack(stack).export_state()
    deployed = [
        resource for resource in state.deployment.resources if resource.type in _COMPARED and _COMPONENT in resource.urn
    ]
    if not deployed:
        return compare_access(clusters, [], [])
    with stack_copy(stack, state) as copy:
        copy.refresh(only=[resource.urn for resource in deployed])
        return compare_access(clusters, deployed, copy.export_state().deployment.resources)


def compare_access(
    clusters: Mapping[str, ClusterOutput], deployed: Sequence[Resource], refreshed: Iterable[Resource]
) -> LiveAccess:
    """Compare the outputs of a stack with its resources in the state, before and after a refresh."""
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
        deployed = next((resource for resource in self.deployed if resource.id.lower() == output.id.lower()), None)
        refreshed = self.refreshed.get(deployed.urn) if deployed else None
        connection = connection_state_of(refreshed) if refreshed else DELETED
        is_another = bool(deployed and refreshed and _interface(deployed) != _interface(refreshed))
        is_approved = connection == APPROVED == output.connection_state and not is_another
        for host, addresses in (output.hosts or {None: list[str]()}).items():
            record, record_addresses = (
                self._record(deployed, host, sorted(addresses)) if host else ("none", list[str]())
            )
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
        deployed = next(
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
        if deployed is None:
            return "not-of-this-stack", []
        refreshed = self.refreshed.get(deployed.urn)
        if refreshed is None:
            return "deleted", []
        records = refreshed.output("aRecords")
        count = len(cast("list[object]", records)) if isinstance(records, list) else 0
        current = sorted(str(refreshed.output("aRecords", index, "ipv4Address")) for index in range(count))
        return ("as-deployed", []) if current == addresses else ("other-addresses", current)

    def missing(self) -> Iterator[MissingObject]:
        for resource in self.deployed:
            if resource.type in (_ZONE, _LINK) and resource.urn not in self.refreshed:
                yield MissingObject(kind="zone" if resource.type == _ZONE else "link", id=resource.id)


def _interface(endpoint: Resource) -> str:
    """Return an endpoint's network interface; an endpoint that was created again has another one under the same id."""
    return str(endpoint.output("networkInterfaces", 0, "id")).lower()
