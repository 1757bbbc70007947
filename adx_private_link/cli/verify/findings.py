"""The findings of `verify`: for each host, a check of each link of the chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..dns.names import STORAGE

Link = Literal["connection", "dns", "tcp", "tls", "ping", "query"]
LINKS: tuple[Link, ...] = ("connection", "dns", "tcp", "tls", "ping", "query")
"""The chain, in the order in which a client meets its links; the query is optional."""
_STORAGE_LINKS: tuple[Link, ...] = ("connection", "dns", "tcp", "tls")
"""The chain of a storage account, which answers no ping without a login."""


MANAGED_ENDPOINT = "managed-endpoint"
"""The role of a managed private endpoint: no client resolves a name to reach it."""


def links_of(role: str | None, *, query: bool) -> tuple[Link, ...]:
    """Return the links that are checked for a host of a role."""
    if role == MANAGED_ENDPOINT:
        return ("connection",)
    if role == STORAGE:
        return _STORAGE_LINKS
    return LINKS if query else LINKS[:-1]


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
    target: str
    """What its endpoint connects to; of a managed private endpoint its key."""
    role: str | None
    """What the host name is for; None for an endpoint of a native cluster that publishes nothing."""
    host: str | None
    """None for an endpoint that publishes nothing, or too little."""
    addresses: tuple[str, ...]
    checks: Sequence[Check]

    @property
    def name(self) -> str:
        """The host name; for an endpoint without one, its cluster and its role or target."""
        if self.role == MANAGED_ENDPOINT:
            return f"{self.cluster} to {self.target}"
        return self.host or f"{self.cluster} ({self.role or self.target})"

    @property
    def faults(self) -> list[Fault]:
        """All faults, in the order of the chain."""
        return [check.fault for check in self.checks if check.fault]
