"""The findings of `verify`: for each host, a check of each link of the chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Link = Literal["connection", "dns", "tcp", "tls", "ping", "query"]
LINKS: tuple[Link, ...] = ("connection", "dns", "tcp", "tls", "ping", "query")
"""The chain, in the order in which a client meets its links; the query is optional."""


@dataclass(frozen=True)
class Fault:
    """A broken link, with its remedy."""

    kind: str
    """The code for machines, such as `stale-address`."""
    says: str
    remedy: str


@dataclass(frozen=True)
class Check:
    """The check of one link; `fault` is None if the link holds."""

    link: Link
    says: str
    """What the check found."""
    fault: Fault | None = None


@dataclass(frozen=True)
class VerifiedHost:
    """One host with its checks; links after a broken one may have none."""

    cluster: str
    role: str
    host: str | None
    """None for an endpoint that publishes nothing."""
    addresses: tuple[str, ...]
    checks: Sequence[Check]

    @property
    def name(self) -> str:
        """The host name; for an endpoint without one, its cluster and role."""
        return self.host or f"{self.cluster} ({self.role})"

    @property
    def faults(self) -> list[Fault]:
        """All faults, in the order of the chain."""
        return [check.fault for check in self.checks if check.fault]
