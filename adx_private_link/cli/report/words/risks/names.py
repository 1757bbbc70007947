"""Sentences about zones, links and record sets."""

from __future__ import annotations

from .....kusto_hosts import is_storage_zone
from ...risks.records.names import (
    AnswersRemoved,
    ForeignZone,
    LinkAdded,
    LinkMoved,
    LinkRemoved,
    NamesAfterMove,
    RecordSetChanged,
    RecordSetMoved,
    RecordSetRemoved,
    RecordSetRisk,
    StorageHidden,
    ZoneMoved,
    ZoneRemoved,
)
from ..names import code, code_list, distinct_zone_words, few, few_hosts, zone_words
from .description import PUBLIC, UNLESS, Description, answers_in_words, describe, for_hosts, keeps_old_address

_OTHER_ACCOUNTS = " So do clients of other storage accounts whose names are in it."


@describe.register
def _(risk: ZoneRemoved) -> Description:
    subject = f"Zone {zone_words(risk.zone)}"
    if not risk.networks:
        return Description(subject, "is deleted. It has no links of this stack.")
    message = f"is deleted. Clients in {code_list(risk.networks)} get {PUBLIC}{for_hosts(risk.hosts)}{UNLESS}."
    return Description(subject, message + _others(risk.zone), "a private DNS zone is deleted")


@describe.register
def _(risk: ZoneMoved) -> Description:
    lost = " Names of other storage accounts in it are lost." if is_storage_zone(risk.zone) else ""
    old, new = distinct_zone_words(risk.zone, risk.new_zone)
    return Description(
        f"Zone {old}",
        f"moves its names to {new}. Clients in {code_list(risk.networks)} get {PUBLIC}{for_hosts(risk.hosts)} until "
        f"the update has linked their networks again.{_afterwards(risk.afterwards)}{lost}",
        "private names move to another zone",
    )


@describe.register
def _(risk: LinkMoved) -> Description:
    old, new = distinct_zone_words(risk.zone, risk.new_zone)
    return Description(
        f"Network {risk.network}",
        f"is linked to zone {new} instead of zone {old}. Its clients get {PUBLIC}{for_hosts(risk.hosts)} until the "
        f"update has linked it again.{_afterwards(risk.afterwards)}",
        f"network `{risk.network}` is linked to another zone",
    )


def _others(zone: str) -> str:
    """What the loss of a zone means to clients of storage accounts that no cluster has."""
    return _OTHER_ACCOUNTS if is_storage_zone(zone) else ""


def _afterwards(names: NamesAfterMove) -> str:
    parts = [
        f"other addresses for {few_hosts(names.moved)}" if names.moved else "",
        f"{answers_in_words(names.answers_for_lost)} for {few_hosts(names.lost)}" if names.lost else "",
        f"the private addresses of {few_hosts(names.gained)}" if names.gained else "",
    ]
    joined = ", and ".join(filter(None, parts))
    return f" Afterwards, they get {joined}." if joined else ""


@describe.register
def _(risk: LinkRemoved) -> Description:
    zone, network = zone_words(risk.zone), risk.network
    gets = f"clients get {PUBLIC}{for_hosts(risk.hosts)}{UNLESS}.{_others(risk.zone)}"
    if risk.is_restored:
        message = f"is not linked to zone {zone} until the update has linked it again. In between, its {gets}"
        return Description(
            f"Network {network}", message, f"network `{network}` loses the private names during the update"
        )
    message = f"is no longer linked to zone {zone}. Its {gets}"
    return Description(f"Network {network}", message, f"network `{network}` loses the private names")


@describe.register
def _(risk: LinkAdded) -> Description:
    others = "all storage accounts in it" if is_storage_zone(risk.zone) else ""
    return Description(
        f"Network {risk.network}",
        f"is linked to zone {zone_words(risk.zone)}. Its clients get the private addresses of "
        f"{others or few_hosts(risk.hosts)}.",
        f"network `{risk.network}` gets the private names",
    )


@describe.register
def _(risk: AnswersRemoved) -> Description:
    others = "storage accounts with private endpoints elsewhere" if is_storage_zone(risk.zone) else "clusters"
    return Description(
        f"Network {risk.network}",
        f"no longer gets public answers for names that zone {zone_words(risk.zone)} lacks, such as those of other "
        f"{others}.",
        f"network `{risk.network}` loses public names",
    )


@describe.register
def _(risk: StorageHidden) -> Description:
    made = " The zone is this stack's and has the names of its clusters only." if risk.is_made else ""
    return Description(
        f"Network {risk.network}",
        f"is linked to zone {zone_words(risk.zone)} without `NxDomainRedirect`. Its clients get no answer for any "
        f"storage account with a private endpoint whose name is not in the zone.{made}",
        f"network `{risk.network}` loses other storage accounts",
    )


@describe.register
def _(risk: RecordSetRemoved) -> Description:
    sentences = [
        f"is deleted from zone {zone_words(risk.zone)}.",
        f"Its clients get {answers_in_words(risk.answers)}{UNLESS}.",
        *keeps_old_address(risk.ttl),
    ]
    return _record_set(risk, " ".join(sentences))


@describe.register
def _(risk: RecordSetMoved) -> Description:
    old, new = distinct_zone_words(risk.zone, risk.new_zone)
    gets = f"Clients that see only the old zone get {answers_in_words(risk.answers)}."
    return _record_set(risk, f"moves from zone {old} to zone {new}. {gets}")


@describe.register
def _(risk: RecordSetChanged) -> Description:
    new = f"`{risk.new_address}`" if risk.new_address else "an address that only the update decides"
    return _record_set(risk, " ".join([f"changes from `{risk.old_address}` to {new}.", *keeps_old_address(risk.ttl)]))


def _record_set(risk: RecordSetRisk, message: str) -> Description:
    return Description(
        f"The record set of {risk.host or 'each host'} for consumer {risk.consumer} of {risk.cluster} ({risk.role})",
        message,
    )


@describe.register
def _(risk: ForeignZone) -> Description:
    networks = f" ({code_list(risk.networks)})" if risk.networks else ""
    return Description(
        f"Zone {zone_words(risk.zone)}",
        f"is not a zone of Azure Data Explorer. Its networks{networks} get this stack's addresses for its names "
        f"({few(risk.labels) or 'none yet'}).",
        f"zone {code([risk.name])}, which is not of Azure Data Explorer, gets names or networks",
    )
