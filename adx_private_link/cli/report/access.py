"""Who reaches what, before an update and after it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict

from .plan import UNKNOWN, Change, StackPlan, Unknown, at, texts

Effect = Literal[
    "gains",
    "may connect",
    "waits",
    "loses",
    "is cut off",
    "is cut off for good",
    "moves",
    "is published",
    "is withdrawn",
    "approval",
    "same",
]
"""What an update does to one consumer's access by one host."""


class Access(BaseModel):
    """One consumer's access to one host of a cluster."""

    model_config = ConfigDict(frozen=True)

    cluster: str
    consumer: str
    external: bool = False
    """Whether its owners have a stack of their own."""
    role: str
    host: str
    before: str | None = None
    """The address that the host has now; None where it leads to no private endpoint."""
    after: str | None = None
    connection: str
    effect: Effect
    operation: str
    """In words."""


def accesses(plan: StackPlan) -> list[Access]:
    """All access in a stack, sorted."""
    found = [*_own(plan), *_external(plan)]
    return sorted(found, key=lambda each: (each.cluster, each.external, each.consumer, each.role, each.host))


def cluster_of(change: Change) -> str:
    """The key that a cluster's names begin with."""
    return change.name.partition(".")[0]


def role_of(change: Change) -> str:
    """The role that the name of an endpoint, a service, or an approval of theirs tells."""
    return change.name.removesuffix(".approval").rpartition(".")[2]


def consumer_of(side: Change) -> str:
    """The key of a consumer, from its component."""
    return str(side.input("consumer") or side.name.rpartition(".")[2])


def service_of(plan: StackPlan, endpoint: Change) -> Change | None:
    """The service that an endpoint connects to, if it is this stack's."""
    return plan.named("PrivateLinkService", f"{cluster_of(endpoint)}.{role_of(endpoint)}")


def record_of(plan: StackPlan, side: Change, host: str) -> Change | None:
    """A host's record in the zone of a consumer: of two, while it moves to another zone, the one that comes."""
    return min(records_of(plan, side, host), key=lambda each: each.doing == "delete", default=None)


def records_of(plan: StackPlan, side: Change, host: str) -> list[Change]:
    """A host's records for one consumer, in whatever zones."""
    label = host.partition(".")[0]
    return [each for each in plan.below(side, "PrivateRecordSet") if each.name.partition("@")[0] == label]


def hosts_of(plan: StackPlan, endpoint: Change, side: Change) -> list[str]:
    """The hosts of an endpoint: those that it publishes, or will, or else those of its cluster."""
    role = role_of(endpoint)
    found = [*texts(side.had("hosts", role)), *texts(side.has("hosts", role))]
    cluster = plan.named("AdxPrivateLink", cluster_of(endpoint))
    return list(dict.fromkeys(found)) or ([str(cluster.input("hosts", role))] if cluster else [])


# The stack's own consumers


def _own(plan: StackPlan) -> Iterator[Access]:
    for side in plan.of("ConsumerEndpoints"):
        for endpoint in plan.below(side, "PrivateEndpoint"):
            approval = next((a for a in plan.below(side, "Deployment") if role_of(a) == role_of(endpoint)), None)
            for host in hosts_of(plan, endpoint, side):
                yield _access(plan, side, endpoint, approval, host)


def _access(plan: StackPlan, side: Change, endpoint: Change, approval: Change | None, host: str) -> Access:
    role, record = role_of(endpoint), record_of(plan, side, host)
    before = _text(side.told(role, "hosts", host, 0)) or (_address(record.had("aRecords")) if record else None)
    withheld = host not in texts(side.has("hosts", role))
    after = None if withheld else _after(endpoint, record, before)
    state = _text(side.told(role, "connection_state"))
    effect = _effect(plan, endpoint, approval, record, before=before, after=after)
    return Access(
        cluster=cluster_of(endpoint),
        consumer=consumer_of(side),
        role=role,
        host=host,
        before=before,
        after=after,
        connection=_connection(endpoint, approval, state, withheld=withheld),
        effect=effect,
        operation=_operation(endpoint, record, effect),
    )


def _after(endpoint: Change, record: Change | None, before: str | None) -> str | None:
    if endpoint.doing == "delete":
        return None
    if record:
        return None if record.doing == "delete" else _address(record.has("aRecords"))
    if endpoint.comes:
        return _text(endpoint.has("ipConfigurations", 0, "privateIPAddress")) or str(UNKNOWN)
    return before


def _address(records: object) -> str | None:
    found = at(records, 0, "ipv4Address")
    return str(UNKNOWN) if isinstance(found, Unknown) else _text(found)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _connection(endpoint: Change, approval: Change | None, state: str | None, *, withheld: bool) -> str:
    if endpoint.doing == "delete":
        return f"{state or 'approved'} → none"
    if approval and approval.doing != "delete":
        return "approved by this update" if endpoint.comes or state != "Approved" else state
    if withheld:
        return state if state in ("Rejected", "Disconnected") else "waits for the service's owner"
    return "approved by Azure" if endpoint.comes else state or "Approved"


def _effect(
    plan: StackPlan,
    endpoint: Change,
    approval: Change | None,
    record: Change | None,
    *,
    before: str | None,
    after: str | None,
) -> Effect:
    if endpoint.doing == "delete":
        return "loses"
    if endpoint.comes and not after:
        return "waits"
    if endpoint.doing == "create":
        return "gains"
    if endpoint.doing == "replace":
        service = service_of(plan, endpoint)
        return "is cut off" if service and service.goes else "moves"
    return _effect_of_record(approval, record, before=before, after=after)


def _effect_of_record(
    approval: Change | None, record: Change | None, *, before: str | None, after: str | None
) -> Effect:
    """What happens to somebody whose endpoint stays."""
    if before != after and before and after:
        return "moves"
    if after and (not before or (record and record.doing == "create")):
        return "is published"
    if before and (not after or (record and record.doing == "delete")):
        return "is withdrawn"
    return "approval" if approval and approval.doing in ("create", "update", "replace") else "same"


def _operation(endpoint: Change, record: Change | None, effect: Effect) -> str:
    words = {
        "create": "new endpoint",
        "delete": "endpoint removed",
        "replace": "endpoint replaced",
        "update": "endpoint updated",
        "same": "",
    }[endpoint.doing]
    if endpoint.doing == "same" and record and record.doing != "same":
        words = {"create": "record made", "delete": "record removed", "replace": "record changed"}.get(
            record.doing, "record updated"
        )
    return words or ("approved" if effect == "approval" else "unchanged")


# External consumers


def _external(plan: StackPlan) -> Iterator[Access]:
    for services in plan.of("ClusterServices"):
        for approval in plan.below(services, "Deployment"):
            service = service_of(plan, approval)
            before, after = connections(approval)
            for host in texts(service.input("fqdns")) if service else []:
                yield Access(
                    cluster=cluster_of(approval),
                    consumer=external_of(approval),
                    external=True,
                    role=role_of(approval),
                    host=host,
                    connection=_counted(len(before), len(after)),
                    effect=_external_effect(approval, service, before, after),
                    operation=_external_operation(approval, service, before, after),
                )


def external_of(approval: Change) -> str:
    """The external consumer whose connections an approval is for."""
    return approval.name.split(".")[1]


def connections(approval: Change) -> tuple[list[str], list[str]]:
    """The connections that an approval is for, by name: so far, and after the update."""
    path = ("properties", "parameters", "connections", "value")
    return texts(approval.had(*path)), texts(approval.has(*path))


def _counted(before: int, after: int) -> str:
    return f"{after} approved" if before == after else f"{before} → {after} approved"


def _external_effect(approval: Change, service: Change | None, before: list[str], after: list[str]) -> Effect:
    if approval.doing == "delete":
        return "loses"
    if service and service.goes and before:
        return "is cut off for good"
    if {*after} - {*before}:
        return "approval"
    return "may connect" if approval.doing == "create" or (service and service.goes) else "same"


def _external_operation(approval: Change, service: Change | None, before: list[str], after: list[str]) -> str:
    if approval.doing == "delete":
        return "no longer expected"
    if service and service.goes:
        return "service replaced: new hand-over"
    if given := len({*after} - {*before}):
        return f"{given} approved"
    return "expected" if approval.doing == "create" else "unchanged"
