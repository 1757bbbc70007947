"""
Changes of private link services that exist: what Azure changes in place, replaces or deletes, and what it rejects.

What would replace or delete a service with foreign connections is rejected before anything is touched.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..facts.records import ServiceFacts, Unreadable
from ..settings import Target
from .foreign_connections import report_foreign_connections
from .planning import Planning
from .records import ServiceNode


def check_existing(planning: Planning, cluster: str, services: Mapping[Target, ServiceNode]) -> None:
    """Check that Azure allows what the graph would do to a cluster's services."""
    for target, node in services.items():
        path = f"clusters.{cluster}.services.{target}"
        service = planning.facts.services.get(planning.services[cluster, target].key)
        if isinstance(service, Unreadable):
            planning.report_unreadable(path, service, f"private link service {node.name}", None)
            continue
        if service is None or node.is_left:
            continue
        if changed := replacing_properties(node, service):
            what = f"would be replaced, because Azure cannot change {' and '.join(changed)}"
            report_foreign_connections(planning, path, service, what, "leave it as it is")
        elif "nat_addresses" not in node.keep:
            _check_addresses(planning, cluster, node, service)


def check_removed(planning: Planning) -> None:
    """Check that Azure deletes the services that the settings no longer ask for."""
    for former in planning.facts.former.services:
        service = planning.facts.services.get(former.id.key)
        if former.id.key in planning.service_keys or service is None:
            continue
        path = f"clusters.{former.cluster}.services.{former.target}"
        if isinstance(service, Unreadable):
            planning.report_unreadable(path, service, "a service that is to be deleted", str(former.id))
        else:
            what = "would be deleted, because the settings no longer ask for it"
            report_foreign_connections(planning, path, service, what, "ask for it again, under the name that it has")


def replacing_properties(node: ServiceNode, service: ServiceFacts) -> list[str]:
    """Return what differs between a planned service and the existing one, and Azure cannot change in place."""
    properties: list[str] = []
    if node.frontend_id and not node.frontend_id.is_same(service.frontend_id):
        properties.append("its frontend")
    if "nat_addresses" not in node.keep and not node.nat_subnet_id.is_same(service.nat_subnet_id):
        properties.append("its NAT subnet")
    if node.place.location.lower() != service.location.lower():
        properties.append("its region")
    return properties


def _check_addresses(planning: Planning, cluster: str, node: ServiceNode, service: ServiceFacts) -> None:
    """Azure neither removes NAT addresses nor makes a static one dynamic (private-link-service-overview.md)."""
    deployed, planned = service.nat_addresses, node.nat_addresses
    path = f"clusters.{cluster}.services.{node.target}.nat_addresses"
    settings = planning.settings.clusters[cluster].services.get(node.target)
    if len(planned) < len(deployed):
        planning.report(
            path if settings and settings.nat_addresses else f"clusters.{cluster}.nat.addresses",
            f"says {len(planned)}, but the {node.target} service has {len(deployed)} NAT addresses; Azure cannot "
            "remove any",
            f"keep {len(deployed)}; for fewer, remove {node.target} from `roles`, run `pulumi up`, then add it "
            "again: the service gets a new alias",
        )
    for old, new in zip(deployed, planned, strict=False):
        if old is not None and new is None:
            planning.report(
                path,
                f"lacks {old}, a static NAT address of the service, which Azure cannot make dynamic again",
                "write it, or another one in its place",
            )
