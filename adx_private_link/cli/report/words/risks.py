"""Sentences about risks: what happens, to whom, and the remedy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import singledispatch

from ....counts import plural
from ..plan import Reason
from ..risks.records import (
    AccessRemoved,
    AddressMove,
    Answers,
    AnswersRemoved,
    ApprovalAwaited,
    ApprovalGiven,
    ConnectionStays,
    EndpointReplaced,
    ExternalApprovalGiven,
    ForeignZone,
    LinkAdded,
    LinkMoved,
    LinkRemoved,
    ListWidened,
    LockRemoved,
    LostHandOver,
    NamesAfterMove,
    PreviewFailed,
    RecordSetChanged,
    RecordSetMoved,
    RecordSetRemoved,
    RecordSetRisk,
    RenamedCluster,
    RenamedConsumer,
    Risk,
    ServiceLosses,
    ServiceRemoved,
    ServiceReplaced,
    Subscription,
    ZoneMoved,
    ZoneRemoved,
)
from .labels import CONNECTIONS, host_words
from .names import code, code_list, distinct_zone_words, few, zone_words

_PUBLIC = "the public address"
_UNLESS = ", unless another DNS answers"

_SERVICE_REASONS = {
    "ipConfigurations": "its NAT addresses or their subnet change",
    "location": "its region changes",
    "resourceGroupName": "its resource group changes",
    "serviceName": "its name changes",
}
_ENDPOINT_REASONS = {
    "manualPrivateLinkServiceConnections": "its target changes",
    "privateLinkServiceConnections": "its target changes",
    "customNetworkInterfaceName": "the name of its network interface changes",
    "ipConfigurations": "its static address changes",
}
_ENDPOINT_PROPERTIES = {
    "privateEndpointName": "its name",
    "resourceGroupName": "its resource group",
    "location": "its region",
}


@dataclass(frozen=True)
class Description:
    """A risk in English."""

    subject: str
    """What it is about: a cluster, a service, an endpoint, a zone, a network."""
    message: str
    """The rest of a sentence that begins with the subject."""
    headline: str = ""
    """The same in a few words, where no consumer's access says it."""


@singledispatch
def describe(risk: Risk) -> Description:
    """Describe a risk in English."""
    raise NotImplementedError(risk.kind)  # each record of a risk registers its description below


@describe.register
def _(_: PreviewFailed) -> Description:
    return Description("The preview", "failed, so further risks are not known.")


@describe.register
def _(risk: ServiceReplaced) -> Description:
    sentences = [
        f"is replaced{_because(_service_reasons(risk))}.",
        f"It gets a new alias, and every connection by the old alias{_alias(risk.alias)} drops.",
        *_reconnected(risk.reconnected),
        *_losses(risk.losses),
    ]
    return _service(risk, " ".join(sentences), "replaced")


@describe.register
def _(risk: ServiceRemoved) -> Description:
    sentences = [
        f"is deleted. Every connection by its alias{_alias(risk.alias)} drops, and the alias never comes back.",
        *_reconnected(risk.reconnected),
        *_losses(risk.losses),
    ]
    return _service(risk, " ".join(sentences), "deleted")


def _service(risk: ServiceReplaced | ServiceRemoved, message: str, operation: str) -> Description:
    return Description(
        f"The private link service of {risk.cluster} ({risk.role})",
        message,
        f"the private link service of `{risk.cluster}` ({risk.role}) is {operation}",
    )


def _alias(alias: str | None) -> str:
    return f" ({alias})" if alias else ""


def _reconnected(consumers: Sequence[str]) -> Iterator[str]:
    if consumers:
        yield f"This update reconnects {code_list(consumers)}."


def _losses(losses: ServiceLosses) -> Iterator[str]:
    yield from (_lost_hand_over(lost) for lost in losses.external)
    if losses.unknown_endpoints:
        yield f"Endpoints of others lose their connection: {code(losses.unknown_endpoints)}."


def _lost_hand_over(lost: LostHandOver) -> str:
    if not lost.connections:
        remedy = ": send the new one" if lost.can_reconnect else ""
        return f"The hand-over of `{lost.consumer}` becomes void{remedy}."
    again = " and has to connect with a new hand-over" if lost.can_reconnect else ""
    return f"`{lost.consumer}` loses {plural(len(lost.connections), 'connection')}{again}."


def _service_reasons(risk: ServiceReplaced) -> list[str]:
    by_property = {reason.property: reason for reason in risk.reasons}
    words = [words for name, words in _SERVICE_REASONS.items() if name in by_property]
    if frontend := by_property.get("loadBalancerFrontendIpConfigurations"):
        words.append(f"its frontend changes{_from_to(frontend)}")
    if not words and risk.is_placed:
        # Another subscription is no property: a trigger replaces the service for it.
        words = [f"{code(by_property)} changes"] if by_property else ["its subscription or resource group changes"]
    return words


def _because(words: Iterable[str]) -> str:
    joined = " and ".join(dict.fromkeys(words))
    return f", because {joined}" if joined else ""


@describe.register
def _(risk: RenamedCluster) -> Description:
    subject, remedy = f"Cluster {risk.key}", _formerly(risk.section, risk.key, risk.old_key)
    if risk.is_rejected:
        message = (
            f"is `{risk.old_key}` under another key, and the update fails: Azure accepts one private link service for "
            "a load balancer's frontend, and Pulumi deletes the old one last."
        )
        return Description(subject, f"{message} {remedy}")
    services = "Its private link services get new aliases, and every connection by the old ones drops."
    sentences = [
        f"is `{risk.old_key}` under another key: all of its resources are created again.",
        *([services, *_losses(risk.losses)] if risk.section == "clusters" else []),
        "Its consumers get other addresses.",
        remedy,
    ]
    return Description(subject, " ".join(sentences))


@describe.register
def _(risk: RenamedConsumer) -> Description:
    return Description(
        f"Consumer {risk.key}",
        f"is `{risk.old_key}` under another key: its private endpoints are created again, at other addresses. "
        "Its record sets and links are deleted and created again; in between, clients get the public address or no "
        f"answer. {_formerly('consumers', risk.key, risk.old_key)}",
    )


def _formerly(section: str, key: str, old_key: str) -> str:
    return f"Write `formerly: {old_key}` in `{section}.{key}`, so that the new key changes nothing."


@describe.register
def _(risk: AccessRemoved) -> Description:
    sentences = [
        f"loses its private endpoint{'s' if len(risk.roles) > 1 else ''} for {' and '.join(risk.roles)}.",
        f"Its clients get {_answers(risk.answers)}{_for(risk.hosts)}."
        if risk.answers
        else "This stack has no record sets of its hosts.",
        *_ttl(risk.ttl),
    ]
    return Description(_consumer(risk.consumer, risk.cluster), " ".join(sentences))


def _consumer(consumer: str, cluster: str) -> str:
    return f"Consumer {consumer} of {cluster}"


@describe.register
def _(risk: EndpointReplaced) -> Description:
    because = ", because its service is" if risk.follows_service else _because(map(_endpoint_reason, risk.reasons))
    until = "the service's owner approves it again" if risk.is_awaited else "it is recreated"
    sentences = [
        f"is replaced{because}. Open connections drop, and the endpoint is unreachable until {until}.",
        *(sentence for move in risk.moves for sentence in _move(move, risk.role)),
    ]
    return Description(f"The private endpoint of {risk.consumer} for {risk.cluster} ({risk.role})", " ".join(sentences))


def _endpoint_reason(reason: Reason) -> str:
    if reason.property in _ENDPOINT_REASONS:
        return _ENDPOINT_REASONS[reason.property]
    if reason.property == "subnet":
        return f"its subnet changes{_from_to(reason)}"
    what = _ENDPOINT_PROPERTIES.get(reason.property, f"`{reason.property}`")
    if reason.old and reason.new:
        return f"{what} changes from `{reason.old}` to `{reason.new}`"
    return f"{what} changes"


def _move(move: AddressMove, role: str) -> Iterator[str]:
    old = f"`{move.old_address}`" if move.old_address else "no private address"
    new = f"`{move.new_address}`" if move.new_address else "an address that Azure chooses"
    yield f"The address of `{host_words(move.host, role)}` changes from {old} to {new}."
    if move.has_record_set:
        yield (
            "Its record set is deleted first and created last: in between, clients get the public address or no answer."
        )
        yield from _ttl(move.ttl)
    else:
        yield "This stack has no record set of it: update its DNS by hand."


def _ttl(seconds: float | None) -> Iterator[str]:
    if seconds is not None:
        yield f"Clients may keep the old address for {seconds:.0f} s."


def _answers(answers: Answers) -> str:
    """The answers of networks to a name that their zone lacks."""
    if not answers.public and not answers.none:
        return f"{_PUBLIC} or no answer, depending on the links of the zone"
    if not answers.none:
        return _PUBLIC
    return f"{_PUBLIC} (no answer in {code_list(answers.none)})" if answers.public else "no answer"


@describe.register
def _(risk: ZoneRemoved) -> Description:
    subject = f"Zone {zone_words(risk.zone)}"
    if not risk.networks:
        return Description(subject, "is deleted. It has no links of this stack.")
    message = f"is deleted. Clients in {code_list(risk.networks)} get {_PUBLIC}{_for(risk.hosts)}{_UNLESS}."
    return Description(subject, message, "a private DNS zone is deleted")


@describe.register
def _(risk: ZoneMoved) -> Description:
    old, new = distinct_zone_words(risk.zone, risk.new_zone)
    return Description(
        f"Zone {old}",
        f"moves its names to {new}. Clients in {code_list(risk.networks)} get {_PUBLIC}{_for(risk.hosts)} until the "
        f"update has linked their networks again.{_afterwards(risk.afterwards)}",
        "private names move to another zone",
    )


@describe.register
def _(risk: LinkMoved) -> Description:
    old, new = distinct_zone_words(risk.zone, risk.new_zone)
    return Description(
        f"Network {risk.network}",
        f"is linked to zone {new} instead of zone {old}. Its clients get {_PUBLIC}{_for(risk.hosts)} until the update "
        f"has linked it again.{_afterwards(risk.afterwards)}",
        f"network `{risk.network}` is linked to another zone",
    )


def _afterwards(names: NamesAfterMove) -> str:
    parts = [
        f"other addresses for {few(names.moved)}" if names.moved else "",
        f"{_answers(names.answers_for_lost)} for {few(names.lost)}" if names.lost else "",
        f"the private addresses of {few(names.gained)}" if names.gained else "",
    ]
    joined = ", and ".join(filter(None, parts))
    return f" Afterwards, they get {joined}." if joined else ""


def _for(hosts: Sequence[str]) -> str:
    return f" for {few(hosts)}" if hosts else ""


@describe.register
def _(risk: LinkRemoved) -> Description:
    zone, network = zone_words(risk.zone), risk.network
    gets = f"clients get {_PUBLIC}{_for(risk.hosts)}{_UNLESS}."
    if risk.is_restored:
        message = f"is not linked to zone {zone} until the update has linked it again. In between, its {gets}"
        return Description(
            f"Network {network}", message, f"network `{network}` loses the private names during the update"
        )
    message = f"is no longer linked to zone {zone}. Its {gets}"
    return Description(f"Network {network}", message, f"network `{network}` loses the private names")


@describe.register
def _(risk: LinkAdded) -> Description:
    return Description(
        f"Network {risk.network}",
        f"is linked to zone {zone_words(risk.zone)}. Its clients get the private addresses of {few(risk.hosts)}.",
        f"network `{risk.network}` gets the private names",
    )


@describe.register
def _(risk: AnswersRemoved) -> Description:
    return Description(
        f"Network {risk.network}",
        f"no longer gets public answers for names that zone {zone_words(risk.zone)} lacks, such as those of other "
        "clusters.",
        f"network `{risk.network}` loses public names",
    )


@describe.register
def _(risk: RecordSetRemoved) -> Description:
    sentences = [
        f"is deleted from zone {zone_words(risk.zone)}.",
        f"Its clients get {_answers(risk.answers)}{_UNLESS}.",
        *_ttl(risk.ttl),
    ]
    return _record_set(risk, " ".join(sentences))


@describe.register
def _(risk: RecordSetMoved) -> Description:
    old, new = distinct_zone_words(risk.zone, risk.new_zone)
    gets = f"Clients that see only the old zone get {_answers(risk.answers)}."
    return _record_set(risk, f"moves from zone {old} to zone {new}. {gets}")


@describe.register
def _(risk: RecordSetChanged) -> Description:
    new = f"`{risk.new_address}`" if risk.new_address else "an address that only the update decides"
    return _record_set(risk, " ".join([f"changes from `{risk.old_address}` to {new}.", *_ttl(risk.ttl)]))


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


_MAY = {
    "visibility": "may ask for a connection to {what}",
    "autoApproval": "may connect to {what} without an approval",
}
"""The right of the subscriptions in a list."""


@describe.register
def _(risk: ListWidened) -> Description:
    subject, may = f"Cluster {risk.cluster} ({', '.join(risk.roles)})", _MAY[risk.list]
    if risk.is_open_to_all:
        return Description(
            subject,
            f"is opened to everyone (`*` in `{risk.list}`): anyone who knows an alias {may.format(what='it')}.",
            f"everyone {may.format(what=f'`{risk.cluster}`')}",
        )
    count = plural(len(risk.added), "more subscription")
    return Description(
        subject,
        f"is opened to {count}, which {may.format(what='it')}: {code(map(_subscription, risk.added))}.",
        f"more subscriptions {may.format(what=f'`{risk.cluster}`')}",
    )


def _subscription(subscription: Subscription) -> str:
    consumers = ", ".join(subscription.consumers)
    return f"{subscription.id} ({consumers})" if consumers else subscription.id


@describe.register
def _(risk: ApprovalGiven) -> Description:
    message = f"is connected to {' and '.join(risk.roles)}, {CONNECTIONS[risk.connection]}."
    return Description(_consumer(risk.consumer, risk.cluster), message)


@describe.register
def _(risk: ExternalApprovalGiven) -> Description:
    count = plural(len(risk.connections), "connection")
    message = f"is connected: this update approves {count} ({code(risk.connections)})."
    return Description(_external(risk.consumer, risk.cluster, risk.role), message)


@describe.register
def _(risk: ConnectionStays) -> Description:
    count = plural(len(risk.connections), "connection")
    # `release` is no remedy: it would cut off every consumer that is connected to the service.
    return Description(
        _external(risk.consumer, risk.cluster, risk.role),
        f"stays connected by {count} ({code(risk.connections)}) until its owner deletes the private endpoint, or the "
        "connection is removed from the service.",
    )


def _external(consumer: str, cluster: str, role: str) -> str:
    return f"External consumer {consumer} of {cluster} ({role})"


@describe.register
def _(risk: ApprovalAwaited) -> Description:
    roles = " and ".join(risk.roles)
    message = f"waits for the approval of {roles} by the service's owner. Nothing is published before."
    return Description(_consumer(risk.consumer, risk.cluster), message)


@describe.register
def _(risk: LockRemoved) -> Description:
    match risk.protects:
        case "service":
            subject = f"The private link service {risk.name}"
        case "zone":
            subject = f"Zone {zone_words(risk.name)}"
        case _:
            subject = f"The resource of lock {risk.name}"
    return Description(subject, "loses its lock: anyone who has the rights may delete it.", "a lock is deleted")


def _from_to(reason: Reason) -> str:
    """The change of an id, from where it differs: `` from `red/subnets/clients` to `blue/subnets/clients` ``."""
    if reason.old is None or reason.new is None:
        return ""
    parts = [id.split("/") for id in (reason.old, reason.new)]
    folded = [[part.lower() for part in id] for id in parts]
    if folded[0] == folded[1]:
        return f" its spelling from `{reason.old}` to `{reason.new}`"
    start = next((n for n, (a, b) in enumerate(zip(*folded, strict=False)) if a != b), min(map(len, parts)))
    before, after = ("/".join(id[start:]) or id[-1] for id in parts)
    return f" from `{before}` to `{after}`"
