"""English for a report: turns records and codes into sentences and the words of tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import singledispatch

from .accesses import Access, Connection, Effect, ExternalAccess, Update
from .logical_names import zone_parts
from .plan import Problem, Reason
from .resources import Operation
from .risks.records import (
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
    Severity,
    Subscription,
    ZoneMoved,
    ZoneRemoved,
)
from .risks.records import Effect as RiskEffect

_SHOWN = 5
"""Names in a sentence; further names are counted."""
_PUBLIC = "the public address"
_UNLESS = ", unless another DNS answers them"

PROBLEMS: dict[Problem, str] = {
    "empty": "The preview has printed nothing: look at what the job says.",
    "no-preview": "The preview has printed something else than `pulumi preview --json --show-sames` prints: look at "
    "what the job says.",
    "without-sames": "The preview was printed without `--show-sames`: what stays is not in it, nor whose it is.",
}

RISK_EFFECTS: dict[RiskEffect, str] = {
    "cuts-off": "Cuts people off",
    "interrupts": "Interrupts access, and changes addresses",
    "answers-other-names": "Answers names outside of Azure Data Explorer",
    "lets-in": "Lets people in",
    "protects-less": "Protects less",
    "approves": "Approves connections",
    "waits": "Waits for somebody else",
}
"""The titles of a report's sections."""

OPERATIONS: dict[Operation, str] = {
    "create": "new",
    "import": "taken over",
    "update": "changed",
    "replace": "replaced",
    "delete": "removed",
}
_ENDPOINT_OPERATIONS: dict[Operation, str] = {
    "create": "new endpoint",
    "import": "endpoint taken over",
    "delete": "endpoint removed",
    "replace": "endpoint replaced",
    "update": "endpoint updated",
}
_RECORD_OPERATIONS: dict[Operation, str] = {
    "create": "record made",
    "delete": "record removed",
    "replace": "record replaced",
    "update": "record updated",
}
_EXTERNAL_OPERATIONS: dict[Effect, str] = {
    "expected": "expected from now on",
    "hand-over-void": "new hand-over",
    "cut-off-for-good": "new hand-over",
    "no-longer-expected": "no longer expected",
}
CONNECTIONS: dict[Connection, str] = {
    "approved": "approved",
    "approved-by-update": "approved by this update",
    "approved-by-azure": "approved by Azure",
    "awaited": "awaited",
    "no-longer-approved": "no longer approved",
    "pending": "Pending",
    "rejected": "Rejected",
    "disconnected": "Disconnected",
    "unknown": "not known",
    "ended": "ended",
}

_PHRASES: dict[Effect, tuple[str, str]] = {
    "cut-off-for-good": (
        "is cut off from {what} until it connects by a new hand-over",
        "are cut off from {what} until they connect by a new hand-over",
    ),
    "cut-off-until-approved": (
        "is cut off from {what} until the service's owner has approved it again",
        "are cut off from {what} until the service's owner has approved them again",
    ),
    "cut-off": (
        "is cut off from {what} while the update connects it anew",
        "are cut off from {what} while the update connects them anew",
    ),
    "removed": ("loses private access to {what}", "lose private access to {what}"),
    "withdrawn": ("loses the private names of {what}", "lose the private names of {what}"),
    "interrupted": (
        "is cut off from {what} for the time of the update, and finds it at another address then",
        "are cut off from {what} for the time of the update, and find it at another address then",
    ),
    "moved": ("reaches {what} at another address", "reach {what} at another address"),
    "zone-changed": ("finds {what} in another zone", "find {what} in another zone"),
    "added": ("gets private access to {what}", "get private access to {what}"),
    "published": ("gets the private names of {what}", "get the private names of {what}"),
    "published-next": (
        "gets private access to {what} by the update after this one",
        "get private access to {what} by the update after this one",
    ),
    "waiting": ("asks for {what}, which somebody else approves", "ask for {what}, which somebody else approves"),
    "approved": ("has its connections to {what} approved", "have their connections to {what} approved"),
    "expected": ("may connect to {what} by a hand-over", "may connect to {what} by a hand-over"),
    "hand-over-void": (
        "holds a hand-over of {what} that will be void",
        "hold a hand-over of {what} that will be void",
    ),
    "no-longer-expected": ("is no longer expected at {what}", "are no longer expected at {what}"),
}
"""The effects on consumers, for one and for several, the worst first."""

_SERVICE_REASONS = {
    "ipConfigurations": "its NAT addresses or their subnet change",
    "location": "its region changes",
    "resourceGroupName": "its resource group changes",
    "serviceName": "its name changes",
}
_ENDPOINT_REASONS = {
    "manualPrivateLinkServiceConnections": "what it connects to changes",
    "privateLinkServiceConnections": "what it connects to changes",
    "customNetworkInterfaceName": "the name of its network interface changes",
    "ipConfigurations": "its static address changes",
}
_ENDPOINT_PROPERTIES = {
    "privateEndpointName": "its name",
    "resourceGroupName": "its resource group",
    "location": "its region",
}


# Names and lists


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`; of many, some and the number of the others."""
    if len(names) > _SHOWN + 1:
        names = [*names[:_SHOWN], f"{len(names) - _SHOWN} others"]
    return " and ".join([*filter(None, [", ".join(names[:-1])]), *names[-1:]])


def code_list(names: Iterable[str]) -> str:
    """The same in code spans."""
    return listed([f"`{name}`" for name in names])


def code(names: Iterable[str]) -> str:
    """Names in code spans, between commas; a backtick in a name would end its span."""
    return ", ".join(f"`{name.replace('`', chr(39))}`" for name in names)


def few(names: Sequence[str]) -> str:
    """Names in code spans, between commas; of many, some and the number of the others."""
    if len(names) <= _SHOWN + 1:
        return code(names)
    return f"{code(names[:_SHOWN])} and {len(names) - _SHOWN} others"


def plural(count: int, what: str) -> str:
    """`1 connection`, `2 connections`."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def zone_words(key: str) -> str:
    """A zone's name and resource group, by its key."""
    zone = zone_parts(key)
    return f"{zone.name} (resource group {zone.resource_group})"


def _zones_in_words(*keys: str) -> list[str]:
    """Several zones; with their subscriptions where name and resource group are alike."""
    words = [zone_words(key) for key in keys]
    return [
        f"{word.removesuffix(')')}, subscription {zone_parts(key).subscription})" if words.count(word) > 1 else word
        for key, word in zip(keys, words, strict=True)
    ]


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


# The sentence about a stack


def sentence(update: Update, risks: Iterable[Risk]) -> str:
    """The effect of a stack's update on people, in one sentence."""
    plan = update.plan
    if plan.has_failed:
        return "The preview failed, so nobody knows yet what would change: first mend what it says below."
    changed = sum(count for operation, count in plan.counts.items() if operation != "same")
    if not changed:
        return "Nothing changes."
    phrases = [phrase for effect in _PHRASES if (phrase := _phrase(effect, update.every))]
    renamed = [
        f"{what} `{old_key}` is renamed to `{key}` without `formerly`"
        for what, keys in (("cluster", plan.renames.clusters), ("consumer", plan.renames.consumers))
        for key, old_key in keys.items()
    ]
    headlines = [
        headline
        for risk in risks
        if (headline := describe(risk).headline) and not (risk.kind in _COVERED_BY_ACCESS and phrases)
    ]
    if parts := [*phrases, *renamed, *headlines]:
        return f"{_capitalised('; '.join(dict.fromkeys(parts)))}."
    return f"Nobody's access changes; {changed} {'resource is' if changed == 1 else 'resources are'} changed."


_COVERED_BY_ACCESS = (
    "service-replaced",
    "service-removed",
    "zone-moved",
    "zone-removed",
    "visibility-widened",
    "link-added",
)
"""Risks that mostly come with a change of a consumer's access, which the sentence has already."""


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _phrase(effect: Effect, accesses: Sequence[Access | ExternalAccess]) -> str:
    """The consumers that an update has one effect on, and the clusters; those with the same clusters together."""
    by_consumer: dict[str, dict[str, None]] = {}
    by_pair: dict[tuple[str, str], list[Access | ExternalAccess]] = {}
    for access in accesses:
        by_pair.setdefault((access.consumer, access.cluster), []).append(access)
    for (consumer, cluster), of in by_pair.items():
        if affected := [access for access in of if access.effect == effect]:
            by_consumer.setdefault(consumer, {})[_what(cluster, affected, of)] = None
    together: dict[str, list[str]] = {}
    for consumer, clusters in by_consumer.items():
        together.setdefault(listed([*clusters]), []).append(consumer)
    return "; ".join(
        f"{code_list(consumers)} {_PHRASES[effect][len(consumers) > 1].format(what=what)}"
        for what, consumers in together.items()
    )


def _what(cluster: str, affected: Sequence[Access | ExternalAccess], of: Sequence[Access | ExternalAccess]) -> str:
    """A cluster, or a role of it, or some of its hosts."""
    roles = {access.role for access in affected}
    partly = [access for access in of if access.role in roles and access not in affected]
    if partly:
        return code_list(str(access.host) for access in affected if isinstance(access, Access)) or f"`{cluster}`"
    return f"`{cluster}` ({next(iter(roles))})" if len(roles) == 1 else f"`{cluster}`"


# Tables


def cluster_count(count: int) -> str:
    return plural(count, "cluster")


def host_count(count: int) -> str:
    return plural(count, "host")


def host_words(host: str | None, role: str) -> str:
    return host or f"(host of the {role} not known)"


def access_operation(access: Access) -> str:
    """The operations on an access's endpoint and record set."""
    operations = [_ENDPOINT_OPERATIONS.get(access.endpoint, ""), _RECORD_OPERATIONS.get(access.record or "same", "")]
    if access.endpoint in ("create", "replace") and not access.record:
        operations.append("no record of this stack")
    elif access.endpoint in ("create", "delete", "replace"):
        operations.pop()  # the record set follows
    return ", ".join(filter(None, operations)) or "connection approved"


def external_operation(access: ExternalAccess) -> str:
    """The operation on an external consumer's access."""
    if access.service == "delete":
        return "service removed"
    return _EXTERNAL_OPERATIONS.get(access.effect, "connections approved")


def counts(by_operation: Mapping[str, int]) -> str:
    """The number of resources by operation."""
    unchanged = f"{by_operation.get('same', 0)} unchanged"
    return f"Resources: {', '.join([*_changed(by_operation), unchanged])}."


def record_set_counts(by_operation: Mapping[str, int]) -> str:
    """The number of record sets by operation."""
    return f"Record sets: {', '.join(_changed(by_operation))}."


def _changed(by_operation: Mapping[str, int]) -> Iterator[str]:
    return (f"{count} {word}" for operation, word in OPERATIONS.items() if (count := by_operation.get(operation)))


def privacy(*, is_private: bool) -> str:
    return "private" if is_private else "not private"


def external_consumer(name: str) -> str:
    return f"{name} (external)"


def approved_count(before: int, after: int) -> str:
    return f"{after} approved" if before == after else f"{before} → {after} approved"


def cluster_title(name: str) -> str:
    return f"Cluster {name}"


# A comment


TITLE = "Private access to Azure Data Explorer"
HEADINGS = ("consumer", "role", "host", "address", "connection", "operation")
CLUSTER = "cluster"
RECORD_SET_HEADINGS = ("record set", "zone", "address", "leads to", "operation")
NONE = "none"
THEIRS = "theirs"
"""The hosts and addresses of external consumers."""
NOT_KNOWN_YET = "known after the update"
ADDRESS_CHANGES = "changes"
PICTURE = "The picture"
SEEN_BEFORE_FAILURE = "What it came to before; not all of it"
MESSAGE_TITLES = {"error": "Errors", "warning": "Warnings", "info": "Notes"}
"""By the severity of messages."""
SEVERITY_WORDS: dict[Severity, str] = {"caution": "Caution", "warning": "Warning", "note": "Note"}


def stack_counts(stacks: int, changed: int, failed: int) -> str:
    """The number of stacks that change, and of previews that failed."""
    count = f"{changed} of {stacks} stacks change"
    return f"{count}; the preview of {failed} failed." if failed else f"{count}."


def stacks_left_out(count: int) -> str:
    return f"And {count} stacks more, for which a comment has no room: `--format json` has them."


def risks_left_out(count: int) -> str:
    return f"Its {count} risks are too long for a comment: `--format json` has them."


def more(count: int) -> str:
    return f"{count} more"


def each_of(count: int) -> str:
    return f"Each of the {count}"


# Risks


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
    raise NotImplementedError(risk.kind)


@describe.register
def _(_: PreviewFailed) -> Description:
    return Description("the preview", "has failed: nobody knows what it did not come to")


@describe.register
def _(risk: ServiceReplaced) -> Description:
    parts = [
        f"is replaced{_because(_service_reasons(risk))}: it gets a new alias, and {_cut(risk.alias)}",
        *_reconnected(risk.reconnected),
        *_losses(risk.losses),
    ]
    return _service(risk, "; ".join(parts), "replaced")


@describe.register
def _(risk: ServiceRemoved) -> Description:
    parts = [
        f"is removed: {_cut(risk.alias)}, and its alias never comes back",
        *_reconnected(risk.reconnected),
        *_losses(risk.losses),
    ]
    return _service(risk, "; ".join(parts), "removed")


def _service(risk: ServiceReplaced | ServiceRemoved, message: str, operation: str) -> Description:
    return Description(
        f"{risk.cluster} ({risk.role}): the private link service",
        message,
        f"the private link service of `{risk.cluster}` ({risk.role}) is {operation}",
    )


def _cut(alias: str | None) -> str:
    return f"every connection by its alias{f' ({alias})' if alias else ''} is cut"


def _reconnected(consumers: Sequence[str]) -> Iterator[str]:
    if consumers:
        yield f"this update connects {code(consumers)} anew"


def _losses(losses: ServiceLosses) -> Iterator[str]:
    yield from (_lost_hand_over(lost) for lost in losses.external)
    if losses.unknown_endpoints:
        yield f"connections of others that are cut: {code(losses.unknown_endpoints)}"


def _lost_hand_over(lost: LostHandOver) -> str:
    if not lost.connections:
        again = ": send the new one" if lost.can_reconnect else ""
        return f"the hand-over that `{lost.consumer}` has is void{again}"
    again = ", and has to connect by a new hand-over" if lost.can_reconnect else ""
    return f"`{lost.consumer}` loses {plural(len(lost.connections), 'connection')}{again}"


def _service_reasons(risk: ServiceReplaced) -> list[str]:
    by_property = {reason.property: reason for reason in risk.reasons}
    words = [words for name, words in _SERVICE_REASONS.items() if name in by_property]
    if frontend := by_property.get("loadBalancerFrontendIpConfigurations"):
        words.append(f"its frontend changes{_from_to(frontend)}")
    if not words and risk.is_placed:
        # Another subscription is no property: a trigger replaces the service for it.
        words = [f"{code(by_property)} changes"] if by_property else ["its place changes"]
    return words


def _because(words: Iterable[str]) -> str:
    joined = " and ".join(dict.fromkeys(words))
    return f", since {joined}" if joined else ""


@describe.register
def _(risk: RenamedCluster) -> Description:
    subject, remedy = f"cluster {risk.key}", _formerly(risk.section, risk.key, risk.old_key)
    if risk.is_rejected:
        message = (
            f"is `{risk.old_key}` under another key, and the update fails: Azure accepts no second private link "
            "service on a load balancer's frontend, and the first one is deleted last"
        )
        return Description(subject, f"{message}. {remedy}")
    services = "its private link services get new aliases, and every connection by the old ones is cut"
    parts = [
        f"is `{risk.old_key}` under another key: everything of it is created again",
        *([services, *_losses(risk.losses)] if risk.section == "clusters" else []),
        "its consumers find it at other addresses",
    ]
    return Description(subject, f"{'; '.join(parts)}. {remedy}")


@describe.register
def _(risk: RenamedConsumer) -> Description:
    return Description(
        f"consumer {risk.key}",
        f"is `{risk.old_key}` under another key: its private endpoints are created again, at other addresses. "
        "Its records and links are deleted and created again: in between, clients get the public address, or no "
        f"answer. {_formerly('consumers', risk.key, risk.old_key)}",
    )


def _formerly(section: str, key: str, old_key: str) -> str:
    return f"Write `formerly: {old_key}` in `{section}.{key}`, and the new key changes nothing"


@describe.register
def _(risk: AccessRemoved) -> Description:
    names = f"its clients get {_answers(risk.answers)}{_for(risk.hosts)}" if risk.answers else ""
    return Description(
        f"{risk.consumer} -> {risk.cluster}",
        f"loses its private endpoints for {' and '.join(risk.roles)}: {names or 'its names are kept elsewhere'}"
        f"{_ttl(risk.ttl)}",
    )


@describe.register
def _(risk: EndpointReplaced) -> Description:
    because = ", since its service is" if risk.follows_service else _because(map(_endpoint_reason, risk.reasons))
    until = "the service's owner has approved it again" if risk.is_awaited else "the update has made it anew"
    parts = [
        f"is replaced{because}: open connections break, and it is unreachable until {until}",
        *(_move(move, risk.role) for move in risk.moves),
    ]
    return Description(f"{risk.consumer} -> {risk.cluster} ({risk.role}): the private endpoint", "; ".join(parts))


def _endpoint_reason(reason: Reason) -> str:
    if reason.property in _ENDPOINT_REASONS:
        return _ENDPOINT_REASONS[reason.property]
    if reason.property == "subnet":
        return f"its subnet changes{_from_to(reason)}"
    what = _ENDPOINT_PROPERTIES.get(reason.property, f"`{reason.property}`")
    if reason.old and reason.new:
        return f"{what} changes from `{reason.old}` to `{reason.new}`"
    return f"{what} changes"


def _move(move: AddressMove, role: str) -> str:
    before = f"`{move.old_address}`" if move.old_address else "no private address"
    after = f"`{move.new_address}`" if move.new_address else "an address that Azure chooses"
    follows = (
        f"its record goes first and comes back last{_ttl(move.ttl)}"
        if move.has_record_set
        else "this stack keeps no record of it, and whoever keeps its DNS has to follow"
    )
    return f"`{host_words(move.host, role)}`: {before} -> {after}, {follows}"


def _ttl(seconds: float | None) -> str:
    return "" if seconds is None else f"; clients may keep the old address for {seconds:.0f} s"


def _answers(answers: Answers) -> str:
    """The answers of networks to a name that their zone lacks."""
    if not answers.public and not answers.none:
        return "the public address, or no answer, as the links of the zone say"
    if not answers.none:
        return _PUBLIC
    return f"{_PUBLIC}, in {code(answers.none)} no answer" if answers.public else "no answer"


@describe.register
def _(risk: ZoneRemoved) -> Description:
    subject = f"zone {zone_words(risk.zone)}"
    if not risk.networks:
        return Description(subject, "is removed; it has no links of this stack")
    message = f"is removed: clients in {code(risk.networks)} get {_PUBLIC}{_for(risk.hosts)}{_UNLESS}"
    return Description(subject, message, "a private DNS zone is removed")


@describe.register
def _(risk: ZoneMoved) -> Description:
    old, new = _zones_in_words(risk.zone, risk.new_zone)
    return Description(
        f"zone {old}",
        f"gives its names to {new}: clients in {code(risk.networks)} get {_PUBLIC}{_for(risk.hosts)} until the update "
        f"has linked them again{_afterwards(risk.afterwards)}",
        "private names move to another zone",
    )


@describe.register
def _(risk: LinkMoved) -> Description:
    old, new = _zones_in_words(risk.zone, risk.new_zone)
    return Description(
        f"network {risk.network}",
        f"sees zone {new} instead of zone {old}: its clients get {_PUBLIC}{_for(risk.hosts)} until the update has "
        f"linked it again{_afterwards(risk.afterwards)}",
        f"network `{risk.network}` sees another zone",
    )


def _afterwards(names: NamesAfterMove) -> str:
    parts = [
        f"other addresses for {few(names.moved)}" if names.moved else "",
        f"{_answers(names.answers_for_lost)} for {few(names.lost)}" if names.lost else "",
        f"the private addresses of {few(names.gained)}" if names.gained else "",
    ]
    joined = ", and ".join(filter(None, parts))
    return f"; after that, they get {joined}" if joined else ""


def _for(hosts: Sequence[str]) -> str:
    return f" for {few(hosts)}" if hosts else ""


@describe.register
def _(risk: LinkRemoved) -> Description:
    zone, network = zone_words(risk.zone), risk.network
    until = "until the update has linked it again" if risk.is_restored else "any more"
    return Description(
        f"network {network}",
        f"does not see zone {zone} {until}: its clients get {_PUBLIC}{_for(risk.hosts)}{_UNLESS}",
        f"network `{network}` loses the private names{' during the update' if risk.is_restored else ''}",
    )


@describe.register
def _(risk: LinkAdded) -> Description:
    return Description(
        f"network {risk.network}",
        f"sees zone {zone_words(risk.zone)}: its clients get the private addresses of {few(risk.hosts)}",
        f"network `{risk.network}` gets the private names",
    )


@describe.register
def _(risk: AnswersRemoved) -> Description:
    return Description(
        f"network {risk.network}",
        f"gets no public answer any more for what zone {zone_words(risk.zone)} lacks, such as other clusters",
        f"network `{risk.network}` loses public names",
    )


@describe.register
def _(risk: RecordSetRemoved) -> Description:
    keep = "" if risk.ttl is None else f"; they may keep the old address for {risk.ttl:.0f} s"
    gets = f"its clients get {_answers(risk.answers)}"
    return _record_set(risk, f"is removed from zone {zone_words(risk.zone)}: {gets}{_UNLESS}{keep}")


@describe.register
def _(risk: RecordSetMoved) -> Description:
    old, new = _zones_in_words(risk.zone, risk.new_zone)
    return _record_set(
        risk, f"moves from zone {old} to zone {new}: whoever sees only the old one gets {_answers(risk.answers)}"
    )


@describe.register
def _(risk: RecordSetChanged) -> Description:
    new = f"`{risk.new_address}`" if risk.new_address else "an address that only the update tells"
    return _record_set(risk, f"leads to {new} instead of `{risk.old_address}`{_ttl(risk.ttl)}")


def _record_set(risk: RecordSetRisk, message: str) -> Description:
    return Description(f"{risk.consumer} -> {risk.cluster} ({risk.role}): the record of {risk.host}", message)


@describe.register
def _(risk: ForeignZone) -> Description:
    networks = f" ({code(risk.networks)})" if risk.networks else ""
    return Description(
        f"zone {zone_words(risk.zone)}",
        f"is no zone of Azure Data Explorer: its networks{networks} get this stack's addresses for names in it "
        f"({few(risk.labels) or 'no names yet'})",
        f"names in zone {code([risk.name])} are answered, which is no zone of Azure Data Explorer",
    )


_LISTS = {
    "visibility": "may ask for a connection to it",
    "autoApproval": "is connected to it without anybody's approval",
}


@describe.register
def _(risk: ListWidened) -> Description:
    subject, can = f"{risk.cluster} ({', '.join(risk.roles)})", _LISTS[risk.list]
    if risk.is_open_to_all:
        return Description(
            subject,
            f"is opened to everybody (`*` in its {risk.list}): whoever knows its alias {can}",
            f"everybody {can.replace('to it', f'to `{risk.cluster}`')}",
        )
    return Description(
        subject,
        f"is opened to {plural(len(risk.added), 'subscription')} more, each of which {can}: "
        f"{code(map(_subscription, risk.added))}",
        f"more subscriptions reach `{risk.cluster}`",
    )


def _subscription(subscription: Subscription) -> str:
    consumers = ", ".join(subscription.consumers)
    return f"{subscription.id} ({consumers})" if consumers else subscription.id


@describe.register
def _(risk: ApprovalGiven) -> Description:
    return Description(
        f"{risk.consumer} -> {risk.cluster}",
        f"is connected to {' and '.join(risk.roles)}, {CONNECTIONS[risk.connection]}",
    )


@describe.register
def _(risk: ExternalApprovalGiven) -> Description:
    count = plural(len(risk.connections), "connection")
    return Description(
        f"{risk.consumer} -> {risk.cluster} ({risk.role})",
        f"is connected: {count} of others approved: {code(risk.connections)}",
    )


@describe.register
def _(risk: ConnectionStays) -> Description:
    count = plural(len(risk.connections), "connection")
    # `release` is no remedy: it would cut off every consumer that is connected to the service.
    return Description(
        f"{risk.consumer} -> {risk.cluster} ({risk.role})",
        f"stays connected by {count} ({code(risk.connections)}) until its owner deletes the private endpoint, or the "
        "connection is removed from the service",
    )


@describe.register
def _(risk: ApprovalAwaited) -> Description:
    return Description(
        f"{risk.consumer} -> {risk.cluster}",
        f"waits for the approval of {' and '.join(risk.roles)} by the service's owner; nothing is published before",
    )


_PROTECTED = {"service": "the private link service ", "zone": "the zone ", "unknown": ""}


@describe.register
def _(risk: LockRemoved) -> Description:
    return Description(
        f"{_PROTECTED[risk.protects]}{risk.name}",
        "loses its lock: whoever has the rights may delete it",
        "a lock is removed",
    )
