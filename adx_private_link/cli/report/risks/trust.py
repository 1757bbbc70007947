"""Consumers that are let in, approvals that are awaited, and locks that are removed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from ....naming.logical import ServiceName, lock_name
from ..accesses import Update
from ..connections import Connection
from ..plan import CLUSTER, Service, StackPlan
from .records import Kind
from .records.trust import (
    ApprovalAwaited,
    ApprovalGiven,
    ConnectionStays,
    ExternalApprovalGiven,
    ExternalLeftBehind,
    GivenBy,
    ListWidened,
    LockRemoved,
    Subscription,
)

_ALL = "*"
_GIVEN_BY: dict[Connection, GivenBy] = {
    "approved-by-update": "approved-by-update",
    "approved-by-azure": "approved-by-azure",
}
_List = Literal["visibility", "autoApproval"]


def services_visible_to_all(update: Update) -> Iterator[ListWidened]:
    """Find services that every subscription may ask for a connection from now on."""
    return (risk for risk in _widened(update.plan, "visibility", "visible-to-all") if risk.is_open_to_all)


def services_visible_to_more(update: Update) -> Iterator[ListWidened]:
    """Find services that more subscriptions may ask for a connection."""
    return (risk for risk in _widened(update.plan, "visibility", "visibility-widened") if not risk.is_open_to_all)


def services_that_trust_more(update: Update) -> Iterator[ListWidened]:
    """Find services that more subscriptions are connected to without anyone's approval."""
    return _widened(update.plan, "autoApproval", "auto-approval-widened")


def _widened(plan: StackPlan, name: _List, kind: Kind) -> Iterator[ListWidened]:
    """The services of a cluster whose list grows by the same subscriptions are one risk."""
    targets: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for cluster in plan.clusters:
        for service in cluster.services:
            if added := _added(plan, service, name):
                targets.setdefault((cluster.key, added), []).append(service.target)
    for (cluster, added), of in targets.items():
        yield ListWidened(
            kind=kind,
            cluster=cluster,
            targets=tuple(sorted(of)),
            list=name,
            is_open_to_all=_ALL in added,
            added=tuple(Subscription(id=id, consumers=tuple(plan.consumers_in(id))) for id in added),
        )


def _added(plan: StackPlan, service: Service, name: _List) -> tuple[str, ...]:
    """The subscriptions that a list has more than before."""
    subscriptions = service.visibility if name == "visibility" else service.auto_approval
    before, after = ({id.lower() for id in ids} for ids in (subscriptions.old, subscriptions.new))
    if not service.exists_before and name == "visibility":
        # A new service has to be visible to the stack's own consumers.
        before = {id for id in after if plan.consumers_in(id)}
    return tuple(sorted(after - before))


def given_approvals(update: Update) -> Iterator[ApprovalGiven]:
    """Find the stack's own consumers whose connections are approved."""
    targets: dict[tuple[str, str, GivenBy], dict[str, None]] = {}
    for access in update.accesses:
        given_by = _GIVEN_BY.get(access.connection)
        if given_by and access.effect in ("added", "published", "published-next", "prepared", "approved"):
            targets.setdefault((access.consumer, access.cluster, given_by), {})[access.target] = None
    for (consumer, cluster, given_by), of in targets.items():
        yield ApprovalGiven(consumer=consumer, cluster=cluster, targets=tuple(of), connection=given_by)


def given_external_approvals(update: Update) -> Iterator[ExternalApprovalGiven]:
    """Find external consumers whose connections are approved."""
    for access in update.external:
        known = {name.lower() for name in access.approved_before}
        if added := sorted(name for name in access.approved_after if name.lower() not in known):
            yield ExternalApprovalGiven(
                consumer=access.consumer, cluster=access.cluster, target=access.target, connections=tuple(added)
            )


def awaited_approvals(update: Update) -> Iterator[ApprovalAwaited]:
    """Find consumers whose connections wait for the cluster's owner."""
    targets: dict[tuple[str, str], dict[str, None]] = {}
    for access in update.accesses:
        if access.connection == "awaited":
            targets.setdefault((access.consumer, access.cluster), {})[access.target] = None
    for (consumer, cluster), of in targets.items():
        yield ApprovalAwaited(consumer=consumer, cluster=cluster, targets=tuple(of))


def external_left_behind(update: Update) -> Iterator[ExternalLeftBehind]:
    """Find external consumers that still connect to services of a cluster that leaves or has left its network."""
    targets: dict[tuple[str, str], dict[str, bool]] = {}
    for access in update.external:
        targets.setdefault((access.consumer, access.cluster), {})[access.target] = bool(access.approved_after)
    for (consumer, cluster), is_connected in targets.items():
        services = tuple(target for target, connected in is_connected.items() if connected and target != CLUSTER)
        if services and is_connected.get(CLUSTER) is False:
            yield ExternalLeftBehind(consumer=consumer, cluster=cluster, targets=services)


def staying_connections(update: Update) -> Iterator[ConnectionStays]:
    """Find external consumers that are no longer expected, but stay connected."""
    for access in update.external:
        if access.effect == "no-longer-expected" and access.approved_before:
            yield ConnectionStays(
                consumer=access.consumer,
                cluster=access.cluster,
                target=access.target,
                connections=access.approved_before,
            )


def removed_locks(update: Update) -> Iterator[LockRemoved]:
    """Find locks that are deleted while the resource that they protect stays."""
    plan = update.plan
    services = {
        lock_name(str(ServiceName(cluster.own_key, service.target))): service
        for cluster in plan.clusters
        for service in cluster.services
    }
    zones = {lock_name(zone.key): zone for zone in plan.zones}
    for lock in plan.locks:
        service, zone = services.get(lock.name), zones.get(lock.name)
        protected = service or (zone.made if zone else None)
        if lock.operation == "delete" and not (protected and protected.operation == "delete"):
            yield LockRemoved(
                protects="service" if service else "zone" if zone else "unknown",
                name=service.name if service else zone.key if zone else lock.name,
            )
