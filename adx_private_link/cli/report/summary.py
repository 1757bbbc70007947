"""A stack's report as a value: one sentence, the access that changes, the risks, and what was counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from ..pulumi.preview import Diagnostic
from .access import Access, Effect, ExternalAccess, accesses, external_accesses
from .change import Doing
from .plan import StackPlan
from .risks import Risk, risks

_SHOWN = 5
"""Names in a sentence; the others are counted."""
_WORST_FIRST: tuple[Doing, ...] = ("delete", "replace", "update", "create", "import")

# What happens to whom, as one sentence tells it, the worst first: (effect, for one, for several).
_PHRASES: tuple[tuple[Effect, str, str], ...] = (
    (
        "is cut off for good",
        "is cut off from {what} until it connects by a new hand-over",
        "are cut off from {what} until they connect by a new hand-over",
    ),
    (
        "is cut off until approved",
        "is cut off from {what} until the service's owner has approved it again",
        "are cut off from {what} until the service's owner has approved them again",
    ),
    (
        "is cut off",
        "is cut off from {what} while the update connects it anew",
        "are cut off from {what} while the update connects them anew",
    ),
    ("loses", "loses private access to {what}", "lose private access to {what}"),
    ("is withdrawn", "loses the private names of {what}", "lose the private names of {what}"),
    (
        "is interrupted",
        "is cut off from {what} for the time of the update, and finds it at another address then",
        "are cut off from {what} for the time of the update, and find it at another address then",
    ),
    ("moves", "reaches {what} at another address", "reach {what} at another address"),
    ("changes zone", "finds {what} in another zone", "find {what} in another zone"),
    ("gains", "gets private access to {what}", "get private access to {what}"),
    ("is published", "gets the private names of {what}", "get the private names of {what}"),
    (
        "is published next",
        "gets private access to {what} by the update after this one",
        "get private access to {what} by the update after this one",
    ),
    ("waits", "asks for {what}, which somebody else approves", "ask for {what}, which somebody else approves"),
    ("is approved", "has its connections to {what} approved", "have their connections to {what} approved"),
    ("may connect", "may connect to {what} by a hand-over", "may connect to {what} by a hand-over"),
    (
        "holds a void hand-over",
        "holds a hand-over of {what} that will be void",
        "hold a hand-over of {what} that will be void",
    ),
    ("is no longer expected", "is no longer expected at {what}", "are no longer expected at {what}"),
)


class Said(BaseModel):
    """What the program, the engine or Azure's provider has said."""

    model_config = ConfigDict(frozen=True)

    severity: str
    message: str


class StackReport(BaseModel):
    """What an update would do to people, of one stack."""

    model_config = ConfigDict(frozen=True)

    stack: str
    sentence: str
    failed: bool
    access: tuple[Access, ...]
    """What changes of it; what stays is counted."""
    external: tuple[ExternalAccess, ...]
    unchanged: int
    risks: tuple[Risk, ...]
    counts: dict[str, int]
    """Resources by what would be done with them."""
    operations: tuple[str, ...]
    """All of them that are not left alone, as Pulumi names them."""
    messages: tuple[Said, ...]

    @property
    def changed(self) -> int:
        """How many resources are not left as they are."""
        return sum(count for doing, count in self.counts.items() if doing != "same")


def stack_report(plan: StackPlan) -> StackReport:
    """All there is to say of a stack's preview."""
    access, external = accesses(plan), external_accesses(plan)
    found = risks(plan, access, external)
    changed = [each for each in access if each.effect != "same" or each.endpoint == "update"]
    changed_external = [each for each in external if each.effect != "same"]
    return StackReport(
        stack=plan.stack,
        sentence=_sentence(plan, access, external, found),
        failed=plan.has_failed,
        access=tuple(changed),
        external=tuple(changed_external),
        unchanged=len(access) + len(external) - len(changed) - len(changed_external),
        risks=tuple(found),
        counts=plan.counts,
        operations=tuple(
            f"{each.doing} {each.kind} {each.name}{f' ({paths})' if (paths := _paths(each.paths)) else ''}"
            for doing in _WORST_FIRST
            for each in plan.planned
            if each.doing == doing and each.kind != "Stack"
        ),
        messages=_said(plan.messages),
    )


def _paths(paths: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(each.partition("[")[0] for each in paths))


def _said(messages: Iterable[Diagnostic]) -> tuple[Said, ...]:
    """What was said, once each; without what Pulumi says of every failure."""
    found = [
        Said(severity=each.severity, message=message)
        for each in messages
        if (message := _message(each)) and "an unhandled error occurred: program exited" not in message
    ]
    return tuple(dict.fromkeys(found))


def _message(diagnostic: Diagnostic) -> str:
    text = diagnostic.message.strip().removeprefix(f"{diagnostic.severity}:").strip()
    name = diagnostic.urn.rsplit("::", 1)[-1]
    return f"{name}: {text}" if name and text else text


# The sentence


def _sentence(
    plan: StackPlan, access: Sequence[Access], external: Sequence[ExternalAccess], found: Sequence[Risk]
) -> str:
    if plan.has_failed:
        return "The preview failed, so nobody knows yet what would change: first mend what it says below."
    changed = sum(count for doing, count in plan.counts.items() if doing != "same")
    if not changed:
        return "Nothing changes."
    phrases = [phrase for each in _PHRASES if (phrase := _phrase(*each, [*access, *external]))]
    renamed = [
        f"{what} `{before}` is renamed to `{key}` without `formerly`"
        for what, keys in (("cluster", plan.renames.clusters), ("consumer", plan.renames.consumers))
        for key, before in keys.items()
    ]
    told = [
        *phrases,
        *renamed,
        *(each.headline for each in found if each.headline and not (each.kind in _TOLD and phrases)),
    ]
    if told:
        return f"{_capitalised('; '.join(dict.fromkeys(told)))}."
    return f"Nobody's access changes; {changed} {'resource is' if changed == 1 else 'resources are'} changed."


_TOLD = ("service-replaced", "service-removed", "zone-moved", "zone-removed", "visibility-widened", "link-added")
"""Risks that mostly come with a change of somebody's access, which tells of them."""


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _phrase(effect: Effect, one: str, many: str, access: Sequence[Access | ExternalAccess]) -> str:
    """Who, and what; several who have the same in common are told together."""
    by_consumer: dict[str, dict[str, None]] = {}
    by_pair: dict[tuple[str, str], list[Access | ExternalAccess]] = {}
    for each in access:
        by_pair.setdefault((each.consumer, each.cluster), []).append(each)
    for (consumer, cluster), of in by_pair.items():
        if affected := [each for each in of if each.effect == effect]:
            by_consumer.setdefault(consumer, {})[_what(cluster, affected, of)] = None
    together: dict[str, list[str]] = {}
    for consumer, clusters in by_consumer.items():
        together.setdefault(listed([*clusters]), []).append(consumer)
    return "; ".join(
        f"{listed([f'`{each}`' for each in who])} {(one if len(who) == 1 else many).format(what=what)}"
        for what, who in together.items()
    )


def _what(cluster: str, affected: Sequence[Access | ExternalAccess], of: Sequence[Access | ExternalAccess]) -> str:
    """A cluster, or a role of it, or some of its hosts."""
    roles = {each.role for each in affected}
    partly = [each for each in of if each.role in roles and each not in affected]
    if partly:
        return listed([f"`{each.host}`" for each in affected if isinstance(each, Access)]) or f"`{cluster}`"
    return f"`{cluster}` ({next(iter(roles))})" if len(roles) == 1 else f"`{cluster}`"


def listed(names: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`; of many, some and how many others."""
    if len(names) > _SHOWN + 1:
        names = [*names[:_SHOWN], f"{len(names) - _SHOWN} others"]
    return " and ".join([*filter(None, [", ".join(names[:-1])]), *names[-1:]])
