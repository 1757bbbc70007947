"""What the identities that change clusters need: for a migration, and for a lock-down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .. import azure_actions as actions
from ..settings import Settings
from ..topology.records import Topology
from .records import ClusterNetwork, Need, group_of, subscription_scope


def change_needs(settings: Settings, topology: Topology, networks: Mapping[str, ClusterNetwork]) -> Iterator[Need]:
    """Yield what changes of clusters need: one with a network can leave it and return, and each can be locked down."""
    for key, cluster in topology.clusters.items():
        if cluster.is_handed_over or cluster.id is None:
            continue
        for action in (actions.READ_CLUSTER, actions.WRITE_CLUSTER):
            yield Need("lock-down", "own", group_of(cluster.id), action)
        if cluster.services or key in networks:
            for action in (actions.READ_CLUSTER, actions.WRITE_CLUSTER, actions.READ_LOCK):
                yield Need("migration", "own", group_of(cluster.id), action)
            for service in cluster.services.values():
                yield Need("migration", "own", str(service.place), actions.READ_SERVICE)
            yield from _of_network(networks.get(key), subscription_scope(settings.clusters[key].home.subscription))


def _of_network(network: ClusterNetwork | None, subscription: str) -> Iterator[Need]:
    """The way out of the network names its subnet and addresses, and the way back joins them again."""
    subnet = group_of(network.subnet_id) if network else subscription
    for action in (actions.READ_SUBNET, actions.JOIN_SUBNET, actions.READ_LOCK):
        yield Need("migration", "networks", subnet, action)
    for scope in [group_of(address) for address in network.addresses] if network else [subscription]:
        for action in (actions.READ_ADDRESS, actions.JOIN_ADDRESS, actions.READ_LOCK):
            yield Need("migration", "networks", scope, action)
