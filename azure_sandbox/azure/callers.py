"""Who speaks to Azure: a client of a tenant, signed in to one of Azure's clouds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .clouds import Cloud

HOME_TENANT: Final = "00000000-0000-0000-0000-000000000000"
"""The tenant of all subscriptions that a world gives to no other."""


@dataclass(frozen=True)
class Caller:
    """An identity, as its token describes it."""

    client: str
    tenant: str | None = None
    """None: that of whatever it asks for."""
    cloud: Cloud | None = None
    """None: likewise."""
