"""The desired access of clusters beside their private endpoints, compared with what Azure has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..facts.cluster_access import (
    ALL_TENANTS,
    AccessProperty,
    AccessState,
    AccessValue,
    CalloutPolicy,
    comparable,
    is_closed,
    same_value,
)
from ..settings import AccessSetting, AllowedCallouts, AllowedFqdns, ClusterSettings


@dataclass(frozen=True)
class AccessDifference:
    """One property of a cluster that is not as its settings say."""

    path: str
    """The setting, from the top: `clusters.myadx.public_access`."""
    setting: AccessSetting
    property: AccessProperty
    desired: AccessValue
    actual: AccessValue


def find_access_differences(
    key: str, cluster: ClusterSettings, actual: AccessState, *, is_native: bool
) -> list[AccessDifference]:
    """
    Find the properties of a cluster that are not as its settings say, in the order in which they can be applied.

    Args:
        key: The cluster's key.
        cluster: Its settings.
        actual: Its state in Azure.
        is_native: Whether it is native. Who reaches an injected cluster at its public address, its network security
            groups decide (MicrosoftDocs, dataexplorer-docs, security-network-migrate-vnet-to-private-endpoint.md).
    """
    return [
        AccessDifference(f"clusters.{key}.{setting}", setting, name, value, actual[name])
        for setting, state in desired_access(cluster).items()
        if setting != "public_access" or is_native
        for name, value in state.items()
        if not same_value(value, actual[name])
    ]


def desired_access(cluster: ClusterSettings) -> dict[AccessSetting, AccessState]:
    """
    Return the values that the settings of a cluster ask for, by setting, as far as it is managed.

    A list of ranges comes before the access, so that a cluster is never open to more than the settings say. A closed
    cluster keeps its list: it has no effect, and limits who gets in if the cluster is opened by hand.
    """
    states: dict[AccessSetting, AccessState] = {}
    if cluster.trusted_tenants is not None:
        states["trusted_tenants"] = {"trustedExternalTenants": _tenants(cluster.trusted_tenants)}
    if cluster.outbound is not None:
        states["outbound"] = _outbound(cluster.outbound)
    if cluster.public_access == "closed":
        states["public_access"] = {"publicNetworkAccess": "Disabled"}
    elif cluster.public_access is not None:
        ranges = () if cluster.public_access == "open" else tuple(cluster.public_access)
        states["public_access"] = {"allowedIpRangeList": ranges, "publicNetworkAccess": "Enabled"}
    return states


def _tenants(trusted: str | list[str]) -> tuple[str, ...]:
    if isinstance(trusted, str):
        return (ALL_TENANTS,) if trusted == "all" else ()
    return tuple(trusted)


def _outbound(outbound: str | AllowedFqdns | AllowedCallouts) -> AccessState:
    """The lists are exceptions from the restriction: without it, they stay as they are."""
    match outbound:
        case AllowedFqdns():
            lists: Mapping[AccessProperty, AccessValue] = {
                "allowedFqdnList": tuple(outbound.fqdns),
                "calloutPolicies": (),
            }
        case AllowedCallouts():
            policies = tuple(CalloutPolicy(callout.type, callout.uri_regex) for callout in outbound.callouts)
            lists = {"allowedFqdnList": (), "calloutPolicies": policies}
        case _:
            return {"restrictOutboundNetworkAccess": "Disabled"}
    return {"restrictOutboundNetworkAccess": "Enabled", **lists}


def narrows(setting: AccessSetting, desired: AccessState, actual: AccessState) -> bool:
    """Return whether a change takes access away from anyone, or any destination from the cluster."""
    after: AccessState = {**actual, **desired}
    match setting:
        case "trusted_tenants":
            return _loses_entry(actual["trustedExternalTenants"], after["trustedExternalTenants"], ALL_TENANTS)
        case "outbound":
            return _narrows_outbound(actual, after)
        case "public_access":
            return _narrows_public_access(actual, after)


def _narrows_outbound(actual: AccessState, after: AccessState) -> bool:
    if not same_value(after["restrictOutboundNetworkAccess"], "Enabled"):
        return False
    if not same_value(actual["restrictOutboundNetworkAccess"], "Enabled"):
        return True
    lists: tuple[AccessProperty, ...] = ("allowedFqdnList", "calloutPolicies")
    return any(_loses_entry(actual[name], after[name]) for name in lists)


def _narrows_public_access(actual: AccessState, after: AccessState) -> bool:
    if is_closed(actual):
        return False
    if is_closed(after):
        return True
    before, ranges = comparable(actual["allowedIpRangeList"]), comparable(after["allowedIpRangeList"])
    # An empty list lets everyone in.
    return bool(ranges) and (not before or bool(before - ranges))


def _loses_entry(before: AccessValue, after: AccessValue, everything: str | None = None) -> bool:
    remaining = comparable(after)
    return everything not in remaining and bool(comparable(before) - remaining)
