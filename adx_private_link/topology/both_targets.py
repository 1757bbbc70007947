"""
Clusters that leave their virtual network: their private link services, and beside them the cluster itself.

Which of them publishes the names is a fact: the services while the cluster is in its network, the cluster itself once
it has left (MicrosoftDocs, dataexplorer-docs, security-network-migrate-vnet-to-private-endpoint.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..facts.records import ClusterFacts
from ..kusto_hosts import is_storage_zone
from .injected import offer_injected
from .native import offer_native
from .offers import Offer
from .planning import Planning


def offer_both(planning: Planning, key: str, facts: ClusterFacts) -> Offer | None:
    """Make the offer of a cluster with both kinds of targets; None where either cannot be offered."""
    services, itself = offer_injected(planning, key, facts), offer_native(planning, key, facts)
    if services is None or itself is None:
        return None
    # Without the setting, others have moved the cluster: what is missing must not block the other clusters.
    is_asked_for = planning.settings.clusters[key].targets is not None
    zones = itself.zones_of(itself.targets["cluster"]).values()
    return replace(
        services,
        targets={**services.targets, **itself.targets},
        optional_zones=frozenset[str]() if is_asked_for else frozenset(filter(is_storage_zone, zones)),
        external_approvals=(*services.external_approvals, *itself.external_approvals),
        warnings=(*services.warnings, *itself.warnings, *_returned_warning(planning, services)),
    )


def _returned_warning(planning: Planning, offer: Offer) -> Iterator[str]:
    """Warn of a cluster that has returned since the last update, which led its names to the cluster itself."""
    former = [other for other in planning.facts.former.endpoints if other.cluster == offer.cluster]
    if not offer.has_left and any(other.target == "cluster" and other.hosts for other in former):
        yield (
            f"clusters.{offer.cluster}: {offer.id} is in its virtual network again since the last update. If you have "
            "not rolled it back, the program that deploys the cluster resource has: its lines must say `state: "
            f"Disabled` (`adx-private-link migrate {offer.cluster}` prints them)."
        )
