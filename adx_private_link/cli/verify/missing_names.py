"""Names without a private answer: who writes the record, who links the network, and what clients get until then."""

from __future__ import annotations

from ..dns.names import PublishedHost


def describe_writer(published: PublishedHost) -> str:
    """Describe how the record gets into Azure's zone."""
    if not published.is_native:
        return (
            "Run `pulumi up`: it writes the record. If `pulumi up` has nothing to do, the record was deleted: run "
            "`pulumi up --refresh`."
        )
    if published.zone_group is None:
        return (
            "This stack does not write the endpoint's names (`dns: elsewhere`). The team that manages your DNS must "
            f"add {published.zone} to a zone group of the endpoint, or the record to that zone."
        )
    group = f"'**PrivateDnsZoneGroup::{published.cluster}.CONSUMER.{published.target}.zone-group'"
    return (
        "Run `pulumi up --refresh`: it creates a missing zone group, or adds a missing zone to it. Azure then writes "
        f"the record. If only the record was deleted, recreate the group: `pulumi up --replace {group}`."
    )


def describe_link(published: PublishedHost) -> str:
    """Describe how the network gets to see the zone."""
    if published.is_storage:
        return (
            "Link this network to the zone, which all storage accounts share (the consumer's `dns.link_existing`, or "
            "`dns.links` if this stack creates the zone; otherwise ask its owner)"
        )
    return "Link this network to the zone (the consumer's `dns.links`)"


def describe_until_then(published: PublishedHost) -> str:
    """Describe what clients get while a name has its public address; empty for an injected cluster."""
    if published.is_storage:
        return " Until then queued ingestion uploads data to the public address, and fails where that is blocked."
    if published.is_native:
        return (
            " Until then clients use the public endpoint, which rejects them if the cluster's `publicNetworkAccess` is "
            "`Disabled`."
        )
    return ""
