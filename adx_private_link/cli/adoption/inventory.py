"""Inventory of an adoption: the clusters, and the existing objects that give private access to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...settings import HandedRecord, Role
from .found_objects import FoundEndpoint, FoundFrontend, FoundService, FoundZone


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
    """The frontends that a role's service can use; the default one comes first."""


@dataclass(frozen=True)
class Inventory:
    """The clusters, and all objects of their private access in the searched subscriptions."""

    clusters: tuple[PublishedCluster, ...]
    services: tuple[FoundService, ...]
    endpoints: tuple[FoundEndpoint, ...]
    addresses: Mapping[str, str]
    """The address of each endpoint, by the endpoint's id in lower case."""
    zones: tuple[FoundZone, ...]
    zone_groups: Mapping[str, tuple[str, ...]]
    """The ids of each endpoint's zone groups, by the endpoint's id in lower case."""
    subscriptions: frozenset[str]
    """The subscriptions that were searched for endpoints and zones."""

    def address(self, endpoint: FoundEndpoint) -> str:
        """Return the address of an endpoint; an empty text if it has none yet."""
        return self.addresses.get(endpoint.id.lower(), "")
