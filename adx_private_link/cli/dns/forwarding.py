"""
Settings by which a DNS server forwards the clusters' domains to another server.

The public domain is forwarded, not `privatelink.…`: the server that answers for a host name follows its alias into the
zone that this server sees (Azure, "Azure Private Endpoint DNS configuration": on-premises workloads using a DNS
forwarder).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from ..errors import ArgumentError
from .names import ConsumerNames
from .records import WINDOWS_HEADER, join_lines
from .resolver import Nameserver


def _bind(names: ConsumerNames, server: Nameserver) -> str:
    return join_lines(
        f'zone "{domain}" {{ type forward; forward only; forwarders {{ {server.address} port {server.port}; }}; }};'
        for domain in _domains(names)
    )


def _dnsmasq(names: ConsumerNames, server: Nameserver) -> str:
    """With `stop-dns-rebind`, dnsmasq drops private addresses that come from another server."""
    return join_lines(
        line
        for domain in _domains(names)
        for line in (f"server=/{domain}/{server.address}#{server.port}", f"rebind-domain-ok=/{domain}/")
    )


def _unbound(names: ConsumerNames, server: Nameserver) -> str:
    """With `private-address`, Unbound drops private addresses that come from another server."""
    allowed = [f'    private-domain: "{domain}."' for domain in _domains(names)]
    zones = [
        line
        for domain in _domains(names)
        for line in ("forward-zone:", f'    name: "{domain}."', f"    forward-addr: {server.address}@{server.port}")
    ]
    return join_lines(["server:", *allowed, *zones])


def _coredns(names: ConsumerNames, server: Nameserver) -> str:
    return join_lines(
        line for domain in _domains(names) for line in (f"{domain} {{", f"    forward . {server}", "    cache", "}")
    )


def _windows(names: ConsumerNames, server: Nameserver) -> str:
    """Windows asks other servers at port 53 only."""
    if server.port != 53:
        raise ArgumentError("Windows forwards only to port 53.")
    domains = ", ".join(f"'{domain}'" for domain in _domains(names))
    return join_lines(
        [
            *WINDOWS_HEADER,
            f"foreach ($domain in {domains}) {{",
            "    if (Get-DnsServerZone -Name $domain -ErrorAction SilentlyContinue) {",
            f"        Set-DnsServerConditionalForwarderZone -Name $domain -MasterServers {server.address}",
            "    } else {",
            f"        Add-DnsServerConditionalForwarderZone -Name $domain -MasterServers {server.address} @replicated",
            "    }",
            "}",
        ]
    )


def _json(names: ConsumerNames, server: Nameserver) -> str:
    return (
        json.dumps({"consumer": names.consumer, "forward": list(_domains(names)), "to": str(server)}, indent=2) + "\n"
    )


FORWARDING: Mapping[str, Callable[[ConsumerNames, Nameserver], str]] = {
    "bind": _bind,
    "coredns": _coredns,
    "dnsmasq": _dnsmasq,
    "json": _json,
    "unbound": _unbound,
    "windows": _windows,
}
"""The functions that write the settings of each format. A hosts file cannot forward."""


def _domains(names: ConsumerNames) -> tuple[str, ...]:
    return tuple(sorted({published.domain for published in names.published}))
