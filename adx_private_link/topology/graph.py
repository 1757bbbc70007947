"""The whole graph: every publisher's offers, the endpoints and zones for them, and what conflicts."""

from __future__ import annotations

from dataclasses import replace

from ..facts.deployed_names import with_deployed_names
from ..facts.described import described_facts
from ..facts.records import Facts, Unreadable
from ..garbage import no_garbage_collection
from ..problems import Problem
from ..settings import Settings
from .access_warnings import access_warnings
from .addresses import find_address_problems, small_subnet_warning
from .alerts import check_alerts, with_endpoint_alert, with_service_alerts
from .both_targets import offer_both
from .conflicts import find_conflicts
from .consumers import check_consumer, check_external_consumer
from .diagnostics import plan_diagnostics
from .effects import check_effects
from .endpoints import plan_endpoints
from .existing_services import check_removed
from .handed_over import offer_handed_over
from .injected import offer_injected
from .managed_endpoints import managed_endpoint_warnings, plan_managed_endpoints
from .native import offer_native
from .offers import Offer
from .overwritten_names import find_overwritten_names
from .planning import Planning
from .publishing import missing_zones_warning, withheld_warning
from .records import ClusterNode, Topology
from .renamed import find_renamed_keys
from .zones import plan_zones


@no_garbage_collection()
def plan_topology(settings: Settings, facts: Facts, prefix: str = "") -> Topology | list[Problem]:
    """Plan the graph, or return everything that Azure would reject in it; paths of problems begin with `prefix`."""
    planning = Planning(settings, facts)
    named_settings = with_deployed_names(settings, facts.networks, planning.targets)
    if named_settings is not settings:
        planning = Planning(named_settings, facts)
    topology = _plan(planning)
    # Some are found more than once, such as what both services of a cluster lack.
    problems = dict.fromkeys(
        [
            *planning.problems,
            *find_conflicts(planning, topology),
            *find_renamed_keys(planning, topology),
            *find_overwritten_names(planning, topology),
            *find_address_problems(planning, topology),
        ]
    )
    # Problems of the stack's outputs have no place in the settings.
    all_problems = [
        *(replace(problem, path=prefix + problem.path) for problem in problems),
        *facts.former.problems,
    ]
    return all_problems or topology


def _plan(planning: Planning) -> Topology:
    settings, facts = planning.settings, planning.facts
    for path, subscription, group in settings.resource_groups:
        if lost := facts.lost_groups.get((subscription, group)):
            planning.report_unreadable(path, lost, f"a resource group in subscription {subscription}", group)
    for key in sorted(settings.consumers):
        check_consumer(planning, key)
    for key in sorted(settings.external_consumers):
        check_external_consumer(planning, key)
    check_removed(planning)
    offers = _offers(planning)
    check_effects(planning, offers)
    check_alerts(planning, offers)
    clusters = {offer.cluster: _cluster(planning, offer) for offer in offers}
    return Topology(clusters, plan_zones(planning, offers))


def _offers(planning: Planning) -> list[Offer]:
    """The offers of all clusters, sorted: the order in which people write their settings must not show anywhere."""
    offers = (_offer(planning, key) for key in planning.settings.cluster_keys)
    return [offer for offer in offers if offer is not None]


def _offer(planning: Planning, key: str) -> Offer | None:
    if key in planning.settings.hand_overs:
        return offer_handed_over(planning, key)
    cluster, targets = planning.settings.clusters[key], planning.targets[key]
    facts = described_facts(cluster) or planning.facts.cluster(key)
    if isinstance(facts, Unreadable):
        planning.report_unreadable(f"clusters.{key}.id", facts, "the cluster", str(cluster.id))
        return None
    if "cluster" not in targets:
        return offer_injected(planning, key, facts)
    return offer_native(planning, key, facts) if targets == ("cluster",) else offer_both(planning, key, facts)


def _cluster(planning: Planning, offer: Offer) -> ClusterNode:
    managed_endpoints = plan_managed_endpoints(planning, offer.cluster, offer.location)
    endpoints = [with_endpoint_alert(planning, endpoint) for endpoint in plan_endpoints(planning, offer)]
    warnings = [
        *(withheld_warning(endpoint, offer.cluster) for endpoint in endpoints),
        *(missing_zones_warning(endpoint, offer.cluster) for endpoint in endpoints),
        *(small_subnet_warning(planning, endpoint) for endpoint in endpoints),
        *access_warnings(planning, offer, endpoints),
    ]
    return ClusterNode(
        key=offer.cluster,
        name=offer.name,
        id=offer.id,
        location=offer.location,
        zone_name=offer.zone,
        request_message=offer.request_message,
        hosts=offer.hosts,
        services=with_service_alerts(planning, offer.services),
        external_approvals=offer.external_approvals,
        external_consumers=offer.external_consumers,
        endpoints=tuple(endpoints),
        zones=tuple(sorted({zone for endpoint in endpoints for zone in endpoint.zones})),
        warnings=(
            *offer.warnings,
            *filter(None, warnings),
            *managed_endpoint_warnings(planning, offer.cluster, managed_endpoints),
        ),
        is_handed_over=offer.is_handed_over,
        was_injected=offer.was_injected,
        has_left=offer.has_left,
        managed_endpoints=managed_endpoints,
        diagnostics=plan_diagnostics(planning, offer),
    )
