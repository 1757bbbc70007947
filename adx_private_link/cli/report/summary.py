"""A stack's report as a value: one sentence, the access that changes, the risks, and what was counted."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from ..stack_state import Diagnostic
from .access import Access, Effect, accesses
from .plan import Doing, StackPlan
from .risks import Risk, risks

_SHOWN = 5
"""Names in a sentence; the others are counted."""

# What happens to whom, as one sentence tells it, the worst first: (effect, for one, for several).
_PHRASES: tuple[tuple[Effect, str, str], ...] = (
    ("is cut off", "is cut off from {what} and connected anew", "are cut off from {what} and connected anew"),
    (
        "is cut off for good",
        "is cut off from {what} until it connects by the new alias",
        "are cut off from {what} until they connect by the new alias",
    ),
    ("loses", "loses private access to {what}", "lose private access to {what}"),
    ("is withdrawn", "gets the public address of {what} again", "get the public address of {what} again"),
    ("moves", "reaches {what} at another address", "reach {what} at another address"),
    ("gains", "gets private access to {what}", "get private access to {what}"),
    ("may connect", "may connect to {what} by its hand-over", "may connect to {what} by its hand-over"),
    ("is published", "gets the private address of {what}", "get the private address of {what}"),
    ("waits", "waits for somebody else's approval of {what}", "wait for somebody else's approval of {what}"),
    ("approval", "has its connections to {what} approved", "have their connections to {what} approved"),
)


_WORST_FIRST: tuple[Doing, ...] = ("delete", "replace", "update", "create")


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
    unchanged: int
    risks: tuple[Risk, ...]
    counts: dict[str, int]
    """Resources by what would be done with them."""
    operations: tuple[str, ...]
    """All of them that are not left alone, as Pulumi names them."""
    messages: tuple[Said, ...]


def stack_report(plan: StackPlan) -> StackReport:
    """All there is to say of a stack's preview."""
    access = accesses(plan)
    changed = [each for each in access if each.effect != "same" or each.operation != "unchanged"]
    found = risks(plan, access)
    return StackReport(
        stack=plan.stack,
        sentence=_sentence(plan, changed, found),
        failed=plan.has_failed,
        access=tuple(changed),
        unchanged=len(access) - len(changed),
        risks=tuple(found),
        counts=plan.counts,
        operations=tuple(
            f"{each.doing} {each.kind} {each.name}{f' ({paths})' if (paths := _paths(each.paths)) else ''}"
            for doing in _WORST_FIRST
            for each in plan.changes.values()
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


def _sentence(plan: StackPlan, changed: list[Access], found: list[Risk]) -> str:
    if plan.has_failed:
        return "The preview failed, so nobody knows yet what would change: first mend what it says below."
    told = [phrase for effect, one, many in _PHRASES if (phrase := _phrase(effect, one, many, changed))]
    if told:
        return f"{'; '.join(told)}."
    if any(each.kind == "visible-to-all" for each in found):
        return "Nobody's access changes, but everybody may ask for a connection from now on."
    touched = sum(count for doing, count in plan.counts.items() if doing != "same")
    if not touched:
        return "Nothing changes."
    return f"Nobody's access changes; {touched} {'resource is' if touched == 1 else 'resources are'} changed."


def _phrase(effect: Effect, one: str, many: str, changed: list[Access]) -> str:
    """Who, and what; several who have the same in common are told together."""
    by_consumer: dict[str, dict[str, set[str]]] = {}
    for each in changed:
        if each.effect == effect:
            by_consumer.setdefault(each.consumer, {}).setdefault(each.cluster, set()).add(each.role)
    together: dict[str, list[str]] = {}
    for consumer, clusters in by_consumer.items():
        what = listed([_cluster(cluster, roles) for cluster, roles in clusters.items()])
        together.setdefault(what, []).append(consumer)
    return "; ".join(
        f"{listed([f'`{each}`' for each in who])} {(one if len(who) == 1 else many).format(what=what)}"
        for what, who in together.items()
    )


def _cluster(cluster: str, roles: set[str]) -> str:
    return f"`{cluster}` ({next(iter(roles))})" if len(roles) == 1 else f"`{cluster}`"


def listed(names: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`; of many, some and how many others."""
    if len(names) > _SHOWN + 1:
        names = [*names[:_SHOWN], f"{len(names) - _SHOWN} others"]
    return " and ".join([*filter(None, [", ".join(names[:-1])]), *names[-1:]])
