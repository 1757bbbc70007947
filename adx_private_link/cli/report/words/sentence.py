"""The sentence about a stack: the effect of its update on people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ....counts import plural
from ..accesses import Access, ExternalAccess, Update
from ..effects import Effect
from ..plan import CLUSTER, STORAGE, StackPlan
from ..removed_alerts import count_removed_alerts
from ..risks.records import Risk
from .names import code_list, listed
from .risks import describe
from .risks.description import owner_of

_PHRASES: dict[Effect, tuple[str, str]] = {
    "cut-off-for-good": (
        "loses access to {what} until it connects with a new hand-over",
        "lose access to {what} until they connect with a new hand-over",
    ),
    "cut-off-until-approved": (
        "loses access to {what} until {owner} approves it again",
        "lose access to {what} until {owner} approves them again",
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
    "names-interrupted": (
        "loses the private names of {what} during the update",
        "lose the private names of {what} during the update",
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
        "asks for access to {what}, which {owner} has to approve",
        "ask for access to {what}, which {owner} has to approve",
    ),
    "prepared": ("has endpoints of {what} prepared", "have endpoints of {what} prepared"),
    "approved": ("gets its connections to {what} approved", "get their connections to {what} approved"),
    "expected": ("may connect to {what} with a hand-over", "may connect to {what} with a hand-over"),
    "hand-over-void": (
        "holds a hand-over of {what} that becomes void",
        "hold hand-overs of {what} that become void",
    ),
    "no-longer-expected": ("is no longer expected at {what}", "are no longer expected at {what}"),
    "retired": ("no longer has unused endpoints of {what}", "no longer have unused endpoints of {what}"),
}
"""The effects on consumers, for one and for several, the worst first."""

_COVERED_BY_ACCESS = (
    "service-replaced",
    "service-removed",
    "service-retired",
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
    alerts = count_removed_alerts(plan)
    unwatched = [f"{plural(alerts, 'alert')} {'ends' if alerts == 1 else 'end'}"] if alerts else []
    if parts := [*phrases, *_managed_phrases(plan), *renamed, *headlines]:
        return f"{_capitalised('; '.join(dict.fromkeys([*parts, *unwatched])))}."
    resources = f"{changed} {'resource changes' if changed == 1 else 'resources change'}"
    return f"{'; '.join(['No access changes', *unwatched, resources])}."


def _managed_phrases(plan: StackPlan) -> Iterator[str]:
    """The sources of data that clusters reach by new managed private endpoints."""
    for cluster in plan.clusters:
        targets = [managed.target.new for managed in cluster.managed_endpoints if managed.operation == "create"]
        names = dict.fromkeys(target.rpartition("/")[2] for target in targets if target)
        if names:
            endpoints = "a managed private endpoint" if len(targets) == 1 else "managed private endpoints"
            yield f"`{cluster.key}` gets {endpoints} to {code_list(names)}"


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _phrase(effect: Effect, accesses: Sequence[Access | ExternalAccess]) -> str:
    """The consumers that an update has one effect on, and the clusters; those with the same clusters together."""
    by_consumer: dict[tuple[str, str], dict[str, None]] = {}
    by_pair: dict[tuple[str, str], list[Access | ExternalAccess]] = {}
    for access in accesses:
        by_pair.setdefault((access.consumer, access.cluster), []).append(access)
    words = _PHRASES[effect]
    for (consumer, cluster), of in by_pair.items():
        if affected := [access for access in of if access.effect == effect]:
            owner = owner_of([access.target for access in affected]) if "{owner}" in words[0] else ""
            by_consumer.setdefault((consumer, owner), {})[_what(cluster, affected, of)] = None
    together: dict[tuple[str, str], list[str]] = {}
    for (consumer, owner), clusters in by_consumer.items():
        together.setdefault((listed([*clusters]), owner), []).append(consumer)
    return "; ".join(
        f"{code_list(consumers)} {words[len(consumers) > 1].format(what=what, owner=owner)}"
        for (what, owner), consumers in together.items()
    )


def _what(cluster: str, affected: Sequence[Access | ExternalAccess], of: Sequence[Access | ExternalAccess]) -> str:
    """A cluster, or some of its roles, or some of its hosts."""
    if affected[0].effect in ("prepared", "retired"):
        return f"`{cluster}`"  # endpoints without hosts
    roles, every = (list(dict.fromkeys(map(_part, accesses))) for accesses in (affected, of))
    partly = [access for access in of if _part(access) in roles and access not in affected]
    if partly and STORAGE not in roles:
        return code_list(str(access.host) for access in affected if isinstance(access, Access)) or f"`{cluster}`"
    is_whole = roles == [CLUSTER] or (len(roles) > 1 and {*roles} == {*every})
    return f"`{cluster}`" if is_whole else f"`{cluster}` ({' and '.join(roles)})"


def _part(access: Access | ExternalAccess) -> str:
    return access.role if isinstance(access, Access) else access.target
