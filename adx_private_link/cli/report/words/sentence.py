"""The sentence about a stack: the effect of its update on people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..accesses import Access, Effect, ExternalAccess, Update
from ..risks.records import Risk
from .names import code_list, listed
from .risks import describe

_PHRASES: dict[Effect, tuple[str, str]] = {
    "cut-off-for-good": (
        "loses access to {what} until it connects with a new hand-over",
        "lose access to {what} until they connect with a new hand-over",
    ),
    "cut-off-until-approved": (
        "loses access to {what} until the service's owner approves it again",
        "lose access to {what} until the service's owner approves them again",
    ),
    "cut-off": (
        "loses access to {what} until this update reconnects it",
        "lose access to {what} until this update reconnects them",
    ),
    "removed": ("loses private access to {what}", "lose private access to {what}"),
    "withdrawn": ("loses the private names of {what}", "lose the private names of {what}"),
    "interrupted": (
        "loses access to {what} during the update and gets a new address afterwards",
        "lose access to {what} during the update and get new addresses afterwards",
    ),
    "moved": ("reaches {what} at another address", "reach {what} at another address"),
    "zone-changed": ("finds {what} in another zone", "find {what} in another zone"),
    "added": ("gets private access to {what}", "get private access to {what}"),
    "published": ("gets the private names of {what}", "get the private names of {what}"),
    "published-next": (
        "gets private access to {what} with the next update",
        "get private access to {what} with the next update",
    ),
    "waiting": (
        "asks for access to {what}, which the service's owner has to approve",
        "ask for access to {what}, which the service's owner has to approve",
    ),
    "approved": ("gets its connections to {what} approved", "get their connections to {what} approved"),
    "expected": ("may connect to {what} with a hand-over", "may connect to {what} with a hand-over"),
    "hand-over-void": (
        "holds a hand-over of {what} that becomes void",
        "hold hand-overs of {what} that become void",
    ),
    "no-longer-expected": ("is no longer expected at {what}", "are no longer expected at {what}"),
}
"""The effects on consumers, for one and for several, the worst first."""

_COVERED_BY_ACCESS = (
    "service-replaced",
    "service-removed",
    "zone-moved",
    "zone-removed",
    "visibility-widened",
    "link-added",
)
"""Risks that mostly come with a change of a consumer's access, which the sentence has already."""


def sentence(update: Update, risks: Iterable[Risk]) -> str:
    """The effect of a stack's update on people, in one sentence."""
    plan = update.plan
    if plan.has_failed:
        return "The preview failed, so the changes are not known yet. Fix the errors below first."
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
    return f"No access changes; {changed} {'resource changes' if changed == 1 else 'resources change'}."


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
