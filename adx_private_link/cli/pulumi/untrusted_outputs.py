"""
The rules for the output `clusters` in a file, which comes from outside.

Its records are published: `dns export` writes them for a company's own DNS server, where a wrong name or address
affects every client. A file with a name or an address that no stack has is rejected.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network

from ...kusto_hosts import KustoHost
from ...outputs import ClusterOutput, EndpointOutput

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
                problems += _find_foreign_names(path, cluster, endpoint)
                problems += _find_impossible_addresses(path, endpoint)
                for host in endpoint.hosts:
                    # The clients of a consumer can reach only one endpoint by a name.
                    other = published_by.setdefault((consumer, host), path)
                    if other != path:
                        problems.append(f"{path}.hosts.{host}: is also published by {other}; remove one of the two")
    return problems


def _find_foreign_names(path: str, cluster: ClusterOutput, endpoint: EndpointOutput) -> Iterator[str]:
    """
    Report names outside of Azure Data Explorer.

    A stack may have them by its settings (`clusters.*.zone`), a file from outside may not.
    """
    for host in endpoint.hosts:
        kusto_host = KustoHost.parse(host)
        if kusto_host is None:
            yield f"{path}.hosts.{host}: is not a host name of an Azure Data Explorer cluster; {_FROM_STACK}"
        elif cluster.zone not in (None, kusto_host.zone):
            key = path.partition(".")[0]
            yield f"{key}.zone ({cluster.zone}): is not the zone of {host}, {kusto_host.zone}; {_FROM_STACK}"


def _find_impossible_addresses(path: str, endpoint: EndpointOutput) -> Iterator[str]:
    for host, addresses in endpoint.hosts.items():
        for address in addresses:
            kind = next((kind for network, kind in IMPOSSIBLE.items() if IPv4Address(address) in network), None)
            if kind:
                yield f"{path}.hosts.{host} ({address}): is {kind}; write the endpoint's private address"
