"""The check of a host name: whether it resolves to the private endpoint, and if not, why."""

from __future__ import annotations

import ipaddress
import socket

from ...naming.hosts import is_legacy
from ..dns.names import PublishedHost
from ..dns.resolver import Answer, Resolver
from .deadline import run_within
from .findings import Check, Fault
from .missing_names import describe_link, describe_until_then, describe_writer

_AZURE_SERVER = "azureprivatedns.net"
"""The primary server that Azure's private DNS zones name."""
_FILTER_ADDRESSES = {"0.0.0.0", "127.0.0.1"}  # noqa: S104 - answers of filters, nothing is bound to them
_OTHER_ZONE = " If the zone has another name in this cloud, write that name as the cluster's setting `zone`."
_READ_AGAIN = "If these outputs are older than the last `pulumi up`, read them again."


def check_name(published: PublishedHost, resolver: Resolver) -> Check:
    """Compare the addresses that a host name resolves to with the stack's."""
    answer = resolver.ask(published.host)
    if resolver.nameserver is None:
        system_addresses = _resolve_by_system(published.host, resolver.timeout)
        if system_addresses != answer.addresses:
            return _check_system_addresses(published, system_addresses, answer, resolver)
    if answer.addresses == published.addresses:
        return Check("dns", answer.chain)
    return Check("dns", answer.chain, _find_fault(published, answer, resolver))


# This machine, which looks into a hosts file, a cache or a VPN's rules before it asks a DNS server


def _resolve_by_system(host: str, timeout: float) -> tuple[str, ...]:
    """Return the addresses that programs on this machine get; none if the system takes too long."""
    try:
        entries = run_within(timeout, lambda: socket.getaddrinfo(host, None, socket.AF_INET, socket.SOCK_STREAM))
    except (OSError, UnicodeError):  # `UnicodeError`: a name that DNS cannot have
        return ()
    return tuple(sorted({str(address[0]) for *_, address in entries}))


def _check_system_addresses(
    published: PublishedHost, system_addresses: tuple[str, ...], answer: Answer, resolver: Resolver
) -> Check:
    resolved = ", ".join(system_addresses) or "nothing"
    says = f"this machine resolves {resolved}, and {resolver} answers {answer.chain}"
    if system_addresses == published.addresses:
        return Check("dns", says)
    remedy = (
        "This machine resolves the name without its DNS server, by a line of its hosts file (/etc/hosts, "
        "drivers\\etc\\hosts), a cache, or a VPN's rules for names. Correct or remove the line, entry or rule."
    )
    return Check("dns", says, Fault("own-way", says, remedy))


# DNS servers


def _find_fault(published: PublishedHost, answer: Answer, resolver: Resolver) -> Fault:
    if answer.failure:
        return _failure_fault(published, answer, resolver)
    if _FILTER_ADDRESSES.intersection(answer.addresses):
        return Fault(
            "blocked",
            f"{resolver} answers {answer.addresses[0]}, as filters do",
            f"Allow {published.domain} in the DNS server's filter.",
        )
    if answer.aliases:
        return _alias_fault(published, answer, resolver)
    if is_legacy(published.host) or _has_public_address(answer):
        return _missing_alias_fault(published, answer)
    return _stale_address_fault(published, answer)


def _failure_fault(published: PublishedHost, answer: Answer, resolver: Resolver) -> Fault:
    zone = published.zone
    match answer.failure:
        case "no-such-name":
            return _no_such_name(published, answer, resolver)
        case "no-address":
            return Fault(
                "no-address",
                "the name has no address",
                f"The zone {zone} has the name without an A record. {_in_azure(published)} For a server of your "
                "own, load the records again from `adx-private-link dns export`.",
            )
        case "refused":
            return Fault(
                "refused",
                f"{resolver} refuses to answer",
                "Allow this network's clients on the server (BIND: `allow-query` and `allow-recursion`), or ask "
                "another one: 168.63.129.16 in Azure, elsewhere a server that forwards to it.",
            )
        case "truncated":
            return Fault(
                "no-dns-by-tcp",
                f"the answer of {resolver} does not fit into UDP, and fails by TCP: {answer.reason}",
                "Open TCP port 53 from here to the server too: DNS uses it for long answers.",
            )
        case "no-answer":
            return Fault(
                "no-answer",
                f"{resolver} does not answer",
                "Check that port 53 (UDP and TCP) is open from here to the server, and that it is the right server.",
            )
        case _:
            return Fault(
                "server-failure",
                f"{resolver} fails: {answer.reason}",
                "Usually, the server cannot reach its own forwarder, such as 168.63.129.16 from outside Azure, or "
                "aliases form a circle (`dig` shows it).",
            )


def _no_such_name(published: PublishedHost, answer: Answer, resolver: Resolver) -> Fault:
    if answer.aliases == (published.private_name,):
        says = f"{published.private_name} does not exist (NXDOMAIN)"
        remedy = (
            f"The server has a zone {published.zone} without this record. {_in_azure(published)} Until "
            "then, a link with `resolution_policy: NxDomainRedirect` gives the public answer. For a server of your "
            "own, load the records again from `adx-private-link dns export`."
        )
    elif published.is_storage:
        says = f"{published.host} does not exist (NXDOMAIN)"
        remedy = (
            "Azure adds storage accounts to a cluster and may remove them: run `pulumi up`, then read the outputs "
            f"again. If they still have the name, {resolver} does not ask public DNS, or a zone {published.domain} of "
            "its own hides the public zone: remove that zone."
        )
    else:
        says = f"{published.host} does not exist (NXDOMAIN)"
        remedy = (
            f"Public DNS has a name for every cluster. Either this cluster is deleted, or {resolver} does not ask "
            f"public DNS, or a zone {published.domain} of its own hides the public zone: remove that zone."
        )
    return Fault("no-such-name", says, remedy)


def _in_azure(published: PublishedHost) -> str:
    return f"For Azure's zone: {describe_writer(published)}"


def _has_public_address(answer: Answer) -> bool:
    return any(ipaddress.ip_address(address).is_global for address in answer.addresses)


def _alias_fault(published: PublishedHost, answer: Answer, resolver: Resolver) -> Fault:
    """The fault of a name that is an alias."""
    addresses = ", ".join(answer.addresses)
    is_public = _has_public_address(answer)
    if published.private_name in answer.aliases:
        return (
            _public_address_fault(published, answer, resolver) if is_public else _stale_address_fault(published, answer)
        )
    if is_public and not answer.aliases[0].endswith(f".{published.domain}"):
        return _missing_alias_fault(published, answer)
    other_name = "" if published.is_storage else _OTHER_ZONE
    return Fault(
        "wrong-alias",
        f"the name is an alias of {answer.aliases[0]} ({addresses}), not of {published.private_name}",
        f"Remove that CNAME from {resolver}, or from the server that it asks.{other_name}",
    )


def _stale_address_fault(published: PublishedHost, answer: Answer) -> Fault:
    return Fault(
        "stale-address",
        f"the address is {', '.join(answer.addresses)} and should be {', '.join(published.addresses)}",
        f"{_READ_AGAIN} If the endpoint was just replaced, wait: caches keep the old address for {answer.ttl} s. "
        "Otherwise, a server or a hosts file has records of its own: write them again from current outputs "
        "(`adx-private-link dns export`).",
    )


def _missing_alias_fault(published: PublishedHost, answer: Answer) -> Fault:
    return Fault(
        "no-alias",
        f"the name has the address {', '.join(answer.addresses)} and is no alias of {published.private_name}",
        "Either public DNS does not treat the cluster as private, for example because it left its network, or a server "
        "in between has a record of its own. Let a DNS server of your network answer the name itself, for example with "
        "`adx-private-link dns export --format dnsmasq`.",
    )


def _public_address_fault(published: PublishedHost, answer: Answer, resolver: Resolver) -> Fault:
    """Return the fault of an alias of the private name that has the public address."""
    addresses = ", ".join(answer.addresses)
    wait = f"If you just did that, wait: caches keep the public answer for {answer.ttl} s."
    until_then = describe_until_then(published)
    if (resolver.find_primary_server(published.zone) or "").endswith(_AZURE_SERVER):
        return Fault(
            "no-record",
            f"the address is public ({addresses}): this network sees the zone {published.zone}, which lacks the record",
            f"{describe_writer(published)} Otherwise, this network is linked to another zone of the same name. "
            f"{wait}{until_then}",
        )
    return Fault(
        "zone-not-seen",
        f"the address is public ({addresses}): {resolver} does not see the zone {published.zone}",
        f"{describe_link(published)}, and let its DNS server ask 168.63.129.16. For a network without Azure's zone, "
        f"take the records from `adx-private-link dns export`. {wait}{until_then}",
    )
