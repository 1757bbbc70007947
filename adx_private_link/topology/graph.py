"""Puts the parts of the graph together."""

from __future__ import annotations

from dataclasses import replace

from ..facts.deployed_names import with_deployed_names
from ..facts.records import Facts, Unreadable
from ..naming import azure as names
from ..problems import Problem
from ..settings import Settings
from .addresses import subnet_problems
from .conflicts import conflicts
from .endpoints import check_consumer, check_external_consumer, plan_endpoints, withheld_warning
from .existing import check_removed
from .injected import Published, plan_services
from .planning import Offer, Planning
from .records import ClusterNode, EndpointNode, Topology
from .renamed import renamed_keys
from .zones import plan_zones

# Logical names are joined with dots, which keys cannot contain: no two objects ever share one.


def plan_topology(settings: Settings, facts: Facts, prefix: str = "") -> Topology | list[Problem]:
    """Plan the graph, or return everything that Azure would reject in it; paths of problems begin with `prefix`."""
    settings = with_deployed_names(settings, facts.networks, facts.hand_overs)
    planning = Planning(settings, facts)
    planned = _plan(planning)
    # Some are found more than once, such as what both services of a cluster lack.
    problems = dict.fromkeys(
        [
            *planning.problems,
            *conflicts(planning, planned),
            *renamed_keys(planning, planned),
            *subnet_problems(planning, planned),
        ]
    )
    # What is wrong with the stack's outputs has no place in the settings.
    found = [*(replace(each, path=prefix + each.path) for each in problems), *facts.former.problems]
    return found or planned


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
    # Sorted: the order in which people write their settings must not show anywhere.
    published = {key: each for key in sorted(settings.clusters) if (each := plan_services(planning, key)) is not None}
    handed = [each for key in sorted(settings.hand_overs) if (each := _handed_over(planning, key)) is not None]
    offers = sorted([*(each.offer for each in published.values()), *handed], key=lambda each: each.key)
    return Topology(
        {each.key: _cluster(planning, each, published.get(each.key)) for each in offers}, plan_zones(planning, offers)
    )


def _handed_over(planning: Planning, key: str) -> Offer | None:
    """What somebody else's stack says of their cluster."""
    hand_over = planning.facts.hand_over(key)
    if isinstance(hand_over, Unreadable):
        planning.report(f"hand_overs.{key}", f"cannot be read: {hand_over.reason}", hand_over.remedy)
        return None
    zone = planning.settings.hand_overs[key].zone
    if zone is None and hand_over.zone != hand_over.own_zone:
        planning.report(
            f"hand_overs.{key}",
            f"asks for records in zone {hand_over.zone}; the zone of its host names is {hand_over.own_zone}",
            f"ask its owner for a hand-over with that zone; or write `zone: {hand_over.zone}` here, if your clients "
            "are meant to get its addresses for names in there",
        )
    return Offer(
        key=key,
        name=names.cluster(planning.settings, key),
        location=hand_over.location,
        zone_name=zone or hand_over.own_zone,
        records={role: each.records for role, each in hand_over.services.items()},
        aliases={role: each.alias for role, each in hand_over.services.items()},
        request_message=hand_over.request_message,
        allowed_roles=hand_over.allowed_roles,
    )


def _cluster(planning: Planning, offer: Offer, published: Published | None) -> ClusterNode:
    endpoints = plan_endpoints(planning, offer, published.place if published else None)
    return ClusterNode(
        key=offer.key,
        name=offer.name,
        id=_cluster_id(planning, offer.key),
        location=offer.location,
        zone_name=offer.zone_name,
        request_message=offer.request_message,
        records=offer.records,
        services=published.services if published else {},
        external_approvals=published.external_approvals if published else (),
        external_consumers=tuple(sorted(planning.settings.external_consumers_of(offer.key))) if published else (),
        endpoints=tuple(endpoints),
        zones=tuple(sorted({record.zone for each in endpoints for record in each.records})),
        warnings=(*(published.warnings if published else ()), *_withheld(endpoints, offer.key)),
    )


def _cluster_id(planning: Planning, key: str) -> str | None:
    given = planning.settings.clusters.get(key)
    if given is not None:
        return str(given.id) if given.id else None
    hand_over = planning.facts.hand_over(key)
    return None if isinstance(hand_over, Unreadable) else hand_over.cluster


def _withheld(endpoints: list[EndpointNode], key: str) -> list[str]:
    return [warning for each in endpoints if (warning := withheld_warning(each, key))]
