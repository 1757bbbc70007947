"""The situation before a lock-down: what the settings say, what Azure has, and who is connected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ...facts.cluster_access import AccessState
from ...resource_ids import ClusterId, EndpointId
from ...settings import AccessSetting, ClusterSettings, Settings
from ...topology.access_losses import find_losses
from ...topology.access_rules import AccessDifference, desired_access, find_access_differences, narrows
from ..access.deployed import APPROVED
from ..cluster_changes.connections import list_connections
from ..cluster_changes.live_cluster import LiveCluster, read_cluster
from ..errors import CommandError
from ..pulumi.config import parse_stack_settings, unknown_cluster


@dataclass(frozen=True)
class Situation:
    """A cluster before its lock-down."""

    stack: str
    key: str
    settings: Settings
    live: LiveCluster

    @property
    def cluster(self) -> ClusterSettings:
        return self.settings.clusters[self.key]

    @cached_property
    def access(self) -> AccessState:
        """Its access now."""
        return self.live.access

    @property
    def is_decided_elsewhere(self) -> bool:
        """Whether network security groups decide who reaches its public address, whatever the settings say."""
        return self.live.is_injected and self.cluster.public_access is not None

    @cached_property
    def desired(self) -> Mapping[AccessSetting, AccessState]:
        """The values that the settings ask for, by setting, as far as they can be applied."""
        desired = desired_access(self.cluster)
        return {name: state for name, state in desired.items() if name != "public_access" or not self.live.is_injected}

    @cached_property
    def differences(self) -> Mapping[AccessSetting, list[AccessDifference]]:
        """What differs from the settings, in the order in which it is applied."""
        found = find_access_differences(self.key, self.cluster, self.access, is_native=not self.live.is_injected)
        groups: dict[AccessSetting, list[AccessDifference]] = {}
        for difference in found:
            groups.setdefault(difference.setting, []).append(difference)
        return groups

    def narrows(self, setting: AccessSetting) -> bool:
        """Return whether a setting takes access away from anyone when it is applied."""
        return setting in self.differences and narrows(setting, self.desired[setting], self.access)

    def find_losses(self, setting: AccessSetting) -> list[str]:
        """Return who loses access when a setting is applied."""
        if not self.narrows(setting):
            return []
        losses = find_losses(setting, self.cluster)
        without_endpoint = self._without_endpoint if setting == "public_access" else []
        return [*losses, *(f"{consumer}, which has no approved private endpoint" for consumer in without_endpoint)]

    @property
    def _without_endpoint(self) -> list[str]:
        """The consumers that have no approved private endpoint, by the subscriptions of the endpoints."""
        approved = _approved_subscriptions(self.live)
        own, external = self.settings.consumers_of(self.key), self.settings.external_consumers_of(self.key)
        return [
            *(f"consumer {key}" for key in sorted(own) if own[key].subnet_id.subscription not in approved),
            *(f"external consumer {key}" for key in sorted(external) if external[key].subscription not in approved),
        ]


def read_situation(stack: str, cluster: str) -> Situation:
    """
    Read what the plan of a lock-down needs.

    Args:
        stack: The stack.
        cluster: The key or the id of the cluster.

    Raises:
        CommandError: The stack has no such cluster, or something cannot be read.
    """
    settings = parse_stack_settings(stack)
    key = _find_key(settings, cluster)
    if key is None:
        raise unknown_cluster(stack, settings, cluster)
    id = settings.clusters[key].id
    if id is None:
        raise CommandError(f"The settings of cluster {key} do not name its id, so it cannot be read.")
    return Situation(stack, key, settings, read_cluster(id))


def _find_key(settings: Settings, cluster: str) -> str | None:
    """Return the key of a cluster, by its key or id; None if the settings do not have it."""
    id = ClusterId.read(cluster)
    keys = (key for key, of in settings.clusters.items() if key == cluster or (id and of.id and of.id.key == id.key))
    return next(keys, None)


def _approved_subscriptions(live: LiveCluster) -> set[str]:
    approved = (connection for connection in list_connections(live.properties) if connection.state.status == APPROVED)
    return {id.subscription for connection in approved if (id := EndpointId.read(connection.endpoint.id))}
