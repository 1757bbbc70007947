"""What the identity on a cluster's side needs for managed private endpoints, and on their targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .. import azure_actions as actions
from ..azure_actions import Action
from ..resource_ids import (
    ClusterId,
    EventHubsNamespaceId,
    IotHubId,
    ResourceId,
    SqlServerId,
    StorageAccountId,
    VaultId,
)
from ..topology.records import ManagedEndpointNode, Topology
from .records import Need, Site, group_of
from .service_needs import OF_APPROVAL

_OF_MANAGED_ENDPOINT = (
    actions.READ_MANAGED_ENDPOINT,
    actions.WRITE_MANAGED_ENDPOINT,
    actions.DELETE_MANAGED_ENDPOINT,
)


@dataclass(frozen=True)
class _OfTarget:
    """What an approval needs on a kind of target."""

    read: Action
    write_connection: Action


_OF_TARGETS: Mapping[type[ResourceId], _OfTarget] = {
    StorageAccountId: _OfTarget(actions.READ_STORAGE, actions.WRITE_STORAGE_CONNECTION),
    EventHubsNamespaceId: _OfTarget(actions.READ_EVENT_HUBS, actions.WRITE_EVENT_HUBS_CONNECTION),
    IotHubId: _OfTarget(actions.READ_IOT_HUB, actions.WRITE_IOT_HUB_CONNECTION),
    VaultId: _OfTarget(actions.READ_VAULT, actions.WRITE_VAULT_CONNECTION),
    SqlServerId: _OfTarget(actions.READ_SQL, actions.WRITE_SQL_CONNECTION),
    ClusterId: _OfTarget(actions.READ_CLUSTER, actions.WRITE_CLUSTER_CONNECTION),
}


def source_needs(topology: Topology) -> Iterator[Need]:
    """Yield what deploying managed private endpoints needs, and approving their connections by this stack."""
    for cluster in topology.clusters.values():
        for managed in cluster.managed_endpoints:
            for action in _OF_MANAGED_ENDPOINT:
                yield _need(group_of(managed.id), action)
            if managed.approval:
                yield from _of_approval(managed)


def _of_approval(managed: ManagedEndpointNode) -> Iterator[Need]:
    of_target = _OF_TARGETS[type(managed.target)]
    for action in (of_target.read, of_target.write_connection, *OF_APPROVAL):
        yield _need(group_of(managed.target), action, "sources")


def _need(scope: str, action: Action, site: Site = "own") -> Need:
    return Need("deploy-service", site, scope, action)
