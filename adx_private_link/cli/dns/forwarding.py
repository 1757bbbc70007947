"""
Settings that let a DNS server ask another one for the clusters' domains.

It is the public domain that is forwarded, not `privatelink.…`: who answers for the host name follows its alias, in the
zone that it sees (Azure, "Azure Private Endpoint DNS configuration": on-premises workloads using a DNS forwarder).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping

from ..stack_outputs import OfConsumer


def _bind(found: OfConsumer, server: str) -> str:
    return _text(
        f'zone "{each}" {{ type forward; forward only; forwarders {{ {server}; }}; }};' for each in _domains(found)
    )


def _dnsmasq(found: OfConsumer, server: str) -> str:
    """With `stop-dns-rebind`, dnsmasq drops private addresses that come from another server."""
    return _text(
        line for each in _domains(found) for line in (f"server=/{each}/{server}", f"rebind-domain-ok=/{each}/")
    )


def _unbound(found: OfConsumer, server: str) -> str:
    """With `private-address`, Unbound drops private addresses that come from another server."""
    allowed = [f'    private-domain: "{each}."' for each in _domains(found)]
    zones = [
        line
        for each in _domains(found)
        for line in ("forward-zone:", f'    name: "{each}."', f"    forward-addr: {server}")
    ]
    return _text(["server:", *allowed, *zones])


def _coredns(found: OfConsumer, server: str) -> str:
    return _text(
        line for each in _domains(found) for line in (f"{each} {{", f"    forward . {server}", "    cache", "}")
    )


def _windows(found: OfConsumer, server: str) -> str:
    return _text(
        f"Add-DnsServerConditionalForwarderZone -Name '{each}' -MasterServers {server}" for each in _domains(found)
    )


def _json(found: OfConsumer, server: str) -> str:
    return json.dumps({"consumer": found.key, "forward": list(_domains(found)), "to": server}, indent=2) + "\n"


FORWARDING: Mapping[str, Callable[[OfConsumer, str], str]] = {
    "bind": _bind,
    "coredns": _coredns,
    "dnsmasq": _dnsmasq,
    "json": _json,
    "unbound": _unbound,
    "windows": _windows,
}
"""The text of each format, with the address of the server to ask. A hosts file cannot forward."""


def _domains(found: OfConsumer) -> tuple[str, ...]:
    return tuple(sorted({each.domain for each in found.published}))


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{each}\n" for each in lines)
