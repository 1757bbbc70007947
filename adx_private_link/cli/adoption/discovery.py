"""Discovery of existing objects in Azure: it sends GET requests only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from ...naming.azure import load_balancer_name
from ...naming.hosts import default_zone, host_of, records_of
from ...resource_ids import FrontendId, LoadBalancerId
from ...settings import ClusterSettings, Role, Settings
from ..azure_cli import AzureRejection, get, list_of
from .found_objects import (
    FoundCluster,
    FoundEndpoint,
    FoundFrontend,
    FoundInterface,
    FoundLink,
    FoundLoadBalancer,
    FoundRecord,
    FoundService,
    FoundZone,
    FoundZoneGroup,
)
from .inventory import Inventory, PublishedCluster

_MOST_REQUESTS = 8

_Argument = TypeVar("_Argument")
_Result = TypeVar("_Result")


def discover(settings: Settings, subscriptions: Iterable[str]) -> Inventory:
    """
    Return the inventory of the clusters that the settings publish.

    It searches `subscriptions` and the subscriptions that the settings name.

    Raises:
        CommandError: Azure rejects a request.
    """
    clusters = _run_at_once(lambda item: _published_cluster(*item), settings.clusters.items())
    services = _find_services(clusters)
    searched = frozenset({*settings.subscriptions, *(subscription.lower() for subscription in subscriptions)})
    endpoints = _find_endpoints(services, searched)
    zones = _find_zones({cluster.zone_name for cluster in clusters}, searched)
    return Inventory(
        clusters=tuple(clusters),
        services=tuple(services),
        endpoints=tuple(endpoints),
        addresses=dict(_run_at_once(lambda endpoint: (endpoint.id.lower(), _address(endpoint)), endpoints)),
        zones=tuple(zones),
        zone_groups=dict(_run_at_once(lambda endpoint: (endpoint.id.lower(), _zone_groups(endpoint)), endpoints)),
        subscriptions=searched,
    )


def find_existing(ids: Sequence[str]) -> set[str]:
    """Return the ids of objects that exist in Azure."""
    responses = zip(ids, _run_at_once(_get_or_none, ids), strict=True)
    return {id for id, response in responses if response is not None}


# Clusters and services


def _published_cluster(key: str, settings: ClusterSettings) -> PublishedCluster:
    if settings.described or settings.id is None:
        return _described_cluster(key, settings)
    cluster = FoundCluster.model_validate(get(str(settings.id)))
    addresses: dict[Role, str] = {"engine": cluster.engine_address_id, "ingestion": cluster.ingestion_address_id}
    balancers = {role: _find_load_balancers(settings, role) for role in settings.published}
    return PublishedCluster(
        key=key,
        resource_group=settings.id.resource_group,
        **_zone_and_records(settings, {"engine": host_of(cluster.uri), "ingestion": host_of(cluster.ingestion_uri)}),
        subnet_id=cluster.subnet_id,
        frontends={role: _sorted_frontends(balancers[role], addresses[role]) for role in settings.published},
    )


def _described_cluster(key: str, settings: ClusterSettings) -> PublishedCluster:
    described = settings.described
    assert described is not None
    services = described.services or {}
    return PublishedCluster(
        key=key,
        resource_group=settings.home.resource_group,
        **_zone_and_records(settings, {role: service.host for role, service in services.items()}),
        subnet_id=str(described.subnet_id),
        frontends={role: [FoundFrontend(id=str(service.frontend_id))] for role, service in services.items()},
    )


def _zone_and_records(settings: ClusterSettings, hosts: Mapping[Role, str]) -> dict[str, Any]:
    return {
        "zone_name": settings.zone or default_zone(hosts[settings.published[0]]),
        "records": {
            role: records_of(role, hosts[role], legacy_names=settings.legacy_names) for role in settings.published
        },
    }


def _find_load_balancers(settings: ClusterSettings, role: Role) -> list[FoundLoadBalancer]:
    """Return the load balancer that the settings name, or those of the cluster; the default one comes first."""
    assert settings.id is not None
    service = settings.services.get(role)
    setting = service.load_balancer if service else None
    if isinstance(setting, LoadBalancerId):
        return [FoundLoadBalancer.model_validate(get(str(setting)))]
    cluster = settings.id
    names = [setting] if setting else [load_balancer_name(cluster.name, role, suffix) for suffix in ("elb", "ilb")]
    ids = [LoadBalancerId.of(cluster.subscription, cluster.resource_group, name) for name in names]
    responses = (_get_or_none(str(id)) for id in ids)
    return [FoundLoadBalancer.model_validate(response) for response in responses if response is not None]


def _sorted_frontends(balancers: Iterable[FoundLoadBalancer], address_id: str) -> list[FoundFrontend]:
    """Return the frontends of load balancers; the default one, with the cluster's own address, comes first."""
    frontends = (frontend for balancer in balancers for frontend in balancer.frontends)
    return sorted(frontends, key=lambda frontend: frontend.address_id.lower() != address_id.lower())


def _find_services(clusters: Iterable[PublishedCluster]) -> list[FoundService]:
    frontends = {
        frontend.id.lower()
        for cluster in clusters
        for frontends_of_role in cluster.frontends.values()
        for frontend in frontends_of_role
    }
    subscriptions = {FrontendId.parse(frontend).subscription for frontend in frontends}
    services = [FoundService.model_validate(response) for response in _list("privateLinkServices", subscriptions)]
    return [service for service in services if not frontends.isdisjoint(id.lower() for id in service.frontend_ids)]


# Endpoints and zones


def _find_endpoints(services: Iterable[FoundService], subscriptions: Iterable[str]) -> list[FoundEndpoint]:
    targets = {target.lower() for service in services for target in (service.id, service.alias) if target}
    endpoints = [FoundEndpoint.model_validate(response) for response in _list("privateEndpoints", subscriptions)]
    return [
        endpoint
        for endpoint in endpoints
        if any(connection.target.lower() in targets for connection in endpoint.connections)
    ]


def _address(endpoint: FoundEndpoint) -> str:
    """Return the address of an endpoint; an empty text if it has none yet."""
    response = _get_or_none(endpoint.interface_ids[0]) if endpoint.interface_ids else None
    configurations = FoundInterface.model_validate(response).configurations if response else ()
    return next((configuration.address for configuration in configurations), "")


def _zone_groups(endpoint: FoundEndpoint) -> tuple[str, ...]:
    responses = list_of(f"{endpoint.id}/privateDnsZoneGroups")
    return tuple(FoundZoneGroup.model_validate(response).id for response in responses)


def _find_zones(names: set[str], subscriptions: Iterable[str]) -> list[FoundZone]:
    zones = [FoundZone.model_validate(response) for response in _list("privateDnsZones", subscriptions)]
    return _run_at_once(_with_links_and_records, [zone for zone in zones if zone.name.lower() in names])


def _with_links_and_records(zone: FoundZone) -> FoundZone:
    links, records = _run_at_once(list_of, [f"{zone.id}/virtualNetworkLinks", f"{zone.id}/A"])
    return zone.model_copy(
        update={
            "links": tuple(FoundLink.model_validate(response) for response in links),
            "records": tuple(FoundRecord.model_validate(response) for response in records),
        }
    )


def _list(type: str, subscriptions: Iterable[str]) -> list[dict[str, Any]]:
    """Return all objects of a type of Microsoft.Network in the subscriptions."""
    paths = [
        f"/subscriptions/{subscription}/providers/Microsoft.Network/{type}" for subscription in sorted(subscriptions)
    ]
    return [response for responses in _run_at_once(list_of, paths) for response in responses]


def _get_or_none(id: str) -> dict[str, Any] | None:
    try:
        return get(id)
    except AzureRejection as error:
        if error.not_found:
            return None
        raise


def _run_at_once(function: Callable[[_Argument], _Result], arguments: Iterable[_Argument]) -> list[_Result]:
    """Return the results in the order of the arguments; `az` takes a second to start, most of it waiting."""
    with ThreadPoolExecutor(_MOST_REQUESTS) as threads:
        return list(threads.map(function, arguments))
