"""
Names of objects that the deployed resource has already, in any spelling.

Azure ids and names have no case, and Azure re-spells them by itself (hashicorp/terraform-provider-azurerm#23356,
#24808, MicrosoftDocs/azure-docs#36222). azure-native compares letters, and would replace a resource for a new
spelling of the same id. So where the planned id equals the deployed one without case, the spelling in the stack's state
stays (`ignore_changes`); the engine does not apply that to a resource that it replaces for another reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..facts.records import LinkFacts, ServiceFacts
from ..naming.accesses import Access
from ..resource_ids import LinkId, NetworkId, ResourceId
from ..settings import ConsumerSettings
from .planning import Planning
from .records import (
    ClusterConnection,
    ConnectsTo,
    EndpointNode,
    HandedAlias,
    NamedInEndpoint,
    NamedInService,
    ServiceAlias,
    ServiceById,
    ServiceNode,
)


def service_as_deployed(planning: Planning, cluster: str, node: ServiceNode) -> ServiceNode:
    """Return the node of a service, marked with what it shares with the service that is deployed."""
    deployed = planning.facts.service(node.id)
    if deployed is None:
        return node
    same: list[NamedInService] = []
    if node.frontend_id and node.frontend_id.is_same(deployed.frontend_id):
        same.append("frontend")
    if _is_respelt(node.visibility, deployed.visibility):
        same.append("visibility")
    if _is_respelt(node.auto_approval, deployed.auto_approval):
        same.append("auto_approval")
    in_subnet = node.nat_subnet_id.is_same(deployed.nat_subnet_id)
    if "frontend" in same and in_subnet and _is_former(node.id, planning.former_services.get((cluster, node.target))):
        same.append("name")
    addresses = min(len(node.nat_addresses), len(deployed.nat_addresses)) if in_subnet else 0
    return replace(node, as_deployed=tuple(same), deployed_addresses=addresses)


def named_as_deployed(
    planning: Planning, access: Access, consumer: ConsumerSettings, connects_to: ConnectsTo
) -> tuple[NamedInEndpoint, ...]:
    """Return which inputs of an endpoint name the same objects as those of the endpoint that is deployed."""
    deployed = planning.facts.endpoint(access.endpoint)
    if deployed is None:
        return ()
    same: list[NamedInEndpoint] = []
    if consumer.subnet_id.is_same(deployed.subnet_id):
        same.append("subnet")
    if _is_same_text(_connects_to(planning, connects_to, access), deployed.connects_to):
        same.append("target")
    former = planning.former_endpoints.get((access.cluster, access.consumer, access.target))
    if len(same) == 2 and _is_former(access.endpoint, former):
        same.append("name")
    interface_name = consumer.endpoint(access.cluster, access.target).interface_name
    if _is_same_text(interface_name, deployed.interface_name):
        same.append("interface_name")
    groups = [group.key for group in consumer.application_security_groups]
    if groups and groups == [group.key for group in deployed.application_security_groups]:
        same.append("application_security_groups")
    return tuple(same)


def is_replaced(planning: Planning, node: EndpointNode, access: Access) -> bool:
    """Return whether an update replaces the deployed endpoint, as far as that is known before."""
    deployed = planning.facts.endpoint(access.endpoint)
    if deployed is None:
        return False
    target = _connects_to(planning, node.connects_to, access)
    is_message_kept = deployed.request_message is None or "request_message" in node.keep
    is_interface_known = deployed.interface_name is not None
    return (
        (deployed.subnet_id is not None and not node.subnet_id.is_same(deployed.subnet_id))
        or (bool(target and deployed.connects_to) and not _is_same_text(target, deployed.connects_to))
        or (is_interface_known and (node.interface_name or "").lower() != (deployed.interface_name or "").lower())
        or (not is_message_kept and (node.request_message or "") != deployed.request_message)
    )


def deployed_network(planning: Planning, id: LinkId) -> NetworkId | None:
    """Return the network of the deployed link of this id."""
    deployed = planning.facts.links.get(id.key)
    return deployed.network_id if isinstance(deployed, LinkFacts) else None


def _connects_to(planning: Planning, connects_to: ConnectsTo, access: Access) -> str | None:
    """What an endpoint connects to, as far as it is known before the update."""
    match connects_to:
        case HandedAlias(alias):
            return alias
        case ClusterConnection(id):
            return str(id)
        case ServiceAlias():
            service = planning.target_facts(access.target_id)
            return service.alias if isinstance(service, ServiceFacts) else None
        case ServiceById():
            return str(access.target_id)


def _is_former(id: ResourceId, former: str | None) -> bool:
    """Whether an object is the one that the last update left, as far as that is known; names can be swapped."""
    return former in (None, id.key)


def _is_same_text(planned: str | None, deployed: str | None) -> bool:
    return bool(planned) and bool(deployed) and (planned or "").lower() == (deployed or "").lower()


def _is_respelt(planned: Sequence[str], deployed: Sequence[str]) -> bool:
    """Whether these are the same subscriptions in another spelling; equal spellings need no mark."""
    listed = sorted(deployed)
    return sorted(subscription.lower() for subscription in listed) == sorted(planned) != listed
