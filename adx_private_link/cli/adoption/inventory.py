"""Inventory of an adoption: the clusters, and the existing objects that give private access to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...settings import HandedRecord, Role
from .found_objects import (
    FoundEndpoint,
    FoundFrontend,
    FoundService,
    FoundZone,
    FoundZoneGroup,
    TargetConnection,
)


@dataclass(frozen=True)
class PublishedCluster:
    """A cluster that the settings publish."""

    key: str
    resource_group: str
    zone_name: str
    records: Mapping[Role, Sequence[HandedRecord]]
    """The records that clients need in the zone."""
    subnet_id: str
    frontends: Mapping[Role, Sequence[FoundFrontend]]
    """The frontends that a role's service can use; the default one comes first. A native cluster has none."""
    native_id: str | None = None
    """The id of a native cluster, where it is known."""
    is_native: bool = False
    grouped_zones: Mapping[str, str] = field(default_factory=dict[str, str])
    """
    The names of the zones into which Azure writes the records of an endpoint of a native cluster, by their content.
    """
    connections: tuple[TargetConnection, ...] = ()
    """The connections of a native cluster."""

    def is_target_of(self, endpoint: FoundEndpoint) -> bool:
        """Return whether an endpoint connects to the cluster itself."""
        return bool(self.native_id) and endpoint.connection.target.lower() == str(self.native_id).lower()


@dataclass(frozen=True)
class Inventory:
    """The clusters, and all objects of their private access in the searched subscriptions."""

    clusters: tuple[PublishedCluster, ...]
    services: tuple[FoundService, ...]
    endpoints: tuple[FoundEndpoint, ...]
    addresses: Mapping[str, Mapping[Role, str]]
    """The addresses of each endpoint by role, by the endpoint's id in lower case; none if it has none yet."""
    zones: tuple[FoundZone, ...]
    zone_groups: Mapping[str, FoundZoneGroup]
    """The zone group of each endpoint that has one, by the endpoint's id in lower case."""
    subscriptions: frozenset[str]
    """The subscriptions that were searched for endpoints and zones."""

    def is_of_native_cluster(self, endpoint: FoundEndpoint) -> bool:
        """Return whether an endpoint connects to one of the native clusters."""
        return any(cluster.is_target_of(endpoint) for cluster in self.clusters)
