"""The risks to names: zones, links and record sets."""

from __future__ import annotations

from . import Answers, Kind, Risk, Value


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
