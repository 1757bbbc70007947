"""Publishing: which hosts of an endpoint get records, and where. DNS never points at a dead endpoint."""

from __future__ import annotations

from collections.abc import Sequence

from ..facts.records import DEAD, EndpointFacts, Unreadable, ZoneGroupFacts
from ..kusto_hosts import PUBLIC_DOMAIN, is_storage_zone
from ..naming.accesses import Access
from ..naming.azure import zone_group_name
from ..naming.logical import ZoneGroupName, record_name
from ..resource_ids import ZoneId
from ..settings import ConsumerSettings
from .approvals import approval_way
from .offers import OfferedTarget
from .planning import Planning
from .records import EndpointNode, RecordNode, ZoneConfigNode, ZoneGroupNode

_ZONE_GROUP_TYPE = "azure-native:network:PrivateDnsZoneGroup"


def withheld_state(
    planning: Planning, access: Access, offered: OfferedTarget, consumer: ConsumerSettings, *, is_new: bool
) -> str | None:
    """
    Return the state of an endpoint's connection, where it keeps the hosts from being published.

    A new endpoint, also one that replaces the deployed one, waits for its approval.
    """
    state = "Pending" if is_new else listed_state(planning, access) or _shown_state(planning, access)
    if isinstance(state, Unreadable):
        # Unreadable does not mean "not approved": to withdraw records for it would be an outage.
        planning.report_unreadable(
            f"consumers.{access.consumer}", state, f"private endpoint {access.endpoint.name}", str(access.endpoint)
        )
        return None
    # An approval that follows in the same update, or that Azure gives by itself, is checked during the update.
    waits_for_owner = offered.approvals is None and approval_way(offered, consumer) == "approve"
    waits = waits_for_owner or consumer.approval == "elsewhere"
    return state if state in DEAD or (waits and state != "Approved") else None


def listed_state(planning: Planning, access: Access) -> str | None:
    """Return the state that the target lists; None for a connection that its owner has removed."""
    target = planning.target_facts(access.target_id)
    connection = target.connection_of(access.endpoint) if target else None
    return connection.state if connection else None


def _shown_state(planning: Planning, access: Access) -> str | Unreadable:
    """The state that the endpoint itself shows; one that does not exist yet waits."""
    endpoint = planning.facts.endpoints.get(access.endpoint.key)
    return endpoint.state if isinstance(endpoint, EndpointFacts) else endpoint or "Pending"


def records_of(
    planning: Planning, access: Access, offered: OfferedTarget, consumer: ConsumerSettings
) -> tuple[RecordNode, ...]:
    """Plan the record sets of an endpoint's hosts in the consumer's zones, where Azure does not write them."""
    dns = consumer.zones
    if dns is None:
        return ()
    records: list[RecordNode] = []
    for host in offered.recorded_hosts:
        zone = planning.zone_key(access.consumer, host.zone)
        if zone is not None:
            name = record_name(host.record, zone)
            records.append(RecordNode(name, host.name, host.role, host.record, zone, dns.ttl, tuple(dns.keep)))
    return tuple(records)


def zone_group_of(
    planning: Planning, access: Access, offered: OfferedTarget, logical_name: ZoneGroupName
) -> ZoneGroupNode | None:
    """Plan the zone group of an endpoint; None where Azure writes none of its records, or others manage the names."""
    consumer = planning.settings.consumers[access.consumer]
    if consumer.zones is None or not offered.grouped_zones:
        return None
    deployed = _deployed_configs(planning, access)
    configs: list[tuple[str, ZoneConfigNode]] = []
    for content, zone_name in offered.grouped_zones.items():
        zone, key = planning.zone(access.consumer, zone_name), planning.zone_key(access.consumer, zone_name)
        if zone is not None and key is not None and (zone.is_made or zone.id.key not in planning.facts.lost_zones):
            name, deployed_id = deployed.get(zone_name, (content, None))
            configs.append((zone_name, ZoneConfigNode(name, key, as_deployed=zone.id.is_same(deployed_id))))
    if not configs:
        return None
    ordered = _in_deployed_order(configs, [*deployed])
    is_deployed = isinstance(planning.facts.zone_groups.get(access.endpoint.key), ZoneGroupFacts)
    return ZoneGroupNode(str(logical_name), zone_group_name(consumer, access.cluster), ordered, is_deployed)


def _deployed_configs(planning: Planning, access: Access) -> dict[str, tuple[str, ZoneId]]:
    """
    Return the name and the zone of each config of the deployed group, by the zone's name and in the group's order.

    A group that was created by hand has names and an order of its own, and Azure changes no zone under its name. The
    zones of a group have different names.
    """
    group = planning.facts.zone_groups.get(access.endpoint.key)
    zones = group.zone_ids.items() if isinstance(group, ZoneGroupFacts) else ()
    return {zone.name.lower(): (name, zone) for name, zone in zones if zone}


def _in_deployed_order(
    configs: Sequence[tuple[str, ZoneConfigNode]], deployed: Sequence[str]
) -> tuple[ZoneConfigNode, ...]:
    """Return the configs in the order of the deployed group; each one that it lacks keeps its place."""
    known = [config for config in configs if config[0] in deployed]
    ordered = sorted(known, key=lambda config: deployed.index(config[0]))
    for index, config in enumerate(configs):
        if config not in known:
            ordered.insert(index, config)
    return tuple(config for _, config in ordered)


def check_zone_name(planning: Planning, path: str, zone: str, recommended: str) -> None:
    """
    Check that Azure writes the names of a native cluster into a zone, which it does in the recommended zones only.

    Source: MicrosoftDocs, azure-docs, private-endpoint-dns.md. Other clouds than the public one have zones that the
    page does not list.
    """
    if recommended.endswith(f".{PUBLIC_DOMAIN}") and zone.lower() != recommended:
        message = "is a zone into which Azure writes no names of a native cluster"
        planning.report(path, message, f"remove it: {recommended} is used", zone)


def check_zone_group(planning: Planning, access: Access, offered: OfferedTarget, logical_name: ZoneGroupName) -> None:
    """Check that the endpoint has no zone group of others: Azure accepts one only (pulumi-azure-native#2179)."""
    endpoint = planning.facts.endpoint(access.endpoint)
    if endpoint is None or not endpoint.has_zone_group or access.endpoint.key in planning.own_zone_groups:
        return
    if (
        offered.idle
        or planning.facts.deployed.urn(_ZONE_GROUP_TYPE, str(logical_name))
        or _is_left(planning, access, offered)
    ):
        return
    is_named = planning.settings.consumers[access.consumer].endpoint(access.cluster, "cluster").zone_group
    if is_named and access.endpoint.key in planning.facts.zone_groups:
        return  # the settings name this very group, so that `adopt` can import it
    planning.report(
        f"consumers.{access.consumer}.dns",
        f"asks for a zone group, and private endpoint {access.endpoint.name} has one already, of an Azure policy or of "
        "the portal; Azure accepts one for each endpoint",
        "write `dns: elsewhere`, if the policy is to manage the names; or delete that zone group, and `pulumi up` "
        "creates one; or import the endpoint and its zone group: `adx-private-link adopt`",
    )


def _is_left(planning: Planning, access: Access, offered: OfferedTarget) -> bool:
    """
    Whether the endpoint's zone group is the very one that this stack creates, by zones and names.

    An update that was killed has left it, and `adx-private-link repair` imports it.
    """
    group = planning.facts.zone_groups.get(access.endpoint.key)
    if not isinstance(group, ZoneGroupFacts) or group.zone_ids.keys() != offered.grouped_zones.keys():
        return False
    zones = {name: planning.zone(access.consumer, zone) for name, zone in offered.grouped_zones.items()}
    return all(zone is not None and zone.id.is_same(group.zone_ids[name]) for name, zone in zones.items())


def missing_zones_warning(endpoint: EndpointNode, cluster: str) -> str | None:
    """Return the warning of an endpoint whose consumer lacks zones: of one that must have them, that is a problem."""
    if endpoint.target != "cluster" or not endpoint.hosts or not (endpoint.records or endpoint.zone_group):
        return None
    configs = endpoint.zone_group.configs if endpoint.zone_group else ()
    present = {config.zone.partition("@")[0] for config in configs}
    missing = [name for name in endpoint.zone_names.values() if is_storage_zone(name) and name not in present]
    if not missing:
        return None
    return (
        f"consumers.{endpoint.consumer}.dns has no zone {', '.join(missing)}, so its clients do not find the storage "
        f"accounts of {cluster}, and queued ingestion fails. Add the resource group in which your network's storage "
        "zones are to `zones_in`; or write `storage_zones: made`, where the network has none."
    )


def withheld_warning(endpoint: EndpointNode, cluster: str) -> str | None:
    """Return the warning of an endpoint that publishes nothing."""
    what = f"consumers.{endpoint.consumer}: private endpoint {endpoint.name} ({cluster}, {endpoint.target})"
    owner = "the cluster's owner" if endpoint.target == "cluster" else "the service's owner"
    if endpoint.withheld in DEAD:
        return (
            f"{what} is {endpoint.withheld}, and Azure cannot bring it back: it has no records, and clients get the "
            f"public address. Unless this update replaces it, replace it after {owner} agrees: `pulumi up "
            f"--replace '**PrivateEndpoint::{endpoint.logical_name}'`. The `pulumi up` after that publishes it."
        )
    if endpoint.withheld:
        return (
            f"{what} waits for the approval of {owner}; it has no records until then. After the approval "
            "`pulumi up` publishes it."
        )
    return None
