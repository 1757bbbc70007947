"""Risks and accesses that are the same for many clusters, grouped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .accesses import Access, ExternalAccess
from .risks.records import (
    AccessRemoved,
    ApprovalAwaited,
    ApprovalGiven,
    EndpointReplaced,
    ListWidened,
    RecordSetMoved,
    RecordSetRemoved,
    Risk,
    ServiceLosses,
    ServiceRemoved,
    ServiceReplaced,
)

MANY = 4
"""So many and more that are alike are folded."""


def representative(risk: Risk, cluster: str = "") -> Risk | None:
    """
    A risk without what may differ from cluster to cluster; None for a risk that is not of one cluster.

    Risks whose representatives are equal are alike. `cluster` stands in it for the clusters of all.
    """
    changes: dict[str, Any] = {"cluster": cluster}
    match risk:
        case ServiceReplaced() | ServiceRemoved():
            changes |= {"alias": None, "losses": _counted(risk.losses)}
        case AccessRemoved():
            changes |= {"hosts": ()}
        case EndpointReplaced():
            changes |= {"moves": ()}
        case RecordSetRemoved() | RecordSetMoved():
            changes |= {"host": ""}
        case ListWidened() | ApprovalGiven() | ApprovalAwaited():
            pass
        case _:
            return None
    if isinstance(risk, ServiceReplaced | EndpointReplaced):
        changes["reasons"] = tuple(reason.without_values() for reason in risk.reasons)
    return risk.model_copy(update=changes)


def _counted(losses: ServiceLosses) -> ServiceLosses:
    """Losses without the names of connections."""
    external = tuple(
        lost.model_copy(update={"connections": tuple("" for _ in lost.connections)}) for lost in losses.external
    )
    return losses.model_copy(update={"external": external})


@dataclass(frozen=True)
class AlikeClusters:
    """Clusters on which an update has the same effects."""

    clusters: tuple[str, ...]
    accesses: tuple[Access | ExternalAccess, ...]
    """Of all of them, cluster by cluster."""

    @property
    def of_first(self) -> list[Access | ExternalAccess]:
        return [access for access in self.accesses if access.cluster == self.clusters[0]]


def alike_clusters(accesses: Sequence[Access | ExternalAccess]) -> list[AlikeClusters]:
    """Group clusters by what changes, in their order; a few that are alike stay apart."""
    by_cluster: dict[str, list[Access | ExternalAccess]] = {}
    for access in accesses:
        by_cluster.setdefault(access.cluster, []).append(access)
    alike: dict[object, list[str]] = {}
    for cluster, of in by_cluster.items():
        alike.setdefault(tuple(map(_signature, of)), []).append(cluster)
    groups: list[tuple[str, ...]] = []
    for clusters in alike.values():
        groups += [tuple(clusters)] if len(clusters) >= MANY else [(cluster,) for cluster in clusters]
    return [
        AlikeClusters(clusters, tuple(access for cluster in clusters for access in by_cluster[cluster]))
        for clusters in groups
    ]


def _signature(access: Access | ExternalAccess) -> object:
    """What an update changes in an access, without names and addresses."""
    if isinstance(access, ExternalAccess):
        counts = (len(access.approved_before), len(access.approved_after))
        return access.consumer, access.role, access.effect, access.service, counts
    operations = (access.connection, access.endpoint, access.record)
    return access.consumer, access.role, access.effect, operations, access.before is None, access.after is None
