"""What an Azure starts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from .rights import Right
from .store import Json
from .trouble import Trouble


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
    trouble: tuple[Trouble, ...] = ()
    unregistered: tuple[str, ...] = ()
    """Namespaces that a subscription is not registered for: `SUBSCRIPTION/Microsoft.Network`."""
