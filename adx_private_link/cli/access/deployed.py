"""The access of consumers according to the stack's outputs, as of its last `pulumi up`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from ...outputs import ClusterOutput, EndpointOutput

APPROVED = "Approved"
UNKNOWN = "Unknown"
"""The state of a connection on a target that the stack does not see."""


class HostAccess(BaseModel):
    """A host name that a consumer's clients reach through a private endpoint."""

    consumer: str
    cluster: str
    target: str
    role: str | None
    """What the host name is for: `engine`, `ingestion` or `storage`; None for an endpoint that publishes nothing."""
    host: str | None
    """None for an endpoint that publishes nothing, because its connection waits or is cut off."""
    addresses: list[str]
    connection: str
    """The state of the endpoint's connection, as Azure spells it."""
    idle: str | None = None
    """Why the endpoint publishes nothing, if nothing is wrong: `prepared`, `left` or `public`."""
    zone_group: str | None
    """The id of the zone group by which Azure writes the records; None where others write them."""

    @property
    def name(self) -> str:
        """The host name, or the cluster and the target of an endpoint that publishes nothing."""
        return self.host or f"{self.cluster} ({', '.join(filter(None, [self.target, self.idle]))})"


class ManagedAccess(BaseModel):
    """A managed private endpoint, by which a cluster itself reaches one of its sources of data."""

    cluster: str
    key: str
    target: str
    """The id of what it connects to."""
    group: str
    connection: str
    """The state of its connection on the target; Unknown where this stack does not see the target."""


class DeployedAccess(BaseModel):
    """The access of all consumers as of the last update, and that of clusters to their sources of data."""

    updated: str | None
    """The time of the stack's last update; None if it is not known."""
    hosts: list[HostAccess]
    managed_endpoints: list[ManagedAccess]


def deployed_access(clusters: Mapping[str, ClusterOutput], updated: str | None) -> DeployedAccess:
    """Return the access that the outputs of a stack describe."""
    hosts = sorted(_hosts_of(clusters), key=lambda host: (host.consumer, host.name, host.addresses, host.connection))
    return DeployedAccess(updated=updated, hosts=hosts, managed_endpoints=managed_access(clusters))


def managed_access(clusters: Mapping[str, ClusterOutput]) -> list[ManagedAccess]:
    """Return the managed private endpoints that the outputs of a stack describe."""
    return [
        ManagedAccess(
            cluster=cluster,
            key=key,
            target=managed.target,
            group=managed.group,
            connection=managed.connection_state,
        )
        for cluster, output in sorted(clusters.items())
        for key, managed in sorted(output.managed_endpoints.items())
    ]


def _hosts_of(clusters: Mapping[str, ClusterOutput]) -> Iterator[HostAccess]:
    for cluster, output in clusters.items():
        for consumer, targets in output.endpoints.items():
            for target, endpoint in targets.items():
                for host, addresses in (endpoint.hosts or {None: list[str]()}).items():
                    yield HostAccess(
                        consumer=consumer,
                        cluster=cluster,
                        target=target,
                        role=role_of(target, host, endpoint),
                        host=host,
                        addresses=addresses,
                        connection=endpoint.connection_state,
                        idle=endpoint.idle,
                        zone_group=endpoint.zone_group,
                    )


def role_of(target: str, host: str | None, endpoint: EndpointOutput) -> str | None:
    """Return what a host name is for; in outputs of older versions, the target says it."""
    if host is None:
        return None
    return endpoint.names[host].role if host in endpoint.names else target
