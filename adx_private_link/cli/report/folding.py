"""Risks and accesses that are the same for many clusters, grouped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..natural_order import natural
from .accesses import Access, ExternalAccess
from .effects import EFFECTS
from .plan import STORAGE
from .risks.records import Risk
from .risks.records.endpoints import AccessRemoved, EndpointReplaced
from .risks.records.names import RecordSetMoved, RecordSetRemoved
from .risks.records.services import ServiceLosses, ServiceRemoved, ServiceReplaced
from .risks.records.trust import ApprovalAwaited, ApprovalGiven, ListWidened
from .risks.records.zone_groups import NamesOverwritten, StorageNamesRemoved, ZoneGroupRemoved, ZoneGroupReplaced
from .summary import RiskReport
from .words.labels import cluster_count
from .words.risks import Description, describe

MANY = 4
"""So many and more that are alike are folded."""


def representative(risk: Risk) -> Risk | None:
    """
    A risk without what may differ from cluster to cluster; None for a risk that is not of one cluster.

    Risks whose representatives are equal are alike.
    """
    changes: dict[str, Any] = {"cluster": ""}
    match risk:
        case ServiceReplaced() | ServiceRemoved():
            changes |= {"alias": None, "losses": _counted(risk.losses)}
        case AccessRemoved():
            changes |= {"hosts": ()}
        case EndpointReplaced():
            changes |= {"moves": ()}
        case RecordSetRemoved() | RecordSetMoved():
            changes |= {"host": ""}
        case ZoneGroupRemoved() | ZoneGroupReplaced() | StorageNamesRemoved():
            changes |= {"hosts": ()}
        case NamesOverwritten():
            changes |= {"hosts": (), "zone_group": ""}
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
class AlikeRisks:
    """Risks that are the same for many clusters; or a single one."""

    risks: tuple[RiskReport, ...]
    clusters: int
    """The number of clusters."""

    @property
    def description(self) -> Description:
        """The words for all of them."""
        risk = self.risks[0]
        common = representative(risk.facts) if risk.facts and self.is_folded else None
        if common is None:
            return Description(risk.subject, risk.message)
        return describe(common.model_copy(update={"cluster": cluster_count(self.clusters)}))

    @property
    def is_folded(self) -> bool:
        return self.clusters >= MANY


def alike_risks(risks: Iterable[RiskReport]) -> list[AlikeRisks]:
    """Group risks by what they have in common, in their order; those of a few clusters stay apart."""
    groups: dict[Risk | int, list[RiskReport]] = {}
    clusters: dict[Risk | int, set[str]] = {}
    for number, risk in enumerate(risks):
        key = (representative(risk.facts) if risk.facts else None) or number
        groups.setdefault(key, []).append(risk)
        clusters.setdefault(key, set()).add(str(getattr(risk.facts, "cluster", "")))
    return [
        group
        for key, alike in groups.items()
        for group in (
            [AlikeRisks(tuple(alike), len(clusters[key]))]
            if len(clusters[key]) >= MANY
            else [AlikeRisks((risk,), 1) for risk in alike]
        )
    ]


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
    """Group clusters by what changes, the worst change first; a few that are alike stay apart."""
    by_cluster: dict[str, list[Access | ExternalAccess]] = {}
    for access in accesses:
        by_cluster.setdefault(access.cluster, []).append(access)
    alike: dict[object, list[str]] = {}
    for cluster, of in by_cluster.items():
        alike.setdefault(tuple(dict.fromkeys(map(signature, of))), []).append(cluster)
    groups: list[tuple[str, ...]] = []
    for clusters in alike.values():
        groups += [tuple(clusters)] if len(clusters) >= MANY else [(cluster,) for cluster in clusters]
    alike_groups = (
        AlikeClusters(clusters, tuple(access for cluster in clusters for access in by_cluster[cluster]))
        for clusters in groups
    )
    return sorted(alike_groups, key=_harm)


def _harm(group: AlikeClusters) -> tuple[object, ...]:
    return min(EFFECTS.index(access.effect) for access in group.accesses), natural(group.clusters[0])


@dataclass(frozen=True)
class AlikeAccesses:
    """Accesses of one consumer to storage hosts of a cluster that change alike; or a single access."""

    first: Access | ExternalAccess
    count: int


def alike_accesses(accesses: Iterable[Access | ExternalAccess]) -> list[AlikeAccesses]:
    """Fold the storage hosts of each consumer: their names come from Azure and say nothing to people."""
    folded: dict[object, list[Access | ExternalAccess]] = {}
    for number, access in enumerate(accesses):
        is_storage = isinstance(access, Access) and access.role == STORAGE
        folded.setdefault((access.cluster, signature(access)) if is_storage else number, []).append(access)
    return [AlikeAccesses(alike[0], len(alike)) for alike in folded.values()]


def signature(access: Access | ExternalAccess) -> object:
    """What an update changes in an access, without names and addresses."""
    if isinstance(access, ExternalAccess):
        counts = (len(access.approved_before), len(access.approved_after))
        return access.consumer, access.target, access.effect, access.service, counts
    operations = (access.connection, access.endpoint, access.record, access.zone_group)
    is_private = (access.before is None, access.after is None, access.host is None)
    return access.consumer, access.target, access.role, access.effect, operations, is_private
