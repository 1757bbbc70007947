"""The changes of a lock-down, in order, and those of the way back."""

from __future__ import annotations

from ...facts.cluster_access import AccessState
from ...resource_ids import ClusterId
from ...settings import AccessSetting
from ..cluster_changes.access import write_access
from ..cluster_changes.patch import ClusterChange
from .situation import Situation

_SAYS: dict[AccessSetting, str] = {
    "trusted_tenants": "change the trusted tenants of {name}",
    "outbound": "change the outbound access of {name}",
    "public_access": "change the public access of {name}",
}


def plan_changes(situation: Situation) -> list[ClusterChange]:
    """
    Return the changes of a cluster, each to be made when the one before is in effect.

    The restriction of outbound access and its exceptions are one change, as Microsoft documents them
    (dataexplorer-docs, security-network-restrict-outbound-access.md): one without the other would block destinations
    that are allowed. Everything else changes one property at a time.
    """
    changes: list[ClusterChange] = []
    for setting, differences in situation.differences.items():
        state: AccessState = {difference.property: difference.desired for difference in differences}
        parts: list[AccessState] = [state] if setting == "outbound" else [{name: state[name]} for name in state]
        changes += (_change(situation.live.id, setting, part) for part in parts)
    return changes


def plan_opening(id: ClusterId) -> list[ClusterChange]:
    """Return the changes that let everyone reach a cluster at its public address: those in its list come first."""
    parts: list[AccessState] = [{"publicNetworkAccess": "Enabled"}, {"allowedIpRangeList": ()}]
    return [_change(id, "public_access", part) for part in parts]


def _change(id: ClusterId, setting: AccessSetting, state: AccessState) -> ClusterChange:
    return ClusterChange(id, write_access(state), f"{_SAYS[setting].format(name=id.name)} ({', '.join(state)})")
