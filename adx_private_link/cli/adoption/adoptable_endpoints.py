"""Adoptable endpoints: the private endpoints in Azure that connect to the clusters' targets, those in use first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...naming.azure import endpoint_id
from ...settings import Role, Settings, Target
from .found_objects import FoundEndpoint, FoundZoneGroup
from .inventory import Inventory, PublishedCluster
from .services import ClusterServices
from .suggestions import Suggestions
from .zone_groups import find_obstacle


@dataclass(frozen=True)
class AdoptableEndpoint:
    """A private endpoint that connects to a target of the clusters."""

    in_azure: FoundEndpoint
    addresses: Mapping[Role, str]
    """Its addresses by role; none if it has none yet."""
    cluster: str
    target: Target
    zone_group: FoundZoneGroup | None = None
    """Its zone group, if it is an endpoint of a native cluster."""
    obstacle: str | None = None
    """Why the stack cannot import the zone group."""

    @property
    def connects_by_right(self) -> bool:
        """Whether Azure approved the connection at once, because the creator had the right on the target."""
        return bool(self.in_azure.automatic_connections)

    @property
    def is_of_native_cluster(self) -> bool:
        return self.target == "cluster"

    @property
    def imported_group(self) -> FoundZoneGroup | None:
        """The zone group that the stack can import."""
        return None if self.obstacle else self.zone_group

    @property
    def leaves_names(self) -> bool:
        """Whether its names stay with another team or tool: then its consumer has `dns: elsewhere`."""
        return self.is_of_native_cluster and self.imported_group is None

    @property
    def target_in_words(self) -> str:
        return self.cluster if self.is_of_native_cluster else f"{self.cluster}'s {self.target}"


def find_adoptable(
    services: Sequence[ClusterServices],
    settings: Settings,
    inventory: Inventory,
    deployed: frozenset[str],
    suggestions: Suggestions,
) -> list[AdoptableEndpoint]:
    """
    Find the endpoints that the stack can have, or has already (`deployed`, ids in lower case); those in use come first.

    Endpoints of native clusters that it cannot have are left alone, each with a reason.
    """
    published = _published_addresses(inventory)
    endpoints = sorted(
        _connected_endpoints(services, inventory), key=lambda endpoint: _rank(endpoint, published, deployed)
    )
    writers: dict[tuple[str, str], AdoptableEndpoint] = {}
    adoptable: list[AdoptableEndpoint] = []
    for endpoint in endpoints:
        is_known = endpoint.in_azure.id.lower() in deployed or _is_in_settings(endpoint, settings)
        reason = None if is_known else _reason_to_leave(endpoint, writers)
        if reason:
            suggestions.leave_alone(endpoint.in_azure.id, reason)
            continue
        adoptable.append(endpoint)
        for zone in _written_zones(endpoint):
            writers.setdefault((endpoint.cluster, zone), endpoint)
    return adoptable


def _connected_endpoints(services: Sequence[ClusterServices], inventory: Inventory) -> Iterator[AdoptableEndpoint]:
    for endpoint in inventory.endpoints:
        for cluster_services in services:
            cluster = cluster_services.cluster
            addresses = inventory.addresses.get(endpoint.id.lower(), {})
            if cluster.is_target_of(endpoint):
                yield _endpoint_of_native(endpoint, addresses, cluster, inventory.zone_groups.get(endpoint.id.lower()))
            elif role := cluster_services.role_of(endpoint.connection.target):
                yield AdoptableEndpoint(endpoint, addresses, cluster.key, role)


def _endpoint_of_native(
    endpoint: FoundEndpoint, addresses: Mapping[Role, str], cluster: PublishedCluster, group: FoundZoneGroup | None
) -> AdoptableEndpoint:
    obstacle = find_obstacle(cluster, group) if group else None
    return AdoptableEndpoint(endpoint, addresses, cluster.key, "cluster", group, obstacle)


def _published_addresses(inventory: Inventory) -> set[str]:
    """Return the addresses that records of the clusters' zones lead to."""
    return {address for zone in inventory.zones for record in zone.records for address in record.addresses}


def _rank(
    endpoint: AdoptableEndpoint, published: set[str], deployed: frozenset[str]
) -> tuple[bool, bool, bool, bool, str]:
    """Return a sort key that puts the stack's own endpoints first, then those in use, as far as records show it."""
    in_azure = endpoint.in_azure
    is_published = not published.isdisjoint(endpoint.addresses.values())
    is_approved = in_azure.connection.state == "Approved"
    id = in_azure.id.lower()
    return id not in deployed, in_azure.is_dead, not is_published, not is_approved, id


def _is_in_settings(endpoint: AdoptableEndpoint, settings: Settings) -> bool:
    """Return whether the settings ask for this very endpoint."""
    return any(
        endpoint.in_azure.resource_id.is_same(endpoint_id(settings, endpoint.cluster, consumer, endpoint.target))
        for consumer in settings.consumers_of(endpoint.cluster)
    )


def _reason_to_leave(endpoint: AdoptableEndpoint, writers: Mapping[tuple[str, str], AdoptableEndpoint]) -> str | None:
    """Return why an endpoint of a native cluster is left alone; None if it is not."""
    if not endpoint.is_of_native_cluster:
        return None
    state, cluster = endpoint.in_azure.connection.state, endpoint.cluster
    if endpoint.in_azure.is_dead:
        return f"is {state} on {cluster}, and Azure cannot restore the connection; delete the endpoint"
    if state != "Approved":
        return f"is {state} on {cluster}; approve the connection, then run `adopt` again"
    if endpoint.in_azure.ip_configurations:
        return f"has static addresses, and an endpoint of {cluster} gets more addresses when {cluster} grows"
    for zone in _written_zones(endpoint):
        if other := writers.get((cluster, zone)):
            return (
                f"writes the same records of {cluster} as {other.in_azure.resource_id.name} into one zone "
                f"({zone.rsplit('/', 1)[-1]}); keep one endpoint, and link the other network to the zone"
            )
    return None


def _written_zones(endpoint: AdoptableEndpoint) -> list[str]:
    """Return the ids, in lower case, of the zones into which Azure writes the records of an endpoint."""
    return [id.key for id in endpoint.zone_group.zones.values()] if endpoint.zone_group else []
