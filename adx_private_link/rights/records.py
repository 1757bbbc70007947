"""Records: the actions that a stack needs, and the custom roles that allow them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..azure_actions import Action, Identity
from ..resource_ids import PublicAddressId, ResourceId, SubnetId

Site = Literal["own", "networks", "zones", "targets", "sources", "monitoring"]
"""Where an identity needs actions: in the groups of what it deploys, or at objects of others."""

SITES_OF_PREVIEWS: tuple[Site, ...] = ("networks", "sources", "monitoring")
"""Where previews read objects of others by roles of their own."""


@dataclass(frozen=True)
class Need:
    """An action that an identity needs at a scope."""

    identity: Identity
    site: Site
    scope: str
    """The id of a resource group; that of a subscription where the group is not known."""
    action: Action


@dataclass(frozen=True)
class ClusterNetwork:
    """The network that a cluster is injected in, which only Azure knows."""

    subnet_id: SubnetId
    addresses: tuple[PublicAddressId, ...]


@dataclass(frozen=True)
class CustomRole:
    """A custom role: what an identity needs at some scopes, and nothing else."""

    identity: Identity
    site: Site
    actions: tuple[Action, ...]
    """Sorted by name."""
    scopes: tuple[str, ...]
    """Where it is assigned; sorted."""

    @property
    def key(self) -> str:
        """The role's name in commands: `dns`, or `dns-on-networks` for what the identity needs at objects of others."""
        return self.identity if self.site == "own" else f"{self.identity}-on-{self.site}"


def group_of(id: ResourceId) -> str:
    """Return the scope of an id's resource group."""
    return group_scope(id.subscription, id.resource_group)


def group_scope(subscription: str, group: str) -> str:
    """Return the scope of a resource group."""
    return f"/subscriptions/{subscription}/resourceGroups/{group}"


def subscription_scope(subscription: str) -> str:
    """Return the scope of a subscription."""
    return f"/subscriptions/{subscription}"
