"""
The records of a consumer, in the format of each DNS server.

A whole zone `privatelink.…` would answer for the region's other clusters and for all other storage accounts too, and
deny that they exist: so each format contains the consumer's own names only. In public DNS, a host name is an alias of
its private name. Some servers look at their own records again when they follow an alias; for the others, the alias is
written as well. The tests load the records into BIND, dnsmasq and Unbound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from pydantic import BaseModel

from ...naming.hosts import is_legacy
from .names import ConsumerNames, PublishedHost

SNAPSHOT = (
    "Azure adds storage accounts to a native cluster under load: this is a snapshot of their names. Export again after "
    "each `pulumi up`."
)
"""What an export with names of storage accounts is."""
_POLICY_ZONE = "adx-private-link.rpz"

WINDOWS_HEADER = (
    "# Run this script on the DNS server as an administrator. You can run it again at any time. In a domain, set the",
    "# replication scope of the zones, such as -ReplicationScope Forest; without it, only this server has them.",
    "param([string] $ReplicationScope)",
    "$ErrorActionPreference = 'Stop'",
    "$replicated = if ($ReplicationScope) { @{ ReplicationScope = $ReplicationScope } } else { @{} }",
)
"""The first lines of a script for Windows."""


def _bind(names: ConsumerNames, ttl: int) -> str:
    """
    Write a response policy zone.

    BIND looks at it for every name on the way (Administrator Reference Manual, "Response Policy Zone (RPZ) Rewriting").
    """
    lines = [
        *_header(names, ";"),
        "; A response policy zone. In named.conf, inside of the options:",
        f';   response-policy {{ zone "{_POLICY_ZONE}" max-policy-ttl {ttl}; }};',
        "; and outside of the options, with the path of this file:",
        f';   zone "{_POLICY_ZONE}" {{ type primary; file "/etc/bind/{_POLICY_ZONE}"; allow-query {{ none; }}; }};',
        "; Servers that transfer the zone notice changes by its serial, the number 1 below: increase it each time.",
        f"$TTL {ttl}",
        f"$ORIGIN {_POLICY_ZONE}.",
        f"@ SOA localhost. nobody.invalid. 1 3600 600 86400 {ttl}",
        "@ NS localhost.",
        *(f"{name} A {address}" for name, address in _policy_records(names)),
    ]
    return join_lines(lines)


def _dnsmasq(names: ConsumerNames, ttl: int) -> str:
    """Write host records, and the aliases too: dnsmasq forwards the answer of its upstream to an alias unchanged."""
    lines = [
        *_header(names, "#"),
        *(f"cname={published.host},{published.private_name},{ttl}" for published in names.published),
        *(f"host-record={published.private_name},{address},{ttl}" for published, address in _addresses(names)),
    ]
    return join_lines(lines)


def _unbound(names: ConsumerNames, ttl: int) -> str:
    """
    Write local data for both names, and let the server forward the private names to itself.

    Unbound takes an upstream's whole answer, and looks at local data for the name in the question only. It follows a
    local alias through its forwarders. A response policy zone changes the first answer, and not answers from the cache
    (NLnetLabs/unbound, issue 954).
    """
    lines = [
        *_header(names, "#"),
        "# 127.0.0.1 is this server itself. If it listens elsewhere, write that address (ADDRESS@PORT).",
        "server:",
        "    do-not-query-localhost: no",
    ]
    # With `private-address`, Unbound drops private addresses that come from any server, itself included.
    lines += [f'    private-domain: "{published.private_name}."' for published in names.published]
    for published in names.published:
        lines += [
            f'    local-zone: "{published.host}." redirect',
            f'    local-data: "{published.host}. {ttl} IN CNAME {published.private_name}."',
            f'    local-zone: "{published.private_name}." redirect',
            *(f'    local-data: "{published.private_name}. {ttl} IN A {address}"' for address in published.addresses),
        ]
    for published in names.published:
        lines += ["forward-zone:", f'    name: "{published.private_name}."', "    forward-addr: 127.0.0.1"]
    return join_lines(lines)


def _coredns(names: ConsumerNames, ttl: int) -> str:
    """Write server blocks for both names: CoreDNS forwards the answer of its upstream to an alias unchanged."""
    lines = [*_header(names, "#"), "# If your other server blocks have a port or `bind`, these need the same."]
    for published in names.published:
        answers = [f'answer "{published.private_name}. {ttl} IN A {address}"' for address in published.addresses]
        alias = f'answer "{published.host}. {ttl} IN CNAME {published.private_name}."'
        lines += [
            *_server_block(published.host, [alias, *answers]),
            *_server_block(published.private_name, answers),
        ]
    return join_lines(lines)


def _server_block(name: str, answers: list[str]) -> list[str]:
    return [
        f"{name} {{",
        "    template IN A {",
        *(f"        {answer}" for answer in answers),
        "    }",
        "    template IN ANY {",
        "        rcode NOERROR",
        "    }",
        "}",
    ]


def _windows(names: ConsumerNames, ttl: int) -> str:
    """Write zones for both names of each host, so that it does not matter where the server looks when it forwards."""
    records = [
        f"    [pscustomobject] @{{ Zone = '{name}'; Address = '{address}' }}"
        for published, address in _addresses(names)
        for name in (published.host, published.private_name)
    ]
    lines = [
        *_header(names, "#"),
        *WINDOWS_HEADER,
        "$records = @(",
        *records,
        ")",
        "foreach ($zone in $records.Zone | Select-Object -Unique) {",
        "    if (-not (Get-DnsServerZone -Name $zone -ErrorAction SilentlyContinue)) {",
        "        $replication = if ($ReplicationScope) { $replicated } else { @{ ZoneFile = $zone + '.dns' } }",
        "        Add-DnsServerPrimaryZone -Name $zone @replication",
        "    }",
        "    $old = @(Get-DnsServerResourceRecord -ZoneName $zone -Name '@' -RRType A -ErrorAction SilentlyContinue)",
        "    $addresses = @($records | Where-Object Zone -eq $zone).Address",
        "    # New addresses first, so that the name always has one.",
        "    foreach ($address in $addresses) {",
        "        if ($old.RecordData.IPv4Address.IPAddressToString -notcontains $address) {",
        "            Add-DnsServerResourceRecordA -ZoneName $zone -Name '@' -IPv4Address $address `",
        f"                -TimeToLive ([TimeSpan]::FromSeconds({ttl}))",
        "        }",
        "    }",
        "    $old | Where-Object { $addresses -notcontains $_.RecordData.IPv4Address.IPAddressToString } |",
        "        Remove-DnsServerResourceRecord -ZoneName $zone -Force",
        "}",
    ]
    return join_lines(lines)


def _hosts(names: ConsumerNames, ttl: int) -> str:  # noqa: ARG001 - all formats have one signature
    """Write the address of both names: a hosts file has neither aliases nor TTLs."""
    lines = [
        *_header(names, "#"),
        *(f"{address} {published.host} {published.private_name}" for published, address in _addresses(names)),
    ]
    return join_lines(lines)


class _Record(BaseModel):
    cluster: str
    target: str
    role: str
    host: str
    cname: str
    zone: str
    addresses: Sequence[str]
    ttl: int


class _Export(BaseModel):
    consumer: str
    records: Sequence[_Record]


def _json(names: ConsumerNames, ttl: int) -> str:
    records = [
        _Record(
            cluster=published.cluster,
            target=published.target,
            role=published.role,
            host=published.host,
            cname=published.private_name,
            zone=published.zone,
            addresses=published.addresses,
            ttl=ttl,
        )
        for published in names.published
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
"""The functions that write the text of each format, with a TTL in seconds."""


def _header(names: ConsumerNames, comment: str) -> list[str]:
    """Return the first lines of a text, with the characters that begin a comment."""
    lines = [
        f"{comment} Private access to Azure Data Explorer for {names.consumer}, by `adx-private-link dns export`.",
        f"{comment} As of the stack's last `pulumi up`; `adx-private-link dns diff` shows whether it is current.",
    ]
    if names.has_storage:
        lines.append(f"{comment} {SNAPSHOT}")
    return lines


def _addresses(names: ConsumerNames) -> Iterator[tuple[PublishedHost, str]]:
    return ((published, address) for published in names.published for address in published.addresses)


def _policy_records(names: ConsumerNames) -> Iterator[tuple[str, str]]:
    """
    Yield the names and addresses for a server that looks at every name on the way.

    No source says that legacy host names have an alias, so they get addresses of their own.
    """
    for published, address in _addresses(names):
        yield published.private_name, address
        if is_legacy(published.host):
            yield published.host, address


def join_lines(lines: Iterable[str]) -> str:
    """Join lines, each with a line end."""
    return "".join(f"{line}\n" for line in lines)
