"""Zone groups of an adoption: which ones the stack can import unchanged, and why it leaves others alone."""

from __future__ import annotations

from collections.abc import Iterable

from ...kusto_hosts import is_storage_zone
from .found_objects import FoundZoneGroup
from .inventory import PublishedCluster

_OF_POLICY = "deployedbypolicy"
"""
The name that policies give to zone groups (Azure/Enterprise-Scale, policyDefinitions/Deploy-Private-DNS-*;
Azure/Community-Policy, policyDefinitions/Azure Data Explorer).
"""


def find_obstacle(cluster: PublishedCluster, group: FoundZoneGroup) -> str | None:
    """Return why the stack cannot import the zone group of a native cluster's endpoint; None if it can."""
    needed = {name.lower() for name in cluster.grouped_zones.values()}
    missing, extra = sorted(needed - group.zones.keys()), sorted(group.zones.keys() - needed)
    lack = f"lacks {', '.join(missing)}, so {_effect(missing)}" if missing else None
    if group.name.lower() == _OF_POLICY:
        reason = "is managed by an Azure policy, which would create it again, so the names stay with the policy"
        return f"{reason}; it {lack}" if lack else reason
    if lack:
        return f"{lack}; add these zones to it, then run `adopt` again"
    if extra:
        is_own = cluster.zone_name.lower() in extra
        reason = "this stack writes the names of a migrated cluster itself" if is_own else "it has no names there"
        return f"also writes into {', '.join(extra)}, and {reason}"
    return None


def _effect(missing: Iterable[str]) -> str:
    """Return what fails without zones."""
    return "queued ingestion fails" if any(map(is_storage_zone, missing)) else "clients get the public address"
