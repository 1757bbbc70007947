"""The risks of an update as records: codes and values, without English."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from ..planned import Reason

Kind = Literal[
    "preview-failed",
    "service-replaced",
    "service-removed",
    "access-removed",
    "record-removed",
    "zone-group-removed",
    "storage-names-removed",
    "names-overwritten",
    "zone-removed",
    "link-removed",
    "answers-removed",
    "storage-hidden",
    "public-access-disabled",
    "endpoint-replaced",
    "zone-group-replaced",
    "zone-moved",
    "record-changed",
    "link-added",
    "foreign-zone",
    "visible-to-all",
    "visibility-widened",
    "auto-approval-widened",
    "public-access-enabled",
    "connection-stays",
    "lock-removed",
    "approval-given",
    "approval-awaited",
]
Effect = Literal[
    "not-known", "cuts-off", "interrupts", "answers-other-names", "lets-in", "protects-less", "approves", "waits"
]
"""What a risk does to people, the worst first."""
Severity = Literal["caution", "warning", "note"]

SEVERITIES: dict[Effect, Severity] = {
    "not-known": "caution",
    "cuts-off": "caution",
    "interrupts": "warning",
    "answers-other-names": "warning",
    "lets-in": "warning",
    "protects-less": "warning",
    "approves": "note",
    "waits": "note",
}


class Value(BaseModel):
    """A part of a risk."""

    model_config = ConfigDict(frozen=True)


class Risk(Value):
    """One risk of an update."""

    kind: Kind


class PreviewFailed(Risk):
    """The preview ended early, so further risks are not known."""

    kind: Kind = "preview-failed"


# Services


class LostHandOver(Value):
    """An external consumer of a service that is replaced or removed."""

    consumer: str
    connections: tuple[str, ...]
    """The approved connections that it loses, by name."""
    can_reconnect: bool
    """Whether there is a new hand-over to connect by."""


class ServiceLosses(Value):
    """The connections of others to a service that is replaced or removed."""

    external: tuple[LostHandOver, ...] = ()
    unknown_endpoints: tuple[str, ...] = ()
    """The ids of endpoints that belong to no stack known here, as of the last refresh."""


class ServiceReplaced(Risk):
    """A private link service is replaced: it gets a new alias."""

    kind: Kind = "service-replaced"
    cluster: str
    target: str
    alias: str | None
    reasons: tuple[Reason, ...]
    is_placed: bool
    """Whether the service has an id, so that a replacement without a reason means another place."""
    reconnected: tuple[str, ...]
    """The stack's own consumers, which the update connects again."""
    losses: ServiceLosses


class ServiceRemoved(Risk):
    """A private link service is deleted for good."""

    kind: Kind = "service-removed"
    cluster: str
    target: str
    alias: str | None
    reconnected: tuple[str, ...]
    losses: ServiceLosses


class RenamedCluster(Risk):
    """A cluster's key was renamed without `formerly`: its services, or only its endpoints, are created again."""

    section: Literal["clusters", "hand_overs"]
    key: str
    old_key: str
    is_rejected: bool
    """Whether Azure rejects the new services, because the old ones still hold the frontends."""
    losses: ServiceLosses


class RenamedConsumer(Risk):
    """A consumer's key was renamed without `formerly`."""

    kind: Kind = "endpoint-replaced"
    key: str
    old_key: str


# Endpoints


class Answers(Value):
    """The answers of networks to a name that their zone lacks, by the resolution policies of their links."""

    public: tuple[str, ...]
    """The networks whose clients get the public address."""
    none: tuple[str, ...]
    """The networks whose clients get no answer."""
    is_complete: bool = True
    """Whether each of the zones has a link of this stack; the answers in other zones are not known."""


class AccessRemoved(Risk):
    """A consumer loses its endpoints for a cluster."""

    kind: Kind = "access-removed"
    consumer: str
    cluster: str
    targets: tuple[str, ...]
    roles: tuple[str, ...]
    hosts: tuple[str, ...]
    answers: Answers | None
    """None where this stack has no record sets of the hosts."""
    ttl: float | None


class AddressMove(Value):
    """The change of one host's address."""

    host: str | None
    old_address: str | None
    new_address: str | None
    has_record_set: bool
    """Whether it has a record set, of this stack or of its endpoint's zone group."""
    ttl: float | None


class EndpointReplaced(Risk):
    """A private endpoint is replaced: connections drop until it is created again."""

    kind: Kind = "endpoint-replaced"
    consumer: str
    cluster: str
    target: str
    follows_service: bool
    """Whether it is replaced because its service is."""
    reasons: tuple[Reason, ...]
    is_awaited: bool
    """Whether the cluster's owner has to approve it again."""
    moves: tuple[AddressMove, ...]


# Zones, links and record sets


class NamesAfterMove(Value):
    """The differences that clients see once their network is linked to another zone."""

    moved: tuple[str, ...] = ()
    """Hosts with other addresses."""
    lost: tuple[str, ...] = ()
    """Hosts without private addresses."""
    answers_for_lost: Answers = Answers(public=(), none=())
    gained: tuple[str, ...] = ()
    """Hosts with private addresses for the first time."""


class ZoneRemoved(Risk):
    """A private DNS zone is deleted; some networks have no other zone of its name."""

    kind: Kind = "zone-removed"
    zone: str
    networks: tuple[str, ...]
    hosts: tuple[str, ...]


class ZoneMoved(Risk):
    """A private DNS zone is deleted, and its networks are linked to another one of its name."""

    kind: Kind = "zone-moved"
    zone: str
    new_zone: str
    networks: tuple[str, ...]
    hosts: tuple[str, ...]
    afterwards: NamesAfterMove


class LinkMoved(Risk):
    """A network is linked to another zone, and the old zone stays."""

    kind: Kind = "zone-moved"
    network: str
    zone: str
    new_zone: str
    hosts: tuple[str, ...]
    afterwards: NamesAfterMove


class LinkRemoved(Risk):
    """A network is no longer linked to a zone that stays, for good or until the update links it again."""

    kind: Kind = "link-removed"
    network: str
    zone: str
    hosts: tuple[str, ...]
    is_restored: bool


class LinkAdded(Risk):
    """A network is linked to a zone that has names already."""

    kind: Kind = "link-added"
    network: str
    zone: str
    hosts: tuple[str, ...]


class AnswersRemoved(Risk):
    """A network gets no public answers any more for names that a zone lacks."""

    kind: Kind = "answers-removed"
    network: str
    zone: str


class RecordSetRisk(Risk):
    """A record set changes while its endpoint stays."""

    consumer: str
    cluster: str
    role: str
    host: str
    zone: str


class RecordSetRemoved(RecordSetRisk):
    """A record set is deleted."""

    kind: Kind = "record-removed"
    answers: Answers
    ttl: float | None


class RecordSetMoved(RecordSetRisk):
    """A record set moves to another zone."""

    kind: Kind = "record-changed"
    new_zone: str
    answers: Answers


class RecordSetChanged(RecordSetRisk):
    """A record set gets another address."""

    kind: Kind = "record-changed"
    old_address: str | None
    new_address: str | None
    ttl: float | None


class StorageHidden(Risk):
    """A network gets no answers for storage accounts whose names are not in a zone that it is linked to."""

    kind: Kind = "storage-hidden"
    network: str
    zone: str
    is_made: bool
    """Whether the zone is this stack's, with the names of its own clusters only."""


class ForeignZone(Risk):
    """A zone that is not of Azure Data Explorer gets names or networks."""

    kind: Kind = "foreign-zone"
    zone: str
    name: str
    networks: tuple[str, ...]
    labels: tuple[str, ...]


# Zone groups


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


# Clusters


class PublicAccessChanged(Risk):
    """A cluster that the same program has as a resource opens or closes its public address."""

    cluster: str
    """The logical name of the resource."""
    consumers: tuple[str, ...]
    """The consumers of this stack with private access to it after the update."""


# Trust


class Subscription(Value):
    """A subscription, and the consumers of this stack in it."""

    id: str
    consumers: tuple[str, ...]


class ListWidened(Risk):
    """A list of subscriptions on private link services grows: `visibility` or `autoApproval`."""

    cluster: str
    targets: tuple[str, ...]
    list: Literal["visibility", "autoApproval"]
    is_open_to_all: bool
    added: tuple[Subscription, ...]


GivenBy = Literal["approved-by-update", "approved-by-azure"]


class ApprovalGiven(Risk):
    """A consumer's connections are approved."""

    kind: Kind = "approval-given"
    consumer: str
    cluster: str
    targets: tuple[str, ...]
    connection: GivenBy


class ExternalApprovalGiven(Risk):
    """Connections of an external consumer are approved."""

    kind: Kind = "approval-given"
    consumer: str
    cluster: str
    target: str
    connections: tuple[str, ...]


class ConnectionStays(Risk):
    """An external consumer is no longer expected, but stays connected."""

    kind: Kind = "connection-stays"
    consumer: str
    cluster: str
    target: str
    connections: tuple[str, ...]


class ApprovalAwaited(Risk):
    """A consumer's connections wait for the approval of the cluster's owner."""

    kind: Kind = "approval-awaited"
    consumer: str
    cluster: str
    targets: tuple[str, ...]


class LockRemoved(Risk):
    """A lock is deleted while the resource that it protects stays."""

    kind: Kind = "lock-removed"
    protects: Literal["service", "zone", "unknown"]
    name: str
