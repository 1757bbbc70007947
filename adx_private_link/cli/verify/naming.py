"""Whether a host name leads to the private endpoint, and if not, why."""

from __future__ import annotations

import ipaddress
import socket

from ..dns.answers import Answer, Failure, Resolver
from ..stack_outputs import Published
from .findings import Check, Fault

_AZURES = "azureprivatedns.net"
"""What a private DNS zone of Azure names as its primary server."""


def check_name(published: Published, resolver: Resolver) -> Check:
    """Compare what a client gets for a host name with the stack."""
    answer = resolver.ask(published.host)
    if answer.addresses == published.addresses:
        return Check("dns", answer.chain)
    if resolver.nameserver is None and (own := _of_this_machine(published.host)) != answer.addresses and own:
        return _of_hosts_file(published, own)
    return Check("dns", answer.chain, _fault(published, answer, resolver))


def _of_this_machine(host: str) -> tuple[str, ...]:
    """What programs here get, who look into the hosts file before they ask."""
    try:
        found = socket.getaddrinfo(host, None, socket.AF_INET, socket.SOCK_STREAM)
    except OSError:
        return ()
    return tuple(sorted({str(each[4][0]) for each in found}))


def _of_hosts_file(published: Published, addresses: tuple[str, ...]) -> Check:
    says = f"{', '.join(addresses)} (of this machine's hosts file)"
    if addresses == published.addresses:
        return Check("dns", says)
    remedy = "Correct its line, or take it away and let DNS answer: `adx-private-link dns export --format hosts`."
    return Check("dns", says, Fault("stale-hosts-file", f"this machine's hosts file says {addresses[0]}", remedy))


def _unanswered(failure: Failure, zone: str, resolver: Resolver) -> Fault:
    match failure:
        case "no-such-name":
            return Fault(
                failure,
                "there is no such name (NXDOMAIN)",
                f"The server has the zone {zone} and not this record. Azure's zone: `pulumi up` writes it, and a link "
                "with `resolution_policy: NxDomainRedirect` gives the public answer meanwhile. A server of your own: "
                "load it anew from `adx-private-link dns export`.",
            )
        case "no-address":
            return Fault(
                failure,
                "the name has no address",
                f"Whoever keeps {zone} has the name without an A record: `pulumi up` in Azure's zone, or "
                "`adx-private-link dns export` for a server of your own.",
            )
        case "refused":
            return Fault(
                failure,
                f"{resolver} refuses to answer",
                "It does not answer clients of this network: allow them there (BIND: `allow-query` and "
                "`allow-recursion`), or ask another one: in Azure 168.63.129.16, elsewhere one that forwards to it.",
            )
        case "server-failure":
            return Fault(
                failure,
                f"{resolver} cannot find out",
                "The server answers, and fails: mostly its own forwarder cannot be reached, such as 168.63.129.16 "
                "from outside of Azure. Look there.",
            )
        case "no-answer":
            return Fault(
                failure,
                f"{resolver} does not answer",
                "Look whether port 53 (UDP and TCP) is open from here to the server, and whether it is the right one.",
            )


def _fault(published: Published, answer: Answer, resolver: Resolver) -> Fault:
    if answer.failure:
        return _unanswered(answer.failure, published.zone, resolver)
    got, expected = ", ".join(answer.addresses), ", ".join(published.addresses)
    if answer.aliases and published.private_name not in answer.aliases:
        return Fault(
            "wrong-alias",
            f"the name leads to {answer.aliases[0]} ({got}), not to {published.private_name}",
            f"Somebody has written that CNAME, into {resolver} or a server that it asks: take it away. Where the zone "
            "has another name in this cloud, write it as the cluster's setting `zone`.",
        )
    if all(ipaddress.ip_address(each).is_private for each in answer.addresses):
        return Fault(
            "stale-address",
            f"the address is {got}, and should be {expected}",
            "If the endpoint was replaced just now, wait until the record's TTL has passed. Otherwise a server keeps "
            "records of its own: write them anew (`adx-private-link dns export`), or the stack's outputs are old: "
            "`pulumi up`.",
        )
    return _public(published, answer, resolver, got)


def _public(published: Published, answer: Answer, resolver: Resolver, got: str) -> Fault:
    if not answer.aliases:
        return Fault(
            "no-alias",
            f"the name has the public address {got} itself, without leading to {published.private_name}",
            f"Either public DNS no longer treats the cluster as private, or {resolver} has this record of its own: "
            "take it away.",
        )
    owner = resolver.owner_of(published.zone) or ""
    if owner.endswith(_AZURES):
        return Fault(
            "no-record",
            f"the public address {got}: this network sees the zone {published.zone}, which lacks the record",
            "`pulumi up` writes it. If it has nothing to do, somebody has removed it: `pulumi up --refresh`; or this "
            "network is linked to another zone of the same name.",
        )
    return Fault(
        "zone-not-seen",
        f"the public address {got}: {resolver} does not see the zone {published.zone}",
        "Link this network to the zone (the consumer's `dns.links`), and let its DNS server ask Azure's, "
        "168.63.129.16; a network without Azure's zone takes the records from `adx-private-link dns export`.",
    )
