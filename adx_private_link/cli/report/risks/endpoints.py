"""Private endpoints that go, or are made anew: what their consumers notice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..access import Access
from ..change import Change, text
from ..graph import Side, role_of, sides
from ..plan import StackPlan
from .names import clients_get
from .risk import Risk, code, from_to

_NAMES = {"privateEndpointName": "its name", "resourceGroupName": "its resource group", "location": "its region"}
_WORDS = {
    "manualPrivateLinkServiceConnections": "what it connects to changes",
    "privateLinkServiceConnections": "what it connects to changes",
    "customNetworkInterfaceName": "the name of its network interface changes",
    "ipConfigurations": "its static address changes",
}


def endpoint_risks(plan: StackPlan, access: Sequence[Access]) -> Iterator[Risk]:
    """Each consumer that loses its endpoints, and each endpoint that is replaced."""
    by_side: dict[tuple[str, str], list[Access]] = {}
    for each in access:
        by_side.setdefault((each.cluster, each.consumer), []).append(each)
    for side in sides(plan):
        of = by_side.get((side.cluster, side.consumer), [])
        if lost := [each for each in of if each.effect == "loses"]:
            yield _removed(side, lost)
        for endpoint in side.endpoints:
            if endpoint.doing == "replace" and not endpoint.is_renamed:  # the key's own risk tells of it
                yield _replaced(side, endpoint, [each for each in of if each.role == role_of(endpoint)])


def _removed(side: Side, lost: Sequence[Access]) -> Risk:
    roles = " and ".join(dict.fromkeys(each.role for each in lost))
    hosts = code(each.host for each in lost)
    records = [record for each in lost for record in side.records(each.host)]
    gets = (
        f"its clients get {clients_get(side.plan, records)} for {hosts}" if records else "its names are kept elsewhere"
    )
    message = f"loses its private endpoints for {roles}: {gets}{_ttl(records)}"
    return Risk(kind="access-removed", subject=f"{side.consumer} -> {side.cluster}", message=message)


def _replaced(side: Side, endpoint: Change, access: Sequence[Access]) -> Risk:
    service = side.service(endpoint)
    because = ", since its service is" if service and service.goes else _because(endpoint)
    awaited = any(each.connection == "awaited" for each in access)
    message = [
        f"is replaced{because}: open connections break, and it is unreachable until "
        + ("the service's owner has approved it again" if awaited else "the update has made it anew"),
        *(_move(side, each) for each in access),
    ]
    return Risk(
        kind="endpoint-replaced",
        subject=f"{side.consumer} -> {side.cluster} ({role_of(endpoint)}): the private endpoint",
        message="; ".join(message),
    )


def _move(side: Side, access: Access) -> str:
    """What becomes of a host's address, and how long clients may not notice."""
    before = f"`{access.before}`" if access.before else "no private address"
    after = f"`{access.after}`" if access.after else "an address that Azure chooses"
    records = side.records(access.host)
    follows = (
        f"its record goes first and comes back last{_ttl(records)}"
        if records
        else "this stack keeps no record of it, and whoever keeps its DNS has to follow"
    )
    return f"`{access.host}`: {before} -> {after}, {follows}"


def _ttl(records: Sequence[Change]) -> str:
    seconds = [found for each in records if isinstance(found := each.input("ttl"), int | float)]
    return f"; clients may keep the old address for {max(seconds):.0f} s" if seconds else ""


def _because(endpoint: Change) -> str:
    words = [_WORDS[each] if each in _WORDS else _from_to(endpoint, each) for each in endpoint.reasons]
    return f", since {' and '.join(dict.fromkeys(words))}" if words else ""


def _from_to(endpoint: Change, name: str) -> str:
    if name == "subnet":
        return f"its subnet changes {from_to(endpoint.had('subnet', 'id'), endpoint.has('subnet', 'id'))}"
    what, old, new = _NAMES.get(name, f"`{name}`"), text(endpoint.had(name)), text(endpoint.has(name))
    return f"{what} changes from `{old}` to `{new}`" if old and new else f"{what} changes"
