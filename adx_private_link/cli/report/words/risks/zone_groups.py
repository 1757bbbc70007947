"""Sentences about zone groups: the names that Azure writes for the endpoints of native clusters."""

from __future__ import annotations

from collections.abc import Sequence

from ...risks.records.zone_groups import (
    NamesOverwritten,
    StorageNamesRemoved,
    ZoneChange,
    ZoneGroupRemoved,
    ZoneGroupReplaced,
    ZoneGroupRisk,
)
from ..names import distinct_zone_words, listed, zone_words
from .description import (
    REJECTED,
    UNLESS,
    Description,
    answers_in_words,
    because_of,
    describe,
    keeps_old_address,
)


@describe.register
def _(risk: ZoneGroupRemoved) -> Description:
    sentences = [
        "is deleted, and all of its records with it.",
        "The connection of its endpoint ended, so its names led nowhere." if risk.is_withheld else REJECTED,
        _answers(risk),
        *keeps_old_address(risk.ttl),
    ]
    return _zone_group(risk, " ".join(sentences))


@describe.register
def _(risk: StorageNamesRemoved) -> Description:
    sentences = [
        f"loses {listed([zone_words(zone) for zone in risk.zones])}.",
        _answers(risk),
        "Queued ingestion fails where clients cannot reach these accounts at their public addresses.",
        *keeps_old_address(risk.ttl),
    ]
    return _zone_group(risk, " ".join(sentences))


@describe.register
def _(risk: ZoneGroupReplaced) -> Description:
    sentences = [
        f"is replaced{because_of(_moves(risk.changes) or ['a zone of it is replaced'])}.",
        "Azure deletes all of its records first, and writes them again last.",
        _answers(risk, "In between, clients"),
        REJECTED,
        *keeps_old_address(risk.ttl),
    ]
    return _zone_group(risk, " ".join(sentences))


def _moves(changes: Sequence[ZoneChange]) -> list[str]:
    """The changes of zones, those with the same resource groups together."""
    names: dict[tuple[str, str], list[str]] = {}
    for change in changes:
        old, new = distinct_zone_words(change.zone, change.new_zone)
        (name, _, old_place), (new_name, _, new_place) = old.partition(" "), new.partition(" ")
        to = new_place.strip("()") if name == new_name and new_place else new
        names.setdefault((old_place, to), []).append(name)
    return [f"{listed(of)} {old} {'moves' if len(of) == 1 else 'move'} to {to}" for (old, to), of in names.items()]


@describe.register
def _(risk: NamesOverwritten) -> Description:
    old = f"the one of `{risk.old_consumer}`" if risk.old_consumer else "the old one"
    remedy = (
        f"Remove `{risk.old_consumer}` in an update of its own first."
        if risk.old_consumer
        else "Write `formerly`, so that the new key changes nothing."
    )
    again = f"**PrivateDnsZoneGroup::{risk.zone_group}"
    sentences = [
        f"writes its records before {old} is deleted, and Azure deletes them with it.",
        _answers(risk, "After the update, clients"),
        remedy,
        f"After such an update, `pulumi up --replace '{again}'` writes them again.",
    ]
    return Description(
        f"The new zone group of {risk.consumer} for {risk.cluster}",
        " ".join(sentences),
        f"`{risk.consumer}` has no private names of `{risk.cluster}` after the update",
    )


def _answers(risk: ZoneGroupRisk, clients: str = "Clients") -> str:
    return f"{clients} get {answers_in_words(risk.answers, risk.hosts)}{UNLESS}."


def _zone_group(risk: ZoneGroupRisk, message: str) -> Description:
    return Description(f"The zone group of {risk.consumer} for {risk.cluster}", message)
