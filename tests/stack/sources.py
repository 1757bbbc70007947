"""The ids of `worlds/sources.yaml`, settings of stacks in it, and the connections to its sources of data."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import yaml

from azure_sandbox import portal_changes
from azure_sandbox.azure import Json, ResourceId
from azure_sandbox.testing import Stack

SOURCES = Path(__file__).parents[1] / "worlds" / "sources.yaml"

_ADX = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx/providers/Microsoft.Kusto/Clusters"
_DATA = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/data/providers"
_RED = "/subscriptions/33333333-3333-3333-3333-333333333333/resourceGroups/red/providers"

READER = f"{_ADX}/reader"
OTHER = f"{_ADX}/other"
LAKE = f"{_DATA}/Microsoft.Storage/storageAccounts/lake"
NEW_LAKE = f"{_DATA}/Microsoft.Storage/storageAccounts/newlake"
EVENTS = f"{_DATA}/Microsoft.EventHub/namespaces/events"
RED_SUBNET = f"{_RED}/Microsoft.Network/virtualNetworks/red/subnets/clients"

ALL: dict[str, dict[str, Any]] = {
    "events": {"target": EVENTS},
    "lake": {"target": LAKE, "group": "blob"},
    "lake-dfs": {"target": LAKE, "group": "dfs"},
    "other": {"target": OTHER},
}
"""A managed private endpoint to each source of data, by key."""


def reading_from(*keys: str, **changed: dict[str, Any]) -> dict[str, Any]:
    """Return settings of the cluster, which reads from some sources of data (default: from all)."""
    endpoints = {key: copy.deepcopy(ALL[key]) for key in keys or ALL} | changed
    return {"clusters": {"reader": {"id": READER, "managed_endpoints": endpoints}}, "consumers": {}}


def name_of(key: str) -> str:
    """Return the name of a managed private endpoint."""
    return f"mpe-reader-{key}"


def states_of(stack: Stack) -> dict[str, str]:
    """Return the states of the connections as the stack's outputs have them, by key."""
    endpoints = stack.outputs()["clusters"]["reader"]["managed_endpoints"]
    return {key: endpoint["connection_state"] for key, endpoint in endpoints.items()}


def connections_to(stack: Stack, target: str) -> list[Json]:
    """Return the connections that a source of data lists."""
    connections: list[Json] = stack.home.azure.get(ResourceId.parse(target))["properties"]["privateEndpointConnections"]
    return connections


def find_connections(stack: Stack, key: str, target: str) -> list[Json]:
    """Return those of a managed private endpoint."""
    return [
        connection
        for connection in connections_to(stack, target)
        if connection["properties"]["privateEndpoint"]["id"].endswith(f"/{name_of(key)}")
    ]


def states_on(stack: Stack, target: str) -> dict[str, str]:
    """Return the states of the connections that a source of data lists, by name of the private endpoint."""
    return {
        connection["properties"]["privateEndpoint"]["id"].rpartition("/")[2]: connection["properties"][
            "privateLinkServiceConnectionState"
        ]["status"]
        for connection in connections_to(stack, target)
    }


def decide(stack: Stack, key: str, target: str, status: Any, description: str = "") -> None:
    """Approve or reject the connection of a managed private endpoint, as the owner of its target."""
    [connection] = find_connections(stack, key, target)
    portal_changes.decide_connection(stack.home.azure, ResourceId.parse(connection["id"]), status, description)


def create_by_hand(stack: Stack, cluster: str, name: str, target: str, group: str, message: str) -> None:
    """Create a managed private endpoint as people do in the portal."""
    properties = {"privateLinkResourceId": target, "groupId": group, "requestMessage": message}
    stack.home.azure.put(ResourceId.parse(f"{cluster}/ManagedPrivateEndpoints/{name}"), {"properties": properties})


def world_with(directory: Path, **changed: Any) -> Path:
    """Write a file of the world with other parts (`switches`, `rights`), and return its path."""
    file = directory / "world.yaml"
    file.write_text(yaml.safe_dump({**yaml.safe_load(SOURCES.read_text()), **changed}, sort_keys=False))
    return file
