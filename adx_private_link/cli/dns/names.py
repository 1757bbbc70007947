"""The host names that a consumer's clients reach through private endpoints, with their addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...naming.hosts import default_zone
from ...outputs import ClusterOutput
from ..errors import ArgumentError, CommandError


@dataclass(frozen=True)
class PublishedHost:
    """A host name that a consumer's clients reach through a private endpoint."""

    cluster: str
    role: str
    host: str
    zone: str
    """The private DNS zone of its record."""
    addresses: tuple[str, ...]
    connection_state: str

    @property
    def private_name(self) -> str:
        """
        The name of which the host name is an alias in public DNS: `myadx.privatelink.westus.kusto.windows.net`.

        Azure creates the alias for every cluster that is injected in a network (MicrosoftDocs,
        vnet-create-private-endpoint.md, "DNS configuration for your Private Endpoint").
        """
        return f"{self.host.partition('.')[0]}.{self.zone}"

    @property
    def domain(self) -> str:
        """The public zone of the host name."""
        return self.host.partition(".")[2]


@dataclass(frozen=True)
class UnpublishedEndpoint:
    """A private endpoint that publishes nothing."""

    cluster: str
    role: str
    connection_state: str


@dataclass(frozen=True)
class ConsumerNames:
    """The host names that a stack publishes for one consumer, and the endpoints that publish nothing, sorted."""

    consumer: str
    published: tuple[PublishedHost, ...]
    unpublished: tuple[UnpublishedEndpoint, ...]


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
    for key, cluster in clusters.items():
        for role, endpoint in cluster.endpoints.get(chosen, {}).items():
            state = endpoint.connection_state
            if not endpoint.hosts:
                unpublished.append(UnpublishedEndpoint(key, role, state))
            for host, addresses in endpoint.hosts.items():
                zone = cluster.zone or default_zone(host)
                published.append(PublishedHost(key, role, host, zone, tuple(sorted(addresses)), state))
    return ConsumerNames(
        chosen,
        tuple(sorted(published, key=lambda host: host.host)),
        tuple(sorted(unpublished, key=lambda endpoint: (endpoint.cluster, endpoint.role))),
    )
