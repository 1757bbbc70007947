"""
Settings that let a DNS server ask another one for the clusters' domains.

It is the public domain that is forwarded, not `privatelink.…`: who answers for the host name follows its alias, in the
zone that it sees (Azure, "Azure Private Endpoint DNS configuration": on-premises workloads using a DNS forwarder).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from ..errors import ArgumentError
from .names import ConsumerNames
from .records import FOR_WINDOWS, text
from .resolver import Nameserver


def _bind(names: ConsumerNames, server: Nameserver) -> str:
    return text(
        f'zone "{each}" {{ type forward; forward only; forwarders {{ {server.address} port {server.port}; }}; }};'
        for each in _domains(names)
    )


def _dnsmasq(names: ConsumerNames, server: Nameserver) -> str:
    """With `stop-dns-rebind`, dnsmasq drops private addresses that come from another server."""
    return text(
        line
        for each in _domains(names)
        for line in (f"server=/{each}/{server.address}#{server.port}", f"rebind-domain-ok=/{each}/")
    )


def _unbound(names: ConsumerNames, server: Nameserver) -> str:
    """With `private-address`, Unbound drops private addresses that come from another server."""
    allowed = [f'    private-domain: "{each}."' for each in _domains(names)]
    zones = [
        line
        for each in _domains(names)
        for line in ("forward-zone:", f'    name: "{each}."', f"    forward-addr: {server.address}@{server.port}")
    ]
    return text(["server:", *allowed, *zones])


def _coredns(names: ConsumerNames, server: Nameserver) -> str:
    return text(
        line for each in _domains(names) for line in (f"{each} {{", f"    forward . {server}", "    cache", "}")
    )


def _windows(names: ConsumerNames, server: Nameserver) -> str:
    """Windows asks other servers at port 53 only."""
    if server.port != 53:
        raise ArgumentError("Windows forwards only to port 53.")
    domains = ", ".join(f"'{each}'" for each in _domains(names))
    return text(
        [
            *FOR_WINDOWS,
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
"""The text of each format, with the server to ask. A hosts file cannot forward."""


def _domains(names: ConsumerNames) -> tuple[str, ...]:
    return tuple(sorted({each.domain for each in names.published}))
