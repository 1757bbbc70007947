"""What an Azure starts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from .rights import Right
from .store import Json
from .trouble import Trouble


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What the owner of a service has said to a connection."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    endpoint: str
    """The id of the private endpoint."""
    status: Literal["Approved", "Rejected"]


@dataclass(frozen=True, kw_only=True)
class World:
    """The resources that exist before anybody deploys anything, who may do what, and the trouble to come."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    resources: list[Json]
    """Each with its `id`."""
    rights: tuple[Right, ...] = ()
    """None: everybody may do everything."""
    tenants: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """The subscriptions of each tenant. None: one tenant has them all, whatever it is called."""
    decisions: tuple[Decision, ...] = ()
    """On connections of the world's endpoints; those that nobody has decided on are Pending."""
    trouble: tuple[Trouble, ...] = ()
    unregistered: tuple[str, ...] = ()
    """Namespaces that a subscription is not registered for: `SUBSCRIPTION/Microsoft.Network`."""
