"""Looks up what there is: GET requests only, nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from ...naming.azure import load_balancer_name
from ...naming.hosts import default_zone, host_of, records_of
from ...resource_ids import FrontendId, LoadBalancerId
from ...settings import ClusterSettings, Role, Settings
from ..azure_cli import AzureRejection, get, list_of
from .azure_objects import (
    ClusterTargets,
    Found,
    FoundCluster,
    FoundEndpoint,
    FoundInterface,
    FoundLink,
    FoundLoadBalancer,
    FoundRecord,
    FoundService,
    FoundZone,
    FoundZoneGroup,
    Frontend,
)

_AT_ONCE = 8

_Given = TypeVar("_Given")
_Got = TypeVar("_Got")


def discover(settings: Settings, subscriptions: Iterable[str]) -> Found:
    """
    What there is of private access to the clusters that the settings publish.

    `subscriptions` are searched beside those that the settings name.

    Raises:
        CommandError: Azure does not show what has to be seen.
    """
    clusters = _at_once(lambda each: _published(*each), settings.clusters.items())
    services = _services(clusters)
    searched = frozenset({*settings.subscriptions, *(each.lower() for each in subscriptions)})
    endpoints = _endpoints(services, searched)
    zones = _zones({each.zone_name for each in clusters}, searched)
    return Found(
        clusters=tuple(clusters),
        services=tuple(services),
        endpoints=tuple(endpoints),
        addresses=dict(_at_once(lambda each: (each.id.lower(), _address(each)), endpoints)),
        zones=tuple(zones),
        zone_groups=dict(_at_once(lambda each: (each.id.lower(), _zone_groups(each)), endpoints)),
        subscriptions=searched,
    )


def existing(ids: Sequence[str]) -> set[str]:
    """Those of the ids that Azure has."""
    return {id for id, found in zip(ids, _at_once(_get_if_there, ids), strict=True) if found is not None}


# Clusters and services


def _published(key: str, given: ClusterSettings) -> ClusterTargets:
    if given.described or given.id is None:
        return _described(key, given)
    cluster = FoundCluster.model_validate(get(str(given.id)))
    addresses: dict[Role, str] = {"engine": cluster.engine_address_id, "ingestion": cluster.ingestion_address_id}
    balancers: dict[Role, list[FoundLoadBalancer]] = {role: _balancers(given, role) for role in given.published}
    return ClusterTargets(
        key=key,
        resource_group=given.id.resource_group,
        **_names(given, {"engine": host_of(cluster.uri), "ingestion": host_of(cluster.ingestion_uri)}),
        subnet_id=cluster.subnet_id,
        frontends={role: _frontends(found, addresses[role]) for role, found in balancers.items()},
    )


def _described(key: str, given: ClusterSettings) -> ClusterTargets:
    described = given.described
    assert described is not None
    return ClusterTargets(
        key=key,
        resource_group=given.home.resource_group,
        **_names(given, {role: each.host for role, each in described.services.items()}),
        subnet_id=str(described.subnet_id),
        frontends={role: [Frontend(id=str(each.frontend_id))] for role, each in described.services.items()},
    )


def _names(given: ClusterSettings, hosts: Mapping[Role, str]) -> dict[str, Any]:
    return {
        "zone_name": given.zone or default_zone(hosts[given.published[0]]),
        "records": {role: records_of(role, hosts[role], legacy_names=given.legacy_names) for role in given.published},
    }


def _balancers(given: ClusterSettings, role: Role) -> list[FoundLoadBalancer]:
    """The load balancers of a role: the one given, or those that the cluster has made; the default one first."""
    assert given.id is not None
    service = given.services.get(role)
    named = service.load_balancer if service else None
    if isinstance(named, LoadBalancerId):
        return [FoundLoadBalancer.model_validate(get(str(named)))]
    names = [named] if named else [load_balancer_name(given.id.name, role, suffix) for suffix in ("elb", "ilb")]
    ids = [LoadBalancerId.of(given.id.subscription, given.id.resource_group, each) for each in names]
    found = (_get_if_there(str(each)) for each in ids)
    return [FoundLoadBalancer.model_validate(each) for each in found if each is not None]


def _frontends(balancers: Iterable[FoundLoadBalancer], address: str) -> list[Frontend]:
    """Those of the load balancers; the cluster's own address marks the one that is taken by default."""
    found = (each for balancer in balancers for each in balancer.frontends)
    return sorted(found, key=lambda each: each.address_id.lower() != address.lower())


def _services(clusters: Iterable[ClusterTargets]) -> list[FoundService]:
    frontends = {each.id.lower() for cluster in clusters for role in cluster.frontends.values() for each in role}
    places = sorted({FrontendId.parse(each).subscription for each in frontends})
    listed = _at_once(lambda each: list_of(_all(each, "privateLinkServices")), places)
    found = [FoundService.model_validate(each) for page in listed for each in page]
    return [each for each in found if not frontends.isdisjoint(id.lower() for id in each.frontend_ids)]


# Endpoints and zones


def _endpoints(services: Iterable[FoundService], subscriptions: Iterable[str]) -> list[FoundEndpoint]:
    targets = {id.lower() for each in services for id in (each.id, each.alias) if id}
    listed = _at_once(lambda each: list_of(_all(each, "privateEndpoints")), sorted(subscriptions))
    found = [FoundEndpoint.model_validate(each) for page in listed for each in page]
    return [
        each
        for each in found
        if any(connection.target.lower() in targets for connection in (*each.manual, *each.automatic))
    ]


def _address(endpoint: FoundEndpoint) -> str:
    """Nothing for an endpoint that has none (yet)."""
    interface = _get_if_there(endpoint.interface_ids[0]) if endpoint.interface_ids else None
    configurations = FoundInterface.model_validate(interface).configurations if interface else ()
    return next((each.address for each in configurations), "")


def _zone_groups(endpoint: FoundEndpoint) -> tuple[str, ...]:
    return tuple(FoundZoneGroup.model_validate(each).id for each in list_of(f"{endpoint.id}/privateDnsZoneGroups"))


def _zones(names: set[str], subscriptions: Iterable[str]) -> list[FoundZone]:
    listed = _at_once(lambda each: list_of(_all(each, "privateDnsZones")), sorted(subscriptions))
    found = [FoundZone.model_validate(each) for page in listed for each in page]
    return _at_once(_with_content, [each for each in found if each.name.lower() in names])


def _with_content(zone: FoundZone) -> FoundZone:
    links, records = _at_once(list_of, [f"{zone.id}/virtualNetworkLinks", f"{zone.id}/A"])
    return zone.model_copy(
        update={
            "links": tuple(FoundLink.model_validate(each) for each in links),
            "records": tuple(FoundRecord.model_validate(each) for each in records),
        }
    )


def _all(subscription: str, type: str) -> str:
    return f"/subscriptions/{subscription}/providers/Microsoft.Network/{type}"


def _get_if_there(id: str) -> dict[str, Any] | None:
    try:
        return get(id)
    except AzureRejection as error:
        if error.not_found:
            return None
        raise


def _at_once(do: Callable[[_Given], _Got], given: Iterable[_Given]) -> list[_Got]:
    """Each `az` takes a second to start, most of it waiting."""
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        return list(threads.map(do, given))
