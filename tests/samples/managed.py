"""Sample settings with managed private endpoints, and facts of their targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adx_private_link.facts.records import ConnectionFacts, Facts, ManagedEndpointFacts, ManagedTargetFacts, Unreadable
from adx_private_link.naming.managed_endpoints import managed_endpoint_ids, request_message
from adx_private_link.program import parse
from adx_private_link.resource_ids import ClusterId, EndpointId
from adx_private_link.settings import Settings

from .building import ELSEWHERE, GUEST, cluster, cluster_id
from .native import native_facts

_DATA = f"/subscriptions/{GUEST}/resourceGroups/data/providers"
LAKE = f"{_DATA}/Microsoft.Storage/storageAccounts/lake"
EVENTS = f"{_DATA}/Microsoft.EventHub/namespaces/events"
HUB = f"{_DATA}/Microsoft.Devices/IotHubs/hub"
VAULT = f"{_DATA}/Microsoft.KeyVault/vaults/vault"
SERVER = f"{_DATA}/Microsoft.Sql/servers/server"
OTHER = cluster_id("other")
TARGETS = {"events": EVENTS, "hub": HUB, "vault": VAULT, "server": SERVER, "other": OTHER}
"""A target of each kind that has one group only, by key."""


def reading(**endpoints: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of the native cluster `newadx`, which reads from sources of data; by default from one."""
    managed = endpoints or {"lake": {"target": LAKE, "group": "blob"}}
    return {"clusters": {"new": cluster("newadx", managed_endpoints=managed)}, "consumers": {}}


def reading_facts(
    settings: Mapping[str, Any], *connections: ConnectionFacts, location: str = "westus", **deployed: Any
) -> Facts:
    """
    Facts in which all targets exist.

    Args:
        settings: The settings.
        connections: What each target lists.
        location: The region of each target.
        deployed: The managed private endpoints that exist, by key: their facts, or None for exactly the planned one.
    """
    parsed = parse(settings)
    targets = (managed.target for managed in parsed.clusters["new"].managed_endpoints.values())
    target = ManagedTargetFacts(location=location, connections=connections)
    existing = {
        managed_endpoint_ids(parsed, "new")[key].key: facts or as_planned(parsed, key)
        for key, facts in deployed.items()
    }
    return replace(
        native_facts(settings),
        managed_targets={id.key: target for id in targets if id.subscription in parsed.subscriptions},
        managed_endpoints=existing,
    )


def with_target(facts: Facts, id: str, target: ManagedTargetFacts | Unreadable) -> Facts:
    """The same facts, with those of a target."""
    return replace(facts, managed_targets={**facts.managed_targets, id.lower(): target})


def as_planned(settings: Settings, key: str) -> ManagedEndpointFacts:
    """The facts of a managed private endpoint that is deployed as the settings ask for it."""
    managed = settings.clusters["new"].managed_endpoints[key]
    return ManagedEndpointFacts(str(managed.target), managed.group_id, "", message_of(key))


def message_of(key: str) -> str:
    """The request message of a managed private endpoint of the cluster."""
    return request_message(ClusterId.parse(cluster_id("newadx")), key)


def managed_connection(
    name: str, state: str = "Approved", description: str = "", connection: str = "guid"
) -> ConnectionFacts:
    """A connection as a target lists it; its private endpoint is in a subscription of Microsoft's."""
    path = f"/subscriptions/{ELSEWHERE}/resourceGroups/microsofts/providers/Microsoft.Network/privateEndpoints/{name}"
    return ConnectionFacts(connection, EndpointId.parse(path), state, description)
