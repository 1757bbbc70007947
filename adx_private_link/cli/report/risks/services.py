"""Private link services that go: whoever connected by their alias is cut off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..access import Access, ExternalAccess
from ..change import Change, items, subscription_of, text
from ..graph import cluster_of, role_of
from ..plan import StackPlan
from .risk import Risk, code, from_to, plural

_REASONS = {
    "ipConfigurations": "its NAT addresses or their subnet change",
    "location": "its region changes",
    "resourceGroupName": "its resource group changes",
    "serviceName": "its name changes",
}


def service_risks(plan: StackPlan, access: Sequence[Access], external: Sequence[ExternalAccess]) -> Iterator[Risk]:
    """Each service that is replaced or removed."""
    for services in plan.of("ClusterServices"):
        cluster = cluster_of(plan, services)
        for each in plan.below(services, "PrivateLinkService"):
            if each.goes and not each.is_renamed:  # the key's own risk tells of it
                yield _risk(plan, cluster, each, access, external)


def _risk(
    plan: StackPlan, cluster: str, service: Change, access: Sequence[Access], external: Sequence[ExternalAccess]
) -> Risk:
    role = role_of(service)
    own = sorted({a.consumer for a in access if (a.cluster, a.role) == (cluster, role) and a.endpoint == "replace"})
    alias = text(service.told("alias"))
    cut = f"every connection by its alias{f' ({alias})' if alias else ''} is cut"
    replaced = service.doing == "replace"
    said = [
        f"is replaced{_because(service)}: it gets a new alias, and {cut}"
        if replaced
        else f"is removed: {cut}, and its alias never comes back",
        f"this update connects {code(own)} anew" if own else "",
        *cut_off(plan, service, [each for each in external if (each.cluster, each.role) == (cluster, role)]),
    ]
    return Risk(
        kind="service-replaced" if replaced else "service-removed",
        subject=f"{cluster} ({role}): the private link service",
        message="; ".join(filter(None, said)),
        headline=f"the private link service of `{cluster}` ({role}) is {'replaced' if replaced else 'removed'}",
    )


def cut_off(plan: StackPlan, service: Change, external: Sequence[ExternalAccess]) -> Iterator[str]:
    """What becomes of the connections of others to a service that goes."""
    yield from (_external(each) for each in external)
    if others := _others(plan, service):
        yield others


def _external(access: ExternalAccess) -> str:
    comes_back = access.service != "delete"
    if not access.approved_before:
        return f"the hand-over that `{access.consumer}` has is void{': send the new one' if comes_back else ''}"
    count = plural(len(access.approved_before), "connection")
    again = ", and has to connect by a new hand-over" if comes_back else ""
    return f"`{access.consumer}` loses {count}{again}"


def _others(plan: StackPlan, service: Change) -> str:
    """Other people's endpoints, as far as the state has them: as of its last refresh."""
    own = {str(each.told("id")).lower() for each in plan.of("PrivateEndpoint")}
    count = len(items(service.told("privateEndpointConnections")))
    listed = [service.told("privateEndpointConnections", n, "privateEndpoint", "id") for n in range(count)]
    others = sorted(each for each in listed if isinstance(each, str) and each.lower() not in own)
    return f"connections of others that are cut: {code(others)}" if others else ""


def _because(service: Change) -> str:
    words = [words for name, words in _REASONS.items() if name in service.reasons]
    if "loadBalancerFrontendIpConfigurations" in service.reasons:
        old, new = (get("loadBalancerFrontendIpConfigurations", 0, "id") for get in (service.had, service.has))
        words.append(f"its frontend changes {from_to(old, new)}")
    if not words and subscription_of(service.told("id")):
        # Another subscription is no property: a trigger replaces the service for it.
        words = [f"{code(service.reasons)} changes"] if service.reasons else ["its place changes"]
    return f", since {' and '.join(words)}" if words else ""
