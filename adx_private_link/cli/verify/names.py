"""Whether a host name leads to the private endpoint, and if not, why."""

from __future__ import annotations

import ipaddress
import socket

from ...naming.hosts import is_legacy
from ..dns.names import PublishedHost
from ..dns.resolver import Answer, Resolver
from .deadline import within
from .findings import Check, Fault

_AZURES = "azureprivatedns.net"
"""What a private DNS zone of Azure names as its primary server."""
_BLOCKED = {"0.0.0.0", "127.0.0.1"}  # noqa: S104 - what filters answer, nothing is bound to it
_FRESH = "Are these outputs as of the last `pulumi up`? If not, read them again."


def check_name(published: PublishedHost, resolver: Resolver) -> Check:
    """Compare what a client gets for a host name with the stack."""
    answer = resolver.ask(published.host)
    if resolver.nameserver is None:
        own = _of_this_machine(published.host, resolver.timeout)
        if own != answer.addresses:
            return _resolved_otherwise(published, own, answer, resolver)
    if answer.addresses == published.addresses:
        return Check("dns", answer.chain)
    return Check("dns", answer.chain, _fault(published, answer, resolver))


# This machine, which looks into a hosts file, a cache or a VPN's rules before it asks


def _of_this_machine(host: str, timeout: float) -> tuple[str, ...]:
    """What programs here get; nothing, where that takes longer than a client would wait."""
    try:
        found = within(timeout, lambda: socket.getaddrinfo(host, None, socket.AF_INET, socket.SOCK_STREAM))
    except (OSError, UnicodeError):  # `UnicodeError`: a name that cannot be one of DNS
        return ()
    return tuple(sorted({str(each[4][0]) for each in found}))


def _resolved_otherwise(published: PublishedHost, own: tuple[str, ...], answer: Answer, resolver: Resolver) -> Check:
    says = f"this machine gets {', '.join(own) or 'nothing'}, and {resolver} answers {answer.chain}"
    if own == published.addresses:
        return Check("dns", says)
    remedy = (
        "Something on this machine decides before its DNS server is asked: a line of its hosts file (/etc/hosts, "
        "drivers\\etc\\hosts), a cache, or a VPN's rules for names. Correct it, or take it away."
    )
    return Check("dns", says, Fault("own-way", says, remedy))


# DNS servers


def _fault(published: PublishedHost, answer: Answer, resolver: Resolver) -> Fault:
    if answer.failure:
        return _unanswered(published, answer, resolver)
    if _BLOCKED.intersection(answer.addresses):
        return Fault(
            "blocked",
            f"{resolver} answers {answer.addresses[0]}, as filters do",
            f"Let the filter of the DNS server know {published.domain} as wanted.",
        )
    if answer.aliases:
        return _misled(published, answer, resolver)
    if is_legacy(published.host) or any(ipaddress.ip_address(each).is_global for each in answer.addresses):
        return _no_alias(published, answer)
    return _stale(published, answer)


def _unanswered(published: PublishedHost, answer: Answer, resolver: Resolver) -> Fault:
    zone = published.zone
    match answer.failure:
        case "no-such-name":
            return _no_such_name(published, answer, resolver)
        case "no-address":
            return Fault(
                "no-address",
                "the name has no address",
                f"Whoever keeps {zone} has the name without an A record: `pulumi up` in Azure's zone, or "
                "`adx-private-link dns export` for a server of your own.",
            )
        case "refused":
            return Fault(
                "refused",
                f"{resolver} refuses to answer",
                "It does not answer clients of this network: allow them there (BIND: `allow-query` and "
                "`allow-recursion`), or ask another one: in Azure 168.63.129.16, elsewhere one that forwards to it.",
            )
        case "truncated":
            return Fault(
                "no-dns-by-tcp",
                f"{resolver} has a longer answer than fits into UDP, and does not give it by TCP: {answer.says}",
                "Open TCP port 53 from here to the server, too: DNS uses it for what does not fit into UDP.",
            )
        case "no-answer":
            return Fault(
                "no-answer",
                f"{resolver} does not answer",
                "Look whether port 53 (UDP and TCP) is open from here to the server, and whether it is the right one.",
            )
        case _:
            return Fault(
                "server-failure",
                f"{resolver} cannot find out: {answer.says}",
                "The server answers, and fails: mostly its own forwarder cannot be reached, such as 168.63.129.16 "
                "from outside of Azure; or records lead in a circle (`dig` shows it).",
            )


def _no_such_name(published: PublishedHost, answer: Answer, resolver: Resolver) -> Fault:
    if answer.aliases == (published.private_name,):
        says = f"there is no {published.private_name} (NXDOMAIN)"
        remedy = (
            f"The server has a zone {published.zone} without this record. Azure's zone: `pulumi up` writes it, and a "
            "link with `resolution_policy: NxDomainRedirect` gives the public answer meanwhile. A server of your own: "
            "load it anew from `adx-private-link dns export`."
        )
    else:
        says = f"there is no {published.host} (NXDOMAIN)"
        remedy = (
            f"Public DNS has every cluster: either this one is deleted, or {resolver} does not ask public DNS, or it "
            f"has a zone {published.domain} of its own that hides the public one: take that away."
        )
    return Fault("no-such-name", says, remedy)


def _misled(published: PublishedHost, answer: Answer, resolver: Resolver) -> Fault:
    """The name leads somewhere by an alias."""
    got = ", ".join(answer.addresses)
    is_public = any(ipaddress.ip_address(each).is_global for each in answer.addresses)
    if published.private_name in answer.aliases:
        return _public(published, answer, resolver) if is_public else _stale(published, answer)
    if is_public and not answer.aliases[0].endswith(f".{published.domain}"):
        return _no_alias(published, answer)
    return Fault(
        "wrong-alias",
        f"the name leads to {answer.aliases[0]} ({got}), not to {published.private_name}",
        f"Somebody has written that CNAME, into {resolver} or a server that it asks: take it away. Where the zone has "
        "another name in this cloud, write it as the cluster's setting `zone`.",
    )


def _stale(published: PublishedHost, answer: Answer) -> Fault:
    return Fault(
        "stale-address",
        f"the address is {', '.join(answer.addresses)}, and should be {', '.join(published.addresses)}",
        f"{_FRESH} If the endpoint was replaced just now, wait: caches keep the old address for {answer.ttl} s. "
        "Otherwise a server, or a hosts file, has records of its own: write them anew, from fresh outputs "
        "(`adx-private-link dns export`).",
    )


def _no_alias(published: PublishedHost, answer: Answer) -> Fault:
    return Fault(
        "no-alias",
        f"the name has the address {', '.join(answer.addresses)} without leading to {published.private_name}",
        "Either public DNS does not treat the cluster as private, as after it has left its network, or a server on "
        "the way has this record of its own. A server of your network's can answer the name itself: "
        "`adx-private-link dns export --format dnsmasq`, for instance.",
    )


def _public(published: PublishedHost, answer: Answer, resolver: Resolver) -> Fault:
    """The name leads to the private name, which has its public address."""
    got = ", ".join(answer.addresses)
    wait = f"If that was done just now, wait: caches keep the public answer for {answer.ttl} s."
    if (resolver.owner_of(published.zone) or "").endswith(_AZURES):
        return Fault(
            "no-record",
            f"the public address {got}: this network sees the zone {published.zone}, which lacks the record",
            f"`pulumi up` writes it. {wait} If it has nothing to do, somebody has removed the record: `pulumi up "
            "--refresh`; or this network is linked to another zone of the same name.",
        )
    return Fault(
        "zone-not-seen",
        f"the public address {got}: {resolver} does not see the zone {published.zone}",
        "Link this network to the zone (the consumer's `dns.links`), and let its DNS server ask Azure's, "
        f"168.63.129.16; a network without Azure's zone takes the records from `adx-private-link dns export`. {wait}",
    )
