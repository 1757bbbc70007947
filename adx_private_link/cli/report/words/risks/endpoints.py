"""Sentences about private endpoints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...plan import CLUSTER
from ...planned import Reason
from ...risks.records.endpoints import AccessRemoved, AddressMove, EndpointReplaced
from ..labels import host_words
from .description import (
    REJECTED,
    Description,
    answers_in_words,
    because_of,
    consumer_of,
    describe,
    for_hosts,
    from_old_to_new,
    keeps_old_address,
    owner_of,
    parts_of,
)

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


@describe.register
def _(risk: AccessRemoved) -> Description:
    sentences = [
        f"loses its private endpoint{'s' if len(risk.targets) > 1 else ''} for {parts_of(risk.targets)}.",
        f"Its clients get {answers_in_words(risk.answers, risk.hosts)}."
        if risk.answers
        else "This stack has no record sets of its hosts.",
        *keeps_old_address(risk.ttl),
        *([REJECTED] if CLUSTER in risk.targets else []),
    ]
    return Description(consumer_of(risk.consumer, risk.cluster), " ".join(sentences))


@describe.register
def _(risk: EndpointReplaced) -> Description:
    because = ", because its service is" if risk.follows_service else because_of(map(_endpoint_reason, risk.reasons))
    until = f"{owner_of([risk.target])} approves it again" if risk.is_awaited else "it is recreated"
    moves = _moves_of_all_roles(risk.moves) if risk.target == CLUSTER else _moves(risk)
    sentences = [
        f"is replaced{because}. Open connections drop, and the endpoint is unreachable until {until}.",
        *moves,
    ]
    subject = f"The private endpoint of {risk.consumer} for {risk.cluster} ({parts_of([risk.target])})"
    return Description(subject, " ".join(sentences))


def _endpoint_reason(reason: Reason) -> str:
    if reason.property in _ENDPOINT_REASONS:
        return _ENDPOINT_REASONS[reason.property]
    if reason.property == "subnet":
        return f"its subnet changes{from_old_to_new(reason)}"
    what = _ENDPOINT_PROPERTIES.get(reason.property, f"`{reason.property}`")
    if reason.old and reason.new:
        return f"{what} changes from `{reason.old}` to `{reason.new}`"
    return f"{what} changes"


def _moves(risk: EndpointReplaced) -> Iterator[str]:
    return (sentence for move in risk.moves for sentence in _move(move, risk.target))


def _moves_of_all_roles(moves: Sequence[AddressMove]) -> Iterator[str]:
    """The change of all addresses of a native cluster's endpoint: one sentence for eight or more."""
    hosts = for_hosts([move.host for move in moves if move.host])
    yield "All of its addresses change, to ones that Azure chooses."
    if any(move.has_record_set for move in moves):
        ttl = max((move.ttl for move in moves if move.ttl is not None), default=None)
        yield (
            "Its record sets are deleted first and written last: in between, clients get the public address or no "
            f"answer{hosts}."
        )
        yield from keeps_old_address(ttl)
        yield REJECTED
    else:
        yield f"This stack has no record sets{hosts}: update its DNS by hand."


def _move(move: AddressMove, role: str) -> Iterator[str]:
    old = f"`{move.old_address}`" if move.old_address else "no private address"
    new = f"`{move.new_address}`" if move.new_address else "an address that Azure chooses"
    yield f"The address of `{host_words(move.host, role)}` changes from {old} to {new}."
    if move.has_record_set:
        yield (
            "Its record set is deleted first and created last: in between, clients get the public address or no answer."
        )
        yield from keeps_old_address(move.ttl)
    else:
        yield "This stack has no record set of it: update its DNS by hand."
