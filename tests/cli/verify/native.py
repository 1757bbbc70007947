"""A native cluster on loopback: its outputs, and stand-ins for its hosts and those of its storage accounts."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from typing import Any

import trustme

from ..outputs import ACCOUNTS, ENGINE, INGESTION, ZONES, native_clusters
from .faults import WILDCARD
from .kusto import Cluster, cluster

BLOB, QUEUE, TABLE = (f"{ACCOUNTS[0]}.{service}.core.windows.net" for service in ("blob", "queue", "table"))
STORAGE = [host for host, (role, _) in ZONES.items() if role == "storage"]
NO_STORAGE_FAULTS = {"connection": None, "dns": None, "tcp": None, "tls": None}
"""The kinds of the faults of a storage host whose links all hold: it answers no ping."""


def on_loopback(outputs: dict[str, Any]) -> dict[str, Any]:
    """Return outputs whose addresses are on loopback."""
    return json.loads(json.dumps(outputs).replace("10.3.0.", "127.0.3."))


OUTPUTS = on_loopback(native_clusters())
HOSTS: dict[str, list[str]] = OUTPUTS["myadx"]["endpoints"]["analytics"]["cluster"]["hosts"]


def native_at(address: str) -> dict[str, Any]:
    """Return outputs of a native cluster whose own hosts are at an address, like those of an injected cluster."""
    outputs = on_loopback(native_clusters())
    outputs["myadx"]["endpoints"]["analytics"]["cluster"]["hosts"].update({ENGINE: [address], INGESTION: [address]})
    return outputs


def without(*hosts: str) -> dict[str, Any]:
    """Return the outputs without some host names."""
    outputs = on_loopback(native_clusters())
    endpoint = outputs["myadx"]["endpoints"]["analytics"]["cluster"]
    for host in hosts:
        del endpoint["hosts"][host], endpoint["names"][host]
    return outputs


@contextmanager
def native_cluster(authority: trustme.CA, **certificates: str) -> Generator[dict[str, Cluster]]:
    """
    Run a stand-in for each host, at its address and with the certificate of its domain; all have one port.

    Args:
        authority: The issuer of the certificates.
        certificates: Names of other certificates, by service.
    """
    running: dict[str, Cluster] = {}
    with ExitStack() as servers:
        port = 0
        for host, [address] in HOSTS.items():
            service = host.split(".")[1]
            role, _ = ZONES[host]
            if role == "storage":
                # Storage rejects requests without a login.
                name = certificates.get(service, f"*.{service}.core.windows.net")
                server = cluster(authority, name, address=address, port=port, status=403, body="AuthenticationFailed")
            else:
                server = cluster(authority, WILDCARD, address=address, port=port)
            running[host] = servers.enter_context(server)
            port = running[ENGINE].port
        yield running
