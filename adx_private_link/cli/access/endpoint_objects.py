"""The objects of a private endpoint that a stack has in its state, and those that Azure has besides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from ...outputs import ClusterOutput, EndpointOutput
from ...resource_ids import ClusterId, InterfaceId, ZoneId
from ..pulumi.other_objects import OtherObjects
from ..pulumi.state import Resource, value_in

ENDPOINT = "azure-native:network:PrivateEndpoint"
ZONE_GROUP = "azure-native:network:PrivateDnsZoneGroup"
_CONNECTIONS = ("manualPrivateLinkServiceConnections", "privateLinkServiceConnections")


def cluster_of(endpoint: Resource) -> ClusterId | None:
    """Return the native cluster that an endpoint connects to; None for a private link service."""
    targets = (endpoint.output(name, 0, "privateLinkServiceId") for name in _CONNECTIONS)
    return next((id for target in targets if isinstance(target, str) and (id := ClusterId.read(target))), None)


def interface_of(endpoint: Resource) -> str:
    """Return an endpoint's network interface; an endpoint that was created again has another one under the same id."""
    return str(endpoint.output("networkInterfaces", 0, "id")).lower()


def zone_group_of(endpoint: Resource, resources: Sequence[Resource]) -> Resource | None:
    """Return the zone group of an endpoint of a native cluster, which is the only one of its component."""
    if cluster_of(endpoint) is None:
        return None
    groups = (resource for resource in resources if resource.type == ZONE_GROUP)
    return next((group for group in groups if group.parent == endpoint.parent), None)


def zone_of(host: str, endpoint: EndpointOutput, group: Resource) -> ZoneId | None:
    """Return the zone of a group that holds the record of a host."""
    name = endpoint.names.get(host)
    ids = (ZoneId.read(str(id)) for id in _each(group, "privateDnsZoneConfigs", "privateDnsZoneId"))
    return next((id for id in ids if id and name and id.name.lower() == name.zone), None)


def addresses_in_group(group: Resource) -> Mapping[tuple[str, str], list[str]]:
    """Return the addresses that a group says it has written, by the names of the record and of its zone."""
    addresses: dict[tuple[str, str], list[str]] = {}
    for index, id in enumerate(_each(group, "privateDnsZoneConfigs", "privateDnsZoneId")):
        zone = ZoneId.read(str(id))
        records = group.output("privateDnsZoneConfigs", index, "recordSets")
        for record in cast("list[object]", records) if isinstance(records, list) else ():
            name, listed = value_in(record, "recordSetName"), value_in(record, "ipAddresses")
            if zone and isinstance(name, str) and isinstance(listed, list):
                addresses[name.lower(), zone.name.lower()] = sorted(map(str, cast("list[object]", listed)))
    return addresses


def members_of(interface: Resource) -> Mapping[str, list[str]]:
    """Return the addresses that the interface of an endpoint has for each host name of its cluster."""
    members: dict[str, list[str]] = {}
    for index, address in enumerate(_each(interface, "ipConfigurations", "privateIPAddress")):
        hosts = interface.output("ipConfigurations", index, "privateLinkConnectionProperties", "fqdns")
        for host in cast("list[object]", hosts) if isinstance(hosts, list) else ():
            members.setdefault(str(host).lower(), []).append(str(address))
    return {host: sorted(addresses) for host, addresses in members.items()}


def _each(resource: Resource, list_name: str, name: str) -> list[object]:
    items = resource.output(list_name)
    count = len(cast("list[object]", items)) if isinstance(items, list) else 0
    return [resource.output(list_name, index, name) for index in range(count)]


def objects_besides(
    clusters: Mapping[str, ClusterOutput], deployed: Sequence[Resource], others: OtherObjects
) -> Iterator[Resource]:
    """Yield what Azure has of endpoints of native clusters besides the stack: clusters, interfaces, record sets."""
    endpoints = {resource.id.lower(): resource for resource in deployed if resource.type == ENDPOINT}
    outputs = (
        output for cluster in clusters.values() for targets in cluster.endpoints.values() for output in targets.values()
    )
    found: dict[str, Resource] = {}
    for output in outputs:
        endpoint = endpoints.get(output.id.lower())
        cluster = cluster_of(endpoint) if endpoint else None
        if endpoint is None or cluster is None:
            continue
        found[cluster.key] = others.cluster(cluster, endpoint.provider)
        if interface := InterfaceId.read(str(endpoint.output("networkInterfaces", 0, "id"))):
            found[interface.key] = others.interface(interface, endpoint.provider)
        if group := zone_group_of(endpoint, deployed):
            for host in output.hosts:
                if zone := zone_of(host, output, group):
                    record = others.record_set(zone, host.partition(".")[0], group.provider)
                    found.setdefault(record.id.lower(), record)
    own = {resource.id.lower() for resource in deployed}
    yield from (resource for id, resource in found.items() if id not in own)
