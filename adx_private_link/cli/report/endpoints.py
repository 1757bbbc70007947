"""Reads private endpoints: their connections, hosts and zone groups."""

from __future__ import annotations

from collections.abc import Mapping

from ...facts.records import DEAD
from ...kusto_hosts import is_storage_zone
from ..pulumi.azure_objects import connection_state_of
from .inputs import address_of, name_of, reasons_of, values_of
from .plan import CLUSTER, STORAGE, Approval, Endpoint, Service
from .planned import Values
from .resources import PlannedResource
from .values import at, keys, text, texts
from .zone_groups import read_zone_group, written_records


def read_endpoint(
    resource: PlannedResource,
    target: str,
    component: PlannedResource,
    whole: PlannedResource | None,
    *,
    approval: Approval | None,
    service: Service | None,
    zone_group: PlannedResource | None,
) -> Endpoint:
    """
    Read a private endpoint.

    Args:
        resource: The endpoint.
        target: What it connects to.
        component: The component of its consumer, with the hosts that are published.
        whole: The component of its cluster; None where the program has none.
        approval: The stack's approval of its connection.
        service: The private link service that it connects to.
        zone_group: Its zone group.
    """
    # `pulumi refresh` finds a dead connection, and leaves the outputs of the last update as they are.
    refreshed = connection_state_of(resource.old) if resource.old else ""
    own = values_of(component, texts, "hosts", target)
    cluster_hosts = _cluster_hosts(whole, target)
    published = component.output(target, "hosts")
    roles = _roles(component, zone_group, cluster_hosts, own) if target == CLUSTER else {}
    storage = tuple(sorted(host for host, role in roles.items() if role == STORAGE))
    return Endpoint(
        resource.operation,
        target=target,
        name=name_of(resource, "privateEndpointName"),
        subnet=values_of(resource, text, "subnet", "id"),
        static_address=address_of(resource.new_input("ipConfigurations", 0, "privateIPAddress")),
        is_connected_by_id=values_of(resource, bool, "privateLinkServiceConnections"),
        id=text(resource.output("id")),
        hosts=Values(*((*hosts, *storage) if hosts else () for hosts in (own.old, own.new, own.latest))),
        cluster_hosts=tuple(cluster_hosts.values()),
        roles=roles,
        connection_state=refreshed if refreshed in DEAD else text(component.output(target, "connection_state")),
        published_addresses={host: address for host in keys(published) if (address := text(at(published, host, 0)))},
        approval=approval,
        service=service,
        zone_group=read_zone_group(zone_group) if zone_group else None,
        reasons=reasons_of(resource),
        is_renamed=resource.is_renamed,
        idle=values_of(component, text, "idle", target),
    )


def _cluster_hosts(whole: PlannedResource | None, target: str) -> dict[str, str]:
    """The cluster's own hosts by role, whether published or not."""
    roles = ("engine", "ingestion") if target == CLUSTER else (target,)
    return {role: host for role in roles if whole and (host := text(whole.input("hosts", role)))}


def _roles(
    component: PlannedResource,
    zone_group: PlannedResource | None,
    cluster_hosts: Mapping[str, str],
    own: Values[tuple[str, ...]],
) -> dict[str, str]:
    """What each host of a native cluster is for."""
    names = component.output(CLUSTER, "names")
    written = written_records(zone_group) if zone_group else []
    storage = {record.host: STORAGE for record in written if is_storage_zone(record.zone_name)}
    # Of a host that no update has written down yet, the name says it.
    published = {host: "ingestion" if host.startswith("ingest-") else "engine" for host in (*own.old, *own.new)}
    named = {host: role for host in keys(names) if (role := text(at(names, host, "role")))}
    return {**storage, **published, **named, **{host: role for role, host in cluster_hosts.items()}}
