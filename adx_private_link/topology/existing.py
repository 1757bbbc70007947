"""
Services that are there already, and what Azure does not let happen to them.

Above all: it deletes no service that has connections (PrivateLinkServiceWithPrivateEndpointConnectionsCannotBeDeleted),
and nothing in the graph lets those go that are not this stack's. So what would delete or replace such a service is
refused before anything is touched.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..facts.records import ConnectionFacts, ServiceFacts, Unreadable
from ..settings import Role
from .planning import Planning
from .records import ServiceNode


def check_existing(planning: Planning, key: str, services: Mapping[Role, ServiceNode]) -> None:
    """What would become of a cluster's services is what Azure lets happen to them."""
    for role, node in services.items():
        path = f"clusters.{key}.services.{role}"
        found = planning.facts.services.get(planning.services[key, role].key)
        if isinstance(found, Unreadable):
            planning.report_unreadable(path, found, f"private link service {node.name}", None)
            continue
        if found is None:
            continue
        if changed := replaced_for(node, found):
            what = f"would be made anew, since Azure cannot change {' and '.join(changed)}"
            _report_foreign(planning, path, found, what, "leave it as it is")
        elif "nat_addresses" not in node.keep:
            _check_addresses(planning, key, node, found)


def check_removed(planning: Planning) -> None:
    """Services that the settings do not ask for any more are free to go."""
    for former in planning.facts.former.services:
        found = planning.facts.services.get(former.id.key)
        if former.id.key in planning.service_ids or found is None:
            continue
        path = f"clusters.{former.cluster}.services.{former.role}"
        if isinstance(found, Unreadable):
            planning.report_unreadable(path, found, "a service that is to be deleted", str(former.id))
        else:
            what = "would be deleted, since the settings do not ask for it any more"
            _report_foreign(planning, path, found, what, "ask for it again, under the name that it has")


def replaced_for(node: ServiceNode, found: ServiceFacts) -> list[str]:
    """What Azure cannot change in a service that is there."""
    return [
        what
        for what, wanted, has in (
            ("its frontend", node.frontend_id, found.frontend_id),
            ("its NAT subnet", node.nat_subnet_id, found.nat_subnet_id),
            ("its region", node.place.location, found.location),
        )
        if wanted.lower() != has.lower() and not (what == "its NAT subnet" and "nat_addresses" in node.keep)
    ]


def _check_addresses(planning: Planning, key: str, node: ServiceNode, found: ServiceFacts) -> None:
    """Azure neither takes NAT addresses away nor makes a static one dynamic (private-link-service-overview.md)."""
    has, wanted = found.nat_addresses, node.nat_addresses
    special = f"clusters.{key}.services.{node.role}.nat_addresses"
    given = planning.settings.clusters[key].services.get(node.role)
    if len(wanted) < len(has):
        planning.report(
            special if given and given.nat_addresses else f"clusters.{key}.nat.addresses",
            f"says {len(wanted)}, but the {node.role} service has {len(has)} NAT addresses; Azure takes none away",
            f"keep {len(has)}; for fewer, take {node.role} out of `roles`, run `pulumi up`, and put it in again, which "
            "gives the service a new alias",
        )
    for old, new in zip(has, wanted, strict=False):
        if old is not None and new is None:
            planning.report(
                special,
                f"lacks {old}, a static NAT address of the service; Azure does not make it dynamic again",
                "write it, or another one in its place",
            )


def foreign_connections(planning: Planning, service: ServiceFacts) -> list[ConnectionFacts]:
    """The connections of a service that keep Azure from deleting it, and that this stack cannot let go."""
    return [each for each in service.connections if not planning.is_own(each, service)]


def _report_foreign(planning: Planning, path: str, service: ServiceFacts, what: str, otherwise: str) -> None:
    foreign = foreign_connections(planning, service)
    if not foreign:
        return
    listed = ", ".join(f"{each.endpoint_id} ({each.state})" for each in foreign)
    planning.report(
        path,
        f"{what}; connections that are not this stack's keep Azure from deleting it: {listed}",
        f"{otherwise}; or let their owners delete their endpoints; or cut them off: `adx-private-link release "
        f"{service.id}`",
        service.id,
    )
