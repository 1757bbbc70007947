"""The host names that a consumer's clients reach through private endpoints, with their addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...naming.hosts import default_zone, record_of
from ...outputs import ClusterOutput, EndpointOutput
from ..errors import ArgumentError, CommandError

STORAGE = "storage"
"""The role of the names of a native cluster's storage accounts."""
NATIVE = "cluster"
"""The target of endpoints of native clusters."""


@dataclass(frozen=True)
class PublishedHost:
    """A host name that a consumer's clients reach through a private endpoint."""

    cluster: str
    target: str
    """What its endpoint connects to: a service of an injected cluster, or a native cluster."""
    role: str
    """What the name is for: engine, ingestion, or storage of a native cluster."""
    host: str
    zone: str
    """The private DNS zone of its record."""
    addresses: tuple[str, ...]
    connection_state: str
    zone_group: str | None = None
    """The zone group whose records Azure writes; None where the stack has record sets, or no records."""

    @property
    def is_storage(self) -> bool:
        """Whether it is the name of a storage account of a native cluster."""
        return self.role == STORAGE

    @property
    def is_native(self) -> bool:
        """Whether its endpoint connects to a native cluster."""
        return self.target == NATIVE

    @property
    def private_name(self) -> str:
        """
        The name of which the host name is an alias in public DNS: `myadx.privatelink.westus.kusto.windows.net`.

        Azure creates the alias for every cluster and for its storage accounts (MicrosoftDocs,
        vnet-create-private-endpoint.md, "DNS configuration for your Private Endpoint"; dataexplorer-docs,
        security-network-private-endpoint-troubleshoot.md).
        """
        return f"{self.record}.{self.zone}"

    @property
    def record(self) -> str:
        """The name of its record in the zone; of a storage name, the account."""
        return record_of(self.host)

    @property
    def domain(self) -> str:
        """The public zone of the host name."""
        return self.host.partition(".")[2]


@dataclass(frozen=True)
class UnpublishedEndpoint:
    """A private endpoint that publishes nothing."""

    cluster: str
    target: str
    connection_state: str
    idle: str | None = None
    """Why, if nothing is wrong: `prepared`, `left` or `public`."""


@dataclass(frozen=True)
class ManagedEndpoint:
    """A managed private endpoint, by which a cluster itself reaches one of its sources of data."""

    cluster: str
    key: str
    target: str
    """The id of what it connects to."""
    connection_state: str


@dataclass(frozen=True)
class ConsumerNames:
    """
    The host names that a stack publishes for one consumer, and the endpoints that publish nothing, sorted.

    The managed private endpoints of its clusters are among them: without them, clusters reach no data.
    """

    consumer: str
    published: tuple[PublishedHost, ...]
    unpublished: tuple[UnpublishedEndpoint, ...]
    managed: tuple[ManagedEndpoint, ...] = ()

    @property
    def has_storage(self) -> bool:
        """Whether names of storage accounts are among them, which Azure adds and removes by itself."""
        return any(published.is_storage for published in self.published)


def names_of(consumer: str | None, clusters: Mapping[str, ClusterOutput]) -> ConsumerNames:
    """
    Return the names of one consumer: each consumer has addresses of its own.

    Raises:
        ArgumentError: The stack has no such consumer, or the argument is None and the stack has several.
        CommandError: The stack has no endpoints.
    """
    keys = sorted({key for cluster in clusters.values() for key in cluster.endpoints})
    if not keys:
        raise CommandError("The stack has no private endpoints.")
    if consumer is None and len(keys) > 1:
        raise ArgumentError(f"The stack has several consumers. Name one with --consumer: {', '.join(keys)}.")
    if consumer is not None and consumer not in keys:
        raise ArgumentError(f"The stack's outputs have no consumer {consumer!r}. They have: {', '.join(keys)}.")
    chosen = consumer or keys[0]
    published: list[PublishedHost] = []
    unpublished: list[UnpublishedEndpoint] = []
    managed: list[ManagedEndpoint] = []
    for key, cluster in clusters.items():
        if chosen in cluster.endpoints:
            managed += managed_endpoints_of(key, cluster)
        for target, endpoint in cluster.endpoints.get(chosen, {}).items():
            if not endpoint.hosts:
                unpublished.append(UnpublishedEndpoint(key, target, endpoint.connection_state, endpoint.idle))
            published += _published_hosts(key, cluster, target, endpoint)
    return ConsumerNames(
        chosen,
        tuple(sorted(published, key=lambda host: host.host)),
        tuple(sorted(unpublished, key=lambda endpoint: (endpoint.cluster, endpoint.target))),
        tuple(sorted(managed, key=lambda endpoint: (endpoint.cluster, endpoint.key))),
    )


def managed_endpoints_of(key: str, cluster: ClusterOutput) -> Iterator[ManagedEndpoint]:
    """Return the managed private endpoints of a cluster."""
    for name, managed in cluster.managed_endpoints.items():
        yield ManagedEndpoint(key, name, managed.target, managed.connection_state)


def _published_hosts(
    key: str, cluster: ClusterOutput, target: str, endpoint: EndpointOutput
) -> Iterator[PublishedHost]:
    for host, addresses in endpoint.hosts.items():
        # Older versions put out services only, whose targets are roles.
        name = endpoint.names.get(host)
        yield PublishedHost(
            key,
            target,
            name.role if name else target,
            host,
            name.zone if name else cluster.zone or default_zone(host),
            tuple(sorted(addresses)),
            endpoint.connection_state,
            endpoint.zone_group,
        )
