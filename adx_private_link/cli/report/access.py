"""Who reaches what, before an update and after it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from .change import UNKNOWN, Change, Doing, subscription_of, text, texts
from .graph import Side, cluster_of, connections, external_of, is_refused, of_role, role_of, sides
from .plan import StackPlan

Effect = Literal[
    "is cut off",
    "is cut off for good",
    "is cut off until approved",
    "is interrupted",
    "loses",
    "is withdrawn",
    "moves",
    "changes zone",
    "gains",
    "is published",
    "is published next",
    "waits",
    "is approved",
    "may connect",
    "holds a void hand-over",
    "is no longer expected",
    "same",
]
"""What an update does to one consumer's access by one host."""

Connection = Literal[
    "approved",
    "approved by this update",
    "approved by Azure",
    "awaited",
    "no longer approved",
    "Pending",
    "Rejected",
    "Disconnected",
    "not known",
    "ended",
]
"""
The state of an endpoint's connection after the update; `awaited`: somebody else has to approve it; `not known`: no
update has written it down, such as one that failed.
"""


class Access(BaseModel):
    """One consumer's access to one host of a cluster."""

    model_config = ConfigDict(frozen=True)

    cluster: str
    consumer: str
    role: str
    host: str
    before: str | None = None
    """The private address that the host has now; None where clients get another answer."""
    after: str | None = None
    """The same after the update; None as well where only the update will tell."""
    after_is_known: bool = True
    connection: Connection
    endpoint: Doing
    """What is done with the private endpoint."""
    record: Doing | None
    """What is done with the A record; None where this stack keeps none."""
    effect: Effect


class ExternalAccess(BaseModel):
    """The access of somebody whose stack is another one, to one role of a cluster."""

    model_config = ConfigDict(frozen=True)

    cluster: str
    consumer: str
    role: str
    approved_before: tuple[str, ...]
    """Connections, by name."""
    approved_after: tuple[str, ...]
    service: Doing
    """What is done with the private link service."""
    effect: Effect


def accesses(plan: StackPlan) -> list[Access]:
    """All access of a stack's own consumers, sorted."""
    found = [
        _access(side, endpoint, host)
        for side in sides(plan)
        for endpoint in side.endpoints
        for host in side.hosts(role_of(endpoint))
    ]
    return sorted(found, key=lambda each: (each.cluster, each.consumer, each.role, each.host))


def _access(side: Side, endpoint: Change, host: str) -> Access:
    role = role_of(endpoint)
    records = side.records(host)
    record = _record_doing(records)
    before = _address_before(records) or text(side.component.told(role, "hosts", host, 0))
    after = _after(side, endpoint, records, host, before)
    connection = _connection(side, endpoint)
    return Access(
        cluster=side.cluster,
        consumer=side.consumer,
        role=role,
        host=host,
        before=before,
        after=text(after),
        after_is_known=after is not UNKNOWN,
        connection=connection,
        endpoint=endpoint.doing,
        record=record,
        effect=_effect(side, endpoint, connection, host, before=before, after=after, record=record),
    )


def _address_before(records: list[Change]) -> str | None:
    return next((found for each in records if (found := text(each.had("aRecords", 0, "ipv4Address")))), None)


def _after(side: Side, endpoint: Change, records: list[Change], host: str, before: str | None) -> object:
    """The address after the update, `UNKNOWN` where only that will tell."""
    if endpoint.doing == "delete" or host not in side.hosts_after(role_of(endpoint)):
        return None
    if records:
        return next((each.has("aRecords", 0, "ipv4Address") for each in records if each.doing != "delete"), None)
    if endpoint.comes:
        return endpoint.has("ipConfigurations", 0, "privateIPAddress") or UNKNOWN
    return before


def _record_doing(records: list[Change]) -> Doing | None:
    """Of two, one goes and the other comes: the name moves to another zone."""
    doings: set[Doing] = {each.doing for each in records}
    return "replace" if len(doings) > 1 else doings.pop() if doings else None


def _connection(side: Side, endpoint: Change) -> Connection:
    role = role_of(endpoint)
    approval, state = side.approval(endpoint), _state(side.component.told(role, "connection_state"))
    if endpoint.doing == "delete":
        return "ended"
    was_published, is_published = bool(side.hosts_before(role)), bool(side.hosts_after(role))
    if was_published and not is_published and not endpoint.comes:
        return "no longer approved"
    if approval and approval.doing != "delete":
        before, after = connections(approval)
        if endpoint.comes or (state != "approved" and before != after):
            return "approved by this update"
        return "approved" if state == "not known" and before else state
    if is_published and (endpoint.doing == "create" or _is_approved_by_azure(side, endpoint)):
        return "approved by Azure" if endpoint.comes else state
    return "awaited" if endpoint.comes or state == "Pending" or (not is_published and state == "approved") else state


def _state(told: object) -> Connection:
    """As of the last update."""
    match told:
        case "Pending":
            return "Pending"
        case "Rejected":
            return "Rejected"
        case "Disconnected":
            return "Disconnected"
        case "Approved":
            return "approved"
        case _:
            return "not known"


def _is_approved_by_azure(side: Side, endpoint: Change) -> bool:
    """By the rights of whoever connects by id, or since the service trusts the subscription."""
    service = side.service(endpoint)
    trusted = [each.lower() for each in texts(service.has("autoApproval", "subscriptions"))] if service else []
    by_id = bool(endpoint.has("privateLinkServiceConnections"))
    return by_id or "*" in trusted or subscription_of(endpoint.has("subnet", "id")) in trusted


def _effect(
    side: Side,
    endpoint: Change,
    connection: Connection,
    host: str,
    *,
    before: str | None,
    after: object,
    record: Doing | None,
) -> Effect:
    if endpoint.doing == "import" or is_refused(side.service(endpoint)):
        return "same"
    match endpoint.doing:
        case "delete":
            return "loses"
        case "create" | "replace" if host not in side.hosts_after(role_of(endpoint)):
            return "is published next" if connection == "approved by this update" else "waits"
        case "create":
            return "gains"
        case "replace":
            return _effect_of_replacement(side, endpoint, connection)
        case _:
            return _effect_of_name(connection, before=before, after=after, record=record)


def _effect_of_replacement(side: Side, endpoint: Change, connection: Connection) -> Effect:
    if connection == "awaited":
        return "is cut off until approved"
    service = side.service(endpoint)
    # Of what is renamed, the new one comes before the old one goes: only names and addresses change over.
    return "is cut off" if service and service.goes and not endpoint.is_renamed else "is interrupted"


def _effect_of_name(connection: Connection, *, before: str | None, after: object, record: Doing | None) -> Effect:
    """What happens to somebody whose endpoint stays."""
    if before and after is None:
        return "is withdrawn"
    if after and (not before or record == "create"):
        return "is published"
    if before != after:
        return "moves"
    if record == "replace":
        return "changes zone"
    return "is approved" if connection == "approved by this update" else "same"


# Those whose stack is another one


def external_accesses(plan: StackPlan) -> list[ExternalAccess]:
    """All that is approved for external consumers, sorted."""
    found = [
        _external(plan, services, approval)
        for services in plan.of("ClusterServices")
        for approval in plan.below(services, "Deployment")
    ]
    return sorted(found, key=lambda each: (each.cluster, each.consumer, each.role))


def _external(plan: StackPlan, services: Change, approval: Change) -> ExternalAccess:
    before, after = connections(approval)
    service = of_role(plan, services, "PrivateLinkService", approval)
    doing: Doing = service.doing if service and not is_refused(service) else "same"
    return ExternalAccess(
        cluster=cluster_of(plan, services),
        consumer=external_of(approval),
        role=role_of(approval),
        approved_before=tuple(before),
        approved_after=tuple(after),
        service=doing,
        effect=_external_effect(approval, doing, {*map(str.lower, before)}, {*map(str.lower, after)}),
    )


def _external_effect(approval: Change, service: Doing, before: set[str], after: set[str]) -> Effect:
    if service == "delete":
        return "loses" if before else "holds a void hand-over"
    if service == "replace":
        return "is cut off for good" if before else "holds a void hand-over"
    if approval.doing == "delete":
        return "is no longer expected"
    if after - before:
        return "is approved"
    return "may connect" if approval.doing == "create" else "same"
