"""Services of an adoption: the private link services of each cluster to import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ...settings import ROLES, Role, Target
from .found_objects import FoundFrontend, FoundService
from .inventory import Inventory, PublishedCluster
from .suggestions import Suggestions


@dataclass(frozen=True)
class ClusterServices:
    """The private link services of a cluster to import, at most one for each role."""

    cluster: PublishedCluster
    by_role: Mapping[Role, FoundService]

    @property
    def targets(self) -> list[Target]:
        """What private endpoints can connect to: the services, or a native cluster itself."""
        return ["cluster"] if self.cluster.is_native else [role for role in ROLES if role in self.by_role]

    def role_of(self, target: str) -> Role | None:
        """Return the role of a service by its alias or id; None for services of others."""
        for role, service in self.by_role.items():
            if target and target.lower() in (service.alias.lower(), service.id.lower()):
                return role
        return None


def choose_services(cluster: PublishedCluster, inventory: Inventory, suggestions: Suggestions) -> ClusterServices:
    """Choose the services of a cluster to import: one for each role, all in one resource group."""
    chosen: dict[Role, FoundService] = {}
    for role in ROLES:
        for service in _services_on(cluster.frontends.get(role, ()), inventory.services):
            group = next(iter(chosen.values()), service).resource_id.resource_group
            if role in chosen:
                suggestions.leave_alone(service.id, f"is a second service for {cluster.key}'s {role}")
            elif service.resource_id.resource_group.lower() != group.lower():
                suggestions.leave_alone(service.id, f"is in another resource group than {cluster.key}'s other service")
            else:
                chosen[role] = service
    return ClusterServices(cluster, chosen)


def _services_on(frontends: Iterable[FoundFrontend], services: Iterable[FoundService]) -> list[FoundService]:
    """Return the services on the frontends, in the order of the frontends."""
    by_frontend = {id.lower(): service for service in services for id in service.frontend_ids}
    return [by_frontend[frontend.id.lower()] for frontend in frontends if frontend.id.lower() in by_frontend]
