"""Sentences about approvals, lists of subscriptions and locks."""

from __future__ import annotations

from .....counts import plural
from ...plan import CLUSTER
from ...risks.records.trust import (
    ApprovalAwaited,
    ApprovalGiven,
    ConnectionStays,
    ExternalApprovalGiven,
    ExternalLeftBehind,
    ListWidened,
    LockRemoved,
    Subscription,
)
from ..labels import CONNECTIONS
from ..names import code, zone_words
from .description import Description, consumer_of, describe, owner_of, parts_of

_MAY = {
    "visibility": "may ask for a connection to {what}",
    "autoApproval": "may connect to {what} without an approval",
}
"""The right of the subscriptions in a list."""


@describe.register
def _(risk: ListWidened) -> Description:
    subject, may = f"Cluster {risk.cluster} ({', '.join(risk.targets)})", _MAY[risk.list]
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
    message = f"is connected to {parts_of(risk.targets)}, {CONNECTIONS[risk.connection]}."
    return Description(consumer_of(risk.consumer, risk.cluster), message)


@describe.register
def _(risk: ExternalApprovalGiven) -> Description:
    count = plural(len(risk.connections), "connection")
    message = f"is connected: this update approves {count} ({code(risk.connections)})."
    return Description(_external(risk.consumer, risk.cluster, risk.target), message)


@describe.register
def _(risk: ConnectionStays) -> Description:
    count = plural(len(risk.connections), "connection")
    # `release` is no remedy: it would cut off every consumer that is connected to the service.
    return Description(
        _external(risk.consumer, risk.cluster, risk.target),
        f"stays connected by {count} ({code(risk.connections)}) until its owner deletes the private endpoint, or the "
        f"connection is removed from the {'cluster' if risk.target == CLUSTER else 'service'}.",
    )


def _external(consumer: str, cluster: str, target: str) -> str:
    return f"External consumer {consumer} of {cluster} ({parts_of([target])})"


@describe.register
def _(risk: ApprovalAwaited) -> Description:
    message = (
        f"waits for the approval of {parts_of(risk.targets)} by {owner_of(risk.targets)}. Nothing is published before."
    )
    return Description(consumer_of(risk.consumer, risk.cluster), message)


@describe.register
def _(risk: ExternalLeftBehind) -> Description:
    return Description(
        f"External consumer {risk.consumer} of {risk.cluster}",
        f"is connected to {parts_of(risk.targets)} only, and not to the cluster itself: it loses access when the "
        "cluster leaves its network. Send it the new hand-over.",
    )


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
