"""The names that lead to a private endpoint: record sets of this stack, or a zone group whose records Azure writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_azure_native import network, privatedns, resources

from ..topology.records import EndpointNode, RecordNode, ZoneGroupNode
from .context import Context
from .private_dns_zone import PrivateDnsZone

NamesInZone = privatedns.PrivateRecordSet | network.PrivateDnsZoneGroup
"""What writes names into a private DNS zone."""


def make_record(
    node: RecordNode,
    address: pulumi.Output[str],
    target: Sequence[pulumi.Resource],
    approval: resources.Deployment | None,
    zone: PrivateDnsZone,
    context: Context,
) -> privatedns.PrivateRecordSet:
    """
    Register the A record of one host name, after the approval of the connection.

    Args:
        node: The record.
        address: The address of the endpoint.
        target: The endpoint, and its private link service if that is of this stack. Where one of them is replaced, the
            record is deleted first and created last; to another endpoint it moves in place.
        approval: The approval of the endpoint's connection.
        zone: Its zone.
        context: The context of its component.
    """
    return privatedns.PrivateRecordSet(
        node.logical_name,
        relative_record_set_name=node.name,
        record_type="A",
        # The zone's own output: it is known in previews, and it keeps the order when the zone is replaced.
        private_zone_name=zone.name,
        resource_group_name=zone.node.resource_group,
        ttl=node.ttl,
        a_records=[{"ipv4_address": address}],
        opts=context.resource(
            zone.node.subscription,
            depends_on=[approval] if approval else None,
            # Not transitive: a replaced service replaces its endpoint, and the record has to know of both.
            replace_with=[*target, *([zone.zone] if zone.zone else [])],
            delete_before_replace=True,
            ignore_changes=[
                # The logical name says which record it is, and in which zone; another spelling is no other record.
                "privateZoneName",
                "relativeRecordSetName",
                *(["ttl"] if "ttl" in node.keep else []),
            ],
        ),
    )


def make_zone_group(
    node: ZoneGroupNode,
    endpoint: EndpointNode,
    resource: network.PrivateEndpoint,
    approved_name: pulumi.Output[str],
    zones: Mapping[str, PrivateDnsZone],
    context: Context,
) -> network.PrivateDnsZoneGroup:
    """
    Register the zone group of an endpoint. Azure writes the records of the cluster and of its storage accounts.

    Args:
        node: The zone group.
        endpoint: The endpoint's record.
        resource: The endpoint.
        approved_name: The endpoint's name, as an output that follows the approval of its connection.
        zones: The zones of the names, by key.
        context: The context of its component.
    """
    made = [zones[config.zone].zone for config in node.configs]
    return network.PrivateDnsZoneGroup(
        node.logical_name,
        private_dns_zone_group_name=node.name,
        private_endpoint_name=approved_name,
        resource_group_name=endpoint.place.resource_group,
        private_dns_zone_configs=[
            {"name": config.name, "private_dns_zone_id": zones[config.zone].id} for config in node.configs
        ],
        opts=context.resource(
            endpoint.place.subscription,
            replace_with=[resource, *(zone for zone in made if zone)],
            delete_before_replace=True,
            # Azure rejects another zone under the same name (hashicorp/terraform-provider-azurerm#27559). Of the whole
            # property, an added zone would replace the group, and every name would be gone for a while.
            replace_on_changes=["privateDnsZoneConfigs[*].privateDnsZoneId"],
            ignore_changes=[
                # The logical name says whose group it is; another spelling of the endpoint is no other one.
                "privateEndpointName",
                *(["privateDnsZoneGroupName"] if node.as_deployed else []),
                *(
                    f"privateDnsZoneConfigs[{index}].privateDnsZoneId"
                    for index, config in enumerate(node.configs)
                    if config.as_deployed
                ),
            ],
        ),
    )
