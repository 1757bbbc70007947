"""What an update would do to people: who is cut off, whose addresses change, who is let in, who has to wait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

from .access import (
    Access,
    Effect,
    cluster_of,
    connections,
    consumer_of,
    external_of,
    record_of,
    records_of,
    role_of,
    service_of,
)
from .plan import UNKNOWN, Change, StackPlan, texts

Kind = Literal[
    "preview-failed",
    "service-replaced",
    "service-removed",
    "access-removed",
    "record-removed",
    "zone-removed",
    "link-removed",
    "endpoint-replaced",
    "record-changed",
    "visible-to-all",
    "visibility-widened",
    "auto-approval-widened",
    "approval-given",
    "approval-awaited",
    "lock-removed",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

EFFECTS: dict[str, tuple[Kind, ...]] = {
    "Cuts people off": (
        "service-replaced",
        "service-removed",
        "access-removed",
        "record-removed",
        "zone-removed",
        "link-removed",
    ),
    "Changes addresses": ("endpoint-replaced", "record-changed"),
    "Lets people in": ("visible-to-all", "visibility-widened", "auto-approval-widened", "approval-given"),
    "Waits for somebody else": ("approval-awaited",),
    "Protects less": ("lock-removed",),
}
"""The kinds of risks by what they do to people, the worst first; a preview that failed does nothing to anybody."""

_NEW: tuple[Effect, ...] = ("gains", "is published", "approval")
"""Access that was not there before."""

_UNLESS = ", unless another DNS answers them"

_REASONS = {
    "loadBalancerFrontendIpConfigurations": "its frontend changes",
    "ipConfigurations": "its addresses or their subnet change",
    "location": "its region changes",
    "serviceName": "its name changes",
    "privateEndpointName": "its name changes",
    "resourceGroupName": "its resource group changes",
    "subnet": "its subnet changes",
    "customNetworkInterfaceName": "the name of its network interface changes",
    "manualPrivateLinkServiceConnections": "what it connects to changes",
    "privateLinkServiceConnections": "what it connects to changes",
    "virtualNetwork": "its network changes",
    "aRecords": "its address changes",
}


class Risk(BaseModel):
    """One thing that an update would do to people."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    subject: str
    """What it is about: a cluster, a service, an endpoint, a zone, a network."""
    message: str
    """The rest of a sentence that begins with the subject."""


def risks(plan: StackPlan, access: Iterable[Access]) -> list[Risk]:
    """Everything that a reviewer should know before they say yes; the worst first."""
    listed = list(access)
    found = [
        *_failed(plan),
        *_services(plan, listed),
        *_access_removed(listed),
        *_zones(plan),
        *_endpoints(plan, listed),
        *_records(plan, listed),
        *_lists(plan),
        *_approvals(plan, listed),
        *_locks(plan),
    ]
    return sorted(dict.fromkeys(found), key=lambda each: KINDS.index(each.kind))


def _failed(plan: StackPlan) -> Iterator[Risk]:
    if plan.has_failed:
        message = "has failed: nothing is known of what it did not come to"
        yield Risk(kind="preview-failed", subject="the preview", message=message)


# Services


def _services(plan: StackPlan, access: list[Access]) -> Iterator[Risk]:
    for service in plan.of("PrivateLinkService"):
        if not service.goes:
            continue
        cluster, role = cluster_of(service), role_of(service)
        own = sorted({a.consumer for a in access if (a.cluster, a.role, a.external) == (cluster, role, False)})
        externals = sorted({a.consumer for a in access if (a.cluster, a.role, a.external) == (cluster, role, True)})
        foreign = _foreign(plan, service)
        cut = f"every connection by its alias ({service.told('alias') or 'as it is now'}) is cut"
        who = [
            f"{_code(own)} {_verb(own, 'is', 'are')} connected anew by this update" if own and service.comes else "",
            f"{_code(externals)} {_verb(externals, 'has', 'have')} to connect anew, after a new hand-over"
            if externals and service.comes
            else "",
            f"connections of others that are cut: {_code(foreign)}" if foreign else "",
        ]
        if service.doing == "replace":
            message = f"is replaced{_because(service)}: it gets a new alias, and {cut}"
        else:
            message = f"is removed: {cut}, and its alias never comes back"
        yield Risk(
            kind="service-replaced" if service.doing == "replace" else "service-removed",
            subject=f"{cluster} ({role}): the private link service",
            message="; ".join([message, *filter(None, who)]),
        )


def _foreign(plan: StackPlan, service: Change) -> list[str]:
    """The endpoints of others, as the service listed them when it was last looked at."""
    own = {str(each.told("id")).lower() for each in plan.of("PrivateEndpoint")}
    listed = service.told("privateEndpointConnections")
    endpoints = [service.told("privateEndpointConnections", n, "privateEndpoint", "id") for n in range(_length(listed))]
    return sorted(each for each in endpoints if isinstance(each, str) and each.lower() not in own)


def _length(value: object) -> int:
    return len(value) if isinstance(value, list) else 0  # pyright: ignore[reportUnknownArgumentType]


# Consumers


def _access_removed(access: list[Access]) -> Iterator[Risk]:
    lost: dict[tuple[str, str, bool], list[Access]] = {}
    for each in access:
        if each.effect == "loses":
            lost.setdefault((each.consumer, each.cluster, each.external), []).append(each)
    for (consumer, cluster, external), of in lost.items():
        roles = " and ".join(dict.fromkeys(each.role for each in of))
        hosts = _code(each.host for each in of)
        if external:
            message = f"is no external consumer of {roles} any more: its connections are not approved again"
        else:
            message = f"loses its private endpoints for {roles}: its clients get the public address of {hosts}"
        yield Risk(kind="access-removed", subject=f"{consumer} -> {cluster}", message=message)


def _endpoints(plan: StackPlan, access: list[Access]) -> Iterator[Risk]:
    by_endpoint: dict[tuple[str, str, str], list[Access]] = {}
    for each in access:
        by_endpoint.setdefault((each.cluster, each.consumer, each.role), []).append(each)
    for side in plan.of("ConsumerEndpoints"):
        for endpoint in plan.below(side, "PrivateEndpoint"):
            if endpoint.doing != "replace":
                continue
            consumer, role = consumer_of(side), role_of(endpoint)
            service = service_of(plan, endpoint)
            because = ", since its service is" if service and service.goes else _because(endpoint)
            moved = by_endpoint.get((cluster_of(endpoint), consumer, role), [])
            yield Risk(
                kind="endpoint-replaced",
                subject=f"{consumer} -> {cluster_of(endpoint)} ({role}): the private endpoint",
                message="; ".join([f"is replaced{because}", *(_move(plan, side, each) for each in moved)]),
            )


def _move(plan: StackPlan, side: Change, access: Access) -> str:
    """What becomes of a host's address, and how long clients may not notice."""
    after = f"`{access.after}`" if access.after and access.after != str(UNKNOWN) else "an address that Azure chooses"
    record = record_of(plan, side, access.host)
    follows = (
        f"its record follows, and clients may keep the old address for {record.input('ttl')} s"
        if record
        else "this stack keeps no record of it: whoever keeps its DNS has to follow"
    )
    return f"`{access.host}`: `{access.before or 'no address'}` -> {after}; {follows}"


# Names


def _zones(plan: StackPlan) -> Iterator[Risk]:
    gone = {each.name for each in plan.of("PrivateZone") if each.goes}
    for zone in plan.of("PrivateZone"):
        if zone.goes:
            links = [each for each in plan.of("VirtualNetworkLink") if each.parent == zone.parent and each.before]
            hosts = _of_hosts(_hosts_in(plan, zone.name))
            networks = sorted({_network(each.had("virtualNetwork", "id")) for each in links})
            yield Risk(
                kind="zone-removed",
                subject=f"zone {zone.had('privateZoneName')} (resource group {zone.had('resourceGroupName')})",
                message=f"is {'removed' if zone.doing == 'delete' else 'made anew'} with all that is in it"
                + (f": clients in {_code(networks)} get the public address{hosts}{_UNLESS}" if networks else ""),
            )
    for link in plan.of("VirtualNetworkLink"):
        zone = plan.changes.get(link.parent)
        if link.goes and not (zone and zone.name in gone):
            name = _network(link.had("virtualNetwork", "id"))
            again = " until it is linked again by this update" if link.doing == "replace" else ""
            hosts = _hosts_in(plan, zone.name) if zone else []
            yield Risk(
                kind="link-removed",
                subject=f"network {name}",
                message=f"does not see zone {link.had('privateZoneName')} any more{again}: its clients get the public "
                f"address{_of_hosts(hosts)}{_UNLESS}",
            )


def _network(id: object) -> str:
    return str(id).rsplit("/", 1)[-1]


def _hosts_in(plan: StackPlan, zone: str) -> list[str]:
    """The hosts whose records are in a zone now."""
    records = [each for each in plan.of("PrivateRecordSet") if each.before and each.name.endswith(f"@{zone}")]
    domain = zone.partition("@")[0].removeprefix("privatelink.")
    return sorted({f"{each.name.partition('@')[0]}.{domain}" for each in records})


def _of_hosts(hosts: list[str]) -> str:
    return f" of {_code(hosts)}" if hosts else ""


def _records(plan: StackPlan, access: list[Access]) -> Iterator[Risk]:
    gone = {each.name for each in plan.of("PrivateZone") if each.doing == "delete"}
    of_side: dict[tuple[str, str], list[Access]] = {}
    for each in access:
        of_side.setdefault((each.cluster, each.consumer), []).append(each)
    for side in plan.of("ConsumerEndpoints"):
        replaced = {role_of(each) for each in plan.below(side, "PrivateEndpoint") if each.goes}
        for each in of_side.get((cluster_of(side), consumer_of(side)), []):
            if each.role not in replaced:
                subject = f"{each.consumer} -> {each.cluster} ({each.role}): the record of {each.host}"
                yield from _record_risk(subject, records_of(plan, side, each.host), gone)


def _record_risk(subject: str, records: list[Change], zones_gone: set[str]) -> Iterator[Risk]:
    removed = next((each for each in records if each.doing == "delete"), None)
    made = next((each for each in records if each.doing == "create"), None)
    changed = next((each for each in records if each.doing in ("replace", "update")), None)
    if removed and made:
        where = f"moves from zone {_zone(removed)} to {_zone(made)}; clients of the old zone get the public address"
        yield Risk(kind="record-changed", subject=subject, message=where)
    elif removed and removed.name.partition("@")[2] not in zones_gone:
        message = f"is removed from zone {_zone(removed)}: its clients get the public address{_UNLESS}"
        yield Risk(kind="record-removed", subject=subject, message=message)
    elif changed and changed.had("aRecords") != changed.has("aRecords"):
        old, new = (
            _first(changed.had("aRecords", 0, "ipv4Address")),
            _first(changed.has("aRecords", 0, "ipv4Address")),
        )
        message = f"leads to {new} instead of {old}; clients may keep the old address for {changed.input('ttl')} s"
        yield Risk(kind="record-changed", subject=subject, message=message)


def _zone(record: Change) -> str:
    return record.name.partition("@")[2]


def _first(address: object) -> str:
    return f"`{address}`" if isinstance(address, str) else "an address that Azure chooses"


# Who is let in


def _lists(plan: StackPlan) -> Iterator[Risk]:
    lists: tuple[tuple[Kind, str, str], ...] = (
        ("visibility-widened", "visibility", "may ask for a connection"),
        ("auto-approval-widened", "autoApproval", "is connected without anybody's approval"),
    )
    for kind, name, can in lists:
        roles: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        for service in plan.of("PrivateLinkService"):
            before, after = (set(texts(get(name, "subscriptions"))) for get in (service.had, service.has))
            # What a new service lists is what its consumers need; that it lets in everybody is worth a word.
            added = after - before if service.before else after & {"*"}
            if added:
                key = (cluster_of(service), tuple(sorted(added)))
                roles.setdefault(key, []).append(role_of(service))
        for (cluster, added), of in roles.items():
            subject = f"{cluster} ({', '.join(sorted(of))})"
            if "*" in added:
                message = f"is opened to everybody (`*` in its {name}): whoever knows its alias {can}"
                yield Risk(kind="visible-to-all", subject=subject, message=message)
            else:
                who = _code(f"{each}{_whose(plan, each)}" for each in added)
                message = f"is opened to {_plural(len(added), 'subscription')} more, each of which {can}: {who}"
                yield Risk(kind=kind, subject=subject, message=message)


def _whose(plan: StackPlan, subscription: str) -> str:
    """The consumers in a subscription."""
    found = {
        consumer_of(side)
        for side in plan.of("ConsumerEndpoints")
        for each in plan.below(side, "PrivateEndpoint")
        if str(each.has("subnet", "id")).lower().startswith(f"/subscriptions/{subscription.lower()}/")
    }
    return f" ({', '.join(sorted(found))})" if found else ""


def _approvals(plan: StackPlan, access: list[Access]) -> Iterator[Risk]:
    given: dict[tuple[str, str, str], list[str]] = {}
    for each in access:
        if each.connection in ("approved by this update", "approved by Azure") and each.effect in _NEW:
            given.setdefault((each.consumer, each.cluster, each.connection), []).append(each.role)
        if each.effect == "waits" or each.connection == "waits for the service's owner":
            yield Risk(
                kind="approval-awaited",
                subject=f"{each.consumer} -> {each.cluster} ({each.role})",
                message="waits for the approval of the service's owner; nothing is published before",
            )
    for (consumer, cluster, how), roles in given.items():
        message = f"is connected to {' and '.join(dict.fromkeys(roles))}, {how}"
        yield Risk(kind="approval-given", subject=f"{consumer} -> {cluster}", message=message)
    for services in plan.of("ClusterServices"):
        for approval in plan.below(services, "Deployment"):
            before, after = connections(approval)
            if added := sorted({*after} - {*before}):
                yield Risk(
                    kind="approval-given",
                    subject=f"{external_of(approval)} -> {cluster_of(approval)} ({role_of(approval)})",
                    message=f"is connected: {_plural(len(added), 'connection')} of others approved: {_code(added)}",
                )


# Protection


def _locks(plan: StackPlan) -> Iterator[Risk]:
    for lock in plan.of("ManagementLockByScope"):
        name = lock.name.removesuffix(".lock")
        held = plan.named("PrivateLinkService", name) or plan.named("PrivateZone", name)
        if lock.doing == "delete" and not (held and held.doing == "delete"):
            message = "loses its lock: whoever has the rights may delete it"
            yield Risk(kind="lock-removed", subject=f"{held.kind if held else 'an object'} {name}", message=message)


# Words


def _because(change: Change) -> str:
    names = dict.fromkeys(each.partition("[")[0].partition(".")[0] for each in change.reasons)
    words = [_REASONS.get(each, f"`{each}` changes") for each in names]
    return f", since {' and '.join(words)}" if words else ""


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{each}`" for each in names)


def _verb(subjects: list[str], one: str, many: str) -> str:
    return one if len(subjects) == 1 else many


def _plural(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
