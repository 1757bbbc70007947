"""What the identity on a cluster's side needs: for services, and for approvals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .. import azure_actions as actions
from ..azure_actions import Action
from ..facts.expected import NO_SUBSCRIPTION
from ..settings import ClusterSettings, Settings, Target
from ..topology.records import ApprovalNode, ClusterNode, ServiceNode, Topology
from .records import ClusterNetwork, Need, Site, group_of, subscription_scope

_OF_SERVICE = (actions.READ_SERVICE, actions.WRITE_SERVICE, actions.DELETE_SERVICE)
OF_APPROVAL = (
    actions.READ_DEPLOYMENT,
    actions.WRITE_DEPLOYMENT,
    actions.DELETE_DEPLOYMENT,
    actions.READ_DEPLOYMENT_STATUS,
)
"""What any approval by this stack needs, beside the actions on its target."""
_OF_CLUSTER_APPROVAL = (*OF_APPROVAL, actions.WRITE_CLUSTER_CONNECTION)
_OF_SERVICE_APPROVAL = (*OF_APPROVAL, actions.WRITE_SERVICE_CONNECTION, actions.APPROVE_ON_SERVICE)
_OF_LOCK = (actions.READ_LOCK, actions.WRITE_LOCK, actions.DELETE_LOCK)


def service_needs(settings: Settings, topology: Topology, networks: Mapping[str, ClusterNetwork]) -> Iterator[Need]:
    """Yield what deploying the clusters' side needs; `networks` are those that are known, by cluster key."""
    for key, cluster in topology.clusters.items():
        if not cluster.is_handed_over:
            yield from _of_cluster(settings.clusters[key], cluster, networks.get(key))


def _of_cluster(settings: ClusterSettings, cluster: ClusterNode, network: ClusterNetwork | None) -> Iterator[Need]:
    approvals = list(_approvals(cluster))
    if not settings.described or any(target == "cluster" for target, _ in approvals):
        yield _need(group_of(settings.home), actions.READ_CLUSTER)
    for service in cluster.services.values():
        yield from _of_service(service, settings, network)
    for target, approval in approvals:
        for action in _OF_CLUSTER_APPROVAL if target == "cluster" else _OF_SERVICE_APPROVAL:
            yield _need(str(approval.place), action)


def _approvals(cluster: ClusterNode) -> Iterator[tuple[Target, ApprovalNode]]:
    for endpoint in cluster.endpoints:
        if endpoint.approval:
            yield endpoint.target, endpoint.approval
    for external in cluster.external_approvals:
        yield external.target, external.approval


def _of_service(service: ServiceNode, settings: ClusterSettings, network: ClusterNetwork | None) -> Iterator[Need]:
    for action in (*_OF_SERVICE, *(_OF_LOCK if service.lock else ())):
        yield _need(str(service.place), action)
    # A service that its cluster has left behind may have none.
    if service.frontend_id:
        yield _need(group_of(service.frontend_id), actions.JOIN_FRONTEND)
    subnet = _nat_subnet_scope(service, settings, network)
    yield _need(subnet, actions.JOIN_SUBNET, "networks")
    if service.frontend_id and not settings.described:
        yield _need(group_of(service.frontend_id), actions.READ_BALANCER)
    if not settings.described:
        yield _need(subnet, actions.READ_NETWORK, "networks")


def _nat_subnet_scope(service: ServiceNode, settings: ClusterSettings, network: ClusterNetwork | None) -> str:
    if service.nat_subnet_id.subscription != NO_SUBSCRIPTION:
        return group_of(service.nat_subnet_id)
    return group_of(network.subnet_id) if network else subscription_scope(settings.home.subscription)


def _need(scope: str, action: Action, site: Site = "own") -> Need:
    return Need("deploy-service", site, scope, action)
