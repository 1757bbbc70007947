"""Approvals: which connections this stack approves, and who may ask for one."""

from __future__ import annotations

from collections.abc import Mapping

from ..naming.accesses import TargetId, asks_for
from ..naming.azure import approval_name, naming_key
from ..naming.logical import ApprovalName
from ..settings import Approval, ConsumerSettings, ExternalConsumerSettings, Target
from .foreign_connections import foreign_connections
from .offers import OfferedTarget
from .planning import Planning
from .records import ApprovalNode, ExternalApprovalNode, Place

_LIST_LIMIT = 100
"""Entries in a visibility or auto-approval list (Azure private link limits)."""
_EVERYONE = ("*",)


def approval_way(offered: OfferedTarget, consumer: ConsumerSettings) -> Approval:
    """Return the way in which a connection is approved: a cluster has no list of subscriptions for `auto`."""
    return "approve" if consumer.approval == "auto" and offered.target == "cluster" else consumer.approval


def approval_of(offered: OfferedTarget, consumer: ConsumerSettings, logical_name: ApprovalName) -> ApprovalNode | None:
    """Plan the approval of an endpoint's connection; None where Azure, its owner or other means approve it."""
    if offered.approvals is None or approval_way(offered, consumer) != "approve":
        return None
    return _approval(logical_name, offered.approvals)


def plan_external_approvals(
    planning: Planning, cluster: str, name: str, targets: Mapping[Target, TargetId], place: Place
) -> tuple[ExternalApprovalNode, ...]:
    """Plan the approvals of external consumers' connections to the targets of a cluster."""
    return tuple(
        ExternalApprovalNode(
            key,
            consumer.subscription,
            target,
            _approval(ApprovalName(name, naming_key(key, consumer), target), place),
            _connections(planning, consumer, target_id),
        )
        for key, consumer in sorted(planning.settings.external_consumers_of(cluster).items())
        for target, target_id in targets.items()
        if asks_for(consumer.roles, target)
    )


def _approval(logical_name: ApprovalName, place: Place) -> ApprovalNode:
    return ApprovalNode(str(logical_name), approval_name(logical_name), place)


def _connections(planning: Planning, consumer: ExternalConsumerSettings, target: TargetId) -> tuple[str, ...]:
    """The connections of an external consumer that can be approved: none of this stack, and none that is dead."""
    facts = planning.target_facts(target)
    if facts is None:
        return ()
    names = {name.lower() for name in consumer.endpoint_names or ()}
    return tuple(
        sorted(
            connection.name
            for connection in foreign_connections(planning, target, facts)
            if not connection.is_dead
            and connection.endpoint_id is not None
            and connection.endpoint_id.subscription == consumer.subscription
            and (consumer.endpoint_names is None or connection.endpoint_id.name.lower() in names)
        )
    )


# Who may ask for a connection


def subscription_lists(planning: Planning, cluster: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the subscriptions that may ask for a connection, and those that Azure approves by itself."""
    settings, path = planning.settings.clusters[cluster], f"clusters.{cluster}"
    consumers = planning.settings.consumers_of(cluster).values()
    externals = planning.settings.external_consumers_of(cluster).values()
    needed = {consumer.subnet_id.subscription for consumer in consumers}
    needed |= {external.subscription for external in externals}
    trusted = {consumer.subnet_id.subscription for consumer in consumers if consumer.approval == "auto"}
    auto_approval = set(settings.auto_approval) if settings.auto_approval is not None else trusted
    reason = "a consumer with `approval: auto` lies in it"
    _check_list(planning, f"{path}.auto_approval", auto_approval, trusted, reason)
    if settings.visible_to_all:
        return _EVERYONE, tuple(sorted(auto_approval))
    visibility = set(settings.visibility) if settings.visibility is not None else needed | auto_approval
    reason = "a consumer of this cluster lies in it"
    _check_list(planning, f"{path}.visibility", visibility, needed, reason)
    _check_list(planning, f"{path}.visibility", visibility, auto_approval - needed, "auto_approval names it")
    return tuple(sorted(visibility)), tuple(sorted(auto_approval))


def _check_list(planning: Planning, path: str, listed: set[str], needed: set[str], reason: str) -> None:
    for subscription in sorted(needed - listed):
        planning.report(path, f"lacks subscription {subscription}; {reason}", "add it, or leave the setting out")
    if len(listed) > _LIST_LIMIT:
        planning.report(path, f"has {len(listed)} subscriptions; Azure accepts {_LIST_LIMIT}", "name fewer")
