"""A resolver, which returns the answers of DNS servers or the reasons why they fail."""

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
"""The reason why an answer has no address: NXDOMAIN; records of other types; REFUSED; SERVFAIL and similar codes; an
answer that does not fit into UDP, and none by TCP; no answer in time, or no connection."""


@dataclass(frozen=True)
class Nameserver:
    """A DNS server."""

    address: str
    port: int = 53

    @classmethod
    def parse(cls, text: str) -> Nameserver:
        """Parse `10.0.0.4`, `10.0.0.4:5353` or `[2001:db8::1]:53`. Raises `ValueError`."""
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
    """The answer to the question for a host name's addresses."""

    aliases: tuple[str, ...] = ()
    """The names on the way to the addresses, step by step."""
    addresses: tuple[str, ...] = ()
    failure: Failure | None = None
    reason: str = ""
    """The reason of the failure, in the words of the server or the system."""
    ttl: int = 0
    """Seconds for which caches may keep the answer."""

    @property
    def is_useless(self) -> bool:
        """Whether the answer says nothing about the name."""
        return self.failure in ("refused", "server-failure", "truncated", "no-answer")

    @property
    def chain(self) -> str:
        """The answer on one line."""
        if self.failure:
            return f"{self.failure} ({self.reason})" if self.reason else self.failure
        return " -> ".join((*self.aliases, ", ".join(self.addresses)))


_TRUNCATED = Answer(failure="truncated", reason="its answer by TCP is cut off as well")

_Attempt = tuple[str, bool, int, object, dns.message.Message | None]
"""A failed attempt: the server, whether it was asked by TCP, its port, the error, and its answer."""


class Resolver:
    """A client of one DNS server, or of the DNS servers of this machine."""

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
        """Ask for the IPv4 addresses of a name; private endpoints have no others."""
        try:
            answer = self.dnspython.resolve(host, "A", search=False, raise_on_no_answer=False)
        except dns.exception.DNSException as error:
            return _failure_of(error)
        if _is_truncated(answer.response):
            return _TRUNCATED
        chain = answer.chaining_result
        aliases = tuple(name.rstrip(".").lower() for record_set in chain.cnames for name in _values_of(record_set))
        if chain.answer is None:
            return Answer(aliases, failure="no-address", reason=" -> ".join(aliases))
        return Answer(aliases, tuple(sorted(_values_of(chain.answer))), ttl=chain.minimum_ttl)

    def find_primary_server(self, zone: str) -> str | None:
        """Return the primary server that a zone's SOA record names; None if the server does not see the zone."""
        try:
            answer = self.dnspython.resolve(zone, "SOA", search=False)
        except dns.exception.DNSException:
            return None
        primary, *_ = _values_of(answer)[0].split()
        return primary.rstrip(".").lower()


def _values_of(record_set: object) -> list[str]:
    """Return the values of a record set as in a zone file: dnspython has no types for its elements."""
    return [str(value) for value in cast("Iterable[object]", record_set)]


def _failure_of(error: dns.exception.DNSException) -> Answer:
    match error:
        case dns.resolver.NXDOMAIN():
            if any(map(_is_truncated, _responses_of(error))):
                return _TRUNCATED
            return Answer((_canonical_name_of(error),), failure="no-such-name")
        case dns.resolver.NoNameservers() | dns.resolver.LifetimeTimeout():
            return _summarise(_attempts_of(error), is_late=isinstance(error, dns.resolver.LifetimeTimeout))
        case _:
            return Answer(failure="server-failure", reason=str(error))


def _is_truncated(response: dns.message.Message) -> bool:
    """Whether records are missing from a response: dnspython then asks by TCP, and accepts any answer by TCP."""
    return bool(response.flags & dns.flags.TC)


def _canonical_name_of(error: Any) -> str:
    """Return the name that does not exist: the last alias, or the name in the question."""
    return str(error.canonical_name).rstrip(".").lower()


def _responses_of(error: Any) -> Iterable[dns.message.Message]:
    """Return the responses that deny a name, which dnspython keeps without types."""
    return error.responses().values()


def _attempts_of(error: Any) -> list[_Attempt]:
    """Return the failed attempts, which dnspython keeps without types."""
    return error.kwargs["errors"]


def _summarise(attempts: list[_Attempt], *, is_late: bool) -> Answer:
    """Return one answer for failed attempts at all servers."""
    codes = {dns.rcode.to_text(response.rcode()) for *_, response in attempts if response is not None}
    reason = ", ".join(sorted({str(error) for *_, error, _ in attempts}))
    if any(isinstance(error, dns.message.Truncated) for *_, error, _ in attempts):
        by_tcp = ", ".join(sorted({str(error) for _, is_by_tcp, _, error, _ in attempts if is_by_tcp}))
        return Answer(failure="truncated", reason=by_tcp or "no connection in time")
    if is_late:
        return Answer(failure="no-answer", reason=reason)
    if codes == {"REFUSED"}:
        return Answer(failure="refused")
    return Answer(failure="server-failure", reason=reason)
