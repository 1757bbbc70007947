"""What DNS servers answer, or why they do not."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, cast

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.resolver

Failure = Literal["no-such-name", "no-address", "refused", "server-failure", "truncated", "no-answer"]
"""NXDOMAIN; other records than addresses; REFUSED; SERVFAIL and the like; an answer that does not fit into UDP, and
nothing by TCP; nothing within the time, or no connection."""


@dataclass(frozen=True)
class Nameserver:
    """A DNS server."""

    address: str
    port: int = 53

    @classmethod
    def parse(cls, text: str) -> Nameserver:
        """`10.0.0.4`, `10.0.0.4:5353` or `[2001:db8::1]:53`. Raises `ValueError`."""
        # `[2001:db8::1]:53` has brackets, and `2001:db8::1` no port.
        parts = re.fullmatch(r"\[(?P<six>.+)\](:(?P<sixth>\d+))?|(?P<four>[^:]+)(:(?P<port>\d+))?|(?P<plain>.+)", text)
        if parts is None:
            raise ValueError(text)
        address = ipaddress.ip_address(parts["six"] or parts["four"] or parts["plain"])
        port = int(parts["sixth"] or parts["port"] or 53)
        if port >= 2**16:
            raise ValueError(text)
        return cls(str(address), port)

    def __str__(self) -> str:
        address = f"[{self.address}]" if ":" in self.address and self.port != 53 else self.address
        return address if self.port == 53 else f"{address}:{self.port}"


@dataclass(frozen=True)
class Answer:
    """What a client gets for a host name."""

    aliases: tuple[str, ...] = ()
    """Where the name leads, step by step."""
    addresses: tuple[str, ...] = ()
    failure: Failure | None = None
    says: str = ""
    """Of a failure, in a server's or the system's words."""
    ttl: int = 0
    """Seconds that a cache may keep it."""

    @property
    def is_useless(self) -> bool:
        """Whether it tells nothing of the name."""
        return self.failure in ("refused", "server-failure", "truncated", "no-answer")

    @property
    def chain(self) -> str:
        """The answer in a line."""
        if self.failure:
            return f"{self.failure} ({self.says})" if self.says else self.failure
        return " -> ".join((*self.aliases, ", ".join(self.addresses)))


_CUT_OFF = Answer(failure="truncated", says="its answer by TCP is cut off as well")

_Error = tuple[str, bool, int, object, dns.message.Message | None]
"""A server, whether by TCP, its port, what went wrong, and what it answered."""


class Resolver:
    """Asks one server, or those of this machine."""

    def __init__(self, nameserver: Nameserver | None, timeout: float) -> None:
        self.nameserver = nameserver
        self.timeout = timeout
        try:
            self.dnspython = dns.resolver.Resolver(configure=nameserver is None)
        except dns.resolver.NoResolverConfiguration:
            self.dnspython = dns.resolver.Resolver(configure=False)
        if nameserver:
            self.dnspython.nameservers = [nameserver.address]
            self.dnspython.port = nameserver.port
        self.dnspython.lifetime = timeout

    def __str__(self) -> str:
        if self.nameserver:
            return str(self.nameserver)
        return f"this machine's DNS server ({', '.join(map(str, self.dnspython.nameservers)) or 'none'})"

    def ask(self, host: str) -> Answer:
        """The IPv4 addresses of a name; private endpoints have no others."""
        try:
            found = self.dnspython.resolve(host, "A", search=False, raise_on_no_answer=False)
        except dns.exception.DNSException as error:
            return _failed(error)
        if _is_cut_off(found.response):
            return _CUT_OFF
        chain = found.chaining_result
        aliases = tuple(name.rstrip(".").lower() for each in chain.cnames for name in _texts(each))
        if chain.answer is None:
            return Answer(aliases, failure="no-address", says=" -> ".join(aliases))
        return Answer(aliases, tuple(sorted(_texts(chain.answer))), ttl=chain.minimum_ttl)

    def owner_of(self, zone: str) -> str | None:
        """The primary server that a zone's SOA record names; None where the zone is not seen."""
        try:
            found = self.dnspython.resolve(zone, "SOA", search=False)
        except dns.exception.DNSException:
            return None
        primary, *_ = _texts(found)[0].split()
        return primary.rstrip(".").lower()


def _texts(records: object) -> list[str]:
    """The values of a record set, as zone files have them: dnspython has no types for its elements."""
    return [str(each) for each in cast("Iterable[object]", records)]


def _failed(error: dns.exception.DNSException) -> Answer:
    match error:
        case dns.resolver.NXDOMAIN():
            if any(map(_is_cut_off, _responses(error))):
                return _CUT_OFF
            return Answer((_canonical_name(error),), failure="no-such-name")
        case dns.resolver.NoNameservers() | dns.resolver.LifetimeTimeout():
            return _useless(_errors(error), is_late=isinstance(error, dns.resolver.LifetimeTimeout))
        case _:
            return Answer(failure="server-failure", says=str(error))


def _is_cut_off(answer: dns.message.Message) -> bool:
    """Whether records are missing from an answer: dnspython tries TCP then, and takes what it gets by that."""
    return bool(answer.flags & dns.flags.TC)


def _canonical_name(error: Any) -> str:
    """The name that does not exist: where the aliases end, or the one that was asked for."""
    return str(error.canonical_name).rstrip(".").lower()


def _responses(error: Any) -> Iterable[dns.message.Message]:
    """The answers by which a name does not exist, as dnspython keeps them without types."""
    return error.responses().values()


def _errors(error: Any) -> list[_Error]:
    """What each server has said, as dnspython keeps it without types."""
    return error.kwargs["errors"]


def _useless(errors: list[_Error], *, is_late: bool) -> Answer:
    """No server has answered with anything of use: in time, or at all."""
    codes = {dns.rcode.to_text(each[4].rcode()) for each in errors if each[4] is not None}
    says = ", ".join(sorted({str(each[3]) for each in errors}))
    if any(isinstance(each[3], dns.message.Truncated) for each in errors):
        by_tcp = ", ".join(sorted({str(each[3]) for each in errors if each[1]}))
        return Answer(failure="truncated", says=by_tcp or "no connection in time")
    if is_late:
        return Answer(failure="no-answer", says=says)
    if codes == {"REFUSED"}:
        return Answer(failure="refused")
    return Answer(failure="server-failure", says=says)
