"""Who is let in, who has to wait, and what is protected less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..access import Access, ExternalAccess
from ..change import Change, texts
from ..graph import cluster_of, consumers_in, role_of
from ..plan import StackPlan
from .risk import Kind, Risk, code, plural

_NEW = ("gains", "is published", "is published next", "is approved")


def trust_risks(plan: StackPlan, access: Sequence[Access], external: Sequence[ExternalAccess]) -> Iterator[Risk]:
    """Lists of subscriptions that grow, approvals, and locks that go."""
    yield from _lists(plan, "visibility", "visibility-widened", "may ask for a connection to it")
    yield from _lists(plan, "autoApproval", "auto-approval-widened", "is connected to it without anybody's approval")
    yield from _approvals(access)
    yield from _external(external)
    yield from _locks(plan)


def _lists(plan: StackPlan, name: str, kind: Kind, can: str) -> Iterator[Risk]:
    roles: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for services in plan.of("ClusterServices"):
        for service in plan.below(services, "PrivateLinkService"):
            if added := _added(plan, service, name):
                roles.setdefault((cluster_of(plan, services), added), []).append(role_of(service))
    for (cluster, added), of in roles.items():
        subject = f"{cluster} ({', '.join(sorted(of))})"
        if "*" in added:
            yield Risk(
                kind="visible-to-all" if name == "visibility" else kind,
                subject=subject,
                message=f"is opened to everybody (`*` in its {name}): whoever knows its alias {can}",
                headline=f"everybody {can.replace('to it', f'to `{cluster}`')}",
            )
        else:
            who = code(f"{each}{_whose(plan, each)}" for each in added)
            message = f"is opened to {plural(len(added), 'subscription')} more, each of which {can}: {who}"
            yield Risk(kind=kind, subject=subject, message=message, headline=f"more subscriptions reach `{cluster}`")


def _added(plan: StackPlan, service: Change, name: str) -> tuple[str, ...]:
    """The subscriptions that a list has more than before."""
    before, after = ({each.lower() for each in texts(get(name, "subscriptions"))} for get in (service.had, service.has))
    if service.before is None and name == "visibility":
        # What a new service shows to its own consumers is what they need.
        before = {each for each in after if consumers_in(plan, each)}
    return tuple(sorted(after - before))


def _whose(plan: StackPlan, subscription: str) -> str:
    found = consumers_in(plan, subscription)
    return f" ({', '.join(found)})" if found else ""


def _approvals(access: Sequence[Access]) -> Iterator[Risk]:
    given: dict[tuple[str, str, str], dict[str, None]] = {}
    awaited: dict[tuple[str, str], dict[str, None]] = {}
    for each in access:
        if each.effect in _NEW and each.connection in ("approved by this update", "approved by Azure"):
            given.setdefault((each.consumer, each.cluster, each.connection), {})[each.role] = None
        if each.connection == "awaited":
            awaited.setdefault((each.consumer, each.cluster), {})[each.role] = None
    for (consumer, cluster, how), roles in given.items():
        message = f"is connected to {' and '.join(roles)}, {how}"
        yield Risk(kind="approval-given", subject=f"{consumer} -> {cluster}", message=message)
    for (consumer, cluster), roles in awaited.items():
        message = f"waits for the approval of {' and '.join(roles)} by the service's owner; nothing is published before"
        yield Risk(kind="approval-awaited", subject=f"{consumer} -> {cluster}", message=message)


def _external(external: Sequence[ExternalAccess]) -> Iterator[Risk]:
    for each in external:
        subject = f"{each.consumer} -> {each.cluster} ({each.role})"
        known = {name.lower() for name in each.approved_before}
        if added := sorted(name for name in each.approved_after if name.lower() not in known):
            message = f"is connected: {plural(len(added), 'connection')} of others approved: {code(added)}"
            yield Risk(kind="approval-given", subject=subject, message=message)
        if each.effect == "is no longer expected" and each.approved_before:
            count = plural(len(each.approved_before), "connection")
            # `release` would cut off everybody who is connected to the service.
            message = (
                f"stays connected by {count} ({code(each.approved_before)}) until its owner deletes the private "
                "endpoint, or the connection is removed from the service"
            )
            yield Risk(kind="connection-stays", subject=subject, message=message)


def _locks(plan: StackPlan) -> Iterator[Risk]:
    held = {each.name: each for kind in ("PrivateLinkService", "PrivateZone") for each in plan.of(kind)}
    for lock in plan.of("ManagementLockByScope"):
        name = lock.name.removesuffix(".lock")
        if lock.doing == "delete" and not (name in held and held[name].doing == "delete"):
            what = {"PrivateLinkService": "the private link service", "PrivateZone": "the zone"}
            subject = f"{what[held[name].kind]} {name}" if name in held else name
            message = "loses its lock: whoever has the rights may delete it"
            yield Risk(kind="lock-removed", subject=subject, message=message, headline="a lock is removed")
