"""Sample states of clusters' access beside their private endpoints."""

from __future__ import annotations

from dataclasses import replace

from adx_private_link.facts.cluster_access import AccessProperty, AccessState, AccessValue
from adx_private_link.facts.records import Facts

from .building import cluster_facts, with_cluster

OPEN: AccessState = {
    "trustedExternalTenants": ("*",),
    "restrictOutboundNetworkAccess": "Disabled",
    "allowedFqdnList": (),
    "calloutPolicies": (),
    "allowedIpRangeList": (),
    "publicNetworkAccess": "Enabled",
}
"""The defaults of a cluster."""


def access(state: AccessState = OPEN, **changed: AccessValue) -> AccessState:
    """A state with some properties changed, by Azure's names."""
    names: dict[str, AccessProperty] = {name: name for name in state}
    return {**state, **{names[name]: value for name, value in changed.items()}}


def with_access(facts: Facts, key: str, state: AccessState) -> Facts:
    """Facts in which a cluster has a state."""
    return with_cluster(facts, key, replace(cluster_facts(facts, key), access=state))
