"""The risks of an update: a table of rules over its plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ..accesses import Update
from . import clusters, endpoints, managed_endpoints, names, renames, services, trust, zone_groups
from .records import SEVERITIES, Effect, Kind, PreviewFailed, Risk, Severity


@dataclass(frozen=True)
class RiskKind:
    """What a kind of risk does to people, and the rules that find it."""

    effect: Effect
    rules: tuple[Callable[[Update], Iterable[Risk]], ...]

    @property
    def severity(self) -> Severity:
        return SEVERITIES[self.effect]


def _failed_preview(update: Update) -> Iterator[PreviewFailed]:
    if update.plan.has_failed:
        yield PreviewFailed()


RISKS: dict[Kind, RiskKind] = {
    "preview-failed": RiskKind("not-known", (_failed_preview,)),
    "service-replaced": RiskKind("cuts-off", (renames.renamed_clusters, services.replaced_services)),
    "service-removed": RiskKind("cuts-off", (services.removed_services,)),
    "access-removed": RiskKind("cuts-off", (endpoints.removed_access,)),
    "record-removed": RiskKind("cuts-off", (names.removed_record_sets,)),
    "zone-group-removed": RiskKind("cuts-off", (zone_groups.removed_zone_groups,)),
    "storage-names-removed": RiskKind("cuts-off", (zone_groups.removed_storage_names,)),
    "names-overwritten": RiskKind("cuts-off", (zone_groups.overwritten_names,)),
    "zone-removed": RiskKind("cuts-off", (names.removed_zones,)),
    "link-removed": RiskKind("cuts-off", (names.removed_links,)),
    "answers-removed": RiskKind("cuts-off", (names.removed_answers,)),
    "storage-hidden": RiskKind("cuts-off", (names.hidden_storage,)),
    "public-access-disabled": RiskKind("cuts-off", (clusters.closed_clusters,)),
    "managed-endpoint-removed": RiskKind("cuts-off", (managed_endpoints.removed_managed_endpoints,)),
    "endpoint-replaced": RiskKind(
        "interrupts",
        (renames.renamed_without_services, renames.renamed_consumers, endpoints.replaced_endpoints),
    ),
    "managed-endpoint-replaced": RiskKind("interrupts", (managed_endpoints.replaced_managed_endpoints,)),
    "zone-group-replaced": RiskKind("interrupts", (zone_groups.replaced_zone_groups,)),
    "zone-moved": RiskKind("interrupts", (names.moved_zones, names.moved_links)),
    "record-changed": RiskKind("interrupts", (names.moved_record_sets, names.changed_record_sets)),
    "link-added": RiskKind("interrupts", (names.added_links,)),
    "foreign-zone": RiskKind("answers-other-names", (names.foreign_zones,)),
    "visible-to-all": RiskKind("lets-in", (trust.services_visible_to_all,)),
    "visibility-widened": RiskKind("lets-in", (trust.services_visible_to_more,)),
    "auto-approval-widened": RiskKind("lets-in", (trust.services_that_trust_more,)),
    "public-access-enabled": RiskKind("lets-in", (clusters.opened_clusters,)),
    "connection-stays": RiskKind("lets-in", (trust.staying_connections,)),
    "lock-removed": RiskKind("protects-less", (trust.removed_locks,)),
    "access-differs": RiskKind("differs", (clusters.differing_access,)),
    "service-retired": RiskKind("protects-less", (services.retired_services,)),
    "approval-given": RiskKind("approves", (trust.given_approvals, trust.given_external_approvals)),
    "approval-awaited": RiskKind("waits", (trust.awaited_approvals,)),
    "external-left-behind": RiskKind("waits", (trust.external_left_behind,)),
}
"""The kinds of risks, the worst first."""


def find_risks(update: Update) -> list[Risk]:
    """Find all risks of an update, each once, the worst first."""
    risks = (risk for kind in RISKS.values() for rule in kind.rules for risk in rule(update))
    return list(dict.fromkeys(risks))
