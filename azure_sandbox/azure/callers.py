"""The caller of a request: a client of a tenant, signed in to one of Azure's clouds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .clouds import Cloud

HOME_TENANT: Final = "00000000-0000-0000-0000-000000000000"
"""The tenant of every subscription that a world assigns to no other tenant."""


@dataclass(frozen=True)
class Caller:
    """The identity in the token of a request."""

    client: str
    tenant: str | None = None
    """None: the tenant of the resource that the request names."""
    cloud: Cloud | None = None
    """None: the cloud of the resource that the request names."""
