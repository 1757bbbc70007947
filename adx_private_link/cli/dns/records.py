"""
The records of a consumer, as each kind of DNS server takes them.

A whole zone `privatelink.…` would answer for the region's other clusters too, and say that they do not exist; so each
of these speaks for the consumer's own names only. Public DNS leads a host name to its private name by an alias, and
servers differ in whether they look at their own records again on the way; where they do not, the alias is written down
as well. The tests load all of it into BIND, dnsmasq and Unbound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from pydantic import BaseModel

from ...naming.hosts import is_legacy
from .names import ConsumerNames, PublishedHost

_ZONE = "adx-private-link.rpz"

FOR_WINDOWS = (
    "# Run this script on the DNS server as its administrator, as often as you like. In a domain, say how far its",
    "# zones are replicated, such as -ReplicationScope Forest; otherwise only this server has them.",
    "param([string] $ReplicationScope)",
    "$ErrorActionPreference = 'Stop'",
    "$replicated = if ($ReplicationScope) { @{ ReplicationScope = $ReplicationScope } } else { @{} }",
)
"""How a script for Windows begins."""


def _bind(names: ConsumerNames, ttl: int) -> str:
    """
    A response policy zone, which BIND looks at for every name on the way (Administrator Reference Manual, "Response
    Policy Zone (RPZ) Rewriting").
    """
    lines = [
        *_says(names, ";"),
        "; A response policy zone. In named.conf, inside of its options:",
        f';   response-policy {{ zone "{_ZONE}" max-policy-ttl {ttl}; }};',
        "; and beside them, with this file at its path:",
        f';   zone "{_ZONE}" {{ type primary; file "/etc/bind/{_ZONE}"; allow-query {{ none; }}; }};',
        "; Servers that transfer the zone notice changes by its serial, the number 1 below: increase it each time.",
        f"$TTL {ttl}",
        f"$ORIGIN {_ZONE}.",
        f"@ SOA localhost. nobody.invalid. 1 3600 600 86400 {ttl}",
        "@ NS localhost.",
        *(f"{name} A {address}" for name, address in _answered(names)),
    ]
    return text(lines)


def _dnsmasq(names: ConsumerNames, ttl: int) -> str:
    """What its upstream says of an alias, dnsmasq passes on: so the alias is its own."""
    lines = [
        *_says(names, "#"),
        *(f"cname={each.host},{each.private_name},{ttl}" for each in names.published),
        *(f"host-record={each.private_name},{address},{ttl}" for each, address in _addresses(names)),
    ]
    return text(lines)


def _unbound(names: ConsumerNames, ttl: int) -> str:
    """
    Unbound takes an upstream's whole answer, and looks at local data for the asked name only; a response policy zone
    holds for the first answer, and not for those from its cache (NLnetLabs/unbound, issue 954). A local alias it does
    follow, by its forwarders: so this server forwards the private names to itself.
    """
    lines = [
        *_says(names, "#"),
        "# 127.0.0.1 is this server itself. If it listens elsewhere, write that address (ADDRESS@PORT).",
        "server:",
        "    do-not-query-localhost: no",
    ]
    # With `private-address`, Unbound drops private addresses that come from any server, itself included.
    lines += [f'    private-domain: "{each.private_name}."' for each in names.published]
    for each in names.published:
        lines += [
            f'    local-zone: "{each.host}." redirect',
            f'    local-data: "{each.host}. {ttl} IN CNAME {each.private_name}."',
            f'    local-zone: "{each.private_name}." redirect',
            *(f'    local-data: "{each.private_name}. {ttl} IN A {address}"' for address in each.addresses),
        ]
    for each in names.published:
        lines += ["forward-zone:", f'    name: "{each.private_name}."', "    forward-addr: 127.0.0.1"]
    return text(lines)


def _coredns(names: ConsumerNames, ttl: int) -> str:
    """CoreDNS passes on what its upstream says of an alias, so the alias is its own; other types have no records."""
    lines = [*_says(names, "#"), "# If your other server blocks have a port or `bind`, these need the same."]
    for each in names.published:
        answers = [f'answer "{each.private_name}. {ttl} IN A {address}"' for address in each.addresses]
        alias = f'answer "{each.host}. {ttl} IN CNAME {each.private_name}."'
        lines += [
            *_server_block(each.host, [alias, *answers]),
            *_server_block(each.private_name, answers),
        ]
    return text(lines)


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


def _windows(names: ConsumerNames, ttl: int) -> str:
    """Zones for both names of each host, so that it does not matter where the server looks when it forwards."""
    records = [
        f"    [pscustomobject] @{{ Zone = '{name}'; Address = '{address}' }}"
        for each, address in _addresses(names)
        for name in (each.host, each.private_name)
    ]
    lines = [
        *_says(names, "#"),
        *FOR_WINDOWS,
        "$records = @(",
        *records,
        ")",
        "foreach ($zone in $records.Zone | Select-Object -Unique) {",
        "    if (-not (Get-DnsServerZone -Name $zone -ErrorAction SilentlyContinue)) {",
        "        $where = if ($ReplicationScope) { $replicated } else { @{ ZoneFile = $zone + '.dns' } }",
        "        Add-DnsServerPrimaryZone -Name $zone @where",
        "    }",
        "    $there = @(Get-DnsServerResourceRecord -ZoneName $zone -Name '@' -RRType A -ErrorAction SilentlyContinue)",
        "    $wanted = @($records | Where-Object Zone -eq $zone).Address",
        "    # New addresses first, so that the name always has one.",
        "    foreach ($address in $wanted) {",
        "        if ($there.RecordData.IPv4Address.IPAddressToString -notcontains $address) {",
        "            Add-DnsServerResourceRecordA -ZoneName $zone -Name '@' -IPv4Address $address `",
        f"                -TimeToLive ([TimeSpan]::FromSeconds({ttl}))",
        "        }",
        "    }",
        "    $there | Where-Object { $wanted -notcontains $_.RecordData.IPv4Address.IPAddressToString } |",
        "        Remove-DnsServerResourceRecord -ZoneName $zone -Force",
        "}",
    ]
    return text(lines)


def _hosts(names: ConsumerNames, ttl: int) -> str:  # noqa: ARG001 - one signature for all
    """A machine's own file knows no aliases and no TTL: both names have the address."""
    return text(
        [*_says(names, "#"), *(f"{address} {each.host} {each.private_name}" for each, address in _addresses(names))]
    )


class _Record(BaseModel):
    cluster: str
    role: str
    host: str
    cname: str
    addresses: Sequence[str]
    ttl: int


class _Export(BaseModel):
    consumer: str
    records: Sequence[_Record]


def _json(names: ConsumerNames, ttl: int) -> str:
    records = [
        _Record(
            cluster=host.cluster,
            role=host.role,
            host=host.host,
            cname=host.private_name,
            addresses=host.addresses,
            ttl=ttl,
        )
        for host in names.published
    ]
    return _Export(consumer=names.consumer, records=records).model_dump_json(indent=2) + "\n"


RECORDS: Mapping[str, Callable[[ConsumerNames, int], str]] = {
    "bind": _bind,
    "coredns": _coredns,
    "dnsmasq": _dnsmasq,
    "hosts": _hosts,
    "json": _json,
    "unbound": _unbound,
    "windows": _windows,
}
"""The text of each format, with a TTL in seconds."""


def _says(names: ConsumerNames, comment: str) -> list[str]:
    return [
        f"{comment} Private access to Azure Data Explorer for {names.consumer}, by `adx-private-link dns export`.",
        f"{comment} As of the stack's last `pulumi up`; `adx-private-link dns diff` shows whether it is current.",
    ]


def _addresses(names: ConsumerNames) -> Iterator[tuple[PublishedHost, str]]:
    return ((each, address) for each in names.published for address in each.addresses)


def _answered(names: ConsumerNames) -> Iterator[tuple[str, str]]:
    """
    What a server that looks at every name on the way has to answer.

    No source says that the names of injected networks have an alias, so they are answered themselves.
    """
    for each, address in _addresses(names):
        yield each.private_name, address
        if is_legacy(each.host):
            yield each.host, address


def text(lines: Iterable[str]) -> str:
    """Lines, each with its end."""
    return "".join(f"{each}\n" for each in lines)
