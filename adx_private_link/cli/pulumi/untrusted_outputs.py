"""
The rules for the output `clusters` in a file, which comes from outside.

Its records are published: `dns export` writes them for a company's own DNS server, where a wrong name or address
affects every client. A file with a name or an address that no stack has is rejected.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network

from ...kusto_hosts import KustoHost, StorageHost
from ...outputs import ClusterOutput, EndpointOutput
from ...resource_ids import EndpointId, ZoneGroupId
from ...settings import ROLES

IMPOSSIBLE = {
    IPv4Network("0.0.0.0/8"): "unspecified",
    IPv4Network("127.0.0.0/8"): "a loopback address",
    IPv4Network("168.63.129.16/32"): "Azure's own DNS server",
    IPv4Network("169.254.0.0/16"): "a link-local address",
    IPv4Network("224.0.0.0/4"): "a multicast address",
    IPv4Network("255.255.255.255/32"): "the broadcast address",
    IPv4Network("240.0.0.0/4"): "a reserved address",
}
"""The networks that no private endpoint is in (MicrosoftDocs, virtual-networks-faq.md), with their kinds."""

_FROM_STACK = "if it is correct, read it from the stack that has this setting (`--stack`)"


def find_problems(clusters: Mapping[str, ClusterOutput]) -> list[str]:
    """Return all problems with the content of a file, a line for each."""
    problems: list[str] = []
    published_by: dict[tuple[str, str], str] = {}
    for key, cluster in clusters.items():
        for consumer, targets in cluster.endpoints.items():
            for target, endpoint in targets.items():
                path = f"{key}.endpoints.{consumer}.{target}"
                problems += _find_foreign_names(path, target, cluster, endpoint)
                problems += _find_contradictions(path, target, endpoint)
                problems += _find_impossible_addresses(path, endpoint)
                for host in endpoint.hosts:
                    # The clients of a consumer can reach only one endpoint by a name.
                    other = published_by.setdefault((consumer, host), path)
                    if other != path:
                        problems.append(f"{path}.hosts.{host}: is also published by {other}; remove one of the two")
    return problems


def _find_foreign_names(path: str, target: str, cluster: ClusterOutput, endpoint: EndpointOutput) -> Iterator[str]:
    """
    Report names outside of Azure Data Explorer.

    A stack may have them by its settings (`clusters.*.zone`), a file from outside may not. Only the endpoint of a
    native cluster serves storage accounts, in the cluster's own cloud.
    """
    for host in endpoint.hosts:
        known_host = _parse(host)
        if known_host is None or (isinstance(known_host, StorageHost) and target != "cluster"):
            yield f"{path}.hosts.{host}: is not a host name of an Azure Data Explorer cluster; {_FROM_STACK}"
        elif isinstance(known_host, KustoHost) and cluster.zone not in (None, known_host.zone):
            key = path.partition(".")[0]
            yield f"{key}.zone ({cluster.zone}): is not the zone of {host}, {known_host.zone}; {_FROM_STACK}"
    hosts = [_parse(host) for host in endpoint.hosts]
    clouds = {host.storage_domain for host in hosts if isinstance(host, KustoHost)}
    for host in hosts:
        if isinstance(host, StorageHost) and host.domain not in clouds:
            yield f"{path}.hosts.{host.name}: is not in the cloud of the cluster's own host names; {_FROM_STACK}"


def _find_contradictions(path: str, target: str, endpoint: EndpointOutput) -> Iterator[str]:
    """Report roles, zones and zone groups that do not follow from the host names and the endpoint."""
    for host, name in endpoint.names.items():
        known_host = _parse(host)
        if host not in endpoint.hosts:
            yield f"{path}.names.{host}: has no addresses in `hosts`; {_FROM_STACK}"
        elif known_host is not None:
            roles = _possible_roles(known_host, target)
            if name.role not in roles:
                yield f"{path}.names.{host}.role ({name.role}): is not {' or '.join(roles)}; {_FROM_STACK}"
            if name.zone != known_host.zone:
                yield f"{path}.names.{host}.zone ({name.zone}): is not {known_host.zone}; {_FROM_STACK}"
    if endpoint.names and (missing := [host for host in endpoint.hosts if host not in endpoint.names]):
        yield f"{path}.names: has no entry for {', '.join(missing)}; {_FROM_STACK}"
    if endpoint.zone_group:
        group, of_endpoint = ZoneGroupId.parse(endpoint.zone_group), EndpointId.parse(endpoint.id)
        owner = EndpointId.of(group.subscription, group.resource_group, group.names[0])
        if not owner.is_same(of_endpoint):
            yield f"{path}.zone_group ({group}): is not a zone group of {of_endpoint}; {_FROM_STACK}"


def _parse(host: str) -> KustoHost | StorageHost | None:
    return KustoHost.parse(host) or StorageHost.parse(host)


def _possible_roles(host: KustoHost | StorageHost, target: str) -> list[str]:
    """Return what a host name may be for."""
    if isinstance(host, StorageHost):
        return ["storage"]
    # The name of a cluster can begin with `ingest-`, too.
    roles = [role for role in ROLES if role == "engine" or host.label.startswith("ingest-")]
    return [role for role in roles if target == role or target not in ROLES] or [target]


def _find_impossible_addresses(path: str, endpoint: EndpointOutput) -> Iterator[str]:
    for host, addresses in endpoint.hosts.items():
        for address in addresses:
            parsed = IPv4Address(address)
            kind = next((kind for network, kind in IMPOSSIBLE.items() if parsed in network), None)
            if kind:
                yield f"{path}.hosts.{host} ({address}): is {kind}; write the endpoint's private address"
