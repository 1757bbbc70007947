"""Sentences about private link services."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .....counts import plural
from ...risks.records.services import LostHandOver, ServiceLosses, ServiceRemoved, ServiceReplaced, ServiceRetired
from ..names import code, code_list
from .description import Description, because_of, describe, from_old_to_new

_SERVICE_REASONS = {
    "ipConfigurations": "its NAT addresses or their subnet change",
    "location": "its region changes",
    "resourceGroupName": "its resource group changes",
    "serviceName": "its name changes",
}


@describe.register
def _(risk: ServiceReplaced) -> Description:
    sentences = [
        f"is replaced{because_of(_service_reasons(risk))}.",
        f"It gets a new alias, and every connection by the old alias{_alias(risk.alias)} drops.",
        *_reconnected(risk.reconnected),
        *losses_in_words(risk.losses),
    ]
    return _service(risk, " ".join(sentences), "replaced")


@describe.register
def _(risk: ServiceRemoved) -> Description:
    sentences = [
        f"is deleted. Every connection by its alias{_alias(risk.alias)} drops, and the alias never comes back.",
        *_reconnected(risk.reconnected),
        *losses_in_words(risk.losses),
    ]
    return _service(risk, " ".join(sentences), "deleted")


@describe.register
def _(risk: ServiceRetired) -> Description:
    return Description(
        f"The private link service of {risk.cluster} ({risk.target})",
        "is deleted. The cluster has left it, so no client uses it. If the cluster returns to its network, it gets a "
        "new service with another alias.",
        f"the unused private link service of `{risk.cluster}` ({risk.target}) is deleted",
    )


def _service(risk: ServiceReplaced | ServiceRemoved, message: str, operation: str) -> Description:
    return Description(
        f"The private link service of {risk.cluster} ({risk.target})",
        message,
        f"the private link service of `{risk.cluster}` ({risk.target}) is {operation}",
    )


def _alias(alias: str | None) -> str:
    return f" ({alias})" if alias else ""


def _reconnected(consumers: Sequence[str]) -> Iterator[str]:
    if consumers:
        yield f"This update reconnects {code_list(consumers)}."


def losses_in_words(losses: ServiceLosses) -> Iterator[str]:
    """Say who loses connections to a service."""
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
        words.append(f"its frontend changes{from_old_to_new(frontend)}")
    if not words and risk.is_placed:
        # Another subscription is no property: a trigger replaces the service for it.
        words = [f"{code(by_property)} changes"] if by_property else ["its subscription or resource group changes"]
    return words
