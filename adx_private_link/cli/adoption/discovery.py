"""Discovery of existing objects in Azure: it sends GET requests only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from ...kusto_hosts import is_storage_zone
from ...naming.azure import load_balancer_name
from ...naming.hosts import KUSTO, default_zone, host_of, native_zones, records_of, role_of_member
from ...resource_ids import FrontendId, LoadBalancerId
from ...settings import ROLES, ClusterSettings, Role, Settings
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
    endpoints = _find_endpoints(clusters, services, searched)
    keys = [endpoint.id.lower() for endpoint in endpoints]
    groups = zip(keys, _run_at_once(_zone_group, endpoints), strict=True)
    zone_groups = {key: group for key, group in groups if group}
    native_groups = [
        zone_groups[endpoint.id.lower()]
        for endpoint in endpoints
        if endpoint.id.lower() in zone_groups and any(cluster.is_target_of(endpoint) for cluster in clusters)
    ]
    zones = _find_zones({cluster.zone_name for cluster in clusters}, native_groups, searched)
    return Inventory(
        clusters=tuple(clusters),
        services=tuple(services),
        endpoints=tuple(endpoints),
        addresses=dict(zip(keys, _run_at_once(_addresses, endpoints), strict=True)),
        zones=tuple(zones),
        zone_groups=zone_groups,
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
    hosts: dict[Role, str] = {"engine": host_of(cluster.uri), "ingestion": host_of(cluster.ingestion_uri)}
    if cluster.is_native:
        return _native_cluster(key, settings, hosts, cluster)
    addresses: dict[Role, str] = {"engine": cluster.engine_address_id, "ingestion": cluster.ingestion_address_id}
    balancers = {role: _find_load_balancers(settings, role) for role in settings.published}
    return PublishedCluster(
        key=key,
        resource_group=settings.id.resource_group,
        **_zone_and_records(settings, {role: hosts[role] for role in settings.published}),
        subnet_id=cluster.subnet_id,
        frontends={role: _sorted_frontends(balancers[role], addresses[role]) for role in settings.published},
    )


def _native_cluster(
    key: str, settings: ClusterSettings, hosts: Mapping[Role, str], cluster: FoundCluster | None
) -> PublishedCluster:
    zone = settings.zone or default_zone(hosts["engine"])
    zones = dict(native_zones(zone, hosts["engine"]))
    if cluster and cluster.is_migrated:
        del zones[KUSTO]  # the stack writes these names itself
    return PublishedCluster(
        key=key,
        resource_group=settings.home.resource_group,
        **_zone_and_records(settings, hosts),
        subnet_id="",
        frontends={},
        is_native=True,
        native_id=str(settings.id) if settings.id else None,
        grouped_zones=zones,
        connections=cluster.connections if cluster else (),
    )


def _described_cluster(key: str, settings: ClusterSettings) -> PublishedCluster:
    described = settings.described
    assert described is not None
    if described.hosts:
        return _native_cluster(key, settings, described.hosts, None)
    services = described.services or {}
    return PublishedCluster(
        key=key,
        resource_group=settings.home.resource_group,
        **_zone_and_records(settings, {role: services[role].host for role in settings.published}),
        subnet_id=str(described.subnet_id),
        frontends={role: [FoundFrontend(id=str(service.frontend_id))] for role, service in services.items()},
    )


def _zone_and_records(settings: ClusterSettings, hosts: Mapping[Role, str]) -> dict[str, Any]:
    return {
        "zone_name": settings.zone or default_zone(next(iter(hosts.values()))),
        "records": {role: records_of(role, host, legacy_names=settings.legacy_names) for role, host in hosts.items()},
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


def _find_endpoints(
    clusters: Iterable[PublishedCluster], services: Iterable[FoundService], subscriptions: Iterable[str]
) -> list[FoundEndpoint]:
    targets = {target.lower() for service in services for target in (service.id, service.alias) if target}
    targets |= {cluster.native_id.lower() for cluster in clusters if cluster.native_id}
    endpoints = [FoundEndpoint.model_validate(response) for response in _list("privateEndpoints", subscriptions)]
    return [
        endpoint
        for endpoint in endpoints
        if any(connection.target.lower() in targets for connection in endpoint.connections)
    ]


def _addresses(endpoint: FoundEndpoint) -> Mapping[Role, str]:
    """Return the addresses of an endpoint by role: one for all roles, or those of a native cluster's members."""
    response = _get_or_none(endpoint.interface_ids[0]) if endpoint.interface_ids else None
    configurations = FoundInterface.model_validate(response).configurations if response else ()
    addresses: dict[Role, str] = {}
    for configuration in configurations:
        for role in ROLES:
            if configuration.member == "" or role_of_member(configuration.member) == role:
                addresses.setdefault(role, configuration.address)
    return addresses


def _zone_group(endpoint: FoundEndpoint) -> FoundZoneGroup | None:
    """Return the zone group of an endpoint; Azure accepts at most one."""
    responses = list_of(f"{endpoint.id}/privateDnsZoneGroups")
    return FoundZoneGroup.model_validate(responses[0]) if responses else None


def _find_zones(
    names: set[str], zone_groups: Iterable[FoundZoneGroup], subscriptions: Iterable[str]
) -> list[FoundZone]:
    """
    Find the zones of the clusters' own names, and those of zone groups.

    A storage zone counts only if a zone group writes into it, because others use such zones, too. A zone group can
    write into a zone that is in none of the subscriptions: nothing is read of such a zone.
    """
    in_groups = {id.key: id for group in zone_groups for id in group.zones.values()}
    listed = [FoundZone.model_validate(response) for response in _list("privateDnsZones", subscriptions)]
    zones = [zone for zone in listed if zone.name.lower() in names or zone.id.lower() in in_groups]
    unread = in_groups.keys() - {zone.id.lower() for zone in zones}
    return [
        *_run_at_once(_with_links_and_records, zones),
        *(FoundZone(id=str(id), name=id.name) for key, id in in_groups.items() if key in unread),
    ]


def _with_links_and_records(zone: FoundZone) -> FoundZone:
    # A storage zone of many accounts has a record for each, and this stack creates none of them.
    lists = ["virtualNetworkLinks"] if is_storage_zone(zone.name) else ["virtualNetworkLinks", "A"]
    links, *records = _run_at_once(list_of, [f"{zone.id}/{name}" for name in lists])
    return zone.model_copy(
        update={
            "links": tuple(FoundLink.model_validate(response) for response in links),
            "records": tuple(FoundRecord.model_validate(response) for response in (records[0] if records else ())),
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
