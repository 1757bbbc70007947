"""What the identity on the consumers' side needs: for private endpoints and their zone groups."""

from __future__ import annotations

from collections.abc import Iterator

from .. import azure_actions as actions
from ..azure_actions import Action
from ..facts.expected import NO_SUBSCRIPTION
from ..settings import Settings
from ..topology.records import ClusterConnection, ClusterNode, EndpointNode, ServiceById, Topology
from .existing_zones import possible_groups
from .records import Need, Site, group_of

_OF_ENDPOINT = (actions.READ_ENDPOINT, actions.WRITE_ENDPOINT, actions.DELETE_ENDPOINT)
_OF_ZONE_GROUP = (actions.READ_ZONE_GROUP, actions.WRITE_ZONE_GROUP, actions.DELETE_ZONE_GROUP)


def consumer_needs(settings: Settings, topology: Topology) -> Iterator[Need]:
    """Yield what deploying the consumers' side needs."""
    for cluster in topology.clusters.values():
        for endpoint in cluster.endpoints:
            yield from _of_endpoint(endpoint)
            yield from _of_zone_group(settings, topology, endpoint)
            yield from _of_target(cluster, endpoint)


def _of_endpoint(endpoint: EndpointNode) -> Iterator[Need]:
    is_native = isinstance(endpoint.connects_to, ClusterConnection)
    for action in _OF_ENDPOINT:
        yield _need(str(endpoint.place), action)
    if is_native or endpoint.address is None:
        yield _need(str(endpoint.place), actions.READ_INTERFACE)
    for action in (actions.READ_NETWORK, actions.JOIN_SUBNET):
        yield _need(group_of(endpoint.subnet_id), action, "networks")
    for group in endpoint.application_security_groups:
        yield _need(group_of(group), actions.JOIN_SECURITY_GROUP, "networks")


def _of_zone_group(settings: Settings, topology: Topology, endpoint: EndpointNode) -> Iterator[Need]:
    if endpoint.zone_group is None:
        return
    for action in _OF_ZONE_GROUP:
        yield _need(str(endpoint.place), action)
    for config in endpoint.zone_group.configs:
        for group in possible_groups(settings, endpoint.consumer, topology.zones[config.zone]):
            yield _need(group, actions.JOIN_ZONE, "zones")


def _of_target(cluster: ClusterNode, endpoint: EndpointNode) -> Iterator[Need]:
    """Azure approves a connection by the rights of the caller, if there is no message to the target's owner."""
    if endpoint.request_message is not None:
        return
    match endpoint.connects_to:
        case ClusterConnection(id) if id.subscription != NO_SUBSCRIPTION:
            yield _need(group_of(id), actions.APPROVE_ON_CLUSTER, "targets")
        case ServiceById(target):
            yield _need(str(cluster.services[target].place), actions.APPROVE_ON_SERVICE, "targets")
        case _:
            pass


def _need(scope: str, action: Action, site: Site = "own") -> Need:
    return Need("deploy-consumer", site, scope, action)
