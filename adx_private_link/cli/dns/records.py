"""
The records of a consumer, as each kind of DNS server takes them.

A whole zone `privatelink.…` would answer for the region's other clusters too, and say that they do not exist; so each
of these speaks for the consumer's own names only. Public DNS leads a host name to its private name by an alias, and
servers differ in whether they look at their own records again on the way; where they do not, the alias is written down
as well. The tests load all of it into BIND, dnsmasq and Unbound.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

from ...hosts import is_legacy
from ..stack_outputs import OfConsumer, Published

_ZONE = "adx-private-link.rpz"


def _bind(found: OfConsumer, ttl: int) -> str:
    """
    A response policy zone, which BIND looks at for every name on the way (Administrator Reference Manual, "Response
    Policy Zone (RPZ) Rewriting").
    """
    lines = [
        *_says(found, ";"),
        "; A response policy zone. In named.conf, with this file at its path:",
        f';   options {{ response-policy {{ zone "{_ZONE}" max-policy-ttl {ttl}; }}; }};',
        f';   zone "{_ZONE}" {{ type primary; file "/etc/bind/{_ZONE}"; allow-query {{ none; }}; }};',
        "; Servers that transfer it notice a change by the serial: raise it for them.",
        f"$TTL {ttl}",
        f"$ORIGIN {_ZONE}.",
        f"@ SOA localhost. nobody.invalid. 1 3600 600 86400 {ttl}",
        "@ NS localhost.",
        *(f"{name} A {address}" for name, address in _answered(found)),
    ]
    return _text(lines)


def _dnsmasq(found: OfConsumer, ttl: int) -> str:
    """What its upstream says of an alias, dnsmasq passes on: so the alias is its own."""
    lines = [
        *_says(found, "#"),
        *(f"cname={each.host},{each.private_name},{ttl}" for each in found.published),
        *(f"host-record={each.private_name},{address},{ttl}" for each, address in _addresses(found)),
    ]
    return _text(lines)


def _unbound(found: OfConsumer, ttl: int) -> str:
    """
    Unbound takes an upstream's whole answer, and looks at local data for the asked name only; a response policy zone
    holds for the first answer, and not for those from its cache (NLnetLabs/unbound, issue 954). A local alias it does
    follow, by its forwarders: so this server forwards the private names to itself.
    """
    lines = [
        *_says(found, "#"),
        "# 127.0.0.1 is this server itself: where it listens elsewhere, write that (ADDRESS@PORT).",
        "server:",
        "    do-not-query-localhost: no",
    ]
    for each in found.published:
        lines += [
            f'    local-zone: "{each.host}." redirect',
            f'    local-data: "{each.host}. {ttl} IN CNAME {each.private_name}."',
            f'    local-zone: "{each.private_name}." redirect',
            *(f'    local-data: "{each.private_name}. {ttl} IN A {address}"' for address in each.addresses),
        ]
    for each in found.published:
        lines += ["forward-zone:", f'    name: "{each.private_name}."', "    forward-addr: 127.0.0.1"]
    return _text(lines)


def _coredns(found: OfConsumer, ttl: int) -> str:
    """CoreDNS passes on what its upstream says of an alias, so the alias is its own; other types have no records."""
    lines = _says(found, "#")
    for each in found.published:
        answers = [f'answer "{each.private_name}. {ttl} IN A {address}"' for address in each.addresses]
        alias = f'answer "{each.host}. {ttl} IN CNAME {each.private_name}."'
        lines += [
            *_server_block(each.host, [alias, *answers]),
            *_server_block(each.private_name, answers),
        ]
    return _text(lines)


def _server_block(name: str, answers: list[str]) -> list[str]:
    return [
        f"{name} {{",
        "    template IN A {",
        *(f"        {each}" for each in answers),
        "    }",
        "    template IN ANY {",
        "        rcode NOERROR",
        "    }",
        "}",
    ]


def _windows(found: OfConsumer, ttl: int) -> str:
    """A zone for each name, which Windows looks at when it follows an alias."""
    lines = [
        *_says(found, "#"),
        "# Run it on the DNS server as its administrator; it can be run again. In a domain, say how far the zones",
        "# are replicated, such as -ReplicationScope Forest; otherwise they lie in files of this server.",
        "param([string] $ReplicationScope)",
        "$ErrorActionPreference = 'Stop'",
        "$records = @(",
        *(f"    @('{name}', '{address}')" for name, address in _answered(found)),
        ")",
        "foreach ($zone in $records | ForEach-Object { $_[0] } | Select-Object -Unique) {",
        "    $where = @{ ZoneFile = $zone + '.dns' }",
        "    if ($ReplicationScope) { $where = @{ ReplicationScope = $ReplicationScope } }",
        "    if (-not (Get-DnsServerZone -Name $zone -ErrorAction SilentlyContinue)) {",
        "        Add-DnsServerPrimaryZone -Name $zone @where",
        "    }",
        "    Get-DnsServerResourceRecord -ZoneName $zone -Name '@' -RRType A -ErrorAction SilentlyContinue |",
        "        Remove-DnsServerResourceRecord -ZoneName $zone -Force",
        "}",
        "foreach ($record in $records) {",
        "    Add-DnsServerResourceRecordA -ZoneName $record[0] -Name '@' -IPv4Address $record[1] `",
        f"        -TimeToLive ([TimeSpan]::FromSeconds({ttl}))",
        "}",
    ]
    return _text(lines)


def _hosts(found: OfConsumer, ttl: int) -> str:  # noqa: ARG001 - one signature for all
    """A machine's own file knows no aliases and no TTL: both names have the address."""
    return _text(
        [*_says(found, "#"), *(f"{address} {each.host} {each.private_name}" for each, address in _addresses(found))]
    )


def _json(found: OfConsumer, ttl: int) -> str:
    records = [
        {
            "cluster": each.cluster,
            "role": each.role,
            "host": each.host,
            "cname": each.private_name,
            "addresses": list(each.addresses),
            "ttl": ttl,
        }
        for each in found.published
    ]
    return json.dumps({"consumer": found.key, "records": records}, indent=2) + "\n"


RECORDS: Mapping[str, Callable[[OfConsumer, int], str]] = {
    "bind": _bind,
    "coredns": _coredns,
    "dnsmasq": _dnsmasq,
    "hosts": _hosts,
    "json": _json,
    "unbound": _unbound,
    "windows": _windows,
}
"""The text of each format, with a TTL in seconds."""


def _says(found: OfConsumer, comment: str) -> list[str]:
    return [
        f"{comment} Private access to Azure Data Explorer for {found.key}, by `adx-private-link dns export`.",
        f"{comment} As of the stack's last `pulumi up`; `adx-private-link dns diff` tells whether it still holds.",
    ]


def _addresses(found: OfConsumer) -> Iterator[tuple[Published, str]]:
    return ((each, address) for each in found.published for address in each.addresses)


def _answered(found: OfConsumer) -> Iterator[tuple[str, str]]:
    """
    What a server that follows Azure's aliases has to answer.

    No source says that the names of injected networks have an alias, so they are answered themselves.
    """
    for each, address in _addresses(found):
        yield each.private_name, address
        if is_legacy(each.host):
            yield each.host, address


def _text(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"
