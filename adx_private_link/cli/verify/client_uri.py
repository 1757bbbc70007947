"""The check of the URI in a client's connection string: its host must be the cluster's own full name."""

from __future__ import annotations

import re

from ...kusto_hosts import KustoHost
from ..dns.names import ConsumerNames, PublishedHost
from ..errors import ArgumentError
from .findings import Check, Fault, VerifiedHost

_URI = re.compile(r"(https://)?(?P<host>[a-z0-9.-]+)(:\d+)?(/.*)?")


def check_client_uri(uri: str, names: ConsumerNames) -> VerifiedHost | None:
    """
    Check a URI that clients of the consumer use; None if its host is a published one.

    Raises:
        ArgumentError: It belongs to no published cluster.
    """
    match = _URI.fullmatch(uri.lower())
    host = match["host"] if match else ""
    clusters = [published for published in names.published if not published.is_storage]
    if any(host == published.host for published in clusters):
        return None
    for published in clusters:
        if fault := _find_fault(host, published):
            check = Check("tls" if fault.kind == "privatelink-name" else "dns", fault.says, fault)
            return VerifiedHost(published.cluster, published.target, published.role, host, (), [check])
    expected = ", ".join(f"https://{published.host}" for published in clusters)
    raise ArgumentError(f"--uri: no cluster of {names.consumer} has the host {host!r}. Write one of these: {expected}.")


def _find_fault(host: str, published: PublishedHost) -> Fault | None:
    remedy = f"Write https://{published.host} in the connection string: it is the same name inside and outside."
    if host == published.private_name:
        # MicrosoftDocs, dataexplorer-docs, security-network-private-endpoint-troubleshoot.md
        says = "the URI has the private name, which the cluster's certificate does not cover"
        return Fault("privatelink-name", says, remedy)
    kusto_host = KustoHost.parse(published.host)
    if kusto_host and host == f"{kusto_host.label}.{kusto_host.region}":
        # microsoft/finops-toolkit, private-networking.md: Power BI gateways need the full name.
        return Fault("short-name", "the URI has a short name, which only some tools complete", remedy)
    return None
