"""Which frontend of which load balancer a private link service publishes."""

from __future__ import annotations

from ..facts.records import ClusterFacts, FrontendFacts, LoadBalancerFacts, Unreadable
from ..resource_ids import FrontendId, PublicAddressId
from ..settings import Role, ServiceSettings
from .planning import Planning


def find_frontend(planning: Planning, cluster: str, role: Role, facts: ClusterFacts) -> FrontendId | None:
    """Find the frontend of a cluster's role; None where there is none, and the reason is reported."""
    settings, path = planning.settings.clusters[cluster], f"clusters.{cluster}.services.{role}"
    if settings.described and settings.described.services:
        return settings.described.services[role].frontend_id
    service, balancer = settings.service(role), planning.facts.load_balancer(cluster, role)
    if isinstance(balancer, Unreadable):
        value = str(service.load_balancer) if service.load_balancer else None
        planning.report_unreadable(f"{path}.load_balancer", balancer, f"the load balancer of the {role} service", value)
        return None
    _check_load_balancer(planning, f"{path}.load_balancer", balancer, facts)
    frontend = _matching_frontend(service, balancer, facts.public_ip_ids.get(role))
    if frontend is None:
        names = ", ".join(other.name for other in balancer.frontends) or "none"
        problem = (
            "is not a frontend of"
            if service.frontend
            else f"cannot be derived: no frontend has the cluster's {role} address on"
        )
        planning.report(
            f"{path}.frontend", f"{problem} {balancer.id}", f"write one of its frontends: {names}", service.frontend
        )
        return None
    return frontend.id


def _check_load_balancer(planning: Planning, path: str, balancer: LoadBalancerFacts, facts: ClusterFacts) -> None:
    if balancer.sku != "Standard":
        planning.report(
            path,
            f"is a load balancer of SKU {balancer.sku}; a private link service needs a Standard one",
            "write the name or id of a Standard load balancer of the cluster",
            str(balancer.id),
        )
    if balancer.location != facts.location:
        planning.report(
            path,
            f"is in {balancer.location}, the cluster in {facts.location}; Azure requires both in one region",
            "use the cluster's own load balancer",
            str(balancer.id),
        )


def _matching_frontend(
    service: ServiceSettings, balancer: LoadBalancerFacts, public_ip: PublicAddressId | None
) -> FrontendFacts | None:
    if service.frontend is not None:
        name = service.frontend.lower()
        return next((frontend for frontend in balancer.frontends if frontend.name.lower() == name), None)
    for frontend in balancer.frontends:
        if public_ip and public_ip.is_same(frontend.public_ip_id):
            return frontend
    # An internal load balancer has no public address to go by; a single frontend leaves no doubt.
    if len(balancer.frontends) == 1 and balancer.frontends[0].public_ip_id is None:
        return balancer.frontends[0]
    return None
