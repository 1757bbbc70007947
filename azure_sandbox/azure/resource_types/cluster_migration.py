"""The load balancers of an injected Kusto cluster, when it leaves its virtual network and when it returns."""

from __future__ import annotations

from ...rules import OWN_CHOICE, Rule
from .. import switches
from ..bodies import Json, properties, read_objects
from ..errors import OperationFailed, Rejection
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager
from ..store import Stored
from ..type_names import LOAD_BALANCERS, PRIVATE_LINK_SERVICES
from .private_link_services import PrivateLinkService

_MIGRATION = "MicrosoftDocs/dataexplorer-docs, data-explorer/security-network-migrate-vnet-to-private-endpoint.md"

BALANCERS_LEFT = Rule(
    says="A cluster that leaves its virtual network gets other engine and ingestion services, in a network of Azure's. "
    "Its load balancers are deleted",
    source=f"{_MIGRATION} (other services); that the load balancers are deleted, and a private link service on one, "
    f"see `switch flip-with-service`, are an {OWN_CHOICE}",
)
BALANCERS_RETURNED = Rule(
    says="A cluster that returns to its virtual network gets new load balancers with new frontends, in its resource "
    "group. One with a private link service, which stayed, keeps the public address",
    source=OWN_CHOICE,
)
BALANCER_IN_USE = Rejection(
    says="A cluster does not leave its virtual network while a private link service is on one of its load balancers "
    "(`switch flip-with-service refuse`): the operation fails",
    source="MicrosoftDocs/SupportArticles-docs, support/azure/azure-kubernetes (error codes of failed deletions); that "
    f"the cause is also the error of the cluster is an {OWN_CHOICE}",
    status=200,
    code="CannotDeleteLoadBalancerWithPrivateLinkService",
    message="Cannot delete load balancer {balancer} since it is referenced by private link service {service}. Please "
    "delete private link service prior to deleting load balancer.",
)

# The prefixes of the names of load balancers, and the public addresses of their frontends.
_PREFIXES = {"kucompute": "enginePublicIpId", "kudatamgmt": "dataManagementPublicIpId"}
_FRONTENDS = "loadBalancerFrontendIpConfigurations"


def leave(arm: ResourceManager, cluster: ResourceId, network: Json) -> None:
    """Do what happens to the load balancers of a cluster that leaves its network."""
    balancers = _find_balancers(arm, cluster, network)
    published = {balancer.id: services for balancer in balancers if (services := _services_on(arm, balancer))}
    choice = switches.FLIP_WITH_SERVICE.read(arm.store)
    if published and choice == "refuse":
        balancer, services = next(iter(published.items()))
        error = BALANCER_IN_USE(balancer=balancer, service=services[0].id)
        raise OperationFailed(error.status, error.code, error.message)
    if choice == "detach":
        for services in published.values():
            for service in services:
                _detach(arm, service)
    for balancer in balancers:
        if choice == "detach" or balancer.id not in published:
            arm.delete(ResourceId.parse(balancer.id))


def enter(arm: ResourceManager, cluster: ResourceId, network: Json, location: str) -> None:
    """Create the load balancers of a cluster that returns to its network."""
    for prefix, address in _PREFIXES.items():
        orphans = arm.store.referrers(network[address], LOAD_BALANCERS)
        if not any(_services_on(arm, balancer) for balancer in orphans):
            _create(arm, _balancer_id(cluster, prefix, "elb"), location, {"publicIPAddress": {"id": network[address]}})
        _create(arm, _balancer_id(cluster, prefix, "ilb"), location, {"subnet": {"id": network["subnetId"]}})


def _create(arm: ResourceManager, id: ResourceId, location: str, link: Json) -> None:
    if arm.store.get(id.key) is None:
        frontends = [{"name": id.name, "properties": link}]
        sku = {"name": "Standard"}
        arm.put(id, {"location": location, "sku": sku, "properties": {"frontendIPConfigurations": frontends}})


def _find_balancers(arm: ResourceManager, cluster: ResourceId, network: Json) -> list[Stored]:
    """The load balancers of a cluster: those with its names, and those with its public addresses."""
    named = [
        stored
        for prefix in _PREFIXES
        for kind in ("elb", "ilb")
        if (stored := arm.store.get(_balancer_id(cluster, prefix, kind).key))
    ]
    public = [
        stored for address in _PREFIXES.values() for stored in arm.store.referrers(network[address], LOAD_BALANCERS)
    ]
    return list({stored.id.lower(): stored for stored in [*named, *public]}.values())


def _balancer_id(cluster: ResourceId, prefix: str, kind: str) -> ResourceId:
    return cluster.sibling(LOAD_BALANCERS, f"{prefix}-{cluster.name}-{kind}")


def _services_on(arm: ResourceManager, balancer: Stored) -> list[Stored]:
    return [
        service
        for frontend in read_objects(balancer.body, "frontendIPConfigurations")
        for service in arm.store.referrers(frontend["id"], PRIVATE_LINK_SERVICES)
    ]


def _detach(arm: ResourceManager, service: Stored) -> None:
    """Take the frontend from a private link service, which no client can do."""
    body: Json = {**service.body, "properties": {**properties(service.body), _FRONTENDS: []}}
    arm.store.put(service.id, service.type, body, PrivateLinkService().referenced_ids(body))
