"""What was found out about each host: a check for each link of the chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Link = Literal["connection", "dns", "tcp", "tls", "ping", "query"]
LINKS: tuple[Link, ...] = ("connection", "dns", "tcp", "tls", "ping", "query")
"""The chain, in the order in which a client meets it; the query is made where it is asked for."""


@dataclass(frozen=True)
class Fault:
    """What is broken, and what to do about it."""

    kind: str
    """For machines: `stale-address`."""
    says: str
    remedy: str


@dataclass(frozen=True)
class Check:
    """One link of the chain that was tried; `fault` is None where it holds."""

    link: Link
    says: str
    """What was seen."""
    fault: Fault | None = None


@dataclass(frozen=True)
class Verified:
    """One host; links that could not be tried have no check."""

    cluster: str
    role: str
    host: str | None
    """None where an endpoint publishes nothing."""
    addresses: tuple[str, ...]
    checks: Sequence[Check]

    @property
    def name(self) -> str:
        """The host, or the endpoint that has none."""
        return self.host or f"{self.cluster} ({self.role})"

    @property
    def faults(self) -> list[Fault]:
        """Everything that is broken, in the order of the chain."""
        return [each.fault for each in self.checks if each.fault]
