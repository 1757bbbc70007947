"""Sentences about managed private endpoints."""

from __future__ import annotations

from ...planned import Reason
from ...risks.records.managed_endpoints import ManagedEndpointRemoved, ManagedEndpointReplaced
from .description import Description, because_of, describe

_REASONS = {
    "privateLinkResourceId": "its target changes",
    "groupId": "its group changes",
    "privateLinkResourceRegion": "the region of its target changes",
    "managedPrivateEndpointName": "its name changes",
    "clusterName": "its cluster changes",
    "resourceGroupName": "its cluster changes",
}


@describe.register
def _(risk: ManagedEndpointRemoved) -> Description:
    target = _name(risk.target)
    group = f" ({risk.group})" if risk.group else ""
    message = (
        f"loses its managed private endpoint {risk.key} to {target}{group}. Queries and ingestion that read from "
        f"{target} use its public endpoint, and fail where that is closed to the cluster."
    )
    headline = f"cluster `{risk.cluster}` no longer reaches `{target}` privately"
    return Description(f"Cluster {risk.cluster}", message, headline)


@describe.register
def _(risk: ManagedEndpointReplaced) -> Description:
    target = _name(risk.new_target or risk.old_target)
    until = "this update approves it again" if risk.is_approved_here else f"the owner of {target} approves it again"
    message = (
        f"is replaced{because_of(map(_reason, risk.reasons))}. Queries and ingestion that read from "
        f"{_name(risk.old_target)} through it are interrupted, and {target} is reached privately once {until}."
    )
    headline = f"cluster `{risk.cluster}` loses its private way to `{_name(risk.old_target)}` for a while"
    return Description(f"The managed private endpoint {risk.key} of {risk.cluster}", message, headline)


def _reason(reason: Reason) -> str:
    return _REASONS.get(reason.property, f"`{reason.property}` changes")


def _name(target: str | None) -> str:
    """The name of a target, for people."""
    return target.rpartition("/")[2] if target else "its target"
