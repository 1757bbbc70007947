"""A stack's access as Azure has it now: its state, refreshed on a copy, beside its outputs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..outputs import ClusterOutput, EndpointOutput
from .report.values import at, items, text
from .stack_backend import StateOf, copy_of
from .stack_state import Resource

_COMPONENT = "adxPrivateLink:index:"
_ENDPOINT = "azure-native:network:PrivateEndpoint"
_RECORD = "azure-native:privatedns:PrivateRecordSet"
_ZONE = "azure-native:privatedns:PrivateZone"
_LINK = "azure-native:privatedns:VirtualNetworkLink"
_ASKED = (_ENDPOINT, _RECORD, _ZONE, _LINK)

AS_DEPLOYED = "as deployed"
NO_RECORD = "not of this stack"
DELETED = "deleted"
APPROVED = "Approved"


@dataclass(frozen=True)
class LiveRow:
    """One host of one consumer, or an endpoint that publishes none."""

    consumer: str
    host: str
    address: str
    connection: str
    """Its state in Azure, or `deleted`."""
    record: str
    """What became of the host's record."""
    is_well: bool
    """Approved, and as the outputs say."""


@dataclass(frozen=True)
class LiveAccess:
    """Everything that was found."""

    rows: tuple[LiveRow, ...]
    missing: tuple[str, ...]
    """Zones and links that are in the state and no longer in Azure."""

    @property
    def is_well(self) -> bool:
        """Whether everything is approved, and as the outputs say."""
        return not self.missing and all(each.is_well for each in self.rows)


def look(stack: str, clusters: Mapping[str, ClusterOutput]) -> LiveAccess:
    """
    Ask Azure, as the stack's own providers do; neither the stack's state nor Azure is changed.

    Raises:
        PulumiError: Pulumi cannot ask.
    """
    state = StateOf(stack).read()
    asked = [each for each in state.deployment.resources if each.type in _ASKED and _COMPONENT in each.urn]
    if not asked:
        return compare(clusters, [], [])
    with copy_of(stack, state) as copy:
        copy.refresh(only=[each.urn for each in asked])
        return compare(clusters, asked, copy.read().deployment.resources)


def compare(clusters: Mapping[str, ClusterOutput], before: Iterable[Resource], after: Iterable[Resource]) -> LiveAccess:
    """What the outputs say beside what Azure has; `before` and `after` are the state, and the same refreshed."""
    looked = _Looked([*before], {each.urn: each for each in after})
    rows = [
        row
        for cluster in clusters.values()
        for consumer, targets in cluster.endpoints.items()
        for target, endpoint in targets.items()
        for row in looked.rows(consumer, target, endpoint)
    ]
    return LiveAccess(tuple(sorted(rows, key=lambda each: (each.consumer, each.host))), tuple(looked.missing()))


@dataclass(frozen=True)
class _Looked:
    before: list[Resource]
    now: Mapping[str, Resource]
    """By URN."""

    def rows(self, consumer: str, target: str, output: EndpointOutput) -> Iterator[LiveRow]:
        known = next((each for each in self.before if each.id.lower() == output.id.lower()), None)
        now = self.now.get(known.urn) if known else None
        connection = _connection(now) if now else DELETED
        is_well = connection == APPROVED == output.connection_state
        if known and now and _interface(known) != _interface(now):
            connection, is_well = f"{connection}, of another endpoint", False
        if not output.hosts:
            yield LiveRow(consumer, f"({target})", "-", connection, "-", is_well=False)
        for host, addresses in output.hosts.items():
            record = self._record(known, host, sorted(addresses))
            fine = is_well and record in (AS_DEPLOYED, NO_RECORD)
            yield LiveRow(consumer, host, ", ".join(addresses), connection, record, is_well=fine)

    def _record(self, endpoint: Resource | None, host: str, addresses: list[str]) -> str:
        label = host.partition(".")[0].lower()
        known = next(
            (
                each
                for each in self.before
                if each.type == _RECORD
                and endpoint
                and each.parent == endpoint.parent
                and str(each.inputs.get("relativeRecordSetName")).lower() == label
            ),
            None,
        )
        if known is None:
            return NO_RECORD
        now = self.now.get(known.urn)
        if now is None:
            return DELETED
        found = sorted(str(at(each, "ipv4Address")) for each in items(now.outputs.get("aRecords")))
        return AS_DEPLOYED if found == addresses else f"leads to {', '.join(found) or 'nothing'}"

    def missing(self) -> Iterator[str]:
        for each in self.before:
            if each.type in (_ZONE, _LINK) and each.urn not in self.now:
                what = "the private DNS zone" if each.type == _ZONE else "the virtual network link"
                yield f"{what} is deleted: {each.id}"


def _connection(endpoint: Resource) -> str:
    found = (
        text(at(endpoint.outputs, name, 0, "privateLinkServiceConnectionState", "status"))
        for name in ("manualPrivateLinkServiceConnections", "privateLinkServiceConnections")
    )
    return next(filter(None, found), "without a connection")


def _interface(endpoint: Resource) -> str:
    """Its network interface: an endpoint that was created again, under the same id, has another one."""
    return str(at(endpoint.outputs, "networkInterfaces", 0, "id")).lower()
