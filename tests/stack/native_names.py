"""What every network must find behind the names of native clusters: the addresses in the stack's outputs."""

from __future__ import annotations

from azure_sandbox.testing import Stack

from .worlds import BLUE_NETWORK, RED_NETWORK

MEMBERS = 8
"""The names of a native cluster: engine, ingestion, and three of each of its two storage accounts."""

_NETWORKS = {"red": RED_NETWORK, "blue": BLUE_NETWORK}


def hosts_of(stack: Stack, cluster: str, consumer: str) -> dict[str, list[str]]:
    """Return the addresses of each host of a native cluster, from the outputs."""
    return stack.outputs()["clusters"][cluster]["endpoints"][consumer]["cluster"]["hosts"]


def assert_private(stack: Stack, cluster: str, consumer: str, names: int = MEMBERS) -> None:
    """Check that clients of a consumer's network get the private address for every name of a native cluster."""
    hosts = hosts_of(stack, cluster, consumer)
    assert len(hosts) == names
    answers = {host: stack.resolve(_NETWORKS[consumer], host)[1:] for host in hosts}
    assert answers == hosts


def assert_public(stack: Stack, network: str, *hosts: str) -> None:
    """Check that clients of a network get a public address for each of these names."""
    for host in hosts:
        *_, address = stack.resolve(network, host)
        assert not address.startswith("10."), (host, address)
