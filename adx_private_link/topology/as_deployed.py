"""
What names the objects that a deployed resource already names, in whatever spelling.

Azure ids and names have no case, and Azure re-spells them by itself (hashicorp/terraform-provider-azurerm#23356,
#24808, MicrosoftDocs/azure-docs#36222). azure-native compares letters, and would replace a resource for a new
spelling of the same id. So where the planned id equals the deployed one without case, the spelling in the stack's state
stays (`ignore_changes`); the engine does not apply that to a resource that it replaces for another reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..facts.records import EndpointFacts, LinkFacts, ServiceFacts
from ..naming.accesses import Access
from ..resource_ids import EndpointId, LinkId, NetworkId, ServiceId
from .planning import Planning
from .records import EndpointNode, HandedAlias, NamedInEndpoint, NamedInService, ServiceAlias, ServiceById, ServiceNode


def service_as_deployed(planning: Planning, key: str, node: ServiceNode, id: ServiceId) -> ServiceNode:
    """The node of a service, marked with what it shares with the service that is deployed."""
    deployed = planning.facts.services.get(id.key)
    if not isinstance(deployed, ServiceFacts):
        return node
    same: list[NamedInService] = []
    if _equal(node.frontend_id, deployed.frontend_id):
        same.append("frontend")
    if _respelt(node.visibility, deployed.visibility):
        same.append("visibility")
    if _respelt(node.auto_approval, deployed.auto_approval):
        same.append("auto_approval")
    in_subnet = _equal(node.nat_subnet_id, deployed.nat_subnet_id)
    if "frontend" in same and in_subnet and _is_former(id, planning.former_services.get((key, node.role))):
        same.append("name")
    addresses = min(len(node.nat_addresses), len(deployed.nat_addresses)) if in_subnet else 0
    return replace(node, as_deployed=tuple(same), deployed_addresses=addresses)


def endpoint_as_deployed(planning: Planning, node: EndpointNode, access: Access) -> EndpointNode:
    """The node of an endpoint, marked with what it shares with the endpoint that is deployed."""
    deployed = planning.facts.endpoints.get(access.endpoint.key)
    if not isinstance(deployed, EndpointFacts):
        return node
    same: list[NamedInEndpoint] = []
    if _equal(node.subnet_id, deployed.subnet_id):
        same.append("subnet")
    if _equal(_target(planning, node, access), deployed.target):
        same.append("target")
    former = planning.former_endpoints.get((access.cluster, access.consumer, access.role))
    if len(same) == 2 and _is_former(access.endpoint, former):
        same.append("name")
    if _equal(node.interface_name, deployed.interface_name):
        same.append("interface_name")
    if _all_equal(node.application_security_groups, deployed.application_security_groups):
        same.append("application_security_groups")
    return replace(node, as_deployed=tuple(same)) if same else node


def deployed_network(planning: Planning, id: LinkId) -> NetworkId | None:
    """The network of the deployed link of this name."""
    deployed = planning.facts.links.get(id.key)
    return NetworkId.parse(deployed.network_id) if isinstance(deployed, LinkFacts) and deployed.network_id else None


def _target(planning: Planning, node: EndpointNode, access: Access) -> str | None:
    """What an endpoint connects to, as far as it is known before the update."""
    if isinstance(node.target, HandedAlias):
        return node.target.alias
    service = planning.facts.services.get(access.service.key) if access.service else None
    if not isinstance(service, ServiceFacts):
        return None
    match node.target:
        case ServiceAlias():
            return service.alias
        case ServiceById():
            return service.id


def _is_former(id: ServiceId | EndpointId, former: str | None) -> bool:
    """Whether an object is the one that the last update left, as far as that is known; names can be swapped."""
    return former in (None, id.key)


def _equal(planned: str | None, deployed: str | None) -> bool:
    return bool(planned) and bool(deployed) and (planned or "").lower() == (deployed or "").lower()


def _respelt(planned: Sequence[str], deployed: Sequence[str]) -> bool:
    """Whether these are the same subscriptions in another spelling; equal spellings need no mark."""
    given = sorted(deployed)
    return sorted(each.lower() for each in given) == sorted(planned) != given


def _all_equal(planned: Sequence[str], deployed: Sequence[str]) -> bool:
    return bool(planned) and [each.lower() for each in planned] == [each.lower() for each in deployed]
