"""
Settings by which a DNS server forwards the clusters' domains to another server.

The public domain is forwarded, not `privatelink.…`: the server that answers for a host name follows its alias into the
zone that this server sees (Azure, "Azure Private Endpoint DNS configuration": on-premises workloads using a DNS
forwarder).

The public domains of storage accounts, such as `blob.core.windows.net`, belong to the accounts of all of Azure's users.
So a native cluster's storage names are forwarded one by one, and whole domains only on request.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from ..errors import ArgumentError
from .names import ConsumerNames
from .records import SNAPSHOT, WINDOWS_HEADER, join_lines
from .resolver import Nameserver

_ALL_STORAGE = (
    "The names of all storage accounts of Azure, those of others too, depend on {server}: it must resolve every one of "
    "them, and without it none resolves."
)


@dataclass(frozen=True)
class Forwarding:
    """The domains to forward for a consumer, and the server to which they are forwarded."""

    consumer: str
    domains: Sequence[str]
    server: Nameserver
    note: str | None
    """What the administrator of the other server has to know."""

    @classmethod
    def of(cls, names: ConsumerNames, server: Nameserver, *, storage_domains: bool) -> Self:
        """Return the forwarding of a consumer's names: of storage names one by one, or of their whole domains."""
        domains: set[str] = set()
        for published in names.published:
            if published.is_storage and not storage_domains:
                # A server that follows the alias itself asks for the private name, which is in another domain.
                domains |= {published.host, published.private_name}
            else:
                domains.add(published.domain)
        note = None
        if names.has_storage:
            note = _ALL_STORAGE.format(server=server) if storage_domains else SNAPSHOT
        return cls(names.consumer, sorted(domains), server, note)

    def format(self, lines: Iterable[str]) -> str:
        """Format the lines of a configuration, after the note."""
        return join_lines([*([f"# {self.note}"] if self.note else []), *lines])


def _bind(to: Forwarding) -> str:
    forwarders = f"forwarders {{ {to.server.address} port {to.server.port}; }};"
    return to.format(f'zone "{domain}" {{ type forward; forward only; {forwarders} }};' for domain in to.domains)


def _dnsmasq(to: Forwarding) -> str:
    """With `stop-dns-rebind`, dnsmasq drops private addresses that come from another server."""
    return to.format(
        line
        for domain in to.domains
        for line in (f"server=/{domain}/{to.server.address}#{to.server.port}", f"rebind-domain-ok=/{domain}/")
    )


def _unbound(to: Forwarding) -> str:
    """With `private-address`, Unbound drops private addresses that come from another server."""
    address = f"{to.server.address}@{to.server.port}"
    allowed = [f'    private-domain: "{domain}."' for domain in to.domains]
    zones = [
        line
        for domain in to.domains
        for line in ("forward-zone:", f'    name: "{domain}."', f"    forward-addr: {address}")
    ]
    return to.format(["server:", *allowed, *zones])


def _coredns(to: Forwarding) -> str:
    return to.format(
        line for domain in to.domains for line in (f"{domain} {{", f"    forward . {to.server}", "    cache", "}")
    )


def _windows(to: Forwarding) -> str:
    """Windows asks other servers at port 53 only."""
    if to.server.port != 53:
        raise ArgumentError("Windows forwards only to port 53.")
    domains = ", ".join(f"'{domain}'" for domain in to.domains)
    masters = f"-MasterServers {to.server.address}"
    return to.format(
        [
            *WINDOWS_HEADER,
            f"foreach ($domain in {domains}) {{",
            "    if (Get-DnsServerZone -Name $domain -ErrorAction SilentlyContinue) {",
            f"        Set-DnsServerConditionalForwarderZone -Name $domain {masters}",
            "    } else {",
            f"        Add-DnsServerConditionalForwarderZone -Name $domain {masters} @replicated",
            "    }",
            "}",
        ]
    )


def _json(to: Forwarding) -> str:
    return json.dumps({"consumer": to.consumer, "forward": to.domains, "to": str(to.server)}, indent=2) + "\n"


FORWARDING: Mapping[str, Callable[[Forwarding], str]] = {
    "bind": _bind,
    "coredns": _coredns,
    "dnsmasq": _dnsmasq,
    "json": _json,
    "unbound": _unbound,
    "windows": _windows,
}
"""The functions that write the settings of each format. A hosts file cannot forward."""
