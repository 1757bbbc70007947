"""Worlds: the content of an Azure before any deployment, and how it is put into the state."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal, cast

from .bodies import Json, properties
from .endpoint_state import list_connections
from .errors import AzureError
from .resource_ids import ResourceId
from .resource_type import ResourceManager
from .rights import Right
from .trouble import Trouble


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The decision of a target's owner on a connection."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    endpoint: str
    """The id of the private endpoint."""
    status: Literal["Approved", "Rejected"]


@dataclass(frozen=True, kw_only=True)
class World:
    """The resources that exist before any deployment, with rights, tenants, switches and trouble."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    resources: list[Json]
    """Bodies of PUT requests, each with an `id`."""
    rights: tuple[Right, ...] = ()
    """Without rights, every client may do everything."""
    tenants: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """The subscriptions of each tenant. Without tenants, one tenant of any name has all subscriptions."""
    decisions: tuple[Decision, ...] = ()
    """Decisions on connections of the world's endpoints. All other connections are Pending."""
    switches: Mapping[str, str] = field(default_factory=dict[str, str])
    """Values of switches, by name. All other switches have their defaults."""
    trouble: tuple[Trouble, ...] = ()
    unregistered: tuple[str, ...] = ()
    """Namespaces that a subscription is not registered for, such as `SUBSCRIPTION/Microsoft.Network`."""


_ALIAS_OF = "alias of "


def put_world(arm: ResourceManager, world: World) -> None:
    """Put a world into an empty state: its switches, each resource in turn under Azure's rules, then the rest."""
    for name, value in world.switches.items():
        arm.store.set_switch(name, value)
    for resource in world.resources:
        try:
            arm.put(ResourceId.parse(str(resource["id"])), _with_aliases(arm, resource))
        except AzureError as error:
            raise AzureError(error.status, error.code, f"{resource['id']}: {error.message}") from error
    for decision in world.decisions:
        _decide(arm, decision)
    arm.store.set_rights(json.dumps(asdict(right)) for right in world.rights)
    arm.store.set_tenants(world.tenants)
    arm.store.set_unregistered(namespace.lower() for namespace in world.unregistered)
    for trouble in world.trouble:
        arm.store.add_trouble(json.dumps(asdict(trouble)))


def _with_aliases(arm: ResourceManager, value: Any) -> Any:
    """A part of a world with each `alias of ID` replaced by the alias that Azure has generated."""
    match value:
        case str() if value.startswith(_ALIAS_OF):
            return properties(arm.get(ResourceId.parse(value.removeprefix(_ALIAS_OF))))["alias"]
        case list():
            return [_with_aliases(arm, item) for item in cast("list[Any]", value)]
        case dict():
            return {name: _with_aliases(arm, item) for name, item in cast("Json", value).items()}
        case _:
            return value


def _decide(arm: ResourceManager, decision: Decision) -> None:
    state = {"status": decision.status}
    for connection in list_connections(arm, ResourceId.parse(decision.endpoint)):
        arm.put(ResourceId.parse(connection.id), {"properties": {"privateLinkServiceConnectionState": state}})
