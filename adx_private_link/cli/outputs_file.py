"""
What a file of outputs says that no stack does: such a file comes from elsewhere, and its records are published.

`dns export` writes them into a company's own DNS server, where a wrong name or address affects every client.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network

from ..kusto_hosts import KustoHost
from ..outputs import ClusterOutput, EndpointOutput

IMPOSSIBLE = {
    IPv4Network("0.0.0.0/8"): "unspecified",
    IPv4Network("127.0.0.0/8"): "a loopback address",
    IPv4Network("168.63.129.16/32"): "Azure's own DNS server",
    IPv4Network("169.254.0.0/16"): "a link-local address",
    IPv4Network("224.0.0.0/4"): "a multicast address",
    IPv4Network("255.255.255.255/32"): "the broadcast address",
    IPv4Network("240.0.0.0/4"): "a reserved address",
}
"""Addresses that no virtual network has (MicrosoftDocs, virtual-networks-faq.md), and those that no host has."""

_FROM_STACK = "if that is meant, read it from the stack that has this setting (`--stack`)"


def problems_of_file(clusters: Mapping[str, ClusterOutput]) -> list[str]:
    """Everything that is wrong with the content of a file, a line each."""
    problems: list[str] = []
    published_by: dict[tuple[str, str], str] = {}
    for key, cluster in clusters.items():
        for consumer, targets in cluster.endpoints.items():
            for target, endpoint in targets.items():
                place = f"{key}.endpoints.{consumer}.{target}"
                problems += _foreign_names(place, cluster, endpoint)
                problems += _impossible_addresses(place, endpoint)
                for host in endpoint.hosts:
                    # The clients of one consumer can reach only one endpoint by a name.
                    other = published_by.setdefault((consumer, host), place)
                    if other != place:
                        problems.append(f"{place}.hosts.{host}: is also published by {other}; remove one of the two")
    return problems


def _foreign_names(place: str, cluster: ClusterOutput, endpoint: EndpointOutput) -> Iterator[str]:
    """
    Names outside of Azure Data Explorer.

    A stack may have them by its own settings (`clusters.*.zone`), a file from elsewhere may not.
    """
    for host in endpoint.hosts:
        known = KustoHost.parse(host)
        if known is None:
            yield f"{place}.hosts.{host}: is no host name of an Azure Data Explorer cluster; {_FROM_STACK}"
        elif cluster.zone not in (None, known.zone):
            key = place.partition(".")[0]
            yield f"{key}.zone ({cluster.zone}): is not the zone of {host}, {known.zone}; {_FROM_STACK}"


def _impossible_addresses(place: str, endpoint: EndpointOutput) -> Iterator[str]:
    for host, addresses in endpoint.hosts.items():
        for address in addresses:
            kind = next((kind for network, kind in IMPOSSIBLE.items() if IPv4Address(address) in network), None)
            if kind:
                yield f"{place}.hosts.{host} ({address}): is {kind}; a private endpoint has an address of its subnet"
